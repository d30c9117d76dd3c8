package org.seqlm.neural.dl4j.layers;

import java.util.Arrays;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.buffer.util.DataTypeUtil;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.seqlm.neural.KeyedRandom;

/** Small networks in double precision, and data for them. */
final class TestNetworks {
  static final int BATCH = 3;
  static final int STEPS = 5;

  static {
    // As in a task of one core; with more threads small products take longer.
    org.bytedeco.pytorch.global.torch.set_num_threads(1);
    Nd4j.getEnvironment().setMaxThreads(1);
  }

  private TestNetworks() {}

  static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder()
        .dataType(DataType.DOUBLE)
        .seed(7)
        .updater(new Sgd(1));
  }

  /**
   * @param window steps of truncated back-propagation, 0 for none
   */
  static MultiLayerNetwork network(int window, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = builder().list(layers);
    if (window > 0) {
      list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(window);
    }
    return initialised(list.build());
  }

  static MultiLayerNetwork initialised(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    // Biases too: at zero they would hide a gate in the wrong place.
    network.params().addi(random(3, network.params().shape()).muli(0.3));
    return network;
  }

  /** Values between -1 and 1. */
  static INDArray random(int key, long... shape) {
    KeyedRandom random = KeyedRandom.of(5, "layers", key);
    double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.uniform(i) - 1;
    }
    return Nd4j.createFromArray(values).reshape(shape);
  }

  /** Whole numbers from 0 to {@code end} - 1. */
  static INDArray ids(int key, int end, long... shape) {
    INDArray ids = random(key, shape).addi(1).muli(end / 2.0);
    return org.nd4j.linalg.ops.transforms.Transforms.floor(ids);
  }

  /** (B, n, T) from (B, 1, T). */
  static INDArray oneHot(INDArray ids, int n) {
    INDArray result = Nd4j.zeros(DataType.DOUBLE, ids.size(0), n, ids.size(2));
    for (int b = 0; b < ids.size(0); b++) {
      for (int t = 0; t < ids.size(2); t++) {
        result.putScalar(b, ids.getInt(b, 0, t), t, 1);
      }
    }
    return result;
  }

  /** Deeplearning4j's own check, of every parameter. */
  static boolean gradientsAreRight(GradientCheckUtil.MLNConfig check) {
    DataType before = DataTypeUtil.getDtypeFromContext();
    DataTypeUtil.setDTypeForContext(DataType.DOUBLE);
    try {
      return GradientCheckUtil.checkGradients(
          check.epsilon(1e-6).maxRelError(1e-5).minAbsoluteError(1e-9));
    } finally {
      DataTypeUtil.setDTypeForContext(before);
    }
  }

  static boolean gradientsAreRight(GradientCheckUtil.GraphConfig check) {
    DataType before = DataTypeUtil.getDtypeFromContext();
    DataTypeUtil.setDTypeForContext(DataType.DOUBLE);
    try {
      return GradientCheckUtil.checkGradients(
          check.epsilon(1e-6).maxRelError(1e-5).minAbsoluteError(1e-9));
    } finally {
      DataTypeUtil.setDTypeForContext(before);
    }
  }
}
