/**
 * The tasks of an application: where they run, what memory and which GPU they have, what they cost,
 * how far they are, what they refuse, that they end, and how many run at a time.
 */
package org.seqlm.spark.task;
