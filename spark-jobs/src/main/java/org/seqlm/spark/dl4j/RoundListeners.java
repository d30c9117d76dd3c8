package org.seqlm.spark.dl4j;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.seqlm.neural.dl4j.fit.FittedNetwork;

/**
 * Deeplearning4j's listeners, called on the driver with the averaged network: around each {@code
 * fit}, which is an epoch, and after each round.
 */
public final class RoundListeners {
  private List<TrainingListener> listeners = List.of();

  /**
   * @param all in place of those before; null for none
   */
  public void set(Collection<TrainingListener> all) {
    listeners = all == null ? List.of() : List.copyOf(all);
  }

  /** Has those that route statistics do so to this router, if it is not null. */
  public void route(StatsStorageRouter router) {
    for (TrainingListener listener : listeners) {
      if (router != null && listener instanceof RoutingIterationListener routing) {
        routing.setStorageRouter(router);
      }
    }
  }

  void epochStarts(FittedNetwork<?> network) {
    listeners.forEach(listener -> listener.onEpochStart(network.model()));
  }

  /**
   * @param score the round's mean
   */
  void roundDone(FittedNetwork<?> network, double score) {
    score(network.model(), score);
    for (TrainingListener listener : listeners) {
      listener.iterationDone(network.model(), network.iterations(), network.epochs());
    }
  }

  /** Tells listeners; dl4j-spark's own network classes count the epoch. */
  void epochEnds(FittedNetwork<?> network) {
    listeners.forEach(listener -> listener.onEpochEnd(network.model()));
  }

  /** What listeners read. */
  private static void score(Model model, double score) {
    if (model instanceof MultiLayerNetwork network) {
      network.setScore(score);
    } else if (model instanceof ComputationGraph graph) {
      graph.setScore(score);
    }
  }
}
