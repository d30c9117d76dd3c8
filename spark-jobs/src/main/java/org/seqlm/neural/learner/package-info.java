/**
 * The seam between averaging and engines. {@link org.seqlm.neural.learner.Reading} says how text is
 * dealt out to workers and cut into windows. A worker's round goes in: parameters, the worker's
 * state and its {@link org.seqlm.neural.learner.Shard} of the text under a {@link
 * org.seqlm.neural.learner.RoundPlan}; its result comes out. A {@link
 * org.seqlm.neural.learner.StretchScorer} scores text with the same engines. Beside it what engines
 * share: optimisers, schedules, precision, and what training a network costs.
 */
package org.seqlm.neural.learner;
