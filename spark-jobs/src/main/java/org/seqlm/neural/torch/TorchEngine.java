package org.seqlm.neural.torch;

import org.seqlm.UserException;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.StretchScorer;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.torch.device.GpuLease;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * The libtorch engine: every cell, input and output, float32, tf32 on GPUs and bf16, CPU and CUDA.
 * Whether a GPU is there is known only where a task runs, so that is checked there, by {@link
 * GpuLease}, and before where tasks run in the driver's process.
 */
public final class TorchEngine implements Engine<TorchWindow> {
  private static final long serialVersionUID = 1L;

  @Override
  public String name() {
    return "torch";
  }

  @Override
  public void check(LanguageNetwork spec, Recipe recipe, Execution execution) {
    if (!TorchNetwork.trainable(spec)) {
      throw UserException.configuration(
          "network.activation step has no gradient, so no engine can train it: set tanh, sigmoid,"
              + " relu or identity");
    }
    recipe.check(spec);
  }

  @Override
  public void checkDevice(Execution execution) {
    // A task finds its device so, too; on a CPU there is nothing to find.
    if (execution.device() == Execution.Device.CUDA || execution.precision() == Precision.TF32) {
      TorchDevice.library();
      GpuLease.take(execution, execution.precision()).close();
    }
  }

  @Override
  public Learner.Factory<TorchWindow> learners(
      LanguageNetwork spec, Recipe recipe, int timeSteps, Execution execution) {
    check(spec, recipe, execution);
    return new Learners(spec, recipe, timeSteps, execution);
  }

  @Override
  public StretchScorer scorer(LanguageNetwork spec, Execution execution) {
    return new TorchScorer(spec, execution);
  }

  @Override
  public TorchWindow step(
      LanguageNetwork spec, int batch, int timeSteps, int[] inputs, int[] targets) {
    return new TorchWindow(batch, timeSteps, inputs, targets);
  }

  private record Learners(LanguageNetwork spec, Recipe recipe, int timeSteps, Execution execution)
      implements Learner.Factory<TorchWindow> {
    @Override
    public Learner<TorchWindow> create() {
      return new TorchLearner(spec, recipe, timeSteps, execution);
    }

    @Override
    public String key() {
      return "torch " + this;
    }

    @Override
    public KernelSet kernels() {
      return execution.kernels();
    }
  }
}
