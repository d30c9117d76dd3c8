package org.seqlm.bench.step;

import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.seqlm.bench.meter.ProcessorTime;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;

/**
 * Deeplearning4j as its users have it: its own LSTM and output layer, one-hot arrays, {@code fit}.
 * It clips a layer at a time and carries no state over from {@code fit} to {@code fit}, which costs
 * it nothing.
 */
final class PlainDl4j implements StepRunner {
  /** The widest one-hot labels that are tried: (B, V, T) floats. */
  private static final int WIDEST = 50_000;

  private final StepCase what;
  private final MultiLayerNetwork network;
  private final int[] text;
  private int step;

  PlainDl4j(StepCase what, long seed) {
    this.what = what;
    LanguageNetwork spec = what.spec();
    IUpdater updater =
        what.optimizer().kind() == InnerOptimizer.Kind.ADAM
            ? new Adam(what.learningRate())
            : new Sgd(what.learningRate());
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(updater)
            .gradientNormalization(GradientNormalization.ClipL2PerLayer)
            .gradientNormalizationThreshold(what.optimizer().clipNorm())
            .list();
    if (spec.input() == InputKind.EMBEDDING) {
      layers.layer(
          new EmbeddingSequenceLayer.Builder()
              .nIn(spec.vocabulary())
              .nOut(spec.embedding())
              .inputLength(what.timeSteps())
              .outputDataFormat(RNNFormat.NCW)
              .build());
    }
    for (int k = 0; k < spec.layers(); k++) {
      LSTM.Builder lstm =
          new LSTM.Builder()
              .nIn(spec.inputWidth(k))
              .nOut(spec.hidden())
              .activation(Activation.TANH);
      lstm.dataFormat(RNNFormat.NCW);
      layers.layer(lstm.build());
    }
    network =
        new MultiLayerNetwork(
            layers
                .layer(
                    new RnnOutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(spec.hidden())
                        .nOut(spec.vocabulary())
                        .activation(Activation.SOFTMAX)
                        .dataFormat(RNNFormat.NCW)
                        .build())
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(what.timeSteps())
                .build());
    network.init();
    text = what.text(seed);
  }

  /** Whether it has the network. */
  static boolean has(StepCase what) {
    return what.spec().cell() == CellKind.LSTM
        && what.spec().output() == OutputKind.FULL
        && what.spec().vocabulary() <= WIDEST;
  }

  @Override
  public Stretch run(int steps) {
    long cpu = ProcessorTime.nanos();
    long start = System.nanoTime();
    int[] inputs = new int[what.tokens()];
    int[] targets = new int[what.tokens()];
    for (int i = 0; i < steps; i++) {
      what.shard().window(text, step++ % StepCase.WINDOWS, inputs, targets);
      boolean ids = what.spec().input() == InputKind.EMBEDDING;
      network.fit(new DataSet(ids ? ids(inputs) : oneHot(inputs), oneHot(targets)));
    }
    return new Stretch(
        (long) steps * what.tokens(),
        (System.nanoTime() - start) / 1e9,
        (ProcessorTime.nanos() - cpu) / 1e9);
  }

  /** (B, 1, T). */
  private INDArray ids(int[] tokens) {
    return Nd4j.createFromArray(tokens)
        .castTo(Nd4j.dataType())
        .reshape(what.batch(), 1, what.timeSteps());
  }

  /** (B, V, T) in Deeplearning4j's own order. */
  private INDArray oneHot(int[] tokens) {
    int width = what.spec().vocabulary();
    float[] values = new float[Math.multiplyExact(tokens.length, width)];
    for (int b = 0; b < what.batch(); b++) {
      for (int t = 0; t < what.timeSteps(); t++) {
        values[b + what.batch() * (tokens[b * what.timeSteps() + t] + width * t)] = 1;
      }
    }
    return Nd4j.create(values, new long[] {what.batch(), width, what.timeSteps()}, 'f');
  }

  @Override
  public void close() {
    network.close();
  }
}
