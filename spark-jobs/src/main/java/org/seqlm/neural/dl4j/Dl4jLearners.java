package org.seqlm.neural.dl4j;

import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.neural.InnerOptimizer;
import org.seqlm.neural.Learner;
import org.seqlm.neural.NetworkSpec;

/** How executors make Deeplearning4j learners. */
public final class Dl4jLearners {
  private Dl4jLearners() {}

  /**
   * Learners of a network of ours.
   *
   * @param timeSteps T, the length of every window
   */
  public static Learner.Factory<DataSet> of(
      NetworkSpec spec, InnerOptimizer optimizer, int timeSteps) {
    return new OfSpec(spec, optimizer, timeSteps);
  }

  private record OfSpec(NetworkSpec spec, InnerOptimizer optimizer, int timeSteps)
      implements Learner.Factory<DataSet> {
    @Override
    public Learner<DataSet> create() {
      return Dl4jLearner.of(spec, optimizer, timeSteps);
    }

    @Override
    public String key() {
      return "dl4j " + this;
    }
  }
}
