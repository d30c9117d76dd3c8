package org.seqlm.metrics.task;

import java.io.Serializable;
import java.util.List;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/** Metrics that are made of the same sums, which stand at a place among those of a scorer. */
interface Figures extends Serializable {

  /** How many sums they need. */
  int size();

  /**
   * Adds a batch.
   *
   * @param at place of the first of them
   */
  void add(double[] sums, int at, Batch batch, Predictor.Predicted predicted);

  /**
   * What the sums come to.
   *
   * @param at place of the first of them
   */
  List<Metric> metrics(double[] sums, int at);

  /** 2 right / (predicted + there): F1, van Rijsbergen (1979), chapter 7; NaN of nothing. */
  static double f1(double right, double predicted, double there) {
    return 2 * right / (predicted + there);
  }

  /** Larger is better. */
  static Metric larger(String name, double value) {
    return new Metric(name, value, Metric.Direction.LARGER);
  }

  /** Smaller is better. */
  static Metric smaller(String name, double value) {
    return new Metric(name, value, Metric.Direction.SMALLER);
  }
}
