package org.seqlm.metrics;

/**
 * How often a model gives the right one of two continuations the higher probability.
 *
 * @param model as the user named it
 * @param group of pairs, for instance {@code 7} words between subject and verb; numbers sort as
 *     numbers
 * @param pairs in the group
 * @param right of them; an equal probability counts one half
 */
public record PairScore(String model, String group, long pairs, double right) {}
