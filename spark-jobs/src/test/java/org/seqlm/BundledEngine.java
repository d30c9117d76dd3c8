package org.seqlm;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A few steps of an LSTM that learns to count, run by {@link SubmittedJarIT} in a process that has
 * the engine from the jar only.
 */
public final class BundledEngine {
  private static final int SYMBOLS = 5;
  private static final int TIME = 10;

  private BundledEngine() {}

  public static void main(String[] arguments) {
    INDArray input = Nd4j.zeros(1, SYMBOLS, TIME); // (batch, symbol, time)
    INDArray labels = Nd4j.zeros(1, SYMBOLS, TIME);
    for (int t = 0; t < TIME; t++) {
      input.putScalar(0, t % SYMBOLS, t, 1);
      labels.putScalar(0, (t + 1) % SYMBOLS, t, 1);
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.05))
                .list()
                .layer(new LSTM.Builder().nIn(SYMBOLS).nOut(8).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .dataFormat(RNNFormat.NCW)
                        .nIn(8)
                        .nOut(SYMBOLS)
                        .build())
                .build());
    network.init();
    network.fit(input, labels);
    double before = network.score();
    for (int step = 0; step < 30; step++) {
      network.fit(input, labels);
    }
    double after = network.score();
    if (!(after < before / 2)) {
      throw new IllegalStateException("the loss went from " + before + " to " + after);
    }
    System.out.println("loss fell from " + before + " to " + after);
  }
}
