package org.seqlm.neural.plain;

/** Arithmetic of the plain Java network, in float32 and in one order. */
final class FloatMath {
  private FloatMath() {}

  /**
   * Rows {@code [from, to)} of a row-major (rows, columns) matrix that begins at {@code at}, as
   * (columns, to − from): so that {@link #addProduct}'s inner loop runs over adjacent values.
   */
  static float[] transposed(float[] values, int at, int columns, int from, int to) {
    int rows = to - from;
    float[] result = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        result[c * rows + r] = values[at + (from + r) * columns + c];
      }
    }
    return result;
  }

  /**
   * {@code y[0, out) += x[from, from + in) W} with W (in, out) row-major. Four rows at a time, so
   * that each value of y is loaded and stored once for four products; the just-in-time compiler
   * vectorises the inner loop, best where y begins at 0.
   */
  static void addProduct(float[] y, int out, float[] w, float[] x, int from, int in) {
    int j = 0;
    for (; j + 4 <= in; j += 4) {
      float x0 = x[from + j];
      float x1 = x[from + j + 1];
      float x2 = x[from + j + 2];
      float x3 = x[from + j + 3];
      int r0 = j * out;
      int r1 = r0 + out;
      int r2 = r1 + out;
      int r3 = r2 + out;
      for (int i = 0; i < out; i++) {
        y[i] += x0 * w[r0 + i] + x1 * w[r1 + i] + (x2 * w[r2 + i] + x3 * w[r3 + i]);
      }
    }
    for (; j < in; j++) {
      float x0 = x[from + j];
      int r0 = j * out;
      for (int i = 0; i < out; i++) {
        y[i] += x0 * w[r0 + i];
      }
    }
  }

  static float sigmoid(float z) {
    return (float) (1 / (1 + Math.exp(-z)));
  }

  static float tanh(float z) {
    return (float) (2 / (1 + Math.exp(-2.0 * z)) - 1);
  }

  /** ln Σ exp(values), computed in float64 from the largest value. */
  static double logSumExp(float[] values) {
    float max = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (float value : values) {
      sum += Math.exp((double) value - max);
    }
    return max + Math.log(sum);
  }
}
