/**
 * Labelled examples in Spark: ranges of records go in, read once, a task a range; tokens and labels
 * are counted by hash, and examples, keyed by (block, hash of split and place), are sorted into
 * blocks, which come out as files, the same whatever the tasks.
 */
package org.seqlm.spark.examples;
