/**
 * Filtering in Spark: a corpus and a chain of filters go in; ranges are read once, a task each, and
 * what stays of each comes out as files, in the order of the text, with what was removed and why,
 * and counts of what every rule did by source. Documents that no range holds whole are read by
 * tasks of their own.
 */
package org.seqlm.spark.quality;
