package org.seqlm.metrics;

import java.util.Comparator;

/**
 * What a look at the validation split found, whatever is trained: what {@link ValidationMetrics}
 * and {@link TaskValidation} have in common.
 *
 * @param round from 0, the untrained model
 * @param units trained so far, by all workers: tokens, or examples
 * @param nats mean loss of what is predicted
 * @param metric that the task names, NaN where it is a mean of nothing; null of a language model,
 *     whose metric is its loss
 * @param floor the best that any model can do by {@code metric}; null if nobody knows
 * @param seconds that it took; null if nobody wrote it down
 * @param scored units of the split that the figures are of; null if nobody wrote it down
 */
public record Look(
    int round, long units, double nats, Metric metric, Double floor, Double seconds, Long scored) {
  /**
   * The better one first, as a run chooses its model: by the metric, and between equal ones by the
   * loss.
   */
  public static final Comparator<Look> BEST_FIRST =
      (a, b) ->
          a.metric == null || Metric.isNeitherBetter(a.metric, b.metric)
              ? Double.compare(a.nats, b.nats)
              : a.metric.betterThan(b.metric) ? -1 : 1;

  static Look of(ValidationMetrics look) {
    return new Look(
        look.round(),
        look.tokens(),
        look.natsPerToken(),
        null,
        null,
        look.seconds(),
        look.scored());
  }

  static Look of(TaskValidation look) {
    return new Look(
        look.round(),
        look.tokens(),
        look.loss(),
        look.named(),
        look.floor(),
        look.seconds(),
        look.scored());
  }
}
