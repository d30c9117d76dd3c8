package org.seqlm.neural.dl4j;

import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.neural.Execution;
import org.seqlm.neural.InnerOptimizer;
import org.seqlm.neural.Learner;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.torch.TorchDevice;

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
    return of(Layers.here(), spec, optimizer, timeSteps, Execution.Device.CPU);
  }

  static Learner.Factory<DataSet> of(
      Layers layers,
      NetworkSpec spec,
      InnerOptimizer optimizer,
      int timeSteps,
      Execution.Device device) {
    return new OfSpec(layers, spec, optimizer, timeSteps, device);
  }

  private record OfSpec(
      Layers layers,
      NetworkSpec spec,
      InnerOptimizer optimizer,
      int timeSteps,
      Execution.Device device)
      implements Learner.Factory<DataSet> {
    @Override
    public Learner<DataSet> create() {
      Dl4jLearner learner = Dl4jLearner.of(layers, spec, optimizer, timeSteps);
      return (parameters, state, steps, plan) -> {
        if (device != Execution.Device.CPU) {
          CudaBackend.checkTask(TorchDevice.taskGpu());
        }
        return learner.run(parameters, state, steps, plan);
      };
    }

    @Override
    public String key() {
      return "dl4j " + this;
    }
  }
}
