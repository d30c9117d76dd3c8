package org.seqlm.neural.dl4j.fit;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.seqlm.neural.learner.Learner;

/** How executors make learners of other people's networks. */
public final class FitLearners {
  private FitLearners() {}

  /**
   * Learners of a network's configuration.
   *
   * @param hookKey tells this hook from any other
   */
  public static Learner.Factory<DataSet> of(
      MultiLayerNetwork network, MinibatchHook<DataSet> hook, String hookKey) {
    return new OfMultiLayer(FittedNetwork.of(network).json(), hook, hookKey);
  }

  /**
   * Learners of a graph's configuration.
   *
   * @param hookKey tells this hook from any other
   */
  public static Learner.Factory<MultiDataSet> of(
      ComputationGraph graph, MinibatchHook<MultiDataSet> hook, String hookKey) {
    return new OfGraph(FittedNetwork.of(graph).json(), hook, hookKey);
  }

  private record OfMultiLayer(String json, MinibatchHook<DataSet> hook, String hookKey)
      implements Learner.Factory<DataSet> {
    @Override
    public Learner<DataSet> create() {
      return new FitLearner<>(FittedNetwork.multiLayerOf(json), hook);
    }

    @Override
    public String key() {
      return "dl4j fit " + hookKey + " " + json;
    }
  }

  private record OfGraph(String json, MinibatchHook<MultiDataSet> hook, String hookKey)
      implements Learner.Factory<MultiDataSet> {
    @Override
    public Learner<MultiDataSet> create() {
      return new FitLearner<>(FittedNetwork.graphOf(json), hook);
    }

    @Override
    public String key() {
      return "dl4j fit " + hookKey + " " + json;
    }
  }
}
