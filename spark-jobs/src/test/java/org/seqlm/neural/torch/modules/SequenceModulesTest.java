package org.seqlm.neural.torch.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.AttentionBody;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.network.Tagger;
import org.seqlm.neural.optimizer.InnerOptimizer;

/** Classifiers and taggers: gradients, and that padding and the batch change nothing. */
class SequenceModulesTest {
  private static final int CLASSES = 3;
  private static final StepInput TOKENS = StepInput.tokens(5, 3);
  private static final StepInput VECTORS = StepInput.vectors(2);
  private static final int[] LENGTHS = {3, 1, 4};

  private static RecurrentBody layers(CellKind cell, int layers, Direction direction, double drop) {
    return new RecurrentBody(cell, Activation.TANH, layers, 3, direction, drop, 1);
  }

  private static AttentionBody blocks(int blocks, double drop) {
    return new AttentionBody(blocks, 4, 2, 5, drop);
  }

  static Stream<Network> networks() {
    List<Network> networks = new ArrayList<>();
    for (CellKind cell : CellKind.values()) {
      networks.add(new Tagger(TOKENS, layers(cell, 1, Direction.BOTH, 0), CLASSES));
    }
    RecurrentBody relu =
        new RecurrentBody(CellKind.RNN, Activation.RELU, 1, 3, Direction.BOTH, 0, 0);
    networks.add(new Tagger(VECTORS, relu, CLASSES));
    networks.add(new Tagger(VECTORS, layers(CellKind.LSTM, 2, Direction.BOTH, 0.4), CLASSES));
    networks.add(new Tagger(TOKENS, blocks(2, 0.3), CLASSES));
    for (Pooling pooling : Pooling.values()) {
      if (pooling != Pooling.CLASS_TOKEN) {
        networks.add(
            new Classifier(VECTORS, layers(CellKind.GRU, 1, Direction.BOTH, 0), pooling, CLASSES));
      }
      if (pooling != Pooling.LAST) {
        networks.add(new Classifier(TOKENS, blocks(1, 0), pooling, CLASSES));
      }
    }
    networks.add(
        new Classifier(
            TOKENS, layers(CellKind.LSTM, 1, Direction.FORWARD, 0), Pooling.LAST, CLASSES));
    return networks.stream();
  }

  private static Batch batch(Network network) {
    StepInput input =
        network instanceof Tagger tagger ? tagger.input() : ((Classifier) network).input();
    return Batches.of(input, CLASSES, 3, LENGTHS);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsAreThoseOfDifferences(Network network) {
    Recipe smoothed = new Recipe(Differences.PLAIN.optimizer(), 0.2, null, null);
    Differences.check(network, batch(network), new DropoutMasks(1, 2, 3), smoothed);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void lossAndPredictionsAtOnceAreTheSame(Network network) {
    Differences.checkScored(network, batch(network));
  }

  /** A batch's loss and gradient are the means of its examples', each alone without padding. */
  @ParameterizedTest
  @MethodSource("networks")
  void paddingChangesNothing(Network network) {
    float[] parameters = Differences.parameters(network, 1);
    Batch batch = batch(network);
    Differences.Found all = Differences.found(network, parameters, batch);
    double nats = 0;
    double[] gradient = new double[parameters.length];
    long targets = 0;
    Predictions.Labels predicted =
        (Predictions.Labels) Differences.predict(network, parameters, batch);
    for (int b = 0; b < LENGTHS.length; b++) {
      Batch alone = Batches.alone(batch, b, LENGTHS[b]);
      Differences.Found one = Differences.found(network, parameters, alone);
      targets += one.targets();
      nats += one.nats() * one.targets();
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += one.gradient()[i] * one.targets();
      }
      Predictions.Labels label =
          (Predictions.Labels) Differences.predict(network, parameters, alone);
      int first = predicted.ids().length / LENGTHS.length * b;
      double sum = 0;
      for (int i = 0; i < label.ids().length; i++) {
        assertThat(predicted.ids()[first + i]).isEqualTo(label.ids()[i]);
        for (int c = 0; c < CLASSES; c++) {
          double here = label.logProbability(i, c);
          assertThat(predicted.logProbability(first + i, c)).isCloseTo(here, within(1e-6));
          sum += Math.exp(here);
        }
      }
      assertThat(sum).isCloseTo(label.ids().length, within(1e-5));
    }
    assertThat(targets).isEqualTo(all.targets());
    assertThat(nats / targets).isCloseTo(all.nats(), within(1e-9));
    for (int i = 0; i < gradient.length; i++) {
      assertThat(gradient[i] / targets).isCloseTo(all.gradient()[i], within(1e-9));
    }
  }

  /** What is reported is −log p of the target, whatever is differentiated. */
  @Test
  void smoothingChangesTheObjectiveOnly() {
    Network network = new Tagger(TOKENS, layers(CellKind.GRU, 1, Direction.FORWARD, 0), CLASSES);
    float[] parameters = Differences.parameters(network, 1);
    Recipe smoothed =
        new Recipe(
            new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0),
            0.3,
            ScheduledSampling.NONE,
            Truncation.WINDOW);
    Batch batch = batch(network);
    Differences.Found plain = Differences.found(network, parameters, batch);
    Differences.Found found = Differences.found(network, parameters, batch, null, smoothed);
    assertThat(found.nats()).isEqualTo(plain.nats());
    Predictions.Labels labels =
        (Predictions.Labels) Differences.predict(network, parameters, batch);
    double expected = 0;
    int steps = 0;
    for (int b = 0; b < LENGTHS.length; b++) {
      for (int t = 0; t < LENGTHS[b]; t++, steps++) {
        int place = b * 4 + t;
        expected -= 0.7 * labels.logProbability(place, batch.ints("tags").values()[place]);
        for (int c = 0; c < CLASSES; c++) {
          expected -= 0.1 * labels.logProbability(place, c);
        }
      }
    }
    assertThat(found.objective()).isCloseTo(expected / steps, within(1e-6));
  }
}
