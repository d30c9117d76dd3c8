package org.seqlm.ngram.smooth;

import java.util.function.LongToDoubleFunction;

/**
 * The empty context, smoothed.
 *
 * @param backoff γ, of what is not kept
 * @param probability p(w) of a word that is kept, by its count
 */
public record UnigramWeights(double backoff, LongToDoubleFunction probability) {
  /** Where nothing is kept. */
  static final UnigramWeights NOTHING_KEPT = new UnigramWeights(1, count -> Double.NaN);
}
