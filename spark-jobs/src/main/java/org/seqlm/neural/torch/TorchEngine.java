package org.seqlm.neural.torch;

import java.util.Iterator;
import java.util.function.Function;
import org.seqlm.UserException;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Predictor;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.StretchScorer;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.torch.device.GpuLease;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * The libtorch engine: every cell, input and output, float32, tf32 on GPUs and bf16, CPU and CUDA.
 * Whether a GPU is there is known only where a task runs, so that is checked there, by {@link
 * GpuLease}, and before where tasks run in the driver's process.
 */
public final class TorchEngine implements Engine<TorchStep> {
  private static final long serialVersionUID = 1L;

  @Override
  public String name() {
    return "torch";
  }

  @Override
  public void check(Network network, Recipe recipe, Execution execution) {
    if (!(network instanceof LanguageNetwork spec)) {
      ModuleChecks.check(network, recipe, execution);
      return;
    }
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
  public Learner.Factory<TorchStep> learners(
      Network network, Recipe recipe, int longest, Execution execution) {
    check(network, recipe, execution);
    return new Learners(network, recipe, longest, execution);
  }

  @Override
  public StretchScorer scorer(LanguageNetwork spec, Execution execution) {
    return new TorchScorer(spec, execution);
  }

  @Override
  public Predictor predictor(Network network, Execution execution) {
    return new ModulePredictor(network, execution);
  }

  @Override
  public TorchStep step(Network network, Batch batch) {
    return network instanceof LanguageNetwork
        ? TorchWindow.of(batch)
        : new TorchStep.Examples(batch);
  }

  private record Learners(Network network, Recipe recipe, int longest, Execution execution)
      implements Learner.Factory<TorchStep> {
    @Override
    public Learner<TorchStep> create() {
      return network instanceof LanguageNetwork spec
          ? new OfSteps<>(
              TorchWindow.class::cast, new TorchLearner(spec, recipe, longest, execution))
          : new OfSteps<>(
              step -> ((TorchStep.Examples) step).batch(),
              new ModuleLearner(network, recipe, execution));
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

  /**
   * A learner of one kind of steps.
   *
   * @param data what it reads of a step
   */
  private record OfSteps<T>(Function<TorchStep, T> data, Learner<T> learner)
      implements Learner<TorchStep> {
    @Override
    public WorkerResult run(
        float[] parameters, WorkerState state, Iterator<TorchStep> steps, RoundPlan plan) {
      return learner.run(
          parameters,
          state,
          new Iterator<>() {
            @Override
            public boolean hasNext() {
              return steps.hasNext();
            }

            @Override
            public T next() {
              return data.apply(steps.next());
            }
          },
          plan);
    }

    @Override
    public KernelChoice kernels() {
      return learner.kernels();
    }

    @Override
    public Integer gpu() {
      return learner.gpu();
    }

    @Override
    public double waited() {
      return learner.waited();
    }
  }
}
