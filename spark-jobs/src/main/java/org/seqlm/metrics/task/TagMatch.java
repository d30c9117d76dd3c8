package org.seqlm.metrics.task;

import java.util.Arrays;
import java.util.List;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/** {@code exact-match}: the part of sequences whose tags are all right. Sums: these, and all. */
final class TagMatch implements Figures {
  private static final long serialVersionUID = 1L;

  @Override
  public int size() {
    return 2;
  }

  @Override
  public void add(double[] sums, int at, Batch batch, Predictor.Predicted predicted) {
    Rows there = Rows.of(batch, "tags");
    Rows found = Rows.as(there, predicted.values(), "ids");
    for (int b = 0; b < batch.size(); b++) {
      sums[at] += Arrays.equals(there.ids(b), found.ids(b)) ? 1 : 0;
      sums[at + 1]++;
    }
  }

  @Override
  public List<Metric> metrics(double[] sums, int at) {
    return List.of(Figures.larger("exact-match", sums[at] / sums[at + 1]));
  }
}
