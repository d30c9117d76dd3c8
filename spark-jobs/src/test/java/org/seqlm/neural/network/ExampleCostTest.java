package org.seqlm.neural.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Operations;
import org.seqlm.neural.network.ExampleCost.Lengths;
import org.seqlm.neural.network.ExampleCost.Row;
import org.seqlm.neural.network.SequenceToSequence.Feeding;

class ExampleCostTest {
  private static final StepInput TOKENS = StepInput.tokens(11, 3);
  private static final StepInput VECTORS = StepInput.vectors(2);

  private static RecurrentBody layers(CellKind cell, int layers, int hidden, Direction direction) {
    return new RecurrentBody(cell, layers, hidden, direction);
  }

  /** A token's vector is looked up. */
  private static List<Row> rows(Network network, int input, int target) {
    return ExampleCost.rows(
        network, new Lengths(input, target), (width, tokens) -> new Operations(0, width, width));
  }

  private static double forward(List<Row> rows) {
    return rows.stream().mapToDouble(row -> row.operations().forward()).sum();
  }

  private static double backward(List<Row> rows) {
    return rows.stream().mapToDouble(row -> row.operations().backward()).sum();
  }

  private static Row row(List<Row> rows, String name) {
    return rows.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  static Stream<Network> networks() {
    List<Network> networks = new ArrayList<>();
    AttentionBody blocks = new AttentionBody(2, 4, 2, 6, 0);
    for (CellKind cell : CellKind.values()) {
      RecurrentBody both = layers(cell, 2, 3, Direction.BOTH);
      RecurrentBody one = layers(cell, 2, 3, Direction.FORWARD);
      networks.add(new Tagger(TOKENS, both, 4));
      for (Alignment alignment : Alignment.values()) {
        for (Feeding feeding : Feeding.values()) {
          networks.add(new SequenceToSequence(TOKENS, both, 7, 2, one, alignment, feeding));
        }
      }
      networks.add(new SequenceToSequence(TOKENS, one, 7, 2, one, Alignment.NONE, Feeding.NOTHING));
      networks.add(
          new SequenceToSequence(VECTORS, null, 7, 2, one, Alignment.NONE, Feeding.TOKENS));
      for (Gaps gaps : Gaps.values()) {
        networks.add(new Series(3, one, gaps));
      }
    }
    for (Pooling pooling : Pooling.values()) {
      if (pooling != Pooling.LAST) {
        networks.add(new Classifier(VECTORS, blocks, pooling, 3));
      }
      if (pooling != Pooling.CLASS_TOKEN) {
        networks.add(
            new Classifier(TOKENS, layers(CellKind.GRU, 1, 3, Direction.BOTH), pooling, 3));
      }
    }
    for (Grid.Cell cell : Grid.Cell.values()) {
      for (Grid.Readout readout : Grid.Readout.values()) {
        for (Grid.Directions directions : Grid.Directions.values()) {
          networks.add(new Grid(List.of(3, 2), 2, 2, cell, 4, directions, readout, 5));
        }
      }
    }
    RecurrentBody over = layers(CellKind.LSTM, 1, 3, Direction.BOTH);
    networks.add(new Frames(4, 6, 1, 1, Frames.Reader.PATCHES, 2, blocks, 0, null, 3));
    networks.add(new Frames(4, 6, 1, 5, Frames.Reader.PATCHES, 2, blocks, 0, over, 3));
    networks.add(new Frames(4, 6, 1, 5, Frames.Reader.CONVOLUTION, 2, null, 5, over, 3));
    networks.add(new Frames(4, 6, 1, 5, Frames.Reader.SPACE_TIME, 2, blocks, 0, null, 3));
    return networks.stream();
  }

  /** Every parameter is in one row, and every row has something. */
  @ParameterizedTest
  @MethodSource("networks")
  void parametersAreTheLayouts(Network network) {
    List<Row> rows = rows(network, 4, 3);
    assertThat(rows.stream().mapToLong(Row::parameters).sum()).isEqualTo(network.layout().size());
    assertThat(rows.stream().map(Row::name)).doesNotHaveDuplicates();
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(row.operations().forward() + row.parameters())
                    .as(row.name())
                    .isPositive());
  }

  /** A step of a tagger is one of a language model, T times. */
  @Test
  void everyStepCosts() {
    Network tagger = new Tagger(TOKENS, layers(CellKind.LSTM, 1, 2, Direction.FORWARD), 4);
    List<Row> rows = rows(tagger, 10, 1);
    assertThat(rows.stream().map(Row::name)).containsExactly("embedding", "layer 1", "output");
    // As the language model's worked case: LSTM of 2 units over 3 inputs and 4 tokens.
    assertThat(rows.get(1).operations().forward()).isEqualTo(10 * (40 + 24 + 8 + 8 + 2 * 14));
    assertThat(rows.get(1).operations().backward())
        .isEqualTo(10 * (45 + 30 + 48 + 32 + 8 + 2 * 28));
    assertThat(rows.get(1).operations().activations()).isEqualTo(10 * (8 + 6));
    assertThat(rows.get(2).operations()).isEqualTo(new Operations(240, 10 * (14 + 16 + 8), 80));
    // Data have no gradient: a product of 8 x 2 less its input's 2 (2 8 - 1).
    Network data = new Tagger(VECTORS, layers(CellKind.LSTM, 1, 2, Direction.BOTH), 4);
    assertThat(row(rows(data, 1, 1), "layer 1").operations().backward())
        .isEqualTo(2 * (30 + 32 + 32 + 8 + 2 * 28));
  }

  /** One vector for all steps, and what pools them. */
  @Test
  void poolingByHand() {
    RecurrentBody body = layers(CellKind.RNN, 1, 2, Direction.FORWARD);
    for (Pooling pooling : List.of(Pooling.LAST, Pooling.MEAN, Pooling.MAX, Pooling.ATTENTION)) {
      List<Row> rows = rows(new Classifier(VECTORS, body, pooling, 3), 5, 1);
      // Each step: 2 (2 2 - 1) twice, their sum, the bias, tanh.
      assertThat(row(rows, "layer 1").operations().forward()).isEqualTo(5 * (6 + 6 + 2 + 2 + 4));
      assertThat(row(rows, "output").operations().forward()).isEqualTo(3 * 3 + 3 + 6);
      double pooled =
          switch (pooling) {
            case MEAN -> 5 * 2;
            case MAX -> 4 * 2;
            // 5 products of 2, a softmax of 5, a sum of 5 weighted vectors of 2.
            case ATTENTION -> 5 * 3 + 2 * 5 + 2 * 9;
            default -> 0;
          };
      assertThat(forward(rows)).isEqualTo(100 + pooled + 18);
    }
  }

  /** Scores, softmax, context and what takes the state's place, of 2 units over 4 steps. */
  @Test
  void attentionByHand() {
    RecurrentBody body = layers(CellKind.RNN, 1, 2, Direction.FORWARD);
    int targets = 3;
    for (Alignment alignment : Alignment.values()) {
      Network network = new SequenceToSequence(TOKENS, body, 7, 2, body, alignment, Feeding.TOKENS);
      List<Row> rows = rows(network, 4, targets);
      if (alignment == Alignment.NONE) {
        assertThat(rows.stream().map(Row::name))
            .containsExactly(
                "source embedding",
                "encoder layer 1",
                "target embedding",
                "decoder layer 1",
                "output");
        continue;
      }
      double keys = 4 * (2 * 3);
      double scores =
          switch (alignment) {
            case ADDITIVE -> 2 * 3 + 4 * 2 + 2 * 4 * 2 + 4 * 3; // Q h, sums, tanh, products
            default -> 4 * 3;
          };
      double weights = alignment == Alignment.HARD ? 3 : 8;
      double context = 2 * 7;
      double combined = 2 * 7 + 4;
      assertThat(row(rows, "attention").operations().forward())
          .isEqualTo(keys + targets * (scores + weights + context + combined));
      assertThat(row(rows, "attention").parameters())
          .isEqualTo(alignment == Alignment.ADDITIVE ? 4 + 2 + 4 + 8 : 4 + 8);
    }
    // Both states of an LSTM through bridges of 2 x 2 with a bias and tanh.
    RecurrentBody decoder = layers(CellKind.LSTM, 1, 2, Direction.FORWARD);
    Network bridged =
        new SequenceToSequence(TOKENS, body, 7, 2, decoder, Alignment.NONE, Feeding.TOKENS);
    Row bridge = row(rows(bridged, 4, targets), "bridge");
    assertThat(bridge.operations().forward()).isEqualTo(2 * (2 * 3 + 2 + 4));
    assertThat(bridge.parameters()).isEqualTo(12);
  }

  /**
   * A grid of 3 x 2: 4 neighbours along the first dimension, 3 along the second. Its parameters are
   * the source's 81.
   */
  @Test
  void gridByHand() {
    Grid.Directions one = Grid.Directions.ONE;
    Grid plain = new Grid(List.of(3, 2), 3, 1, Grid.Cell.RNN, 4, one, Grid.Readout.LAST, 5);
    List<Row> rows = rows(plain, 1, 1);
    assertThat(rows.stream().mapToLong(Row::parameters).sum()).isEqualTo(81);
    double cell = 4 * 5 + 4 + 2 * 4; // the product of 3 inputs, a bias, tanh
    double neighbour = 4 * 7 + 4 + 4; // the product of 4 units, its bias, and their sum
    assertThat(row(rows, "corner 1").operations().forward()).isEqualTo(6 * cell + 7 * neighbour);
    // Backward, the matrices' 2ab, the states' b (2a - 1), the biases, tanh twice.
    assertThat(row(rows, "corner 1").operations().backward())
        .isEqualTo(6 * (24 + 4 + 16) + 7 * (32 + 28 + 4));
    // One dimension is the plain layer but for its first step, which reads no state; and the
    // second bias.
    Grid line = new Grid(List.of(6), 3, 1, Grid.Cell.LSTM, 4, one, Grid.Readout.LAST, 5);
    Operations layer =
        Operations.step(CellKind.LSTM, Activation.TANH, 3, 4, Operations.Reads.DATA).times(6);
    double first = 16 * 7 + 16 + 4 * 4; // U h and its sum; σ of the gate that forgets, f c + …
    assertThat(row(rows(line, 1, 1), "corner 1").operations().forward())
        .isEqualTo(layer.forward() - first + 5 * 16);
  }

  /** A vision transformer of one block over 2 x 2 patches, a class token before them. */
  @Test
  void blocksByHand() {
    AttentionBody body = new AttentionBody(1, 4, 2, 6, 0);
    Network image = new Frames(4, 4, 1, 1, Frames.Reader.PATCHES, 2, body, 0, null, 3);
    List<Row> rows = rows(image, 1, 1);
    assertThat(rows.stream().map(Row::name))
        .containsExactly("patches", "class token", "block 1", "norm", "output");
    assertThat(row(rows, "patches").operations().forward()).isEqualTo(4 * (4 * 7 + 4));
    int n = 5;
    double query = n * 3 + 2 * n + 2 * (2 * n - 1); // one head of width 2
    double token =
        2 * 28 // two norms
            + (12 * 7 + 12)
            + 4 // the scale
            + 2 * query
            + (4 * 7 + 4)
            + (6 * 7 + 6)
            + 3 * 6
            + (4 * 11 + 4)
            + 2 * 4 // residuals
            + 4; // positions
    assertThat(row(rows, "block 1").operations().forward()).isEqualTo(n * token);
    assertThat(row(rows, "norm").operations().forward()).isEqualTo(n * 28);
    // Frames one by one cost as many images; read together, queries have more keys.
    RecurrentBody over = layers(CellKind.RNN, 1, 2, Direction.FORWARD);
    List<Row> five = rows(new Frames(4, 4, 1, 5, Frames.Reader.PATCHES, 2, body, 0, over, 3), 1, 1);
    assertThat(row(five, "block 1").operations())
        .isEqualTo(row(rows, "block 1").operations().times(5));
    List<Row> together =
        rows(new Frames(4, 4, 1, 5, Frames.Reader.SPACE_TIME, 2, body, 0, null, 3), 1, 1);
    double keys = 21 * 3 + 2 * 21 + 2 * 41;
    assertThat(row(together, "block 1").operations().forward())
        .isEqualTo(21 * (token - 2 * query + 2 * keys));
    Network convolved = new Frames(4, 4, 2, 1, Frames.Reader.CONVOLUTION, 2, null, 3, null, 3);
    assertThat(row(rows(convolved, 1, 1), "convolution").operations().forward())
        .isEqualTo(16 * (3 * 35 + 3 + 6));
  }

  /** Two features, an RNN of 3 units over values, masks and times. */
  @Test
  void seriesByHand() {
    RecurrentBody body = layers(CellKind.RNN, 1, 3, Direction.FORWARD);
    List<Row> rows = rows(new Series(2, body, Gaps.DECAY), 4, 1);
    assertThat(rows.stream().map(Row::name)).containsExactly("decay", "layer 1", "output");
    assertThat(row(rows, "decay").operations().forward()).isEqualTo(4 * (8 + 3 * 3 + 3 + 6));
    assertThat(row(rows, "layer 1").operations().forward())
        .isEqualTo(4 * (3 * 11 + 3 * 5 + 3 + 3 + 6));
    assertThat(row(rows, "output").operations().forward()).isEqualTo(4 * (4 * 5 + 4 + 8));
    assertThat(backward(rows)).isPositive();
  }

  @Test
  void aLanguageModelsCostIsATokens() {
    LanguageNetwork language =
        new LanguageNetwork(InputKind.EMBEDDING, 3, CellKind.LSTM, 1, 2, 4, 0, 0);
    assertThatThrownBy(() -> rows(language, 1, 1)).hasMessageContaining("language model");
  }
}
