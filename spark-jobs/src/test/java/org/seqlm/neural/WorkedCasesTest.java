package org.seqlm.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Recurrent networks small enough to be known exactly, on the product's own cells. Where inputs are
 * small whole numbers or dyadic fractions float32 makes no error, so equal means equal.
 */
class WorkedCasesTest {
  private static final float[] NONE = {};

  /** A layer of a simple recurrence; weights by rows. */
  private static RecurrentCell simple(
      Activation activation, float[] input, float[] recurrent, float[] bias) {
    int hidden = bias.length;
    return RecurrentCell.of(
        CellKind.RNN, activation, input.length / hidden, hidden, input, recurrent, NONE, bias);
  }

  private static float[] f(double... values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  /** The state after each input of a one-unit layer with one input. */
  private static float[] run(RecurrentCell cell, double h0, float... x) {
    float[] state = f(h0);
    float[] states = new float[x.length];
    for (int t = 0; t < x.length; t++) {
      cell.step(new float[] {x[t]}, state);
      states[t] = state[0];
    }
    return states;
  }

  private static int bit(int bits, int at) {
    return bits >> at & 1;
  }

  private static final RecurrentCell ALTERNATING = simple(Activation.IDENTITY, f(1), f(-1), f(0));

  /** E1: h' = −h + x sums its inputs with alternating signs; y = σ(10 h). */
  @Test
  void alternatingSum() {
    RecurrentCell output = simple(Activation.SIGMOID, f(10), f(0), f(0));
    KeyedRandom random = KeyedRandom.of(1, "E1");
    for (int steps = 2; steps <= 30; steps += 2) {
      float[] x = new float[steps];
      double h0 = Math.floor(random.uniform(steps) * 64) / 8 - 4;
      double expected = h0;
      for (int i = 1; i <= steps; i++) {
        x[i - 1] = (float) (Math.floor(random.uniform(1000L * steps + i) * 64) / 8 - 4);
        expected += (i % 2 == 0 ? 1 : -1) * x[i - 1];
      }
      float[] h = run(ALTERNATING, h0, x);
      assertThat(h[steps - 1]).isEqualTo((float) expected);
      float[] y = {0};
      output.step(new float[] {h[steps - 1]}, y);
      assertThat(y[0]).isCloseTo((float) (1 / (1 + Math.exp(-10 * expected))), within(1e-7f));
    }
  }

  private static final RecurrentCell ALL_ONES =
      simple(Activation.step(0.5, Activation.AtThreshold.ONE), f(1), f(1), f(-1.5));

  /** E2: f(0.5) is 1. */
  @Test
  void allOnesSoFar() {
    assertThat(run(ALL_ONES, 1, 1, 1, 1, 0, 1, 0, 0)).containsExactly(1, 1, 1, 0, 0, 0, 0);
  }

  private static final Activation ABOVE_ZERO = Activation.step(0, Activation.AtThreshold.ZERO);
  private static final RecurrentCell SAME =
      simple(ABOVE_ZERO, f(-1, -1, 1, 1), f(0, 0, 0, 0), f(1, -1));
  // y_1 = u(h1 + h2) is the rule of the later steps with y_0 = 1.
  private static final RecurrentCell SAME_SO_FAR = simple(ABOVE_ZERO, f(1, 1), f(1), f(-1));

  private static int equalSoFar(int a, int b, int steps) {
    float[] h = new float[2];
    float[] y = {1};
    int outputs = 0;
    for (int t = 0; t < steps; t++) {
      SAME.step(f(bit(a, t), bit(b, t)), h);
      SAME_SO_FAR.step(h, y);
      outputs |= (int) y[0] << t;
    }
    return outputs;
  }

  /** E3: 1011 and 1001, the first symbol first, agree on two symbols. */
  @Test
  void equalSoFarByHand() {
    assertThat(equalSoFar(0b1101, 0b1001, 4)).isEqualTo(0b0011);
  }

  private static final RecurrentCell ADDER =
      simple(ABOVE_ZERO, f(1, 1, 1, 1, 1, 1), f(0, 1, 0, 0, 1, 0, 0, 1, 0), f(-0.5, -1.5, -2.5));
  private static final RecurrentCell SUM = simple(ABOVE_ZERO, f(1, -1, 1), f(0), f(-0.5));

  /** The sum of the low bits, and in bit {@code steps} the last carry. */
  private static int add(int a, int b, int steps) {
    float[] h = new float[3];
    float[] y = new float[1];
    int sum = 0;
    for (int t = 0; t < steps; t++) {
      int carry = (int) h[1];
      ADDER.step(f(bit(a, t), bit(b, t)), h);
      SUM.step(h, y);
      sum |= (int) y[0] << t;
      int ones = bit(a, t) + bit(b, t) + carry;
      assertThat(h[1]).as("carry").isEqualTo(ones / 2);
      assertThat(y[0]).as("output").isEqualTo(ones % 2);
    }
    return sum | (int) h[1] << steps;
  }

  /** E4: also long numbers. */
  @Test
  void binaryAdder() {
    KeyedRandom random = KeyedRandom.of(4, "E4");
    for (int i = 0; i < 200; i++) {
      int a = (int) (random.bits(2L * i) >>> 35);
      int b = (int) (random.bits(2L * i + 1) >>> 35);
      assertThat(add(a, b, 30)).isEqualTo(a + b);
    }
  }

  /** E9: E1 to E4 on every input of up to eight bits. */
  @Test
  void everyShortInput() {
    for (int steps = 1; steps <= 8; steps++) {
      for (int a = 0; a < 1 << steps; a++) {
        float[] x = new float[steps];
        int alternating = 0;
        int ones = 1;
        float[] sums = new float[steps];
        float[] soFar = new float[steps];
        for (int t = 0; t < steps; t++) {
          x[t] = bit(a, t);
          alternating = bit(a, t) - alternating;
          ones &= bit(a, t);
          sums[t] = alternating;
          soFar[t] = ones;
        }
        assertThat(run(ALTERNATING, 0, x)).containsExactly(sums);
        assertThat(run(ALL_ONES, 1, x)).containsExactly(soFar);
        for (int b = 0; b < 1 << steps; b++) {
          int agree = Math.min(steps, Integer.numberOfTrailingZeros(a ^ b));
          assertThat(equalSoFar(a, b, steps)).isEqualTo((1 << agree) - 1);
          assertThat(add(a, b, steps)).isEqualTo(a + b);
        }
      }
    }
  }

  /** E5: h' = σ(2h + b) has one sink, with a slope below 1. */
  @Test
  void sigmoidSink() {
    double[][] cases = {{0, 0.8439}, {-0.2, 0.8032}, {-0.5, 0.7185}, {-1, 0.5}};
    for (double[] c : cases) {
      RecurrentCell cell = simple(Activation.SIGMOID, f(0), f(2), f(c[0]));
      for (double h0 : new double[] {-3, 0, 0.2, 1, 5}) {
        float[] h = run(cell, h0, new float[200]);
        assertThat(h[199]).isCloseTo((float) c[1], within(5e-5f));
      }
      double sink = run(cell, c[1], new float[200])[199];
      double d = 0.03125;
      double slope = (run(cell, sink + d, 0)[0] - run(cell, sink - d, 0)[0]) / (2 * d);
      assertThat(slope).isCloseTo(2 * sink * (1 - sink), within(2e-4)).isLessThan(1);
    }
  }

  /** E6: h' = ReLU(2h − 0.5) explodes, dies or stays; its gradient is 2ᵗ while it is active. */
  @Test
  void reluExplodesDiesOrStays() {
    RecurrentCell cell = simple(Activation.RELU, f(0), f(2), f(-0.5));
    for (int eighths = -16; eighths <= 16; eighths++) {
      double h0 = eighths / 8.0;
      float[] h = run(cell, h0, new float[20]);
      for (int t = 1; t <= 20; t++) {
        double closed = Math.max(0, Math.pow(2, t) * h0 - (Math.pow(2, t) - 1) / 2);
        assertThat(h[t - 1]).isEqualTo((float) closed);
      }
      assertThat(h[19] > 100_000).isEqualTo(h0 > 0.5);
      assertThat(h[19] == 0).isEqualTo(h0 < 0.5);
    }
    double d = Math.pow(2, -12);
    for (double h0 : new double[] {0.5, 0.75, 2}) {
      for (int t = 1; t <= 8; t++) {
        float up = run(cell, h0 + d, new float[t])[t - 1];
        float down = run(cell, h0 - d, new float[t])[t - 1];
        assertThat((up - down) / (2 * d)).isEqualTo(Math.pow(2, t));
      }
    }
  }

  /**
   * f′(x) by five points, exact for polynomials of degree four; on whole numbers of moderate size
   * float32 is exact too.
   */
  private static double derivative(DoubleUnaryOperator f, double x) {
    return (f.applyAsDouble(x - 2)
            - 8 * f.applyAsDouble(x - 1)
            + 8 * f.applyAsDouble(x + 1)
            - f.applyAsDouble(x + 2))
        / 12;
  }

  private static double linear(double wh, double wx, double h0, double[] x) {
    float[] h = run(simple(Activation.IDENTITY, f(wx), f(wh), f(0)), h0, f(x));
    return h[h.length - 1];
  }

  /** E7: a linear recurrence of three steps under σ and a squared error. */
  @Test
  void gradientsOfALinearRecurrence() {
    int[] some = {-2, -1, 1, 3};
    for (int wh : some) {
      for (int wx : some) {
        for (int h0 : some) {
          double[] x = {h0 + 1, -wx, 2};
          double h3 = linear(wh, wx, h0, x);
          double byInput = derivative(w -> linear(wh, w, h0, x), wx);
          double byRecurrent = derivative(w -> linear(w, wx, h0, x), wh);
          assertThat(byInput).isEqualTo((double) wh * wh * x[0] + wh * x[1] + x[2]);
          assertThat(byRecurrent).isEqualTo(3.0 * wh * wh * h0 + 2.0 * wh * wx * x[0] + wx * x[1]);

          // The chain through E = (y − σ(w_y h_3))², in float64 by differences.
          double wy = 0.25;
          double y = 0.3;
          DoubleUnaryOperator error = z -> Math.pow(y - 1 / (1 + Math.exp(-z)), 2); // of w_y h_3
          double d = 1e-5;
          double z = wy * h3;
          double numeric = (error.applyAsDouble(z + d) - error.applyAsDouble(z - d)) / (2 * d);
          float[] output = {0};
          simple(Activation.SIGMOID, f(wy), f(0), f(0)).step(f(h3), output);
          double yHat = output[0];
          double k = 2 * yHat * (1 - yHat) * (yHat - y);
          assertThat(numeric * h3).isCloseTo(k * h3, within(1e-5 * Math.max(1, Math.abs(h3))));
          assertThat(numeric * wy * byInput).isCloseTo(k * wy * byInput, within(1e-4));
          assertThat(numeric * wy * byRecurrent).isCloseTo(k * wy * byRecurrent, within(1e-4));
        }
      }
    }
  }

  /** E8: a linear recurrence without inputs multiplies by its matrix. */
  @Test
  void powersOfAMatrix() {
    RecurrentCell cell = simple(Activation.IDENTITY, f(0, 0), f(0.58, 0.24, 0.24, 0.72), f(0, 0));
    double[][][] expected = {
      {{0.394, 0.312}, {0.312, 0.576}},
      {{0.3034, 0.3192}, {0.3192, 0.4896}},
      {{0.01526082, 0.02034776}, {0.02034776, 0.02713034}}
    };
    int[] powers = {2, 3, 30};
    for (int column = 0; column < 2; column++) {
      for (int i = 0; i < powers.length; i++) {
        float[] h = f(1 - column, column);
        for (int t = 0; t < powers[i]; t++) {
          cell.step(f(0), h);
        }
        assertThat(h[0]).isCloseTo((float) expected[i][0][column], within(1e-7f));
        assertThat(h[1]).isCloseTo((float) expected[i][1][column], within(1e-7f));
      }
    }
    // Its eigenvectors (4, −3) and (3, 4) shrink by 0.4 and 0.9.
    float[] small = f(4, -3);
    cell.step(f(0), small);
    assertThat(small[0]).isCloseTo(1.6f, within(1e-6f));
    assertThat(small[1]).isCloseTo(-1.2f, within(1e-6f));
    float[] large = f(3, 4);
    cell.step(f(0), large);
    assertThat(large[0]).isCloseTo(2.7f, within(1e-6f));
    assertThat(large[1]).isCloseTo(3.6f, within(1e-6f));
  }

  /** E10: one weight for input and recurrence. */
  @Test
  void gradientsOfASharedWeight() {
    for (int w = -4; w <= 4; w++) {
      for (int h0 = -3; h0 <= 3; h0++) {
        double[] x = {h0 + 2, -1, w};
        double start = h0;
        int at = w;
        double p = x[0] + h0;
        double r = x[1] + w * p;
        double t = x[2] + w * r;
        double byWeight = derivative(v -> linear(v, v, start, x), w);
        assertThat(byWeight).isEqualTo(t + w * r + (double) w * w * p);
        assertThat(byWeight).isEqualTo(x[2] + 2 * w * x[1] + 3.0 * w * w * p);

        double y = 5;
        DoubleUnaryOperator loss = h -> Math.pow(y - linear(at, at, h, x), 2);
        double yHat = linear(at, at, start, x);
        assertThat(derivative(loss, h0)).isEqualTo(2 * (yHat - y) * Math.pow(w, 3));
      }
    }
  }
}
