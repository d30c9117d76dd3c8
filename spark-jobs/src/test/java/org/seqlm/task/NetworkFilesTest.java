package org.seqlm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.network.Alignment;
import org.seqlm.neural.network.AttentionBody;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Frames;
import org.seqlm.neural.network.Gaps;
import org.seqlm.neural.network.Grid;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.neural.network.Series;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.network.Tagger;

class NetworkFilesTest {
  private static final AttentionBody ATTENTION = new AttentionBody(2, 8, 2, 16, 0.25);

  private static RecurrentBody layers(CellKind cell, Direction way) {
    return new RecurrentBody(cell, 2, 8, way);
  }

  /** Every value of every kind stands in one of them. */
  private static List<Network> all() {
    List<Network> all = new ArrayList<>();
    for (CellKind cell : CellKind.values()) {
      all.add(
          new Tagger(
              StepInput.tokens(9, 4),
              new RecurrentBody(
                  cell,
                  cell.hasActivation() ? Activation.RELU : Activation.TANH,
                  1,
                  5,
                  Direction.BOTH,
                  0.5,
                  cell == CellKind.LSTM ? 1.5 : 0),
              3));
    }
    all.add(
        new Tagger(
            StepInput.vectors(3),
            new RecurrentBody(
                CellKind.RNN,
                Activation.step(0.25, Activation.AtThreshold.ONE),
                1,
                5,
                Direction.FORWARD,
                0,
                0),
            3));
    for (Pooling pooling : Pooling.values()) {
      all.add(
          pooling == Pooling.CLASS_TOKEN
              ? new Classifier(StepInput.tokens(9, 8), ATTENTION, pooling, 4)
              : new Classifier(
                  StepInput.vectors(3), layers(CellKind.GRU, Direction.BOTH), pooling, 2));
    }
    RecurrentBody decoder = layers(CellKind.LSTM, Direction.FORWARD);
    for (Alignment alignment : Alignment.values()) {
      all.add(
          new SequenceToSequence(
              StepInput.tokens(9, 4),
              layers(CellKind.LSTM, Direction.BOTH),
              7,
              4,
              decoder,
              alignment,
              SequenceToSequence.Feeding.TOKENS));
    }
    all.add(
        new SequenceToSequence(
            StepInput.vectors(3),
            null,
            7,
            0,
            decoder,
            Alignment.NONE,
            SequenceToSequence.Feeding.NOTHING));
    for (Gaps gaps : Gaps.values()) {
      all.add(new Series(3, new RecurrentBody(CellKind.GRU, 1, 4, Direction.FORWARD), gaps));
    }
    all.add(
        new Grid(
            List.of(3, 2), 1, 2, Grid.Cell.LSTM, 4, Grid.Directions.ALL, Grid.Readout.LAST, 2));
    all.add(
        new Grid(List.of(5), 2, 1, Grid.Cell.RNN, 4, Grid.Directions.ONE, Grid.Readout.MEAN, 2));
    all.add(
        new Frames(
            4,
            6,
            1,
            3,
            Frames.Reader.PATCHES,
            2,
            ATTENTION,
            0,
            layers(CellKind.LSTM, Direction.BOTH),
            2));
    all.add(new Frames(4, 6, 1, 3, Frames.Reader.SPACE_TIME, 2, ATTENTION, 0, null, 2));
    all.add(new Frames(4, 6, 1, 1, Frames.Reader.PATCHES, 2, ATTENTION, 0, null, 2));
    all.add(
        new Frames(
            4,
            6,
            1,
            3,
            Frames.Reader.CONVOLUTION,
            2,
            null,
            5,
            layers(CellKind.GRU, Direction.FORWARD),
            2));
    return all;
  }

  private static Network read(String file) throws IOException {
    return NetworkFiles.read(file.getBytes(StandardCharsets.UTF_8), "run/network.json", "run");
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws IOException {
    Set<String> files = new HashSet<>();
    for (Network network : all()) {
      String file = NetworkFiles.write(network);
      assertThat(files.add(file)).as(file).isTrue();
      Network read = read(file);
      assertThat(read).isEqualTo(network);
      assertThat(NetworkFiles.write(read)).isEqualTo(file);
      assertThat(NetworkFiles.differences(read, network)).isEmpty();
    }
  }

  @Test
  void whatIsNoneOfThemIsTold() {
    for (String[] one :
        new String[][] {
          {
            "{\"type\":\"juggler\",\"network\":{}}",
            "run/network.json is of a network that this build does not know, \"juggler\""
          },
          {"{\"type\":\"tagger\",\"network\":{\"tags\":\"x\"}}", "run/network.json is damaged: "},
          {"{\"type\":\"series\",\"network\":{\"fea", "run/network.json is damaged: "},
          {"{\"type\":\"series\",\"network\":{\"features\":1}}", "run/network.json is damaged: "}
        }) {
      assertThatThrownBy(() -> read(one[0]))
          .as(one[0])
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
          .hasMessageStartingWith(one[1])
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void aLanguageModelIsTheWrongModelNotADamagedOne() {
    assertThatThrownBy(() -> read("{\"network\":{}}"))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessage(
            "run is a language model, for which there is text with seqlm evaluate, score and"
                + " generate: give a network over examples");
  }

  @Test
  void networksDifferByTheirValuesButDropoutAndFirstBiases() {
    Classifier one =
        new Classifier(
            StepInput.tokens(9, 4),
            new RecurrentBody(CellKind.LSTM, 1, 6, Direction.BOTH),
            Pooling.LAST,
            2);
    Classifier dropped =
        new Classifier(
            StepInput.tokens(9, 4),
            new RecurrentBody(CellKind.LSTM, Activation.TANH, 1, 6, Direction.BOTH, 0.5, 1),
            Pooling.LAST,
            2);
    Classifier other =
        new Classifier(
            StepInput.tokens(9, 5),
            new RecurrentBody(CellKind.GRU, 1, 6, Direction.BOTH),
            Pooling.MAX,
            2);
    assertThat(NetworkFiles.differences(one, dropped)).isEmpty();
    // These have as many parameters where only the pooling differs; they are others still.
    assertThat(NetworkFiles.differences(one, other))
        .containsExactly(
            "input.width is 4 there and 5 here",
            "body.cell is lstm there and gru here",
            "pooling is last there and max here");
    assertThat(
            NetworkFiles.differences(
                one, new Classifier(StepInput.tokens(9, 8), ATTENTION, Pooling.CLASS_TOKEN, 2)))
        .contains("body.cell is lstm there and none here", "body.heads is none there and 2 here");
    assertThat(NetworkFiles.differences(one, new Tagger(one.input(), one.body(), 2)))
        .containsExactly("it is a classifier there and a tagger here");
  }
}
