package org.seqlm.metrics;

/**
 * How long a checkpoint took; a line of a run's metrics. It stands before the lines of the next
 * round, for it is known only when its own round's lines are written.
 *
 * @param round of the checkpoint
 * @param seconds of wall time in which no worker trained
 */
public record CheckpointMetrics(int round, double seconds) {}
