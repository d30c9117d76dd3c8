/**
 * The tasks of an application: where they run, what memory and which GPU they have, what they cost,
 * how far they are, what they refuse, and that they end.
 */
package org.seqlm.spark.task;
