/**
 * Predicting in Spark: ranges of records go in, read once, a task a range; keyed by (file, place
 * among all records) they are dealt to tasks that ask a network over examples, and files of rows
 * come out ({@code RecordPredicting}), in the order of the records, the same whatever the tasks.
 */
package org.seqlm.spark.predict;
