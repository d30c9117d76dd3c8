package org.seqlm.neural.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.Alignment;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.ExampleCost;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.optimizer.OuterOptimizer;
import org.seqlm.neural.optimizer.SynchronousUpdate;
import org.seqlm.neural.plain.RecurrentLanguageModelTest;

class NetworkCostTest {
  private static final InnerOptimizer SGD = new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0);
  private static final InnerOptimizer ADAM = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 5, 0);

  private static NetworkCost cost(LanguageNetwork spec) {
    return NetworkCost.of(spec, SGD, token -> 1, NetworkCost.Lookup.FREE);
  }

  /**
   * The closed forms of an encoder–decoder of tied length: an embedding as a one-hot product, an
   * encoder, a decoder that reads no input, an output.
   */
  @Test
  void agreesWithTheClosedFormOfAnEncoderDecoder() {
    for (int[] size : new int[][] {{5, 7, 11, 1}, {64, 128, 1000, 20}, {1, 1, 2, 3}}) {
      int m = size[0];
      int h = size[1];
      int v = size[2];
      int steps = size[3];
      RecurrentBody body =
          new RecurrentBody(CellKind.RNN, Activation.SIGMOID, 1, h, Direction.FORWARD, 0, 0);
      SequenceToSequence network =
          new SequenceToSequence(
              StepInput.tokens(v, m),
              body,
              v,
              0,
              body,
              Alignment.NONE,
              SequenceToSequence.Feeding.NOTHING);
      NetworkCost cost =
          NetworkCost.of(network, SGD, ExampleCost.Lengths.tied(steps), NetworkCost.Lookup.PRODUCT);
      assertThat(cost.parts().stream().map(NetworkCost.Part::name))
          .containsExactly("source embedding", "encoder layer 1", "decoder layer 1", "output");
      long operations = 4L * h * h + 4 * h + 2 * m * h + 2 * m * v + 2 * h * v - m + 2 * v;
      assertThat(cost.forward()).isEqualTo(steps * operations);
      assertThat(cost.parameters()).isEqualTo(m * v + m * h + 2 * h * h + h * v + 2 * h + v);
      assertThat(cost.parameters()).isEqualTo(network.layout().size());
    }
  }

  static java.util.stream.Stream<LanguageNetwork> networks() {
    return RecurrentLanguageModelTest.networks();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void parametersAreTheLayouts(LanguageNetwork spec) {
    assertThat(cost(spec).parameters()).isEqualTo(spec.layout().size());
  }

  /** Of 2 units, after each layer: sums, difference, square, scale, gain and bias. */
  @Test
  void normByHand() {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 3, CellKind.LSTM, 2, 2, 4, 0, 0)
            .with(Normalisation.LAYER);
    List<NetworkCost.Part> parts = cost(spec).parts();
    assertThat(parts.stream().map(NetworkCost.Part::name))
        .containsExactly("embedding", "layer 1", "norm 1", "layer 2", "norm 2", "output");
    assertThat(parts.get(2)).isEqualTo(new NetworkCost.Part("norm 1", 4, 14, 28, 4));
  }

  /** LSTM of 2 units over 3 inputs and 4 tokens. */
  @Test
  void lstmByHand() {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 3, CellKind.LSTM, 1, 2, 4, 0, 0);
    NetworkCost.Part layer = cost(spec).parts().get(1);
    assertThat(layer.parameters()).isEqualTo(8 * 3 + 8 * 2 + 8);
    // Products 8(2·3 − 1) and 8(2·2 − 1), their sum, the bias; a unit: σσσ tanh tanh 10, f c + i g
    // 3, o tanh(c) 1.
    assertThat(layer.forward()).isEqualTo(40 + 24 + 8 + 8 + 2 * 14);
    // Inputs 3·15 and 2·15, weights 2·24 and 2·16, bias 8, twice the element-wise ones.
    assertThat(layer.backward()).isEqualTo(45 + 30 + 48 + 32 + 8 + 2 * 28);
    NetworkCost.Part output = cost(spec).parts().get(2);
    assertThat(output.forward()).isEqualTo(4 * 3 + 4 + 8);
    assertThat(output.backward()).isEqualTo(2 * 7 + 2 * 8 + 4 + 4);
    assertThat(cost(spec).step(10))
        .isEqualTo(10 * (cost(spec).forward() + cost(spec).backward()) + 2 * (12 + 48 + 12));
  }

  @Test
  void lookingUpATokenCostsNoProduct() {
    LanguageNetwork spec = new LanguageNetwork(InputKind.ONE_HOT, 0, CellKind.RNN, 1, 2, 5, 0, 0);
    NetworkCost.Part free = cost(spec).parts().get(0);
    NetworkCost.Part product =
        NetworkCost.of(spec, SGD, token -> 1, NetworkCost.Lookup.PRODUCT).parts().get(0);
    assertThat(product.forward() - free.forward()).isEqualTo(2 * (2 * 5 - 1));
    assertThat(product.backward() - free.backward()).isEqualTo(2 * 2 * 5 - 2);
  }

  /** Rarer tokens make an adaptive output cheaper; a cluster nobody reads costs nothing. */
  @Test
  void clustersCountByTheirTokens() {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 8, CellKind.LSTM, 1, 8, 100, 0, 0)
            .with(OutputKind.ADAPTIVE, List.of(10, 40));
    double head = 12 * 15 + 2 * 12;
    double first = 2 * 15 + 30 * 3 + 2 * 30; // 2 wide
    double second = 15 + 60 * 1 + 2 * 60; // 1 wide
    assertThat(output(spec, token -> token < 10 ? 3 : 0)).isEqualTo(head);
    assertThat(output(spec, token -> token == 0 ? 6 : token == 39 ? 3 : token == 40 ? 1 : 0))
        .isCloseTo(head + 0.3 * first + 0.1 * second, within(1e-9));
    assertThat(output(spec, token -> 0)).isCloseTo(head + 0.3 * first + 0.6 * second, within(1e-9));
  }

  private static double output(LanguageNetwork spec, java.util.function.IntToLongFunction counts) {
    NetworkCost cost = NetworkCost.of(spec, SGD, counts, NetworkCost.Lookup.FREE);
    return cost.parts().get(cost.parts().size() - 1).forward();
  }

  @Test
  void memoryByHand() {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 3, CellKind.LSTM, 1, 2, 4, 0, 0);
    NetworkCost cost = NetworkCost.of(spec, ADAM, token -> 1, NetworkCost.Lookup.FREE);
    assertThat(cost.updatePerParameter()).isEqualTo(12 + 3);
    double p = 4 * 72;
    NetworkCost.Memory memory =
        cost.memory(
            ADAM,
            InnerMoments.LOCAL,
            new OuterOptimizer(OuterOptimizer.Kind.NESTEROV, 1, 0.5),
            20,
            1000);
    assertThat(memory.atLeast()).isEqualTo(4 * p);
    // A token: its vector 3, gates 8, h, c and what is passed on 6; logits and their gradient.
    assertThat(memory.activations()).isEqualTo(4 * 20 * (3 + 8 + 6));
    assertThat(memory.logits()).isEqualTo(4 * 20 * 8);
    assertThat(memory.engine())
        .isEqualTo(memory.atLeast() + memory.activations() + memory.logits());
    assertThat(memory.heap()).isEqualTo(6 * p + 4000);
    assertThat(memory.average()).isEqualTo(5 * p);
    NetworkCost.Memory averaged =
        cost.memory(ADAM, InnerMoments.AVERAGED, OuterOptimizer.plain(), 20, 1000);
    assertThat(averaged.average()).isEqualTo(7 * p);
    // Of a longer text a worker holds a part, or one window.
    assertThat(averaged.heap()).isEqualTo(6 * p + 4000);
    for (int window : new int[] {20, 1 << 20}) {
      NetworkCost.Memory longer =
          cost.memory(ADAM, InnerMoments.AVERAGED, OuterOptimizer.plain(), window, 1e9);
      assertThat(longer.heap()).isEqualTo(6 * p + 4.0 * Math.max(window, 1 << 19));
    }
  }

  /**
   * Decay costs two operations, AdamW's one; moments, sums and what the driver keeps are arrays.
   */
  @Test
  void updatesCostWhatTheyAre() {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 3, CellKind.LSTM, 1, 2, 4, 0, 0);
    int[] operations = {12, 12 + 1, 2, 4, 6, 9, 7};
    int[] moments = {2, 2, 0, 1, 1, 1, 1};
    double p = 4 * 72;
    for (InnerOptimizer.Kind kind : InnerOptimizer.Kind.values()) {
      InnerOptimizer optimizer = new InnerOptimizer(kind, 0, 0);
      NetworkCost cost = NetworkCost.of(spec, optimizer, token -> 1, NetworkCost.Lookup.FREE);
      assertThat(cost.updatePerParameter()).as("%s", kind).isEqualTo(operations[kind.ordinal()]);
      int kept = moments[kind.ordinal()];
      NetworkCost.Memory two =
          cost.memory(
              new Recipe(optimizer, 2),
              InnerMoments.LOCAL,
              OuterOptimizer.plain(),
              NetworkCost.ExtraArrays.NOTHING,
              20,
              1000);
      assertThat(two.atLeast()).isEqualTo((3 + kept) * p);
      assertThat(two.average()).isEqualTo(3 * p);
      NetworkCost.Memory synchronous =
          cost.memory(
              new Recipe(optimizer),
              InnerMoments.LOCAL,
              new SynchronousUpdate(optimizer),
              NetworkCost.ExtraArrays.NOTHING,
              20,
              1000);
      assertThat(synchronous.atLeast()).isEqualTo(3 * p);
      assertThat(synchronous.average()).isEqualTo((3 + 2 * kept) * p);
    }
    InnerOptimizer decaying =
        new InnerOptimizer(
            InnerOptimizer.Kind.SGD,
            1,
            1,
            new InnerOptimizer.Settings(null, null, null, null, null, 0.1));
    assertThat(
            NetworkCost.of(spec, decaying, token -> 1, NetworkCost.Lookup.FREE)
                .updatePerParameter())
        .isEqualTo(2 + 2 + 3 + 2);
  }
}
