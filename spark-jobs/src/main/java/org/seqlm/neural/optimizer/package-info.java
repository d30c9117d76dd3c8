/**
 * What becomes of gradients and of averages: a worker's optimiser and its learning rates, the outer
 * step that turns a round's mean into the next parameters, how long rounds are, and what of a
 * training is published. Values in, values out; nothing here computes a network.
 */
package org.seqlm.neural.optimizer;
