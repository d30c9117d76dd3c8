package org.seqlm.metrics;

/**
 * The end of a run that diverged; the last line of its metrics.
 *
 * @param round that was not trained
 * @param reason what was found, and the bound
 */
public record Divergence(int round, String reason) {}
