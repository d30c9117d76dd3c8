package org.seqlm.metrics.task;

import java.util.List;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/**
 * {@code loss}: mean nats a target, and of tokens, each sequence's end among them, before it {@code
 * perplexity}, e^loss. Sums: nats, targets.
 */
final class LossFigures implements Figures {
  private static final long serialVersionUID = 1L;

  private final boolean tokens;

  private LossFigures(boolean tokens) {
    this.tokens = tokens;
  }

  /** The loss alone. */
  static LossFigures ofTargets() {
    return new LossFigures(false);
  }

  /** With the perplexity. */
  static LossFigures ofTokens() {
    return new LossFigures(true);
  }

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
    Metric loss = Figures.smaller(TaskScorer.LOSS, sums[at] / sums[at + 1]);
    return tokens
        ? List.of(Figures.smaller("perplexity", Math.exp(loss.value())), loss)
        : List.of(loss);
  }
}
