/**
 * The seam between averaging and engines. A worker's round goes in: parameters, the worker's state
 * and its {@link org.seqlm.neural.learner.Shard} of the text under a {@link
 * org.seqlm.neural.learner.RoundPlan}; its result comes out. How the text is dealt out to workers
 * and cut into windows, {@link org.seqlm.neural.learner.Reading} says. A {@link
 * org.seqlm.neural.learner.StretchScorer} scores text with the same engines. Beside it what engines
 * share: how a worker trains on its windows ({@link org.seqlm.neural.learner.Recipe}), precision,
 * and what training a network costs.
 */
package org.seqlm.neural.learner;
