/**
 * N-grams: exact counting, statistics, smoothing and back-off models over token ids. Nothing here
 * knows Spark, and only {@code ngram.files} knows Hadoop's files and artifacts.
 *
 * <p>Counting works on <em>windows</em>: every token ends one window of up to N tokens, cut short
 * where its passage of text begins ({@link org.seqlm.ngram.count.WindowCounter}). A window's key is
 * its context read backwards, then its word ({@link org.seqlm.ngram.count.KeyLayout}), so sorted
 * windows stand in the order of a trie of contexts, and raw and adjusted counts of all orders come
 * out of a single pass ({@link org.seqlm.ngram.count.CountSliceWriter}).
 *
 * <p>The key has a second use. A context stands behind the same without its farthest token, and so,
 * cut into consecutive {@link org.seqlm.ngram.count.Slices}, everything that smoothing an n-gram
 * needs lies in one slice, but for the unigrams and the few contexts that a cut parts, which are
 * counted apart and told to each ({@link org.seqlm.ngram.count.SharedCounts}). Estimating is a pass
 * over each slice by itself ({@link org.seqlm.ngram.smooth.SliceEstimator}, {@link
 * org.seqlm.ngram.smooth.Smoothing}), and only back-off weights travel on, to where their words are
 * an n-gram and not a context ({@link org.seqlm.ngram.smooth.BackoffExchange}).
 */
package org.seqlm.ngram;
