package org.seqlm.ngram.heldout;

/**
 * How Jelinek-Mercer's λ were found.
 *
 * @param tokens of the held-out text that were looked at
 * @param steps of expectation-maximisation
 * @param before perplexity of these tokens with the λ of the first step
 * @param after with the last
 */
public record Tuning(long tokens, int steps, double before, double after) {}
