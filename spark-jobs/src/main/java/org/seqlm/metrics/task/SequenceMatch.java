package org.seqlm.metrics.task;

import java.util.Arrays;
import java.util.List;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/**
 * {@code exact-match}: the part of target sequences that were predicted token by token. One with
 * {@code <unk>} in it is not among them: nobody wrote down what that stands for. Sums: these, and
 * all.
 */
final class SequenceMatch implements Figures {
  private static final long serialVersionUID = 1L;

  private final int unknown;

  /** With the id of {@code <unk>}. */
  SequenceMatch(int unknown) {
    this.unknown = unknown;
  }

  @Override
  public int size() {
    return 2;
  }

  @Override
  public void add(double[] sums, int at, Batch batch, Predictor.Predicted predicted) {
    Rows there = Rows.of(batch, "target");
    Rows found = Rows.of(predicted.values(), "ids");
    for (int b = 0; b < batch.size(); b++) {
      sums[at] += isRight(there.ids(b), found.ids(b), unknown) ? 1 : 0;
      sums[at + 1]++;
    }
  }

  /** Whether a target was predicted, token by token. */
  static boolean isRight(int[] there, int[] found, int unknown) {
    return Arrays.stream(there).noneMatch(id -> id == unknown) && Arrays.equals(there, found);
  }

  @Override
  public List<Metric> metrics(double[] sums, int at) {
    return List.of(Figures.larger("exact-match", sums[at] / sums[at + 1]));
  }
}
