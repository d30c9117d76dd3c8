package org.seqlm.neural.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.Activation;
import org.seqlm.neural.KeyedRandom;

/**
 * Recurrent networks small enough to be known exactly, on whichever cells a subclass runs. Where
 * inputs are small whole numbers or dyadic fractions float32 makes no error, so equal means equal.
 */
public abstract class WorkedCases {
  /**
   * A layer of a simple recurrence.
   *
   * @param input W (H, in), by rows
   * @param recurrent U (H, H), by rows
   * @param bias b (H)
   */
  public record Layer(Activation activation, float[] input, float[] recurrent, float[] bias) {
    /** H. */
    public int hidden() {
      return bias.length;
    }

    /** The width of what it reads. */
    public int inputs() {
      return input.length / bias.length;
    }
  }

  /**
   * Slopes of the last state of a layer of one unit that reads one value a step.
   *
   * @param byInput by W
   * @param byRecurrent by U
   */
  public record Slopes(double byInput, double byRecurrent) {}

  /**
   * Runs a layer over sequences.
   *
   * @param h0 (B, H)
   * @param x (B, T, in)
   * @return h of every step, (B, T, H)
   */
  protected abstract float[] run(Layer layer, int batch, int steps, float[] h0, float[] x);

  /**
   * By differences of {@link #run}, exact where the last state is a polynomial of degree four at
   * most; a subclass whose cells have a backward pass gives what that says.
   */
  protected Slopes slopes(Layer layer, float h0, float[] x) {
    return new Slopes(
        derivative(
            w -> last(new Layer(layer.activation, f(w), layer.recurrent, layer.bias), h0, x),
            layer.input[0]),
        derivative(
            u -> last(new Layer(layer.activation, layer.input, f(u), layer.bias), h0, x),
            layer.recurrent[0]));
  }

  private static float[] f(double... values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  /** The state after each input of a one-unit layer with one input. */
  private float[] run(Layer layer, double h0, float... x) {
    return run(layer, 1, x.length, f(h0), x);
  }

  private float last(Layer layer, double h0, float[] x) {
    return run(layer, h0, x)[x.length - 1];
  }

  private static int bit(int bits, int at) {
    return bits >> at & 1;
  }

  private static final Layer ALTERNATING = new Layer(Activation.IDENTITY, f(1), f(-1), f(0));

  /** E1: h' = −h + x sums its inputs with alternating signs; y = σ(10 h). */
  @Test
  public void alternatingSum() {
    Layer output = new Layer(Activation.SIGMOID, f(10), f(0), f(0));
    KeyedRandom random = KeyedRandom.of(1, "E1");
    for (int steps = 2; steps <= 30; steps += 2) {
      float[] x = new float[steps];
      double h0 = Math.floor(random.uniform(steps) * 64) / 8 - 4;
      double expected = h0;
      for (int i = 1; i <= steps; i++) {
        x[i - 1] = (float) (Math.floor(random.uniform(1000L * steps + i) * 64) / 8 - 4);
        expected += (i % 2 == 0 ? 1 : -1) * x[i - 1];
      }
      float h = last(ALTERNATING, h0, x);
      assertThat(h).isEqualTo((float) expected);
      assertThat(last(output, 0, new float[] {h}))
          .isCloseTo((float) (1 / (1 + Math.exp(-10 * expected))), within(1e-7f));
    }
  }

  private static final Layer ALL_ONES =
      new Layer(Activation.step(0.5, Activation.AtThreshold.ONE), f(1), f(1), f(-1.5));

  /** E2: f(0.5) is 1. */
  @Test
  public void allOnesSoFar() {
    assertThat(run(ALL_ONES, 1, 1, 1, 1, 0, 1, 0, 0)).containsExactly(1, 1, 1, 0, 0, 0, 0);
  }

  private static final Activation ABOVE_ZERO = Activation.step(0, Activation.AtThreshold.ZERO);
  private static final Layer SAME = new Layer(ABOVE_ZERO, f(-1, -1, 1, 1), f(0, 0, 0, 0), f(1, -1));
  // y_1 = u(h1 + h2) is the rule of the later steps with y_0 = 1.
  private static final Layer SAME_SO_FAR = new Layer(ABOVE_ZERO, f(1, 1), f(1), f(-1));

  private static final Layer ADDER =
      new Layer(ABOVE_ZERO, f(1, 1, 1, 1, 1, 1), f(0, 1, 0, 0, 1, 0, 0, 1, 0), f(-0.5, -1.5, -2.5));
  private static final Layer SUM = new Layer(ABOVE_ZERO, f(1, -1, 1), f(0), f(-0.5));

  /** The bits of pairs of numbers, low ones first, (pairs, steps, 2). */
  private static float[] bits(int[] a, int[] b, int steps) {
    float[] x = new float[a.length * steps * 2];
    int at = 0;
    for (int i = 0; i < a.length; i++) {
      for (int t = 0; t < steps; t++) {
        x[at++] = bit(a[i], t);
        x[at++] = bit(b[i], t);
      }
    }
    return x;
  }

  /** What E3's network says of each pair: bit t says whether bits 0 to t are equal. */
  private int[] equalSoFar(int[] a, int[] b, int steps) {
    int pairs = a.length;
    float[] ones = new float[pairs];
    java.util.Arrays.fill(ones, 1);
    float[] h = run(SAME, pairs, steps, new float[2 * pairs], bits(a, b, steps));
    return numbers(run(SAME_SO_FAR, pairs, steps, ones, h), steps);
  }

  /** Rows of zeros and ones, low bits first. */
  private static int[] numbers(float[] bits, int steps) {
    int[] numbers = new int[bits.length / steps];
    for (int i = 0; i < bits.length; i++) {
      if (bits[i] != 0) {
        assertThat(bits[i]).isEqualTo(1);
        numbers[i / steps] |= 1 << i % steps;
      }
    }
    return numbers;
  }

  /** E3: 1011 and 1001, the first symbol first, agree on two symbols. */
  @Test
  public void equalSoFarByHand() {
    assertThat(equalSoFar(new int[] {0b1101}, new int[] {0b1001}, 4)).containsExactly(0b0011);
  }

  /** The sum of the low bits of each pair, and in bit {@code steps} the last carry. */
  private int[] add(int[] a, int[] b, int steps) {
    int pairs = a.length;
    float[] h = run(ADDER, pairs, steps, new float[3 * pairs], bits(a, b, steps));
    int[] sums = numbers(run(SUM, pairs, steps, new float[pairs], h), steps);
    for (int i = 0; i < pairs; i++) {
      int carry = 0;
      for (int t = 0; t < steps; t++) {
        carry = (bit(a[i], t) + bit(b[i], t) + carry) / 2;
        // Not through an assertion each: there are a million.
        if (h[3 * (i * steps + t) + 1] != carry) {
          assertThat(h[3 * (i * steps + t) + 1])
              .as("carry of %s + %s after bit %s", a[i], b[i], t)
              .isEqualTo(carry);
        }
      }
      sums[i] |= carry << steps;
    }
    return sums;
  }

  /** E4: also long numbers. */
  @Test
  public void binaryAdder() {
    KeyedRandom random = KeyedRandom.of(4, "E4");
    int[] a = new int[200];
    int[] b = new int[200];
    int[] expected = new int[200];
    for (int i = 0; i < 200; i++) {
      a[i] = (int) (random.bits(2L * i) >>> 35);
      b[i] = (int) (random.bits(2L * i + 1) >>> 35);
      expected[i] = a[i] + b[i];
    }
    assertThat(add(a, b, 30)).containsExactly(expected);
  }

  /** E9: E1 to E4 on every input of up to eight bits. */
  @Test
  public void everyShortInput() {
    for (int steps = 1; steps <= 8; steps++) {
      int numbers = 1 << steps;
      float[] x = new float[numbers * steps];
      float[] sums = new float[numbers * steps];
      float[] soFar = new float[numbers * steps];
      float[] one = new float[numbers];
      for (int a = 0; a < numbers; a++) {
        int alternating = 0;
        int ones = 1;
        one[a] = 1;
        for (int t = 0; t < steps; t++) {
          alternating = bit(a, t) - alternating;
          ones &= bit(a, t);
          x[a * steps + t] = bit(a, t);
          sums[a * steps + t] = alternating;
          soFar[a * steps + t] = ones;
        }
      }
      assertThat(run(ALTERNATING, numbers, steps, new float[numbers], x)).containsExactly(sums);
      assertThat(run(ALL_ONES, numbers, steps, one, x)).containsExactly(soFar);
      int[] a = new int[numbers * numbers];
      int[] b = new int[numbers * numbers];
      int[] agree = new int[numbers * numbers];
      int[] sum = new int[numbers * numbers];
      for (int i = 0; i < a.length; i++) {
        a[i] = i / numbers;
        b[i] = i % numbers;
        agree[i] = (1 << Math.min(steps, Integer.numberOfTrailingZeros(a[i] ^ b[i]))) - 1;
        sum[i] = a[i] + b[i];
      }
      assertThat(equalSoFar(a, b, steps)).containsExactly(agree);
      assertThat(add(a, b, steps)).containsExactly(sum);
    }
  }

  /** E5: h' = σ(2h + b) has one sink, with a slope below 1. */
  @Test
  public void sigmoidSink() {
    double[][] cases = {{0, 0.8439}, {-0.2, 0.8032}, {-0.5, 0.7185}, {-1, 0.5}};
    for (double[] c : cases) {
      Layer layer = new Layer(Activation.SIGMOID, f(0), f(2), f(c[0]));
      for (double h0 : new double[] {-3, 0, 0.2, 1, 5}) {
        assertThat(last(layer, h0, new float[200])).isCloseTo((float) c[1], within(5e-5f));
      }
      double sink = last(layer, c[1], new float[200]);
      double d = 0.03125;
      double slope = (run(layer, sink + d, 0)[0] - run(layer, sink - d, 0)[0]) / (2 * d);
      assertThat(slope).isCloseTo(2 * sink * (1 - sink), within(2e-4)).isLessThan(1);
    }
  }

  /** E6: h' = ReLU(2h − 0.5) explodes, dies or stays; its gradient is 2ᵗ while it is active. */
  @Test
  public void reluExplodesDiesOrStays() {
    Layer layer = new Layer(Activation.RELU, f(0), f(2), f(-0.5));
    for (int eighths = -16; eighths <= 16; eighths++) {
      double h0 = eighths / 8.0;
      float[] h = run(layer, h0, new float[20]);
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
        float up = last(layer, h0 + d, new float[t]);
        float down = last(layer, h0 - d, new float[t]);
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

  private static Layer linear(double wh, double wx) {
    return new Layer(Activation.IDENTITY, f(wx), f(wh), f(0));
  }

  /** E7: a linear recurrence of three steps under σ and a squared error. */
  @Test
  public void gradientsOfALinearRecurrence() {
    int[] some = {-2, -1, 1, 3};
    for (int wh : some) {
      for (int wx : some) {
        for (int h0 : some) {
          float[] x = f(h0 + 1, -wx, 2);
          double h3 = last(linear(wh, wx), h0, x);
          Slopes slopes = slopes(linear(wh, wx), h0, x);
          double byInput = slopes.byInput();
          double byRecurrent = slopes.byRecurrent();
          assertThat(byInput).isEqualTo((double) wh * wh * x[0] + wh * x[1] + x[2]);
          assertThat(byRecurrent).isEqualTo(3.0 * wh * wh * h0 + 2.0 * wh * wx * x[0] + wx * x[1]);

          // The chain through E = (y − σ(w_y h_3))², in float64 by differences.
          double wy = 0.25;
          double y = 0.3;
          DoubleUnaryOperator error = z -> Math.pow(y - 1 / (1 + Math.exp(-z)), 2); // of w_y h_3
          double d = 1e-5;
          double z = wy * h3;
          double numeric = (error.applyAsDouble(z + d) - error.applyAsDouble(z - d)) / (2 * d);
          double yHat = last(new Layer(Activation.SIGMOID, f(wy), f(0), f(0)), 0, f(h3));
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
  public void powersOfAMatrix() {
    Layer layer = new Layer(Activation.IDENTITY, f(0, 0), f(0.58, 0.24, 0.24, 0.72), f(0, 0));
    double[][][] expected = {
      {{0.394, 0.312}, {0.312, 0.576}},
      {{0.3034, 0.3192}, {0.3192, 0.4896}},
      {{0.01526082, 0.02034776}, {0.02034776, 0.02713034}}
    };
    int[] powers = {2, 3, 30};
    // One run: the unit vectors; and the eigenvectors (4, −3) and (3, 4), which shrink by 0.4 and
    // 0.9.
    float[] h = run(layer, 4, 30, f(1, 0, 0, 1, 4, -3, 3, 4), new float[4 * 30]);
    for (int column = 0; column < 2; column++) {
      for (int i = 0; i < powers.length; i++) {
        int at = 2 * (30 * column + powers[i] - 1);
        assertThat(h[at]).isCloseTo((float) expected[i][0][column], within(1e-7f));
        assertThat(h[at + 1]).isCloseTo((float) expected[i][1][column], within(1e-7f));
      }
    }
    assertThat(h[120]).isCloseTo(1.6f, within(1e-6f));
    assertThat(h[121]).isCloseTo(-1.2f, within(1e-6f));
    assertThat(h[180]).isCloseTo(2.7f, within(1e-6f));
    assertThat(h[181]).isCloseTo(3.6f, within(1e-6f));
  }

  /** E10: one weight for input and recurrence. */
  @Test
  public void gradientsOfASharedWeight() {
    for (int w = -4; w <= 4; w++) {
      for (int h0 = -3; h0 <= 3; h0++) {
        float[] x = f(h0 + 2, -1, w);
        Layer layer = linear(w, w);
        double p = x[0] + h0;
        double r = x[1] + w * p;
        double t = x[2] + w * r;
        Slopes slopes = slopes(layer, h0, x);
        double byWeight = slopes.byInput() + slopes.byRecurrent();
        assertThat(byWeight).isEqualTo(t + w * r + (double) w * w * p);
        assertThat(byWeight).isEqualTo(x[2] + 2 * w * x[1] + 3.0 * w * w * p);

        double y = 5;
        DoubleUnaryOperator loss = h -> Math.pow(y - last(layer, h, x), 2);
        double yHat = last(layer, h0, x);
        assertThat(derivative(loss, h0)).isEqualTo(2 * (yHat - y) * Math.pow(w, 3));
      }
    }
  }
}
