package org.seqlm.metrics.task;

import java.io.Serializable;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/**
 * What a prediction costs each example by itself, smaller being better: what two models are held
 * against each other by, example by example, where each example counts once. Which cost follows
 * from the metric that counts, by {@link Kind#of}. Made in the driver, used in tasks; it keeps
 * nothing between calls.
 */
public final class ExampleCost implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What an example's cost is. */
  public enum Kind {
    /** The share of its labels that are wrong, 0 to 1; of one label 0 or 1. */
    LABELS("the share of an example's labels that are wrong"),
    /** 0 where it is right as a whole, else 1. */
    WHOLE("1 for an example that is not right as a whole, else 0"),
    /** Mean nats of its targets, −ln p; of series density in the data's own units. */
    NATS("the mean nats of an example's targets"),
    /**
     * Mean squared error of its observed values but those of the first step, over the mean variance
     * of the features in the train split of the examples, so that it has no unit.
     */
    SQUARES("the mean squared error of an example's values, in parts of their variance");

    private final String told;

    Kind(String told) {
      this.told = told;
    }

    /** For people. */
    public String told() {
      return told;
    }

    /** Whether no cost is above 1, or below 0. */
    public boolean isBounded() {
      return this == LABELS || this == WHOLE;
    }

    /**
     * What costs where a metric counts. That of accuracy, exact match, RMSE, loss and negative
     * log-likelihood is what the metric is a mean of, or its root. Macro and span F1 and chrF are
     * made of counts over all examples, which no example has a part in that could be added up; they
     * and perplexity have the loss in their place.
     *
     * @param metric of {@link TaskScorer}
     */
    public static Kind of(String metric) {
      return switch (metric) {
        case "accuracy" -> LABELS;
        case "exact-match" -> WHOLE;
        case "rmse" -> SQUARES;
        default -> NATS;
      };
    }
  }

  private final Kind kind;
  private final ExampleTask task;
  private final GaussianFigures series; // null of other tasks
  private final double variance; // of series, else 1
  private final int unknown; // of targets, else -1

  private ExampleCost(
      Kind kind, ExampleTask task, GaussianFigures series, double variance, int unknown) {
    this.kind = kind;
    this.task = task;
    this.series = series;
    this.variance = variance;
    this.unknown = unknown;
  }

  /**
   * What a model's predictions cost.
   *
   * @param trained details of the examples that it was trained on: a series' values are
   *     standardised by these
   * @param examples that it predicts for, whose metric counts
   */
  public static ExampleCost of(ExamplesDetails trained, ExamplesDetails examples) {
    boolean series = trained.task() == ExampleTask.SERIES;
    boolean targets = trained.task() == ExampleTask.SEQUENCE;
    return new ExampleCost(
        Kind.of(examples.metric()),
        trained.task(),
        series ? new GaussianFigures(trained.features().get("values").deviations()) : null,
        series ? variance(examples.features().get("values")) : 1,
        targets ? trained.vocabularies().get("target").unknown() : -1);
  }

  /** The mean over the features; one without any deviation has 1, as errors have. */
  private static double variance(FeatureStatistics features) {
    return features.deviations().stream()
        .mapToDouble(deviation -> deviation == 0 ? 1 : deviation * deviation)
        .average()
        .orElse(1);
  }

  /** What it is. */
  public Kind kind() {
    return kind;
  }

  /**
   * How many examples a batch may have: a decoder's loss is known of a batch as a whole, so where
   * that counts it is one.
   */
  public int together() {
    return task == ExampleTask.SEQUENCE && kind == Kind.NATS ? 1 : Integer.MAX_VALUE;
  }

  /**
   * The cost of an example of a batch.
   *
   * @param batch with its targets, as of {@link TaskScorer#add}, of at most {@link #together}
   * @param example its place in the batch
   * @return NaN where nothing is to be predicted, as of a series of one step
   */
  public double of(Batch batch, Predictor.Predicted predicted, int example) {
    return switch (task) {
      case CLASSIFY, GRID, FRAMES -> ofLabels(batch, "label", predicted.values(), example);
      case TAG -> ofLabels(batch, "tags", predicted.values(), example);
      case SEQUENCE -> ofTarget(batch, predicted, example);
      case SERIES -> ofSeries(batch, predicted, example);
    };
  }

  private double ofLabels(Batch batch, String column, Batch predicted, int example) {
    Rows there = Rows.of(batch, column);
    Rows found = Rows.as(there, predicted, "ids");
    int length = there.length(example);
    if (length == 0) {
      return Double.NaN;
    }
    double sum = 0;
    for (int t = 0; t < length; t++) {
      int own = there.id(example, t);
      sum +=
          kind == Kind.NATS
              ? -logProbability(predicted.floats("log-probabilities"), example, t, own)
              : own == found.id(example, t) ? 0 : 1;
    }
    return kind == Kind.WHOLE ? Math.min(1, sum) : sum / length;
  }

  /**
   * Of a label.
   *
   * @param logs (B, C), or (B, T, C)
   */
  private static double logProbability(Batch.Floats logs, int example, int element, int label) {
    int[] shape = logs.shape();
    int labels = shape[shape.length - 1];
    int steps = shape.length == 3 ? shape[1] : 1;
    return logs.values()[(example * steps + element) * labels + label];
  }

  private double ofTarget(Batch batch, Predictor.Predicted predicted, int example) {
    if (kind == Kind.NATS) {
      return predicted.nats() / predicted.targets();
    }
    int[] own = Rows.of(batch, "target").ids(example);
    int[] found = Rows.of(predicted.values(), "ids").ids(example);
    return SequenceMatch.isRight(own, found, unknown) ? 0 : 1;
  }

  private double ofSeries(Batch batch, Predictor.Predicted predicted, int example) {
    double[] sums = new double[series.size()];
    series.add(sums, 0, batch, predicted, example);
    return kind == Kind.SQUARES ? sums[1] / sums[0] / variance : sums[2] / sums[0];
  }
}
