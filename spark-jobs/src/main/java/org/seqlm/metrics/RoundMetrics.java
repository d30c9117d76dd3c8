package org.seqlm.metrics;

/**
 * One round of averaging; a line of a run's metrics.
 *
 * @param round from 1
 * @param epoch passes over the training tokens so far, with their fraction
 * @param steps local steps of one worker so far
 * @param tokens trained so far, by all workers
 * @param loss mean over the round's tokens, in nats a token
 * @param learningRate of the round's last step
 * @param seconds of wall time the round took
 */
public record RoundMetrics(
    int round,
    double epoch,
    long steps,
    long tokens,
    double loss,
    double learningRate,
    double seconds) {}
