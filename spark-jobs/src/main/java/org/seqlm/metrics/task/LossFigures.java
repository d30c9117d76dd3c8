package org.seqlm.metrics.task;

import java.util.List;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/** {@code loss}: mean nats a target. Sums: nats, targets. */
final class LossFigures implements Figures {
  private static final long serialVersionUID = 1L;

  @Override
  public int size() {
    return 2;
  }

  @Override
  public void add(double[] sums, int at, Batch batch, Predictor.Predicted predicted) {
    if (predicted.targets() > 0) {
      sums[at] += predicted.nats();
      sums[at + 1] += predicted.targets();
    }
  }

  @Override
  public List<Metric> metrics(double[] sums, int at) {
    return List.of(Figures.smaller("loss", sums[at] / sums[at + 1]));
  }
}
