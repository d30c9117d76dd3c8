package org.seqlm.neural.torch.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Gaps;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.Series;

class SeriesModuleTest {
  private static final int FEATURES = 2;
  private static final int[] LENGTHS = {5, 2, 6};
  private static final int TIME = 6;

  private static Series network(Gaps gaps, double drop) {
    return new Series(
        FEATURES,
        new RecurrentBody(CellKind.LSTM, Activation.TANH, 2, 3, Direction.FORWARD, drop, 1),
        gaps);
  }

  private static Batch batch(long seed, int from, int to, int time) {
    int size = to - from;
    float[] values = new float[size * time * FEATURES];
    int[] observed = new int[values.length];
    for (int b = 0; b < size; b++) {
      Random random = new Random(seed + from + b);
      for (int i = 0; i < time * FEATURES; i++) {
        observed[b * time * FEATURES + i] = random.nextInt(10) < 7 ? 1 : 0;
        values[b * time * FEATURES + i] = (float) random.nextGaussian();
      }
    }
    return new Batch(size)
        .put("values", new Batch.Floats(values, size, time, FEATURES))
        .put("observed", new Batch.Ints(observed, size, time, FEATURES))
        .putLengths("values", Arrays.copyOfRange(LENGTHS, from, to));
  }

  @ParameterizedTest
  @EnumSource(Gaps.class)
  void gradientsAreThoseOfDifferences(Gaps gaps) {
    Differences.check(
        network(gaps, 0.3), batch(3, 0, 3, TIME), new DropoutMasks(1, 2, 3), Differences.PLAIN);
  }

  @ParameterizedTest
  @EnumSource(Gaps.class)
  void lossAndPredictionsAtOnceAreTheSame(Gaps gaps) {
    Differences.checkScored(network(gaps, 0.3), batch(3, 0, 3, TIME));
  }

  /** A batch's loss and gradient are those of its series, each alone and without padding. */
  @ParameterizedTest
  @EnumSource(Gaps.class)
  void paddingChangesNothing(Gaps gaps) {
    Series network = network(gaps, 0);
    float[] parameters = Differences.parameters(network, 1);
    Batch all = batch(3, 0, 3, TIME);
    Differences.Found found = Differences.found(network, parameters, all);
    Predictions.Gaussians predicted =
        (Predictions.Gaussians) Differences.predict(network, parameters, all);
    double nats = 0;
    double read = 0;
    long targets = 0;
    double[] gradient = new double[parameters.length];
    for (int b = 0; b < LENGTHS.length; b++) {
      Differences.Found one =
          Differences.found(network, parameters, batch(3, b, b + 1, LENGTHS[b]));
      nats += one.nats() * one.targets();
      targets += one.targets();
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += one.gradient()[i] * one.targets();
      }
      // What is predicted is what the loss is made of, but for steps before which nothing is read.
      int first = 1;
      int from = b * TIME * FEATURES;
      int[] observed = all.ints("observed").values();
      while (gaps == Gaps.DROP
          && first < LENGTHS[b]
          && observed[from + (first - 1) * FEATURES] * observed[from + first * FEATURES - 1] == 0) {
        first++;
      }
      for (int i = from + first * FEATURES; i < from + LENGTHS[b] * FEATURES; i++) {
        double s = predicted.logVariances()[i];
        double away = all.floats("values").values()[i] - predicted.means()[i];
        double density = 0.5 * (Math.log(2 * Math.PI) + s + away * away * Math.exp(-s));
        read += observed[i] * density;
      }
      assertThat(predicted.means()[from]).isZero();
    }
    assertThat(targets).isEqualTo(found.targets());
    assertThat(nats / targets).isCloseTo(found.nats(), within(1e-9));
    assertThat(read / targets).isCloseTo(found.nats(), within(1e-5));
    for (int i = 0; i < gradient.length; i++) {
      assertThat(gradient[i] / targets).isCloseTo(found.gradient()[i], within(1e-9));
    }
  }

  /** With nothing missing, what fills gaps does nothing. */
  @Test
  void withoutGapsAllAreEqual() {
    Batch batch = batch(3, 0, 3, TIME);
    int[] all = new int[3 * TIME * FEATURES];
    Arrays.fill(all, 1);
    batch.put("observed", new Batch.Ints(all, 3, TIME, FEATURES));
    double expected = 0;
    for (Gaps gaps : Gaps.values()) {
      if (gaps.inputs() == 1) {
        Series network = network(gaps, 0);
        double nats = Differences.found(network, Differences.parameters(network, 1), batch).nats();
        expected = expected == 0 ? nats : expected;
        assertThat(nats).as(gaps.name()).isCloseTo(expected, within(1e-9));
      }
    }
  }

  /** Where nothing can be predicted there is no loss, and no gradient. */
  @Test
  void aBatchWithoutTargetsHasNoLoss() {
    Series network = network(Gaps.DROP, 0);
    Batch batch = batch(3, 1, 2, 2);
    batch.put("observed", new Batch.Ints(new int[4], 1, 2, FEATURES));
    Differences.Found found = Differences.found(network, Differences.parameters(network, 1), batch);
    assertThat(found.nats()).isZero();
    assertThat(found.targets()).isZero();
    assertThat(found.gradient()).containsOnly(0);
  }
}
