package org.seqlm.neural.dl4j;

import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.neural.InnerOptimizer;
import org.seqlm.neural.Learner;
import org.seqlm.neural.NetworkSpec;

/** How executors make Deeplearning4j learners. */
public final class Dl4jLearners {
  private Dl4jLearners() {}

  /**
   * Learners of a network of ours with the layers for this class path.
   *
   * @param timeSteps T, the length of every window
   */
  public static Learner.Factory<DataSet> of(
      NetworkSpec spec, InnerOptimizer optimizer, int timeSteps) {
    return of(Layers.here(), spec, optimizer, timeSteps);
  }

  static Learner.Factory<DataSet> of(
      Layers layers, NetworkSpec spec, InnerOptimizer optimizer, int timeSteps) {
    return new OfSpec(layers, spec, optimizer, timeSteps);
  }

  private record OfSpec(Layers layers, NetworkSpec spec, InnerOptimizer optimizer, int timeSteps)
      implements Learner.Factory<DataSet> {
    @Override
    public Learner<DataSet> create() {
      return Dl4jLearner.of(layers, spec, optimizer, timeSteps);
    }

    @Override
    public String key() {
      return "dl4j " + this;
    }
  }
}
