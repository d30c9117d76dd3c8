package org.seqlm.neural.dl4j;

import org.deeplearning4j.nn.conf.BackpropType;
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
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.dl4j.device.RawArrays;
import org.seqlm.neural.dl4j.layers.TorchEmbeddingLayer;
import org.seqlm.neural.dl4j.layers.TorchRecurrentLayer;
import org.seqlm.neural.dl4j.layers.TorchSoftmaxLayer;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;

/** Networks of our spec in Deeplearning4j's terms, and the data sets they train on. */
public final class Dl4jNetworks {
  private static final String EMBEDDING = "embedding";

  private Dl4jNetworks() {}

  /**
   * A network with the given parameters and the layers for this class path, for instance for {@code
   * SparkDl4jMultiLayer}.
   *
   * @param parameters flat, in our order
   */
  public static MultiLayerNetwork network(
      LanguageNetwork spec, InnerOptimizer.Kind optimizer, int timeSteps, float[] parameters) {
    return network(
        LayerOrigin.here(),
        spec,
        new InnerOptimizer(optimizer, 0, 0),
        timeSteps,
        parameters,
        new StepClock());
  }

  static MultiLayerNetwork network(
      LayerOrigin layers,
      LanguageNetwork spec,
      InnerOptimizer optimizer,
      int timeSteps,
      float[] parameters,
      StepClock clock) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .updater(updater(optimizer, clock))
            // We divide by the number of tokens ourselves.
            .miniBatch(false)
            .trainingWorkspaceMode(WorkspaceMode.ENABLED)
            .list();
    if (layers == LayerOrigin.TORCH) {
      addTorch(list, spec, clock);
    } else {
      addDl4j(list, spec, timeSteps, clock);
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(timeSteps).build());
    float[] theirs = ParameterOrder.of(spec, layers).toEngine(parameters);
    network.init(RawArrays.of(theirs, new long[] {1, theirs.length}, 'f'), false);
    CarriedLstm.replaceIn(network, timeSteps);
    return network;
  }

  /** Layers of ours. */
  private static void addTorch(
      NeuralNetConfiguration.ListBuilder list, LanguageNetwork spec, StepClock clock) {
    boolean embeds = spec.input() == InputKind.EMBEDDING;
    if (embeds) {
      list.layer(
          TorchEmbeddingLayer.builder()
              .name(EMBEDDING)
              .nIn(spec.vocabulary())
              .nOut(spec.embedding())
              .build());
    }
    for (int k = 0; k < spec.layers(); k++) {
      TorchRecurrentLayer.Builder recurrent =
          new TorchRecurrentLayer.Builder(spec.cell()).nIn(spec.inputWidth(k)).nOut(spec.hidden());
      if (spec.cell().hasActivation()) {
        recurrent.activation(activation(spec));
      }
      if (k == 0 && !embeds) {
        recurrent.readsIds();
      }
      double rate = k > 0 ? spec.dropout() : spec.embeddingDropout();
      if (rate > 0) {
        // What a layer drops is its input.
        recurrent.dropOut(
            new KeyedDropout(rate, k > 0 ? k : -1, KeyedDropout.Numbering.TIME_LAST, clock));
      }
      list.layer(recurrent.build());
    }
    TorchSoftmaxLayer.Builder output =
        TorchSoftmaxLayer.builder().nIn(spec.hidden()).nOut(spec.vocabulary());
    if (spec.output() == OutputKind.TIED) {
      output.tiedTo(EMBEDDING);
    }
    if (spec.dropout() > 0) {
      output.dropOut(
          new KeyedDropout(
              spec.dropout(), spec.layers(), KeyedDropout.Numbering.WIDTH_LAST, clock));
    }
    list.layer(output.build());
  }

  private static Activation activation(LanguageNetwork spec) {
    return switch (spec.activation().kind()) {
      case TANH -> Activation.TANH;
      case SIGMOID -> Activation.SIGMOID;
      case RELU -> Activation.RELU;
      case IDENTITY -> Activation.IDENTITY;
      case STEP -> throw new IllegalArgumentException("a step cannot be trained");
    };
  }

  /** Deeplearning4j's own, for an LSTM under a full softmax. */
  private static void addDl4j(
      NeuralNetConfiguration.ListBuilder list,
      LanguageNetwork spec,
      int timeSteps,
      StepClock clock) {
    if (spec.input() == InputKind.EMBEDDING) {
      list.layer(
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
        lstm.dropOut(new KeyedDropout(spec.dropout(), k, KeyedDropout.Numbering.AS_IT_LIES, clock));
      }
      list.layer(lstm.build());
    }
    RnnOutputLayer.Builder output =
        new RnnOutputLayer.Builder(new LossSparseMCXENT())
            .nIn(spec.hidden())
            .nOut(spec.vocabulary())
            .activation(Activation.SOFTMAX)
            .dataFormat(RNNFormat.NCW);
    if (spec.dropout() > 0) {
      // It drops from (B·T, H).
      output.dropOut(
          new KeyedDropout(
              spec.dropout(), spec.layers(), KeyedDropout.Numbering.AS_IT_LIES, clock));
    }
    list.layer(output.build());
  }

  /**
   * ND4J's updater of a kind; of those that it has no equal of, one with as many moments, which
   * only keeps them for {@link FlatUpdate}.
   */
  private static IUpdater updater(InnerOptimizer optimizer, StepClock clock) {
    InnerOptimizer.Settings settings = optimizer.settings();
    return switch (optimizer.kind()) {
      case ADAM, ADAMW ->
          Adam.builder()
              .learningRateSchedule(clock)
              .beta1(settings.beta1())
              .beta2(settings.beta2())
              .epsilon(settings.epsilon())
              .build();
      case ADAGRAD -> new ClockedAdaGrad(clock, settings.epsilon());
      case MOMENTUM, NESTEROV, RMSPROP ->
          new ClockedAdaGrad(clock, AdaGrad.DEFAULT_ADAGRAD_EPSILON);
      case SGD -> new Sgd(clock);
    };
  }

  /** AdaGrad whose copies keep its schedule: the copies of ND4J's own are at the rate 0.1. */
  private static final class ClockedAdaGrad extends AdaGrad {
    private static final long serialVersionUID = 1L;

    ClockedAdaGrad(StepClock clock, double epsilon) {
      super(clock, epsilon);
    }

    @Override
    @SuppressWarnings({"MissingSuperCall", "CloneableImplementsClone"})
    public AdaGrad clone() {
      return this;
    }
  }

  /**
   * One step's data for {@link #network}: windows of {@code inputs} and the tokens after them.
   *
   * @param inputs (B, T) row-major
   * @param targets (B, T) row-major
   */
  public static DataSet dataSet(
      LanguageNetwork spec, int batch, int timeSteps, int[] inputs, int[] targets) {
    return dataSet(LayerOrigin.here(), spec, batch, timeSteps, inputs, targets);
  }

  static DataSet dataSet(
      LayerOrigin layers,
      LanguageNetwork spec,
      int batch,
      int timeSteps,
      int[] inputs,
      int[] targets) {
    INDArray features;
    if (layers == LayerOrigin.TORCH || spec.input() == InputKind.EMBEDDING) {
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
