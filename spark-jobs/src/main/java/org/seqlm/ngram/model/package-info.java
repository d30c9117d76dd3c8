/**
 * Models of n-grams that predict: the back-off model, in one memory ({@link
 * org.seqlm.ngram.model.BackoffModel}) or read slice by slice, and the Markov models over counts
 * ({@link org.seqlm.ngram.model.MarkovModel}). A passage's tokens go in, the nearest last;
 * log-probabilities come out.
 */
package org.seqlm.ngram.model;
