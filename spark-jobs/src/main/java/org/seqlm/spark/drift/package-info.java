/**
 * Drift in Spark: a dataset's split, or text with the words of a vocabulary, goes in, read once, a
 * task some of its blocks or ranges; a sample of its documents comes out, the same whatever the
 * tasks, and of text what is to be counted of all of it.
 */
package org.seqlm.spark.drift;
