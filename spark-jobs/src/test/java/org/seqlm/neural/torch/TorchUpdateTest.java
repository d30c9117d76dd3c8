package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.UserException;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.optimizer.GradientStats;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.optimizer.InnerOptimizer.Kind;
import org.seqlm.neural.optimizer.InnerOptimizer.Settings;
import org.seqlm.neural.optimizer.SynchronousUpdate;
import org.seqlm.neural.torch.device.TorchDevice;

/** Every optimiser, in libtorch and in the driver: worked by hand, and against plain doubles. */
class TorchUpdateTest {
  private static final int PART = 1 << 14;
  private static final int SIZE = 2 * PART + 5; // parts and a rest that is no vector

  /** Parameters after some updates, with the moments and what the updates were made of. */
  private record After(float[] parameters, float[] moments, GradientStats stats) {}

  private static After torch(
      InnerOptimizer optimizer,
      float[] parameters,
      float[][] gradients,
      double rate,
      TorchUpdate.Norms norms,
      int part) {
    TorchDevice.library();
    try (PointerScope scope = new PointerScope()) {
      TorchDevice cpu = TorchDevice.pick(Execution.Device.CPU);
      int size = parameters.length;
      Tensor flat = cpu.of(torch.ScalarType.Float, parameters, size);
      Tensor gradient = cpu.zeros(torch.ScalarType.Float, size);
      Tensor moments = cpu.zeros(torch.ScalarType.Float, optimizer.kind().moments(), size);
      TorchUpdate update = new TorchUpdate(optimizer, flat, gradient, moments, norms, part);
      for (int t = 0; t < gradients.length; t++) {
        gradient.copy_(cpu.of(torch.ScalarType.Float, gradients[t], size));
        update.apply(rate, t + 1);
      }
      return new After(TorchDevice.floats(flat), TorchDevice.floats(moments), update.stats());
    }
  }

  private static After torch(
      InnerOptimizer optimizer, float[] parameters, float[][] gradients, double rate) {
    return torch(optimizer, parameters, gradients, rate, TorchUpdate.Norms.ON_HOST, PART);
  }

  private static float[] driver(
      InnerOptimizer optimizer, float[] parameters, float[][] gradients, double rate) {
    SynchronousUpdate update = new SynchronousUpdate(optimizer);
    float[] state = update.initialState(parameters.length);
    float[] at = parameters;
    for (int t = 0; t < gradients.length; t++) {
      at = update.step(at, gradients[t], state, t + 1, rate);
    }
    return at;
  }

  /**
   * Two steps from 1 at the rate 0.1 with the gradients 0.5 and 0.25 and ε where it can be seen:
   *
   * <ul>
   *   <li>sgd: 1 − 0.05 − 0.025
   *   <li>momentum, μ 0.5: v = 0.5, 0.5; 1 − 0.05 − 0.05
   *   <li>nesterov, μ 0.5: 0.5 + 0.25, then 0.25 + 0.25; 1 − 0.075 − 0.05
   *   <li>adagrad, ε 0.5: v = 0.25, 0.3125; 1 − 0.05 / 1 − 0.025 / (0.559017 + 0.5)
   *   <li>rmsprop, ρ 0.5, ε 0.5: v = 0.125, 0.09375; 1 − 0.05 / 0.853553 − 0.025 / 0.806186
   *   <li>adam, β1 0.5, β2 0.75, ε̂ 0.5: m = 0.25, 0.25; v = 0.0625, 0.0625; the roots are 0.25,
   *       the rates 0.1·0.5/0.5 and 0.1·0.661438/0.75; 1 − 0.1·0.25/0.75 − 0.0881917·0.25/0.75
   *   <li>adamw, λ 0.2, else the same: m̂ = 0.5, 1/3; v̂ = 0.25, 1/7; θ 0.98 − 0.1·0.5/1 = 0.93,
   *       then 0.98·0.93 − 0.1·0.333333/(0.377964 + 0.5)
   *   <li>sgd with λ 0.2: 1 − 0.1·(0.5 + 0.2) = 0.93, then 0.93 − 0.1·(0.25 + 0.186)
   * </ul>
   */
  @ParameterizedTest
  @CsvSource({
    "SGD, , , , , , , 0.925",
    "MOMENTUM, , , , 0.5, , , 0.9",
    "NESTEROV, , , , 0.5, , , 0.875",
    "ADAGRAD, , , 0.5, , , , 0.926393",
    "RMSPROP, , , 0.5, , 0.5, , 0.910411",
    "ADAM, 0.5, 0.75, 0.5, , , , 0.937269",
    "ADAMW, 0.5, 0.75, 0.5, , , 0.2, 0.873433",
    "SGD, , , , , , 0.2, 0.8864"
  })
  void twoStepsByHand(
      Kind kind,
      Double beta1,
      Double beta2,
      Double epsilon,
      Double momentum,
      Double decay,
      Double weightDecay,
      double expected) {
    InnerOptimizer optimizer =
        new InnerOptimizer(
            kind, 0, 0, new Settings(beta1, beta2, epsilon, momentum, decay, weightDecay));
    float[][] gradients = {{0.5f}, {0.25f}};
    assertThat(torch(optimizer, new float[] {1}, gradients, 0.1).parameters()[0])
        .isCloseTo((float) expected, within(2e-6f));
    assertThat(driver(optimizer, new float[] {1}, gradients, 0.1)[0])
        .isCloseTo((float) expected, within(2e-6f));
  }

  /** The papers' formulas, value by value, as they stand there. */
  private static double[] slowly(
      InnerOptimizer optimizer, float[] parameters, float[][] gradients, double rate) {
    Settings s = optimizer.settings();
    double decay = s.weightDecay();
    int size = parameters.length;
    double[] theta = new double[size];
    double[] m = new double[size];
    double[] v = new double[size];
    for (int i = 0; i < size; i++) {
      theta[i] = parameters[i];
    }
    for (int t = 1; t <= gradients.length; t++) {
      double[] g = new double[size];
      double norm = 0;
      for (int i = 0; i < size; i++) {
        g[i] = gradients[t - 1][i];
        if (optimizer.clipValue() > 0 && Math.abs(g[i]) > optimizer.clipValue()) {
          g[i] = Math.signum(g[i]) * optimizer.clipValue();
        }
        norm += g[i] * g[i];
      }
      norm = Math.sqrt(norm);
      for (int i = 0; i < size; i++) {
        if (optimizer.clipNorm() > 0 && norm > optimizer.clipNorm()) {
          g[i] = g[i] * optimizer.clipNorm() / norm;
        }
        if (optimizer.kind() == Kind.ADAMW) {
          theta[i] -= rate * decay * theta[i];
        } else {
          g[i] += decay * theta[i];
        }
        switch (optimizer.kind()) {
          case SGD -> theta[i] -= rate * g[i];
          case MOMENTUM -> {
            v[i] = s.momentum() * v[i] + g[i];
            theta[i] -= rate * v[i];
          }
          case NESTEROV -> {
            v[i] = s.momentum() * v[i] + g[i];
            theta[i] -= rate * (g[i] + s.momentum() * v[i]);
          }
          case ADAGRAD -> {
            v[i] += g[i] * g[i];
            theta[i] -= rate * g[i] / (Math.sqrt(v[i]) + s.epsilon());
          }
          case RMSPROP -> {
            v[i] = s.decay() * v[i] + (1 - s.decay()) * g[i] * g[i];
            theta[i] -= rate * g[i] / (Math.sqrt(v[i]) + s.epsilon());
          }
          case ADAM, ADAMW -> {
            m[i] = s.beta1() * m[i] + (1 - s.beta1()) * g[i];
            v[i] = s.beta2() * v[i] + (1 - s.beta2()) * g[i] * g[i];
            double mHat = m[i] / (1 - Math.pow(s.beta1(), t));
            double vHat = v[i] / (1 - Math.pow(s.beta2(), t));
            // Adam's ε̂ is added to the root of v, which is smaller than that of v̂.
            double root =
                optimizer.kind() == Kind.ADAMW
                    ? Math.sqrt(vHat) + s.epsilon()
                    : (Math.sqrt(v[i]) + s.epsilon()) / Math.sqrt(1 - Math.pow(s.beta2(), t));
            theta[i] -= rate * mHat / root;
          }
        }
      }
    }
    return theta;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  private static double largestGap(float[] values, double[] expected) {
    assertThat(values).hasSameSizeAs(expected);
    double gap = 0;
    for (int i = 0; i < values.length; i++) {
      gap = Math.max(gap, Math.abs(values[i] - expected[i])); // NaN stays
    }
    return gap;
  }

  private static float[] random(SplittableRandom random, int size, double scale) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (scale * random.nextDouble(-1, 1));
    }
    return values;
  }

  private static float[][] gradients(SplittableRandom random, int size) {
    // Of norms about 1.7, 10 and 0.1: the second is clipped to 3.
    return new float[][] {
      random(random, size, 0.016), random(random, size, 0.1), random(random, size, 0.001)
    };
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void equalsPlainDoubles(Kind kind) {
    SplittableRandom random = new SplittableRandom(7);
    float[] parameters = random(random, SIZE, 1);
    float[][] gradients = gradients(random, SIZE);
    for (Settings settings :
        new Settings[] {Settings.OWN, new Settings(null, null, null, null, null, 0.3)}) {
      InnerOptimizer optimizer = new InnerOptimizer(kind, 3, 0.09, settings);
      double[] expected = slowly(optimizer, parameters, gradients, 0.01);
      float[] torch = torch(optimizer, parameters, gradients, 0.01).parameters();
      assertThat(largestGap(torch, expected)).as("torch").isLessThan(1e-5);
      float[] driver = driver(optimizer, parameters, gradients, 0.01);
      assertThat(largestGap(driver, expected)).as("driver").isLessThan(1e-6);
    }
  }

  /** Going over parts changes no bit. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void partsAreTheWhole(Kind kind) {
    SplittableRandom random = new SplittableRandom(8);
    float[] parameters = random(random, SIZE, 1);
    float[][] gradients = gradients(random, SIZE);
    InnerOptimizer optimizer = new InnerOptimizer(kind, 3, 0.09);
    After parts = torch(optimizer, parameters, gradients, 0.01);
    After whole = torch(optimizer, parameters, gradients, 0.01, TorchUpdate.Norms.ON_HOST, SIZE);
    assertThat(parts.parameters()).isEqualTo(whole.parameters());
    assertThat(parts.moments()).isEqualTo(whole.moments());
  }

  /** What never leaves the device comes to the same. */
  @Test
  void normsMayStayWhereTheyAre() {
    SplittableRandom random = new SplittableRandom(9);
    float[] parameters = random(random, SIZE, 1);
    float[][] gradients = gradients(random, SIZE);
    for (double bound : new double[] {3, 0}) {
      InnerOptimizer optimizer = new InnerOptimizer(Kind.MOMENTUM, bound, 0);
      After host = torch(optimizer, parameters, gradients, 0.1);
      After device =
          torch(optimizer, parameters, gradients, 0.1, TorchUpdate.Norms.ON_DEVICE, SIZE);
      assertThat(largestGap(device.parameters(), doubles(host.parameters()))).isLessThan(1e-6);
      assertThat(host.stats().updates()).isEqualTo(3);
      assertThat(host.stats().clipped()).isEqualTo(bound > 0 ? 1 : 0);
      assertThat(host.stats().maxNorm()).isBetween(9.0, 12.0);
      assertThat(host.stats().meanNorm()).isBetween(3.0, 5.0);
      assertThat(device.stats().updates()).isEqualTo(3);
      assertThat(device.stats().clipped()).isEqualTo(host.stats().clipped());
      assertThat(device.stats().maxNorm()).isCloseTo(host.stats().maxNorm(), within(1e-5));
      assertThat(device.stats().meanNorm()).isCloseTo(host.stats().meanNorm(), within(1e-5));
    }
    // A gradient of zero is within any bound.
    InnerOptimizer optimizer = new InnerOptimizer(Kind.SGD, 1, 0);
    assertThat(
            torch(optimizer, new float[] {1, 2}, new float[2][2], 1, TorchUpdate.Norms.ON_DEVICE, 2)
                .parameters())
        .containsExactly(1, 2);
  }

  @Test
  void settingsOfAnotherKindAreRefusedAllAtOnce() {
    Settings settings = new Settings(0.9, null, 2.0, null, null, -1.0);
    assertThatThrownBy(() -> new InnerOptimizer(Kind.RMSPROP, 0, 0, settings))
        .isInstanceOfSatisfying(
            UserException.class, problem -> assertThat(problem.problems()).hasSize(3))
        .hasMessageContaining(
            "training.optimizer-settings.beta1 is of training.optimizer adam and adamw, but that is"
                + " rmsprop")
        .hasMessageContaining("epsilon must be at most 1, but is 2.0")
        .hasMessageContaining("training.optimizer-settings.weight-decay must be 0.0 to 1.0");
    assertThat(new InnerOptimizer(Kind.ADAMW, 0, 0).settings())
        .isEqualTo(new Settings(0.9, 0.999, 1e-8, null, null, 0.01));
    assertThat(new InnerOptimizer(Kind.ADAGRAD, 0, 0).settings().epsilon()).isEqualTo(1e-6);
    assertThat(new InnerOptimizer(Kind.ADAM, 0, 0, new Settings(0.9, 0.999, 1e-8, null, null, 0.0)))
        .isEqualTo(new InnerOptimizer(Kind.ADAM, 0, 0, null));
  }
}
