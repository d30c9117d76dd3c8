package org.seqlm.example.task;

import java.util.Map;

/**
 * The accuracy of Bayes' rule, which chooses the label with the highest posterior probability and
 * is right more often than any other rule. Labels that tie count by their share.
 */
final class BayesAccuracy {
  /** Posteriors that differ by less are equal but for rounding. */
  private static final double TIE = 1e-9;

  private double right;
  private double expected;
  private long decisions;

  /**
   * Adds a decision.
   *
   * @param posterior (label); adds up to 1
   * @param label the right one
   */
  void add(double[] posterior, int label) {
    double best = 0;
    for (double p : posterior) {
      best = Math.max(best, p);
    }
    int ties = 0;
    for (double p : posterior) {
      ties += p >= best - TIE ? 1 : 0;
    }
    right += posterior[label] >= best - TIE ? 1.0 / ties : 0;
    expected += best;
    decisions++;
  }

  /** The share of right decisions: the rule's score on these very labels. */
  double accuracy() {
    return right / decisions;
  }

  /** What is expected of that share, given all that the rule saw: the mean highest posterior. */
  double expected() {
    return expected / decisions;
  }

  /** As a floor. */
  Floor floor(String about) {
    return new Floor("accuracy", accuracy(), about, Map.of()).with("expected", expected());
  }

  /**
   * Scales to probabilities.
   *
   * @param logs (label) of weights, natural; overwritten
   * @return the same array
   */
  static double[] normalise(double[] logs) {
    double max = Double.NEGATIVE_INFINITY;
    for (double log : logs) {
      max = Math.max(max, log);
    }
    double sum = 0;
    for (int i = 0; i < logs.length; i++) {
      logs[i] = StrictMath.exp(logs[i] - max);
      sum += logs[i];
    }
    for (int i = 0; i < logs.length; i++) {
      logs[i] /= sum;
    }
    return logs;
  }
}
