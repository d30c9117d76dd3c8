package org.seqlm.example.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.api.Test;

class SeriesTaskTest {
  private static final double[][] A = {{0.8, -0.3, 0}, {0.4, 0.7, 0.1}, {0, 0.2, 0.5}};
  private static final double[][] Q = {{0.3, 0.1, 0}, {0.1, 0.4, 0}, {0, 0, 0.2}};
  private static final double[][] H = {{1, 0, 0.5}, {0.2, -0.7, 0.3}};
  private static final double[] R = {0.2, 0.5};
  private static final double[][] P = {{1, 0.2, 0}, {0.2, 1.5, 0.1}, {0, 0.1, 0.8}};
  private static final int STEPS = 9;

  /** The covariance of all features at all steps, without their noise, (2 step + feature). */
  private static RealMatrix covariance() {
    RealMatrix a = MatrixUtils.createRealMatrix(A);
    RealMatrix h = MatrixUtils.createRealMatrix(H);
    RealMatrix joint = MatrixUtils.createRealMatrix(2 * STEPS, 2 * STEPS);
    RealMatrix now = MatrixUtils.createRealMatrix(P);
    for (int t = 0; t < STEPS; t++) {
      RealMatrix later = now; // cov(z_u, z_t) = A^(u-t) cov(z_t)
      for (int u = t; u < STEPS; u++) {
        RealMatrix block = h.multiply(later).multiply(h.transpose());
        joint.setSubMatrix(block.getData(), 2 * u, 2 * t);
        joint.setSubMatrix(block.transpose().getData(), 2 * t, 2 * u);
        later = a.multiply(later);
      }
      now = a.multiply(now).multiply(a.transpose()).add(MatrixUtils.createRealMatrix(Q));
    }
    return joint;
  }

  /** Mean and variance of one value given some others, by the formula for normal vectors. */
  private static double[] conditioned(double[] values, int target, List<Integer> given) {
    RealMatrix joint = covariance();
    double prior = joint.getEntry(target, target) + R[target % 2];
    if (given.isEmpty()) {
      return new double[] {0, prior};
    }
    int n = given.size();
    RealMatrix of = MatrixUtils.createRealMatrix(n, n);
    RealVector with = MatrixUtils.createRealVector(new double[n]);
    RealVector seen = MatrixUtils.createRealVector(new double[n]);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        of.setEntry(i, j, joint.getEntry(given.get(i), given.get(j)));
      }
      of.addToEntry(i, i, R[given.get(i) % 2]);
      with.setEntry(i, joint.getEntry(target, given.get(i)));
      seen.setEntry(i, values[given.get(i)]);
    }
    RealVector weights = new LUDecomposition(of).getSolver().solve(with);
    return new double[] {weights.dotProduct(seen), prior - weights.dotProduct(with)};
  }

  @Test
  void filterAndSmootherAreGaussianConditioning() {
    LinearGaussian model = new LinearGaussian(A, Q, H, R, P);
    Draw draw = Draw.of(1, "test", TaskSplit.TEST, 0);
    double[][] values = new double[STEPS][2];
    double[] flat = new double[2 * STEPS];
    for (int i = 0; i < flat.length; i++) {
      // Any values will do; some are missing, once both, and the first.
      boolean missing = i == 0 || i == 6 || i == 7 || i == 9 || i == 13 || i == 16;
      flat[i] = missing ? Double.NaN : 2 * draw.normal();
      values[i / 2][i % 2] = flat[i];
    }
    LinearGaussian.Prediction predicted = model.predict(values);
    LinearGaussian.Prediction smoothed = model.smooth(values);
    for (int i = 0; i < flat.length; i++) {
      List<Integer> before = new ArrayList<>();
      List<Integer> all = new ArrayList<>();
      for (int j = 0; j < flat.length; j++) {
        if (!Double.isNaN(flat[j])) {
          all.add(j);
          if (j / 2 < i / 2) {
            before.add(j);
          }
        }
      }
      double[] filter = conditioned(flat, i, before);
      assertThat(predicted.means()[i / 2][i % 2]).isCloseTo(filter[0], within(1e-9));
      assertThat(predicted.variances()[i / 2][i % 2]).isCloseTo(filter[1], within(1e-9));
      if (Double.isNaN(flat[i])) {
        double[] smoother = conditioned(flat, i, all);
        assertThat(smoothed.means()[i / 2][i % 2]).isCloseTo(smoother[0], within(1e-9));
        assertThat(smoothed.variances()[i / 2][i % 2]).isCloseTo(smoother[1], within(1e-9));
      }
    }
  }

  @Test
  void seriesAreOfMeanZeroAndVarianceOneWithGaps() {
    double sum = 0;
    double squares = 0;
    int missing = 0;
    int all = 0;
    for (SeriesTask.Course course : Drawn.of(new SeriesTask(), 1, TaskSplit.TRAIN, 1000)) {
      for (int t = 0; t < course.values().length; t++) {
        for (int f = 0; f < 2; f++) {
          double value = course.complete()[t][f];
          sum += value;
          squares += value * value;
          all++;
          if (Double.isNaN(course.values()[t][f])) {
            missing++;
          } else {
            assertThat(course.values()[t][f]).isEqualTo(value);
          }
        }
      }
      assertThat(course.values()[0]).doesNotContain(Double.NaN);
    }
    assertThat(sum / all).isCloseTo(0, within(0.05));
    assertThat(squares / all).isCloseTo(1, within(0.05));
    // 0.06 / (0.06 + 0.25) once the first step is forgotten.
    assertThat((double) missing / all).isBetween(0.16, 0.20);
  }

  @Test
  void errorsAreThoseThatTheVariancesTell() {
    SeriesTask task = new SeriesTask();
    Floor floor = task.floor(Drawn.of(task, 1, TaskSplit.TEST, 200));
    double expected = floor.figures().get("expected");
    assertThat(floor.floor()).isCloseTo(expected, within(0.03 * expected));
    double imputation = floor.figures().get("expected-imputation");
    assertThat(floor.figures().get("imputation")).isCloseTo(imputation, within(0.06 * imputation));
    assertThat(imputation).isLessThan(expected);
    assertThat(expected).isLessThan(0.8 * floor.figures().get("last-value"));
    // Were all variances alike, a value would cost log(sqrt(2 pi e) rmse) nats.
    assertThat(floor.figures().get("negative-log-likelihood"))
        .isCloseTo(0.5 * Math.log(2 * Math.PI * Math.E) + Math.log(expected), within(0.05));
  }
}
