package org.seqlm.neural.learner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.optimizer.InnerOptimizer;

/** What a worker needs of a GPU, by hand. */
class GpuCostTest {
  @Test
  void isCountedByHand() {
    NetworkSpec spec = new NetworkSpec(InputKind.EMBEDDING, 2, CellKind.LSTM, 1, 3, 5, 0, 1);
    InnerOptimizer adam = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 0, 0);
    NetworkCost cost = NetworkCost.of(spec, adam, token -> 0, NetworkCost.Lookup.FREE);
    // Embedding 5 x 2, W 12 x 2, U 12 x 3, b 12, output 5 x 3 + 5.
    assertThat(cost.parameters()).isEqualTo(102);
    int window = 10;
    GpuCost wide = GpuCost.of(spec, cost, adam, window, Precision.FLOAT32);
    // Parameters, gradients, two moments, what Adam works in; the layer's 72 for cuDNN and back.
    assertThat(wide.parameters()).isEqualTo(4 * 102 * 5 + 2 * 4 * 72);
    // A token's vector, and of the layer 12 gates, h, c and what is read.
    assertThat(wide.activations()).isEqualTo(2 * 4 * window * (2 + 12 + 9));
    assertThat(wide.scores()).isEqualTo(window * 5 * 16);
    assertThat(GpuCost.of(spec, cost, adam, window, Precision.TF32)).isEqualTo(wide);
    GpuCost narrow = GpuCost.of(spec, cost, adam, window, Precision.BF16);
    assertThat(narrow.parameters()).isEqualTo(4 * 102 * 5 + 2 * 2 * 102 + 2 * 2 * 72);
    assertThat(narrow.activations()).isEqualTo(wide.activations() / 2);
    assertThat(wide.total())
        .isEqualTo(wide.parameters() + wide.activations() + wide.scores() + GpuCost.LIBRARIES);
  }
}
