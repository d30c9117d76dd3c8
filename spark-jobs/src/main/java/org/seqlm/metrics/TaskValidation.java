package org.seqlm.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How the averaged model of a task does on held-out examples after a round; a line of a run's
 * metrics.
 *
 * @param round from 0, the untrained model
 * @param tokens examples trained so far, by all workers
 * @param loss mean nats of what it predicts
 * @param metric that the task names
 * @param direction which way is better by it
 * @param metrics of the task, by name, the loss among them
 * @param floor the best that any model can do by {@code metric}, mostly on another split than this
 *     one; null if nobody knows
 * @param seconds that predicting took
 * @param scored examples of the split that the figures are of
 */
public record TaskValidation(
    int round,
    long tokens,
    double loss,
    String metric,
    Metric.Direction direction,
    Map<String, Double> metrics,
    Double floor,
    double seconds,
    long scored) {
  public TaskValidation {
    Objects.requireNonNull(direction, "a look at a task's examples says which way is better");
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics)); // in the task's order
  }

  /** The figure that the task names; NaN where it was a mean of nothing. */
  public Metric named() {
    return new Metric(metric, metrics.getOrDefault(metric, Double.NaN), direction);
  }
}
