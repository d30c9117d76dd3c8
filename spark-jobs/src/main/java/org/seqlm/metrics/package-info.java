/**
 * What jobs measure, as records that results, a run's metrics and reports share: a round of
 * averaging and what it took, what a model makes of a split, what goes on inside a network, and
 * which of two continuations a model prefers. {@link org.seqlm.metrics.AdviceRules} make advice of
 * a training's.
 */
package org.seqlm.metrics;
