/**
 * What is told of counted n-grams: counts by order, the most frequent n-grams (by count, then by
 * where they first appear), and the fit of Zipf's law. Slices' statistics go in, in the order of
 * the slices; numbers for reports come out.
 */
package org.seqlm.ngram.stats;
