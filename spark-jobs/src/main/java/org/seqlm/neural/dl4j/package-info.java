/**
 * The Deeplearning4j engine: networks of our spec as its layers, our parameter layout to its and
 * back, and a learner that carries the recurrent state, which its own {@code fit} does not.
 */
package org.seqlm.neural.dl4j;
