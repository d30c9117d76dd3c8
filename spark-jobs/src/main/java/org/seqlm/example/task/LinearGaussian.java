package org.seqlm.example.task;

import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * A linear-Gaussian state space model: {@code z_t = A z_{t−1} + N(0, Q)}, {@code y_t = H z_t + N(0,
 * diag(r))}, {@code z_1 ~ N(0, P)}. What may be missing of y is left out of the updates, which is
 * exact as long as what is missing does not depend on the values. The filter is Kalman's ("A new
 * approach to linear filtering and prediction problems", 1960), with an update for each observed
 * feature, which independent noise allows; the smoother is Rauch's, Tung's and Striebel's ("Maximum
 * likelihood estimates of linear dynamic systems", AIAA Journal 3, 1965).
 */
final class LinearGaussian {
  private final RealMatrix transition; // A (n, n)
  private final RealMatrix drive; // Q (n, n)
  private final RealMatrix observation; // H (F, n)
  private final double[] noise; // r (F), variances above 0
  private final RealMatrix start; // P (n, n)

  /**
   * What is known of the features at each step.
   *
   * @param means (step, feature)
   * @param variances (step, feature) of the features with their noise, each for itself
   */
  record Prediction(double[][] means, double[][] variances) {}

  /** A normal distribution of the state. */
  private record Belief(RealMatrix mean, RealMatrix covariance) {}

  LinearGaussian(
      double[][] transition,
      double[][] drive,
      double[][] observation,
      double[] noise,
      double[][] start) {
    this.transition = MatrixUtils.createRealMatrix(transition);
    this.drive = MatrixUtils.createRealMatrix(drive);
    this.observation = MatrixUtils.createRealMatrix(observation);
    this.noise = noise.clone();
    this.start = MatrixUtils.createRealMatrix(start);
  }

  /**
   * The features of a step given all that was observed before it.
   *
   * @param values (step, feature); NaN is missing
   */
  Prediction predict(double[][] values) {
    Belief[] predicted = new Belief[values.length];
    filter(values, predicted, new Belief[values.length]);
    return features(predicted);
  }

  /**
   * The features of a step given all that was observed at any step.
   *
   * @param values (step, feature); NaN is missing
   * @return of observed features, too, as if they were observed once more
   */
  Prediction smooth(double[][] values) {
    Belief[] predicted = new Belief[values.length];
    Belief[] smoothed = new Belief[values.length]; // filtered first
    filter(values, predicted, smoothed);
    for (int t = values.length - 2; t >= 0; t--) {
      Belief filtered = smoothed[t];
      RealMatrix gain =
          filtered
              .covariance
              .multiply(transition.transpose())
              .multiply(MatrixUtils.inverse(predicted[t + 1].covariance));
      RealMatrix mean =
          filtered.mean.add(gain.multiply(smoothed[t + 1].mean.subtract(predicted[t + 1].mean)));
      RealMatrix covariance =
          filtered.covariance.add(
              gain.multiply(smoothed[t + 1].covariance.subtract(predicted[t + 1].covariance))
                  .multiply(gain.transpose()));
      smoothed[t] = new Belief(mean, covariance);
    }
    return features(smoothed);
  }

  private void filter(double[][] values, Belief[] predicted, Belief[] filtered) {
    Belief belief = new Belief(MatrixUtils.createRealMatrix(start.getRowDimension(), 1), start);
    for (int t = 0; t < values.length; t++) {
      if (t > 0) {
        belief =
            new Belief(
                transition.multiply(belief.mean),
                transition.multiply(belief.covariance).multiply(transition.transpose()).add(drive));
      }
      predicted[t] = belief;
      for (int f = 0; f < noise.length; f++) {
        if (!Double.isNaN(values[t][f])) {
          belief = update(belief, f, values[t][f]);
        }
      }
      filtered[t] = belief;
    }
  }

  private Belief update(Belief belief, int feature, double value) {
    RealMatrix row = observation.getRowMatrix(feature); // (1, n)
    RealMatrix shared = belief.covariance.multiply(row.transpose()); // (n, 1)
    double variance = row.multiply(shared).getEntry(0, 0) + noise[feature];
    double surprise = value - row.multiply(belief.mean).getEntry(0, 0);
    return new Belief(
        belief.mean.add(shared.scalarMultiply(surprise / variance)),
        belief.covariance.subtract(
            shared.multiply(shared.transpose()).scalarMultiply(1 / variance)));
  }

  private Prediction features(Belief[] beliefs) {
    double[][] means = new double[beliefs.length][noise.length];
    double[][] variances = new double[beliefs.length][noise.length];
    for (int t = 0; t < beliefs.length; t++) {
      for (int f = 0; f < noise.length; f++) {
        RealMatrix row = observation.getRowMatrix(f);
        means[t][f] = row.multiply(beliefs[t].mean).getEntry(0, 0);
        variances[t][f] =
            row.multiply(beliefs[t].covariance).multiply(row.transpose()).getEntry(0, 0) + noise[f];
      }
    }
    return new Prediction(means, variances);
  }
}
