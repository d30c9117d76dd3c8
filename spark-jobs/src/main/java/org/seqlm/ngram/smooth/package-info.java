/**
 * From counts to probabilities. Counts of counts give an estimator its parameters ({@link
 * org.seqlm.ngram.smooth.SmoothingFit}); {@link org.seqlm.ngram.smooth.SliceEstimator} reads a
 * slice of counts, contexts in the order of their keys, and writes the slice of the model in the
 * same order; {@link org.seqlm.ngram.smooth.Unigrams} is the lowest order, a range of ids at a
 * time; {@link org.seqlm.ngram.smooth.FollowerSums} stands for the followers of a context that has
 * too many for one task or one memory; {@link org.seqlm.ngram.smooth.BackoffExchange} carries
 * back-off weights to the slices where their words are an n-gram.
 */
package org.seqlm.ngram.smooth;
