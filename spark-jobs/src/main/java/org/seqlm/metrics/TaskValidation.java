package org.seqlm.metrics;

import java.util.Map;

/**
 * How the averaged model of a task does on held-out examples after a round; a line of a run's
 * metrics.
 *
 * @param round from 0, the untrained model
 * @param tokens examples trained so far, by all workers
 * @param loss mean nats of what it predicts
 * @param metric that the task names
 * @param metrics of the task, by name, the loss among them
 * @param floor the best that any model can do by {@code metric}; null if nobody knows
 * @param seconds that predicting took
 * @param scored examples of the split that the figures are of
 */
public record TaskValidation(
    int round,
    long tokens,
    double loss,
    String metric,
    Map<String, Double> metrics,
    Double floor,
    double seconds,
    long scored) {}
