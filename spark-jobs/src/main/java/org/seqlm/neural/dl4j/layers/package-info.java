/**
 * Layers for anybody's Deeplearning4j network that compute with libtorch on ND4J's own memory:
 * recurrent layers of every {@link org.seqlm.neural.CellKind}, an embedding, a softmax that takes
 * token ids and may share the embedding's weights; and clipping by the global norm, which
 * Deeplearning4j lacks. They need ND4J's CPU backend.
 */
package org.seqlm.neural.dl4j.layers;
