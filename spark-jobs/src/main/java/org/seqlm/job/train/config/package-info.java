/**
 * What {@code train}'s configuration says of networks: keys go in, and come out as the network over
 * a vocabulary or over examples.
 */
package org.seqlm.job.train.config;
