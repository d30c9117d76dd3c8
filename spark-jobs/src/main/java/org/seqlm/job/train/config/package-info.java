/**
 * What {@code train}'s configuration says of networks: keys go in, and come out as the network over
 * a vocabulary or over examples, what became of those left open, and which have no effect.
 */
package org.seqlm.job.train.config;
