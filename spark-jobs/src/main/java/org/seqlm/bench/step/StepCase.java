package org.seqlm.bench.step;

import java.util.List;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Shard;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;

/**
 * A training step to time: forward pass from the carried state, mean cross entropy, backward pass,
 * clipping by the global norm, update.
 *
 * @param name of the case
 * @param spec the network
 * @param optimizer of the update
 * @param learningRate of the update
 * @param batch B
 * @param timeSteps T
 */
public record StepCase(
    String name,
    LanguageNetwork spec,
    InnerOptimizer optimizer,
    double learningRate,
    int batch,
    int timeSteps) {
  /** Windows that a pass has; then it begins again. */
  static final int WINDOWS = 16;

  /** Those of {@code bench step}. */
  public static List<StepCase> all() {
    return List.of(
        character("a", CellKind.LSTM, 2, 256, 32),
        character("b", CellKind.LSTM, 1, 512, 64),
        word("c", 33_278, OutputKind.FULL, InnerOptimizer.Kind.SGD),
        character("d-lstm", CellKind.LSTM, 1, 256, 32),
        character("d-gru-reset-after", CellKind.GRU_RESET_AFTER, 1, 256, 32),
        character("d-rnn", CellKind.RNN, 1, 256, 32),
        character("d-gru", CellKind.GRU, 1, 256, 32),
        character("d-gru-simplified", CellKind.GRU_SIMPLIFIED, 1, 256, 32),
        character("d-rnn-lag-2", CellKind.RNN_LAG_2, 1, 256, 32),
        character("1x128", CellKind.LSTM, 1, 128, 32),
        word("c-adam", 33_278, OutputKind.FULL, InnerOptimizer.Kind.ADAM),
        word("c-tied", 33_278, OutputKind.TIED, InnerOptimizer.Kind.SGD),
        word("c-adaptive", 33_278, OutputKind.ADAPTIVE, InnerOptimizer.Kind.SGD),
        word("200k", 200_000, OutputKind.FULL, InnerOptimizer.Kind.SGD),
        word("200k-tied", 200_000, OutputKind.TIED, InnerOptimizer.Kind.SGD),
        word("200k-adaptive", 200_000, OutputKind.ADAPTIVE, InnerOptimizer.Kind.SGD),
        character("1x1024", CellKind.LSTM, 1, 1024, 64),
        wide("2x1500", 10_000));
  }

  /** Those that are measured where nobody says which: of each kind, what a CPU does soon. */
  public static List<String> usual() {
    return List.of("a", "b", "c", "d-lstm", "d-gru-reset-after", "d-rnn", "1x128");
  }

  private static StepCase character(String name, CellKind cell, int layers, int hidden, int batch) {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.ONE_HOT, 0, cell, layers, hidden, 65, 0, 1);
    return new StepCase(
        name, spec, new InnerOptimizer(InnerOptimizer.Kind.ADAM, 5, 0), 2e-3, batch, 64);
  }

  private static StepCase word(
      String name, int vocabulary, OutputKind output, InnerOptimizer.Kind kind) {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 200, CellKind.LSTM, 2, 200, vocabulary, 0, 1)
            .with(output, List.of());
    double rate = kind == InnerOptimizer.Kind.SGD ? 1 : 1e-3;
    return new StepCase(name, spec, new InnerOptimizer(kind, 0.25, 0), rate, 20, 35);
  }

  private static StepCase wide(String name, int vocabulary) {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 1500, CellKind.LSTM, 2, 1500, vocabulary, 0, 1);
    return new StepCase(
        name, spec, new InnerOptimizer(InnerOptimizer.Kind.SGD, 0.25, 0), 1, 20, 35);
  }

  /** Predictions of a step. */
  public int tokens() {
    return batch * timeSteps;
  }

  /**
   * Floating-point operations of a step: three times (forward, and backward to inputs and weights)
   * two for each weight that a token's matrix products touch. Looking a token's vector up is free,
   * also from one-hot input; so is what is done element by element. An adaptive output counts as
   * its head and, for the share of the tokens in them, its clusters.
   */
  public double flops() {
    double weights = 0;
    double hidden = spec.hidden();
    for (int layer = 0; layer < spec.layers(); layer++) {
      boolean lookup = layer == 0 && spec.input() == InputKind.ONE_HOT;
      weights += spec.cell().gates() * hidden * ((lookup ? 0 : spec.inputWidth(layer)) + hidden);
      weights += spec.cell().lags() == 2 ? hidden * hidden : 0;
    }
    if (spec.output() == OutputKind.ADAPTIVE) {
      weights += hidden * (spec.cutoffs().get(0) + spec.cutoffs().size());
      for (int cluster = 0; cluster < spec.cutoffs().size(); cluster++) {
        double width = spec.clusterWidth(cluster);
        weights += share(cluster) * width * (hidden + spec.clusterTokens(cluster));
      }
    } else {
      weights += hidden * spec.vocabulary();
    }
    return 6 * weights * tokens();
  }

  /** The share of the tokens that are of a cluster. */
  private double share(int cluster) {
    int from = spec.cutoffs().get(cluster);
    double h = Math.log(spec.vocabulary() + 1.0);
    return (Math.log(from + spec.clusterTokens(cluster) + 1.0) - Math.log(from + 1.0)) / h;
  }

  /**
   * Tokens of a text, frequent ones first, as natural ones are: P(id ≤ i) = ln(i + 1) / ln(V + 1),
   * Zipf's law.
   */
  int[] text(long seed) {
    KeyedRandom random = KeyedRandom.of(seed, "step bench");
    int[] text = new int[batch * (WINDOWS * timeSteps) + 1];
    for (int i = 0; i < text.length; i++) {
      double u = random.uniform(i);
      text[i] = (int) Math.min(spec.vocabulary() - 1.0, Math.pow(spec.vocabulary() + 1.0, u) - 1);
    }
    return text;
  }

  /** All of the text as one worker's. */
  Shard shard() {
    return Shard.of(0, 1, batch * (long) (WINDOWS * timeSteps) + 1, batch, timeSteps);
  }
}
