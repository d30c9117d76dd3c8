package org.seqlm.neural.dl4j;

import java.util.Iterator;
import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.dl4j.device.CudaBackend;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.torch.device.TorchDevice;

/** How executors make Deeplearning4j learners. */
final class Dl4jLearners {
  private Dl4jLearners() {}

  /**
   * Learners of a network of ours with the layers for this class path.
   *
   * @param timeSteps T, the length of every window
   */
  static Learner.Factory<DataSet> of(LanguageNetwork spec, Recipe recipe, int timeSteps) {
    return of(LayerOrigin.here(), spec, recipe, timeSteps, Execution.CPU);
  }

  static Learner.Factory<DataSet> of(
      LayerOrigin layers, LanguageNetwork spec, Recipe recipe, int timeSteps, Execution execution) {
    return new OfSpec(layers, spec, recipe, timeSteps, execution);
  }

  /** Leaves no GPU of this thread's task idle. */
  static void checkTask(Execution.Device device) {
    if (device != Execution.Device.CPU) {
      CudaBackend.checkTask(TorchDevice.taskGpu());
    }
  }

  private record OfSpec(
      LayerOrigin layers, LanguageNetwork spec, Recipe recipe, int timeSteps, Execution execution)
      implements Learner.Factory<DataSet> {
    @Override
    public Learner<DataSet> create() {
      return new OnTaskDevice(Dl4jLearner.of(layers, spec, recipe, timeSteps), execution.device());
    }

    @Override
    public String key() {
      return "dl4j " + this;
    }

    @Override
    public KernelSet kernels() {
      return execution.kernels();
    }
  }

  /** A learner that leaves no GPU of a task's idle. */
  private record OnTaskDevice(Dl4jLearner learner, Execution.Device device)
      implements Learner<DataSet> {
    @Override
    public WorkerResult run(
        float[] parameters, WorkerState state, Iterator<DataSet> steps, RoundPlan plan) {
      checkTask(device);
      return learner.run(parameters, state, steps, plan);
    }

    @Override
    public KernelChoice kernels() {
      return learner.kernels();
    }

    @Override
    public Integer gpu() {
      return learner.gpu();
    }
  }
}
