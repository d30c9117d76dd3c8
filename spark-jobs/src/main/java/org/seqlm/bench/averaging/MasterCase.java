package org.seqlm.bench.averaging;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.seqlm.neural.KeyedRandom;

/**
 * A network, a task it can learn, and how to train it.
 *
 * <p>The tasks: feed-forward networks tell which of ten random directions an input is most like;
 * recurrent ones name the symbol before the present one, which they can only remember.
 *
 * @param name of the case
 * @param network kind of network
 * @param inputs width of an example, for a recurrent network the number of symbols
 * @param hidden width of a hidden layer
 * @param sets data sets in the RDD
 * @param examplesPerSet examples of each
 * @param batch examples of a worker's step
 * @param frequency steps between two averages
 * @param workers K
 * @param epochs passes
 */
record MasterCase(
    String name,
    Network network,
    int inputs,
    int hidden,
    int sets,
    int examplesPerSet,
    int batch,
    int frequency,
    int workers,
    int epochs) {
  private static final int CLASSES = 10;
  private static final int TIME_STEPS = 20;
  private static final int HELD_OUT = 500;

  /** What is trained. */
  public enum Network {
    /** One hidden layer. */
    SHALLOW,
    /** Two hidden layers. */
    DEEP,
    /** An LSTM layer under a {@code RnnOutputLayer}. */
    LSTM
  }

  /** Those of {@code bench averaging}, by size. */
  public static List<MasterCase> all() {
    return List.of(
        new MasterCase("singles-190", Network.SHALLOW, 20, 32, 190, 1, 10, 5, 2, 10),
        new MasterCase("sets-batch-32", Network.SHALLOW, 20, 32, 40, 100, 32, 5, 2, 3),
        new MasterCase("sets-batch-10", Network.SHALLOW, 20, 32, 40, 100, 10, 5, 2, 3),
        new MasterCase("lstm", Network.LSTM, 16, 64, 640, 1, 16, 5, 2, 3),
        new MasterCase("mlp-1m", Network.DEEP, 64, 960, 1920, 1, 32, 10, 2, 1),
        new MasterCase("mlp-10m", Network.DEEP, 64, 3120, 320, 1, 16, 5, 2, 1));
  }

  /** Examples of a pass. */
  long examples() {
    return (long) sets * examplesPerSet;
  }

  /** Rows that the loss sees of an example. */
  int rowsPerExample() {
    return network == Network.LSTM ? TIME_STEPS : 1;
  }

  /** A fresh network, the same for the same seed. */
  MultiLayerNetwork create(long seed) {
    var builder =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .weightInit(WeightInit.XAVIER)
            .updater(new Adam(2e-3))
            .list();
    MultiLayerNetwork result =
        new MultiLayerNetwork(
            switch (network) {
              case SHALLOW -> builder.layer(dense(inputs, hidden)).layer(output(hidden)).build();
              case DEEP ->
                  builder
                      .layer(dense(inputs, hidden))
                      .layer(dense(hidden, hidden))
                      .layer(output(hidden))
                      .build();
              case LSTM ->
                  builder
                      .layer(
                          new LSTM.Builder()
                              .nIn(inputs)
                              .nOut(hidden)
                              .activation(Activation.TANH)
                              .build())
                      .layer(
                          new RnnOutputLayer.Builder(new CountingLoss())
                              .nIn(hidden)
                              .nOut(inputs)
                              .activation(Activation.SOFTMAX)
                              .build())
                      .setInputType(InputType.recurrent(inputs))
                      .build();
            });
    result.init();
    return result;
  }

  private static DenseLayer dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.RELU).build();
  }

  private static OutputLayer output(int in) {
    return new OutputLayer.Builder(new CountingLoss())
        .nIn(in)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** The data sets of a pass. */
  List<DataSet> data(long seed) {
    List<DataSet> data = new ArrayList<>();
    for (int set = 0; set < sets; set++) {
      data.add(dataSet(seed, (long) set * examplesPerSet, examplesPerSet));
    }
    return data;
  }

  /** Examples of the same task that no pass holds. */
  DataSet heldOut(long seed) {
    return dataSet(seed, examples(), HELD_OUT);
  }

  private DataSet dataSet(long seed, long first, int count) {
    return network == Network.LSTM ? sequences(seed, first, count) : directions(seed, first, count);
  }

  private DataSet directions(long seed, long first, int count) {
    KeyedRandom keyed = KeyedRandom.of(seed, "teacher");
    double[] teacher = new double[CLASSES * inputs];
    for (int i = 0; i < teacher.length; i++) {
      teacher[i] = keyed.normal(i);
    }
    float[][] x = new float[count][inputs];
    float[][] y = new float[count][CLASSES];
    for (int i = 0; i < count; i++) {
      KeyedRandom random = KeyedRandom.of(seed, "example", first + i);
      double most = Double.NEGATIVE_INFINITY;
      int likeliest = 0;
      for (int j = 0; j < inputs; j++) {
        x[i][j] = (float) random.normal(j);
      }
      for (int c = 0; c < CLASSES; c++) {
        double like = 0;
        for (int j = 0; j < inputs; j++) {
          like += x[i][j] * teacher[c * inputs + j];
        }
        if (like > most) {
          most = like;
          likeliest = c;
        }
      }
      y[i][likeliest] = 1;
    }
    return new DataSet(Nd4j.create(x), Nd4j.create(y));
  }

  private DataSet sequences(long seed, long first, int count) {
    INDArray x = Nd4j.zeros(count, inputs, TIME_STEPS);
    INDArray y = Nd4j.zeros(count, inputs, TIME_STEPS);
    for (int i = 0; i < count; i++) {
      KeyedRandom random = KeyedRandom.of(seed, "example", first + i);
      int before = 0;
      for (int t = 0; t < TIME_STEPS; t++) {
        int symbol = (int) (random.uniform(t) * inputs);
        x.putScalar(new int[] {i, symbol, t}, 1);
        y.putScalar(new int[] {i, before, t}, 1);
        before = symbol;
      }
    }
    return new DataSet(x, y);
  }
}
