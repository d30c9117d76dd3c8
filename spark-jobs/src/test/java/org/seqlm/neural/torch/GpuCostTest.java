package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutRules;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.InnerOptimizer;

/** What a worker needs of a GPU, by hand. */
class GpuCostTest {
  private static final InnerOptimizer ADAM = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 0, 0);
  private static final InnerOptimizer SGD = new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0);

  /** Embedding 5 x 2, W 12 x 2, U 12 x 3, b 12, output 5 x 3 + 5: 102 parameters. */
  private static final LanguageNetwork SPEC =
      new LanguageNetwork(InputKind.EMBEDDING, 2, CellKind.LSTM, 1, 3, 5, 0, 1);

  private static final int LOOKED_UP = 4 * 5 * 2;
  private static final int WINDOW = 10;
  private static final int BATCH = 2;

  private static GpuCost cost(LanguageNetwork spec, Recipe recipe, Precision precision) {
    return GpuCost.of(spec, recipe, AveragingMode.PARAMETERS, WINDOW, BATCH, precision);
  }

  @Test
  void isCountedByHand() {
    Recipe recipe = new Recipe(ADAM);
    GpuCost wide = cost(SPEC, recipe, Precision.FLOAT32);
    // Parameters, gradients, two moments, what Adam works in; the layer's 72 for cuDNN and back.
    assertThat(wide.parameters()).isEqualTo(4 * 102 * 5 + 2 * 4 * 72 + LOOKED_UP);
    // A token's vector, and of the layer 12 gates, h, c and what is read.
    assertThat(wide.activations()).isEqualTo(2 * 4 * WINDOW * (2 + 12 + 9));
    assertThat(wide.masks()).isZero();
    assertThat(wide.scores()).isEqualTo(WINDOW * 5 * 16);
    assertThat(cost(SPEC, recipe, Precision.TF32)).isEqualTo(wide);
    GpuCost narrow = cost(SPEC, recipe, Precision.BF16);
    assertThat(narrow.parameters()).isEqualTo(4 * 102 * 5 + 2 * 2 * 102 + 2 * 2 * 72 + LOOKED_UP);
    assertThat(narrow.activations()).isEqualTo(wide.activations() / 2);
    assertThat(wide.total())
        .isEqualTo(wide.parameters() + wide.activations() + wide.scores() + GpuCost.LIBRARIES);
  }

  /** Sums once more; who sends its gradient has sums, and neither moments nor what they work in. */
  @Test
  void sumsAndMomentsAreThoseOfTheMode() {
    double plain = 4 * 102 * 2 + 2 * 4 * 72 + LOOKED_UP;
    assertThat(cost(SPEC, new Recipe(SGD), Precision.FLOAT32).parameters()).isEqualTo(plain);
    assertThat(cost(SPEC, new Recipe(SGD, 4), Precision.FLOAT32).parameters())
        .isEqualTo(plain + 4 * 102);
    assertThat(
            GpuCost.of(
                    SPEC,
                    new Recipe(ADAM),
                    AveragingMode.GRADIENTS,
                    WINDOW,
                    BATCH,
                    Precision.FLOAT32)
                .parameters())
        .isEqualTo(plain + 4 * 102);
  }

  @Test
  void theSamplingReaderHasTheRecurrentWeightsOnceMore() {
    ScheduledSampling half = new ScheduledSampling(ScheduledSampling.Kind.LINEAR, 100, 0.5);
    Recipe samples = new Recipe(SGD, 0, half, Truncation.WINDOW);
    assertThat(cost(SPEC, samples, Precision.FLOAT32).parameters())
        .isEqualTo(cost(SPEC, new Recipe(SGD), Precision.FLOAT32).parameters() + 4 * 72);
  }

  /** A mask and what it made, each; 16 bytes a value of the largest while it is drawn. */
  @Test
  void masksAreOfValuesAndOfWeights() {
    LanguageNetwork drops =
        new LanguageNetwork(
            InputKind.EMBEDDING,
            2,
            CellKind.LSTM,
            Activation.TANH,
            1,
            3,
            5,
            0.1,
            0.2,
            1,
            OutputKind.FULL,
            List.of());
    Recipe recipe = new Recipe(SGD);
    assertThat(cost(drops, recipe, Precision.FLOAT32).masks())
        .isEqualTo(4 * (20 + 30) * 2 + 16 * 30);
    LanguageNetwork all = drops.with(new DropoutRules(DropoutRules.Kind.VARIATIONAL, 0.1, 0.5));
    // One mask for all steps, of 2 sequences; tokens' vectors and factors; U 12 x 3.
    assertThat(cost(all, recipe, Precision.FLOAT32).masks())
        .isEqualTo(4 * (20 + 30 + 4 + 6) + 4 * 10 * 3 + 2 * 4 * 36 + 16 * 36);
    assertThat(cost(all, recipe, Precision.BF16).masks())
        .isEqualTo(2 * (20 + 30 + 4 + 6) + 2 * 10 * 3 + 2 * 2 * 36 + 16 * 36);
  }

  /** Spelt out where cuDNN multiplies one-hot vectors, else rows of W are summed. */
  @Test
  void oneHotInputIsSpeltOutOrLookedUp() {
    Recipe recipe = new Recipe(SGD);
    LanguageNetwork spelt = new LanguageNetwork(InputKind.ONE_HOT, 0, CellKind.LSTM, 1, 3, 5, 0, 1);
    // W 12 x 5, U, b, output.
    double parameters = 4 * 2 * (60 + 36 + 12 + 20) + 2 * 4 * (60 + 36 + 12);
    GpuCost cost = cost(spelt, recipe, Precision.FLOAT32);
    assertThat(cost.parameters()).isEqualTo(parameters);
    assertThat(cost.activations()).isEqualTo(2 * 4 * WINDOW * (12 + 9) + 4 * WINDOW * 5);
    Recipe cut =
        new Recipe(SGD, 0, ScheduledSampling.NONE, new Truncation(Truncation.Kind.RANDOMISED, 0.5));
    GpuCost own = cost(spelt, cut, Precision.FLOAT32);
    assertThat(own.parameters()).isEqualTo(parameters + 4 * 60);
    assertThat(own.activations()).isEqualTo(2 * 4 * WINDOW * (12 + 9));
  }

  /** Parameters, the layer's in cuDNN's order, activations and the buffers of scores. */
  @Test
  void whoScoresNeedsNoGradients() {
    GpuCost cost = GpuCost.toScore(SPEC, WINDOW);
    assertThat(cost.parameters()).isEqualTo(4 * (102 + 72));
    assertThat(cost.activations()).isEqualTo(4 * WINDOW * (2 + 12 + 9));
    assertThat(cost.masks()).isZero();
    assertThat(cost.scores()).isEqualTo(2.0 * 4 * (1 << 23));
  }
}
