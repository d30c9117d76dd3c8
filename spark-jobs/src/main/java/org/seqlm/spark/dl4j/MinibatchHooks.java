package org.seqlm.spark.dl4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.seqlm.neural.dl4j.fit.FitLearners;
import org.seqlm.neural.dl4j.fit.MinibatchHook;
import org.seqlm.neural.learner.Learner;

/**
 * dl4j-spark's hooks, called by the executors' learners around each minibatch. Learners are kept by
 * what they call: whenever the hooks change, other learners train.
 */
public final class MinibatchHooks {
  private final List<TrainingHook> hooks;
  private String key;

  public MinibatchHooks(Collection<TrainingHook> hooks) {
    this.hooks = new ArrayList<>(hooks);
    key = hooks.isEmpty() ? "" : UUID.randomUUID().toString();
  }

  public void add(TrainingHook hook) {
    hooks.add(hook);
    key = UUID.randomUUID().toString();
  }

  public void remove(TrainingHook hook) {
    hooks.remove(hook);
    key = hooks.isEmpty() ? "" : UUID.randomUUID().toString();
  }

  /** Learners of a network that call the hooks of now. */
  Learner.Factory<DataSet> learners(MultiLayerNetwork network) {
    return FitLearners.of(network, new OnDataSets(new ArrayList<>(hooks)), key);
  }

  /** Learners of a graph that call the hooks of now. */
  Learner.Factory<MultiDataSet> learners(ComputationGraph graph) {
    return FitLearners.of(graph, new OnMultiDataSets(new ArrayList<>(hooks)), key);
  }

  /** The hooks of a network's minibatches. */
  private record OnDataSets(ArrayList<TrainingHook> hooks) implements MinibatchHook<DataSet> {
    @Override
    public void before(DataSet minibatch, Model model) {
      hooks.forEach(hook -> hook.preUpdate(minibatch, model));
    }

    @Override
    public void after(DataSet minibatch, Model model) {
      hooks.forEach(hook -> hook.postUpdate(minibatch, model));
    }
  }

  /** The hooks of a graph's minibatches. */
  private record OnMultiDataSets(ArrayList<TrainingHook> hooks)
      implements MinibatchHook<MultiDataSet> {
    @Override
    public void before(MultiDataSet minibatch, Model model) {
      hooks.forEach(hook -> hook.preUpdate(minibatch, model));
    }

    @Override
    public void after(MultiDataSet minibatch, Model model) {
      hooks.forEach(hook -> hook.postUpdate(minibatch, model));
    }
  }
}
