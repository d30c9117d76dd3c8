package org.seqlm.neural.dl4j.fit;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.seqlm.neural.dl4j.device.RawArrays;

/**
 * What averaging needs of a network of Deeplearning4j's, whichever of its two classes it is.
 *
 * @param <S> a minibatch
 */
public abstract class FittedNetwork<S> {

  /** A {@code MultiLayerNetwork}, initialised. */
  public static FittedNetwork<DataSet> of(MultiLayerNetwork network) {
    return new MultiLayer(network);
  }

  /** A {@code ComputationGraph}, initialised. */
  public static FittedNetwork<MultiDataSet> of(ComputationGraph graph) {
    return new Graph(graph);
  }

  /** The network itself. */
  public abstract Model model();

  /** One of Deeplearning4j's own updates, or several where it truncates the back-propagation. */
  abstract void fit(S minibatch);

  /** The examples of a minibatch. */
  abstract int examples(S minibatch);

  abstract BaseMultiLayerUpdater<?> updater();

  /** Updates and epochs so far, which schedules and bias corrections go by. */
  public abstract void setCounts(int iterations, int epochs);

  public abstract int iterations();

  public abstract int epochs();

  /** Makes executors' networks of the same configuration. */
  abstract String json();

  /** A fresh flat array in the network's own order. */
  public float[] parameters() {
    return RawArrays.floats(model().params(), 'f');
  }

  /** Takes over flat parameters. */
  public void setParameters(float[] parameters) {
    RawArrays.fill(model().params(), parameters);
  }

  /** The updaters' state, a fresh flat array; empty if they have none. */
  public float[] moments() {
    INDArray state = updater().getStateViewArray();
    return state == null || state.isEmpty() ? new float[0] : RawArrays.floats(state, 'f');
  }

  /** Takes over the updaters' state; an empty array leaves it. */
  public void setMoments(float[] moments) {
    if (moments.length > 0) {
      RawArrays.fill(updater().getStateViewArray(), moments);
    }
  }

  private static final class MultiLayer extends FittedNetwork<DataSet> {
    private final MultiLayerNetwork network;

    MultiLayer(MultiLayerNetwork network) {
      this.network = network;
    }

    @Override
    public MultiLayerNetwork model() {
      return network;
    }

    @Override
    void fit(DataSet minibatch) {
      network.fit(minibatch);
    }

    @Override
    int examples(DataSet minibatch) {
      return minibatch.numExamples();
    }

    @Override
    BaseMultiLayerUpdater<?> updater() {
      return (BaseMultiLayerUpdater<?>) network.getUpdater();
    }

    @Override
    public void setCounts(int iterations, int epochs) {
      network.setIterationCount(iterations);
      network.setEpochCount(epochs);
    }

    @Override
    public int iterations() {
      return network.getIterationCount();
    }

    @Override
    public int epochs() {
      return network.getEpochCount();
    }

    @Override
    String json() {
      MultiLayerConfiguration conf = network.getLayerWiseConfigurations().clone();
      conf.setIterationCount(0);
      conf.setEpochCount(0);
      return conf.toJson();
    }
  }

  private static final class Graph extends FittedNetwork<MultiDataSet> {
    private final ComputationGraph graph;

    Graph(ComputationGraph graph) {
      this.graph = graph;
    }

    @Override
    public ComputationGraph model() {
      return graph;
    }

    @Override
    void fit(MultiDataSet minibatch) {
      graph.fit(minibatch);
    }

    @Override
    int examples(MultiDataSet minibatch) {
      return Math.toIntExact(minibatch.getFeatures(0).size(0));
    }

    @Override
    BaseMultiLayerUpdater<?> updater() {
      return graph.getUpdater();
    }

    @Override
    public void setCounts(int iterations, int epochs) {
      graph.getConfiguration().setIterationCount(iterations);
      graph.getConfiguration().setEpochCount(epochs);
    }

    @Override
    public int iterations() {
      return graph.getIterationCount();
    }

    @Override
    public int epochs() {
      return graph.getEpochCount();
    }

    @Override
    String json() {
      ComputationGraphConfiguration conf = graph.getConfiguration().clone();
      conf.setIterationCount(0);
      conf.setEpochCount(0);
      return conf.toJson();
    }
  }

  static FittedNetwork<DataSet> multiLayerOf(String json) {
    MultiLayerNetwork network = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
    network.init();
    return new MultiLayer(network);
  }

  static FittedNetwork<MultiDataSet> graphOf(String json) {
    ComputationGraph graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
    graph.init();
    return new Graph(graph);
  }
}
