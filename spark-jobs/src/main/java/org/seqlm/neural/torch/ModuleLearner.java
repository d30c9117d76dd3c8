package org.seqlm.neural.torch;

import java.util.Iterator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundAccount;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.device.GpuLease;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.modules.Loss;
import org.seqlm.neural.torch.modules.ModuleNetwork;
import org.seqlm.neural.torch.modules.ModuleParameters;
import org.seqlm.neural.torch.modules.Pass;

/**
 * Trains networks over examples: a step is a batch of them, from a state of zero. libtorch
 * differentiates the loss; clipping and the update are those of {@link TorchLearner}. What is
 * counted are examples, so a result's tokens are these and its nats the mean loss over all targets
 * times the examples; a mean gradient is over targets. Nothing but moments goes on to the next
 * round. All native memory is of one round, and what a step needs of one step; one native thread.
 */
public final class ModuleLearner implements Learner<Batch> {
  private static final InnerOptimizer NO_MOMENTS =
      new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0);

  private final Network network;
  private final Recipe recipe;
  private final RoundDevice device;

  /** A learner of a network that {@link ModuleNetwork#has}. */
  public ModuleLearner(Network network, Recipe recipe, Execution execution) {
    this.network = network;
    this.recipe = recipe;
    device = new RoundDevice(execution);
  }

  /**
   * How executors come by learners of a network.
   *
   * @throws org.seqlm.UserException with exit code 2 as {@link ModuleChecks#check}
   */
  public static Learner.Factory<Batch> factory(
      Network network, Recipe recipe, Execution execution) {
    ModuleChecks.check(network, recipe, execution);
    return new Learners(network, recipe, execution);
  }

  @Override
  public WorkerResult run(
      float[] parameters, WorkerState state, Iterator<Batch> steps, RoundPlan plan) {
    if (plan.steps() == 0 || !steps.hasNext()) {
      device.idle();
      boolean reset = plan.beginsAfresh(state);
      float[] moments = reset ? new float[0] : state.moments();
      WorkerState same =
          new WorkerState(plan.firstStep(), reset ? 0 : state.updates(), moments, new float[0]);
      return new WorkerResult(parameters.clone(), same, 0, 0, 0, 0, null);
    }
    try (GpuLease lease = device.take()) {
      return train(parameters, state, steps, plan, lease.device());
    } catch (RuntimeException e) {
      throw device.explained(e, GpuMemory.User.TRAINS_EXAMPLES, () -> null);
    }
  }

  private WorkerResult train(
      float[] values, WorkerState state, Iterator<Batch> steps, RoundPlan plan, TorchDevice on) {
    boolean reset = plan.beginsAfresh(state);
    boolean sends = plan.mode() == AveragingMode.GRADIENTS;
    long updates = reset ? 0 : state.updates();
    try (PointerScope scope = new PointerScope()) {
      ModuleNetwork module = ModuleNetwork.of(network);
      ModuleParameters parameters =
          new ModuleParameters(network.layout(), values, on, torch.ScalarType.Float);
      TorchUpdate update =
          update(
              sends ? NO_MOMENTS : recipe.optimizer(),
              parameters,
              reset ? new float[0] : state.moments());
      if (RoundAccount.addsUp(plan, recipe)) {
        update.addUp();
      }
      RoundAccount account = new RoundAccount(plan, recipe);
      RoundLosses losses = new RoundLosses(account, on, torch.ScalarType.Float, plan);
      while (true) {
        Batch batch = steps.next();
        long step = plan.firstStep() + losses.done();
        differentiate(
            module,
            parameters,
            batch,
            new DropoutMasks(plan.seed(), plan.worker(), step),
            losses.next());
        long targets = module.targets(batch);
        losses.add(batch.size(), targets);
        if (account.rejected()) {
          break;
        }
        int done = losses.done();
        update.add(targets, targets);
        if (account.updates(done, steps)) {
          update.apply(plan.learningRate(done - 1), updates + account.updates());
        }
        if (done >= plan.steps() || !steps.hasNext()) {
          break;
        }
      }
      losses.settle();
      boolean keeps =
          !sends && plan.moments() != InnerMoments.RESET && recipe.optimizer().kind().moments() > 0;
      // The mean counts in the statistics, so it comes before them.
      float[] mean = sends && !account.rejected() ? update.mean() : null;
      return account.result(
          () -> sends ? mean : TorchDevice.floats(parameters.flat()),
          () ->
              new WorkerState(
                  plan.firstStep() + account.done(),
                  updates + account.updates(),
                  keeps ? update.moments() : new float[0],
                  new float[0]),
          update.stats());
    }
  }

  private static TorchUpdate update(
      InnerOptimizer optimizer, ModuleParameters parameters, float[] values) {
    int kinds = optimizer.kind().moments();
    long size = parameters.flat().numel();
    Tensor moments =
        kinds == 0
            ? null
            : values.length == 0
                ? parameters.device().zeros(parameters.type(), kinds, size)
                : parameters.device().of(parameters.type(), values, kinds, size);
    return new TorchUpdate(optimizer, parameters.flat(), parameters.gradient(), moments);
  }

  /** Puts a batch's gradient and loss in their places. */
  private void differentiate(
      ModuleNetwork module,
      ModuleParameters parameters,
      Batch batch,
      DropoutMasks masks,
      Tensor into) {
    try (PointerScope scope = new PointerScope()) {
      Loss loss = module.loss(Pass.toTrain(parameters, masks, recipe), batch);
      parameters.differentiate(loss.objective());
      try (AutoGradMode off = new AutoGradMode(false)) {
        into.copy_(loss.nats().view(1));
      }
    }
  }

  @Override
  public KernelChoice kernels() {
    return device.kernels();
  }

  @Override
  public Integer gpu() {
    return device.gpu();
  }

  @Override
  public double waited() {
    return device.waited();
  }

  private record Learners(Network network, Recipe recipe, Execution execution)
      implements Learner.Factory<Batch> {
    @Override
    public Learner<Batch> create() {
      return new ModuleLearner(network, recipe, execution);
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
