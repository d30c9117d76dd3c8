package org.seqlm.neural.learner;

import java.io.IOException;
import java.util.Iterator;

/**
 * What predicts with a trained network: the seam to the engines for networks that are no language
 * models. It computes in float32 whatever the training does, drops nothing and keeps nothing
 * between calls. Not shared between threads.
 *
 * <p>What is predicted are named arrays: of labels {@code ids}, (B) or (B, T), the likeliest, and
 * {@code log-probabilities}, (B, C) or (B, T, C), in nats; of target sequences {@code ids} (B, T)
 * with their lengths, without the token that ends them, and {@code nats} (B), −ln p of each; of
 * series {@code means} and {@code log-variances} (B, T, F) of standardised values.
 */
public interface Predictor {

  /**
   * What came of a batch.
   *
   * @param values named arrays
   * @param nats the loss of the batch's targets, summed; NaN of a batch without
   * @param targets how many these are; 0 of a batch without
   */
  record Predicted(Batch values, double nats, long targets) {}

  /** What takes predictions. */
  @FunctionalInterface
  interface Sink {
    /** Takes those of a batch. */
    void accept(Batch batch, Predicted predicted) throws IOException;
  }

  /**
   * Predicts batch by batch. What an example comes to depends on those beside it by float32's
   * rounding only.
   *
   * @param parameters flat, not changed
   * @param batches one at a time; each may use the arrays of the one before. Its targets are not
   *     read for what is predicted
   * @param sink gets each batch with what came of it, in order
   */
  void predict(float[] parameters, Iterator<Batch> batches, Sink sink) throws IOException;
}
