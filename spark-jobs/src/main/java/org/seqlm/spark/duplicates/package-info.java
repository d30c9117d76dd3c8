/**
 * Duplicates in Spark: a text goes in, read a range a task; hashes of its documents, lines and
 * spans are sorted over the cluster, candidates are asked of the text again, in the order of their
 * places, and held against each other; rows come out ({@code DuplicateRow}) in the order of the
 * text, and the text without them, the same whatever the tasks.
 */
package org.seqlm.spark.duplicates;
