/**
 * N-grams in Spark, from {@link org.seqlm.spark.ngrams.NgramCounting}: blocks of a stream go in;
 * windows are shuffled by slice, and each slice's task counts, estimates, exports or holds another
 * text against it, by the functions of {@code ngram}. Files come out, one a slice, whose bytes
 * depend on the text only.
 */
package org.seqlm.spark.ngrams;
