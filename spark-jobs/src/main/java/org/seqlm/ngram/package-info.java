/**
 * N-grams: exact counting, statistics and Markov models over token ids. Nothing here knows Spark,
 * files or artifacts.
 *
 * <p>Counting works on <em>windows</em>: every token begins one window of up to N tokens, cut short
 * where its run of text ends. An n-gram of order n is counted once for every window that begins
 * with it, so one insertion a token counts all orders from 1 to N, and in the sorted order of the
 * windows the counts of all orders come out of a single pass (suffix-sigma: Berberich and Bedathur,
 * "Computing n-Gram Statistics in MapReduce", EDBT 2013, section 5).
 */
package org.seqlm.ngram;
