package org.seqlm.neural.learner;

/**
 * What predicts with a trained network: the seam to the engines for networks that are no language
 * models. It computes in float32 whatever the training does, drops nothing and keeps nothing
 * between calls. Not shared between threads.
 */
public interface Predictor extends AutoCloseable {

  /**
   * Predicts for a batch of examples. What an example comes to depends on those beside it by
   * float32's rounding only.
   *
   * @param batch what the network reads; what it is to predict need not be in it
   * @return named arrays, by the network's kind
   */
  Batch predict(Batch batch);

  @Override
  void close();
}
