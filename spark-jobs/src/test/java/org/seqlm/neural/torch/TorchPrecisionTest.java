package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;

/** What bfloat16, 8 bits of precision, may and may not change. */
class TorchPrecisionTest {
  private static final int VOCABULARY = 50;
  private static final int BATCH = 4;
  private static final int TIME = 12;

  private static final Execution BF16 = new Execution(Execution.Device.CPU, Precision.BF16);

  private static LanguageNetwork network(CellKind cell, OutputKind output) {
    return new LanguageNetwork(
        InputKind.EMBEDDING,
        32,
        cell,
        Activation.TANH,
        2,
        32,
        VOCABULARY,
        0,
        0,
        1,
        output,
        output == OutputKind.ADAPTIVE ? List.of(10, 30) : List.of());
  }

  static Stream<LanguageNetwork> networks() {
    return Stream.concat(
        Arrays.stream(CellKind.values()).map(cell -> network(cell, OutputKind.FULL)),
        Stream.of(
            network(CellKind.LSTM, OutputKind.TIED), network(CellKind.LSTM, OutputKind.ADAPTIVE)));
  }

  private static double[] logProbabilities(
      LanguageNetwork spec, float[] values, Precision precision) {
    TorchThreads.one();
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network =
          new TorchNetwork(spec, values, BATCH, TIME, TorchDevice.cpu(), precision);
      List<TorchWindow> windows = Windows.of(VOCABULARY, BATCH, TIME, 4);
      return windows.stream()
          .flatMapToDouble(window -> Arrays.stream(network.logProbabilities(window)))
          .toArray();
    }
  }

  private static double gap(double[] a, double[] b) {
    double gap = 0;
    for (int i = 0; i < a.length; i++) {
      gap = Math.max(gap, Math.abs(a[i] - b[i]));
    }
    return gap;
  }

  /**
   * Scores of 32 products of values around 1 are off by some 32^½ · 2^-9 ≈ 0.01, those of the tied
   * output, whose weights are not divided by √H, by more.
   */
  @ParameterizedTest
  @MethodSource("networks")
  void logProbabilitiesStayClose(LanguageNetwork spec) {
    float[] values = InitialParameters.create(spec, 3);
    double[] wide = logProbabilities(spec, values, Precision.FLOAT32);
    double[] narrow = logProbabilities(spec, values, Precision.BF16);
    assertThat(gap(wide, narrow)).isBetween(1e-5, spec.output() == OutputKind.TIED ? 0.15 : 0.03);
    assertThat(Arrays.stream(narrow).average().orElseThrow())
        .isCloseTo(Arrays.stream(wide).average().orElseThrow(), within(0.003));
  }

  /** The same training in both comes to almost the same loss. */
  @ParameterizedTest
  @MethodSource("networks")
  void trainsAlike(LanguageNetwork spec) {
    InnerOptimizer adam = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 1, 0);
    float[] values = InitialParameters.create(spec, 3);
    // One window again and again.
    Iterator<TorchWindow> wide =
        Stream.generate(() -> Windows.of(VOCABULARY, BATCH, TIME, 1).get(0)).iterator();
    WorkerResult begun =
        new TorchLearner(spec, new Recipe(adam), BF16)
            .run(values, WorkerState.FRESH, wide, Windows.plan(0, 0.003, 1));
    WorkerResult exact =
        new TorchLearner(spec, new Recipe(adam), Execution.CPU)
            .run(values, WorkerState.FRESH, wide, Windows.plan(0, 0.003, 30));
    WorkerResult rough =
        new TorchLearner(spec, new Recipe(adam), BF16)
            .run(values, WorkerState.FRESH, wide, Windows.plan(0, 0.003, 30));
    assertThat(rough.loss()).isLessThan(0.9 * begun.loss());
    assertThat(rough.loss()).isCloseTo(exact.loss(), within(0.02));
  }

  private static float rounded(float value) {
    int bits = Float.floatToIntBits(value);
    return Float.intBitsToFloat((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000);
  }

  /**
   * The parameters stay float32: an update far below a bfloat16's last digit is kept whole, and
   * many of them come to something.
   */
  @Test
  void smallUpdatesAreNotLost() {
    LanguageNetwork spec = network(CellKind.LSTM, OutputKind.FULL);
    InnerOptimizer plain = new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0);
    float[] values = InitialParameters.create(spec, 3);
    for (int i = 0; i < values.length; i++) {
      values[i] = rounded(values[i]);
    }
    TorchLearner learner = new TorchLearner(spec, new Recipe(plain), BF16);
    List<TorchWindow> windows = Windows.of(VOCABULARY, BATCH, TIME, 1);
    // Large enough to see the gradient in the difference.
    float[] large =
        learner
            .run(values, WorkerState.FRESH, windows.iterator(), Windows.plan(0, 1, 1))
            .parameters();
    double small = 1.0 / 1024;
    float[] after =
        learner
            .run(values, WorkerState.FRESH, windows.iterator(), Windows.plan(0, small, 1))
            .parameters();
    int moved = 0;
    int lostInBf16 = 0;
    for (int i = 0; i < values.length; i++) {
      double step = small * (large[i] - values[i]);
      double ulp = Math.ulp(values[i]) + small * Math.ulp(large[i]);
      assertThat((double) after[i] - values[i]).isCloseTo(step, within(ulp));
      if (after[i] != values[i]) {
        moved++;
        lostInBf16 += rounded(after[i]) == values[i] ? 1 : 0;
      }
    }
    assertThat(moved).isGreaterThan(values.length / 2);
    assertThat(lostInBf16).isGreaterThan(moved * 9 / 10);
  }
}
