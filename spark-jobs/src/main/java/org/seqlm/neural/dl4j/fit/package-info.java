/** Anybody's Deeplearning4j network, trained by its own {@code fit} as one worker of a round. */
package org.seqlm.neural.dl4j.fit;
