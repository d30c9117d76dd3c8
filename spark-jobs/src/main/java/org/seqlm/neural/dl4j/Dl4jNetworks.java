package org.seqlm.neural.dl4j;

import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;
import org.seqlm.neural.InnerOptimizer;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.NetworkSpec;

/** Networks of our spec in Deeplearning4j's terms, and the data sets they train on. */
public final class Dl4jNetworks {
  private Dl4jNetworks() {}

  /**
   * A network with the given parameters, for instance for {@code SparkDl4jMultiLayer}.
   *
   * @param parameters flat, in our order
   */
  public static MultiLayerNetwork network(
      NetworkSpec spec, InnerOptimizer.Kind optimizer, int timeSteps, float[] parameters) {
    return network(spec, optimizer, timeSteps, parameters, new StepClock());
  }

  static MultiLayerNetwork network(
      NetworkSpec spec,
      InnerOptimizer.Kind optimizer,
      int timeSteps,
      float[] parameters,
      StepClock clock) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(configuration(spec, optimizer, timeSteps, clock));
    float[] theirs = ParameterOrder.of(spec).toEngine(parameters);
    network.init(RawArrays.of(theirs, new long[] {1, theirs.length}, 'f'), false);
    CarriedLstm.replaceIn(network, timeSteps);
    return network;
  }

  private static MultiLayerConfiguration configuration(
      NetworkSpec spec, InnerOptimizer.Kind optimizer, int timeSteps, StepClock clock) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .updater(updater(optimizer, clock))
            // We divide by the number of tokens ourselves.
            .miniBatch(false)
            .trainingWorkspaceMode(WorkspaceMode.ENABLED)
            .list();
    if (spec.input() == InputKind.EMBEDDING) {
      layers.layer(
          new EmbeddingSequenceLayer.Builder()
              .nIn(spec.vocabulary())
              .nOut(spec.embedding())
              .hasBias(false)
              .inputLength(timeSteps)
              .outputDataFormat(RNNFormat.NCW)
              .activation(Activation.IDENTITY)
              .build());
    }
    for (int k = 0; k < spec.layers(); k++) {
      LSTM.Builder lstm =
          new LSTM.Builder()
              .nIn(spec.inputWidth(k))
              .nOut(spec.hidden())
              .activation(Activation.TANH)
              .gateActivationFunction(Activation.SIGMOID);
      lstm.dataFormat(RNNFormat.NCW);
      if (spec.dropout() > 0 && k > 0) {
        lstm.dropOut(new KeyedDropout(spec.dropout(), k, clock));
      }
      layers.layer(lstm.build());
    }
    RnnOutputLayer.Builder output =
        new RnnOutputLayer.Builder(new LossSparseMCXENT())
            .nIn(spec.hidden())
            .nOut(spec.vocabulary())
            .activation(Activation.SOFTMAX)
            .dataFormat(RNNFormat.NCW);
    if (spec.dropout() > 0) {
      output.dropOut(new KeyedDropout(spec.dropout(), spec.layers(), clock));
    }
    return layers
        .layer(output.build())
        .backpropType(BackpropType.TruncatedBPTT)
        .tBPTTLength(timeSteps)
        .build();
  }

  private static IUpdater updater(InnerOptimizer.Kind optimizer, StepClock clock) {
    return switch (optimizer) {
      case ADAM -> new Adam(clock);
      case ADAGRAD -> new ClockedAdaGrad(clock);
      case SGD -> new Sgd(clock);
    };
  }

  /** AdaGrad whose copies keep its schedule: the copies of ND4J's own are at the rate 0.1. */
  private static final class ClockedAdaGrad extends AdaGrad {
    private static final long serialVersionUID = 1L;

    ClockedAdaGrad(StepClock clock) {
      super(clock, DEFAULT_ADAGRAD_EPSILON);
    }

    @Override
    @SuppressWarnings({"MissingSuperCall", "CloneableImplementsClone"})
    public AdaGrad clone() {
      return this;
    }
  }

  /**
   * One step's data: windows of {@code inputs} and the tokens after them.
   *
   * @param inputs (B, T) row-major
   * @param targets (B, T) row-major
   */
  public static DataSet dataSet(
      NetworkSpec spec, int batch, int timeSteps, int[] inputs, int[] targets) {
    INDArray features;
    if (spec.input() == InputKind.EMBEDDING) {
      features = RawArrays.of(floats(inputs), new long[] {batch, 1, timeSteps}, 'c');
    } else {
      // (B, V, T) column-major keeps a time step's rows together.
      float[] oneHot = new float[batch * spec.vocabulary() * timeSteps];
      for (int b = 0; b < batch; b++) {
        for (int t = 0; t < timeSteps; t++) {
          oneHot[b + batch * (inputs[b * timeSteps + t] + spec.vocabulary() * t)] = 1;
        }
      }
      features = RawArrays.of(oneHot, new long[] {batch, spec.vocabulary(), timeSteps}, 'f');
    }
    INDArray labels = RawArrays.of(floats(targets), new long[] {batch, 1, timeSteps}, 'c');
    return new DataSet(features, labels);
  }

  private static float[] floats(int[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }
}
