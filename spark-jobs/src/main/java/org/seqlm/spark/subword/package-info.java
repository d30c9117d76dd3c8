/**
 * Learning subwords in Spark: a text goes in, read once, a task a range; stretches of it are dealt
 * out by hash and their counts added, the most frequent come to the driver, and merges come out
 * ({@link org.seqlm.spark.subword.BpeTraining}), the same whatever the tasks.
 */
package org.seqlm.spark.subword;
