package org.seqlm.neural.dl4j;

import org.seqlm.neural.optimizer.GradientStats;

/** What becomes of a network's gradient, which is a sum over tokens. */
interface GradientUpdate extends AutoCloseable {
  /** The windows of an update or a result. */
  enum Windows {
    /** One makes an update. */
    ONE,
    /** Several are added up. */
    ADDED_UP
  }

  /**
   * Takes the gradient of a window.
   *
   * @param tokens of it
   */
  void add(long tokens);

  /**
   * Clips the mean over the tokens since the last update, and applies it.
   *
   * @param rate the learning rate
   * @param number of the update, from 1
   */
  void apply(double rate, long number);

  /** The mean over the tokens of the windows that were added up, (P) in the engine's order. */
  float[] mean();

  /** What the updates so far were made of. */
  GradientStats stats();

  @Override
  default void close() {}
}
