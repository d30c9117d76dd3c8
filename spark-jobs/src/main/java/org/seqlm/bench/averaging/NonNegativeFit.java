package org.seqlm.bench.averaging;

import java.util.List;

/**
 * Least squares with coefficients that are not negative: of all subsets of the terms, the best fit
 * whose coefficients are all positive. Exact, as few terms have few subsets (Lawson and Hanson
 * 1974, chapter 23, states the problem).
 *
 * @param coefficients one a term, 0 where the term does not help
 * @param medianError of the predictions, relative to what was measured
 * @param worstError of the predictions, relative to what was measured
 */
public record NonNegativeFit(double[] coefficients, double medianError, double worstError) {

  /**
   * Fits {@code y} by the terms; errors count relative to {@code y}, so that the small values fit
   * as well as the large ones.
   *
   * @param terms (observations, terms)
   * @param y positive, one an observation
   */
  static NonNegativeFit of(List<double[]> terms, double[] y) {
    int width = terms.get(0).length;
    double[] best = new double[width];
    double least = Double.POSITIVE_INFINITY;
    for (int subset = 1; subset < 1 << width; subset++) {
      double[] coefficients = solve(terms, y, subset, width);
      if (coefficients == null) {
        continue;
      }
      double error = 0;
      for (int i = 0; i < y.length; i++) {
        double relative = value(coefficients, terms.get(i)) / y[i] - 1;
        error += relative * relative;
      }
      if (error < least * (1 - 1e-9)) {
        least = error;
        best = coefficients;
      }
    }
    double[] errors = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      errors[i] = Math.abs(value(best, terms.get(i)) / y[i] - 1);
    }
    java.util.Arrays.sort(errors);
    return new NonNegativeFit(best, errors[errors.length / 2], errors[errors.length - 1]);
  }

  /** What the fit predicts. */
  double at(double... terms) {
    return value(coefficients, terms);
  }

  private static double value(double[] coefficients, double[] terms) {
    double sum = 0;
    for (int i = 0; i < terms.length; i++) {
      sum += coefficients[i] * terms[i];
    }
    return sum;
  }

  /** Normal equations of a subset of the terms; null if singular or not all positive. */
  private static double[] solve(List<double[]> terms, double[] y, int subset, int width) {
    int[] used = new int[Integer.bitCount(subset)];
    for (int term = 0, at = 0; term < width; term++) {
      if ((subset >> term & 1) == 1) {
        used[at++] = term;
      }
    }
    int n = used.length;
    // Terms scaled to a largest value of 1, else 50 M squared swallows the rest.
    double[] scale = new double[n];
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < n; j++) {
        scale[j] = Math.max(scale[j], Math.abs(terms.get(i)[used[j]] / y[i]));
      }
    }
    double[][] matrix = new double[n][n + 1];
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < n; j++) {
        double a = terms.get(i)[used[j]] / y[i] / scale[j];
        for (int k = 0; k < n; k++) {
          matrix[j][k] += a * terms.get(i)[used[k]] / y[i] / scale[k];
        }
        matrix[j][n] += a;
      }
    }
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int row = column + 1; row < n; row++) {
        if (Math.abs(matrix[row][column]) > Math.abs(matrix[pivot][column])) {
          pivot = row;
        }
      }
      if (Math.abs(matrix[pivot][column]) < 1e-13) {
        return null;
      }
      double[] swapped = matrix[pivot];
      matrix[pivot] = matrix[column];
      matrix[column] = swapped;
      for (int row = 0; row < n; row++) {
        if (row != column) {
          double factor = matrix[row][column] / matrix[column][column];
          for (int k = column; k <= n; k++) {
            matrix[row][k] -= factor * matrix[column][k];
          }
        }
      }
    }
    double[] coefficients = new double[width];
    for (int j = 0; j < n; j++) {
      double value = matrix[j][n] / matrix[j][j] / scale[j];
      if (!(value > 0)) {
        return null;
      }
      coefficients[used[j]] = value;
    }
    return coefficients;
  }
}
