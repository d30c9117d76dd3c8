/**
 * Layers for anybody's Deeplearning4j network that compute with libtorch on ND4J's own memory:
 * recurrent layers of every {@link org.seqlm.neural.CellKind}, an embedding, a softmax that takes
 * token ids and may share the embedding's weights; and clipping by the global norm, which
 * Deeplearning4j lacks. A language model of GRUs, for instance:
 *
 * <pre>{@code
 * MultiLayerNetwork network =
 *     new MultiLayerNetwork(
 *         new NeuralNetConfiguration.Builder()
 *             .updater(new Adam(1e-3))
 *             .list(
 *                 TorchEmbeddingLayer.builder().name("tokens").nIn(vocabulary).nOut(200).build(),
 *                 TorchRecurrentLayer.gru().nIn(200).nOut(200).dropOut(0.8).build(),
 *                 TorchSoftmaxLayer.builder().nIn(200).nOut(vocabulary).tiedTo("tokens").build())
 *             .backpropType(BackpropType.TruncatedBPTT)
 *             .tBPTTLength(35)
 *             .build());
 * network.init();
 * network.addListeners(new GlobalNormClipping(5));
 * network.fit(new DataSet(ids, idsOfTheNextTokens)); // (B, 1, T) each
 * }</pre>
 *
 * <p>They are ordinary layers: they may stand among Deeplearning4j's own, in a {@code
 * MultiLayerNetwork} or a {@code ComputationGraph}, under wrappers such as {@code Bidirectional},
 * with masks, dropout, weight noise, {@code rnnTimeStep} and truncated back-propagation; their
 * configurations are stored as JSON, and {@code ModelSerializer} reads them back where this package
 * is on the class path. What comes out of one in {@code NCW}, (B, n, T), lies in memory as (T, B,
 * n): between two of them nothing is copied.
 *
 * <p>They need ND4J's CPU backend ({@code nd4j-native}) and {@code org.bytedeco:pytorch} with the
 * natives of the machine, both on one version of JavaCPP and OpenBLAS. libtorch takes as many
 * threads as the machine has cores unless told otherwise; in a task of one core call {@link
 * org.seqlm.neural.torch.device.TorchThreads#one} on the thread that trains.
 *
 * <p>Native memory: a recurrent layer keeps its buffers, about 4 T B (G + 2) nOut bytes for a cell
 * of G gates in float32, for windows of the last shape it saw, until the layer is garbage. All else
 * is freed when a call returns.
 */
package org.seqlm.neural.dl4j.layers;
