package org.seqlm.neural.learner;

import java.util.Arrays;
import java.util.List;
import org.seqlm.neural.learner.StretchScorer.Stretch;

/**
 * Stretches side by side as windows of T steps, and what their tokens come to. A stretch that is
 * over before the longest is filled up with token 0, which is read and not scored.
 */
public final class StretchWindows {
  private final List<Stretch> stretches;
  private final int timeSteps;
  private final int steps;
  private final double[][] nats;

  /**
   * What a window's outputs are asked for.
   *
   * @param rows of (T, B), rising
   * @param targets the token after each
   */
  public record Asked(long[] rows, long[] targets) {}

  /**
   * @param stretches at least one
   * @param rows of a window at most, T B; at least one step is in each
   */
  public StretchWindows(List<Stretch> stretches, int rows) {
    this.stretches = List.copyOf(stretches);
    // The last token is predicted and not read.
    steps = stretches.stream().mapToInt(stretch -> stretch.tokens().length - 1).max().orElseThrow();
    timeSteps = Math.max(1, Math.min(rows / stretches.size(), steps));
    nats = stretches.stream().map(stretch -> new double[stretch.scored()]).toArray(double[][]::new);
  }

  /** B. */
  public int batch() {
    return stretches.size();
  }

  /** T. */
  public int timeSteps() {
    return timeSteps;
  }

  /** How many there are. */
  public int windows() {
    return (steps + timeSteps - 1) / timeSteps;
  }

  /** What a window reads, (T, B). */
  public long[] inputs(int window) {
    long[] inputs = new long[timeSteps * batch()];
    for (int b = 0; b < batch(); b++) {
      int[] tokens = stretches.get(b).tokens();
      for (int t = 0; t < timeSteps && window * timeSteps + t < tokens.length; t++) {
        inputs[t * batch() + b] = tokens[window * timeSteps + t];
      }
    }
    return inputs;
  }

  /** The rows of a window that predict a token to score. */
  public Asked asked(int window) {
    long[] rows = new long[timeSteps * batch()];
    long[] targets = new long[rows.length];
    int count = 0;
    for (int row = 0; row < rows.length; row++) {
      Stretch stretch = stretches.get(row % batch());
      int target = target(window, row);
      if (target >= stretch.from() && target < stretch.tokens().length) {
        rows[count] = row;
        targets[count++] = stretch.tokens()[target];
      }
    }
    return new Asked(Arrays.copyOf(rows, count), Arrays.copyOf(targets, count));
  }

  /** The place in its stretch of the token after a row. */
  private int target(int window, long row) {
    return window * timeSteps + (int) (row / batch()) + 1;
  }

  /**
   * Takes what a window came to.
   *
   * @param found −ln p of each target of {@code asked}
   */
  public void put(int window, Asked asked, double[] found) {
    for (int i = 0; i < found.length; i++) {
      int b = (int) (asked.rows()[i] % batch());
      nats[b][target(window, asked.rows()[i]) - stretches.get(b).from()] = found[i];
    }
  }

  /** What every scored token came to, by stretch. */
  public double[][] nats() {
    return nats;
  }
}
