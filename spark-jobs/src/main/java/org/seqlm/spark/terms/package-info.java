/**
 * What is told of words and phrases, in Spark: counted n-grams or ranges of text go in, are
 * aggregated by word, by hash, and come out sorted by a measure of {@link org.seqlm.terms}, then by
 * bytes. The driver gets the first rows, whatever the counts.
 */
package org.seqlm.spark.terms;
