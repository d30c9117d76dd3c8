package org.seqlm.metrics.task;

import java.util.List;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/**
 * {@code rmse}, the root of the mean squared error, and {@code negative-log-likelihood}, mean nats
 * a value, of the observed values of a series but those of its first step, which nothing precedes.
 * All features together, each in its own unit: a standardised value's error times its feature's
 * deviation σ, and the density of x = μ + σ z is that of z over σ, so ln σ is added to its nats.
 *
 * <p>Sums: values, squared errors, nats.
 */
final class GaussianFigures implements Figures {
  private static final long serialVersionUID = 1L;

  private static final double LN_2_PI = Math.log(2 * Math.PI);

  private final double[] units; // (F), what a standardised value was divided by

  /** With the deviation of each feature; those that are 0 divided nothing. */
  GaussianFigures(List<Double> deviations) {
    units = new double[deviations.size()];
    for (int f = 0; f < units.length; f++) {
      double deviation = deviations.get(f);
      units[f] = deviation == 0 ? 1 : deviation;
    }
  }

  @Override
  public int size() {
    return 3;
  }

  @Override
  public void add(double[] sums, int at, Batch batch, Predictor.Predicted predicted) {
    for (int b = 0; b < batch.size(); b++) {
      add(sums, at, batch, predicted, b);
    }
  }

  /** Adds one example of a batch. */
  void add(double[] sums, int at, Batch batch, Predictor.Predicted predicted, int example) {
    Batch.Floats values = batch.floats("values");
    int[] observed = batch.ints("observed").values();
    int length = batch.lengths("values")[example];
    Batch.Floats means = predicted.values().floats("means");
    Batch.Floats logs = predicted.values().floats("log-variances");
    int features = units.length;
    int row = values.shape()[1] * features;
    int predictedRow = means.shape()[1] * features;
    int from = example * row;
    int predictedFrom = example * predictedRow;
    for (int i = features; i < length * features; i++) {
      if (observed[from + i] != 0) {
        double unit = units[i % features];
        double log = logs.values()[predictedFrom + i];
        double error = (double) values.values()[from + i] - means.values()[predictedFrom + i];
        sums[at]++;
        sums[at + 1] += unit * unit * error * error;
        sums[at + 2] += 0.5 * (LN_2_PI + log + error * error * Math.exp(-log)) + Math.log(unit);
      }
    }
  }

  @Override
  public List<Metric> metrics(double[] sums, int at) {
    double values = sums[at];
    return List.of(
        Figures.smaller("rmse", Math.sqrt(sums[at + 1] / values)),
        Figures.smaller("negative-log-likelihood", sums[at + 2] / values));
  }
}
