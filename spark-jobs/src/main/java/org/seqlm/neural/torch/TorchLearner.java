package org.seqlm.neural.torch;

import java.util.Iterator;
import org.bytedeco.javacpp.PointerScope;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundAccount;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.torch.device.GpuLease;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * Trains with libtorch by truncated back-propagation through time: forward and backward pass of a
 * window from the carried state, clipping, the update, the next window. All native memory is of one
 * round, and what a step needs beside the network of one step; one native thread.
 *
 * <p>Learners have a loop each, for what their libraries keep between steps differs: native memory
 * of one scope here, a network that stays in Deeplearning4j's. {@link RoundAccount} is what they
 * share.
 */
public final class TorchLearner implements Learner<TorchWindow> {
  private final LanguageNetwork spec;
  private final Recipe recipe;
  private final int timeSteps;
  private final Execution execution;
  private final RoundDevice device;

  /** A learner of a network whose windows are no longer than the first of a round. */
  public TorchLearner(LanguageNetwork spec, Recipe recipe, Execution execution) {
    this(spec, recipe, 1, execution);
  }

  /**
   * A learner of a network; it keeps nothing between rounds.
   *
   * @param timeSteps the length of the longest window, if that is not the first of a round
   */
  public TorchLearner(LanguageNetwork spec, Recipe recipe, int timeSteps, Execution execution) {
    this.spec = spec;
    this.recipe = recipe;
    this.timeSteps = timeSteps;
    this.execution = execution;
    device = new RoundDevice(execution);
  }

  @Override
  public WorkerResult run(
      float[] parameters, WorkerState state, Iterator<TorchWindow> steps, RoundPlan plan) {
    if (plan.steps() == 0 || !steps.hasNext()) {
      device.idle();
      boolean reset = plan.beginsAfresh(state);
      long updates = reset ? 0 : state.updates();
      WorkerState same =
          new WorkerState(
              plan.firstStep(), updates, reset ? new float[0] : state.moments(), state.hidden());
      return new WorkerResult(parameters.clone(), same, 0, 0, 0, 0, null);
    }
    TorchWindow window = steps.next();
    try (GpuLease lease = device.take()) {
      return train(parameters, state, window, steps, plan, lease.device());
    } catch (RuntimeException e) {
      throw device.explained(e, GpuMemory.User.TRAINS, () -> cost(plan, window));
    }
  }

  private GpuCost cost(RoundPlan plan, TorchWindow window) {
    int batch = window.batch();
    long longest = (long) batch * Math.max(timeSteps, window.timeSteps());
    return GpuCost.of(spec, recipe, plan.mode(), longest, batch, execution.precision());
  }

  private WorkerResult train(
      float[] parameters,
      WorkerState state,
      TorchWindow first,
      Iterator<TorchWindow> steps,
      RoundPlan plan,
      TorchDevice on) {
    boolean reset = plan.beginsAfresh(state);
    long updates = reset ? 0 : state.updates();
    TorchWindow window = first;
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network =
          TorchNetwork.toTrain(
              spec,
              recipe,
              parameters,
              window.batch(),
              Math.max(timeSteps, window.timeSteps()),
              on,
              execution.precision());
      MixedInputs inputs =
          recipe.scheduledSampling().kind() == ScheduledSampling.Kind.NONE
              ? null
              : new MixedInputs(network, recipe.scheduledSampling());
      boolean sends = plan.mode() == AveragingMode.GRADIENTS;
      float[] moments = reset ? new float[0] : state.moments();
      TorchUpdate update =
          sends
              ? TorchUpdate.elsewhere(network.parameters(), on)
              : new TorchUpdate(recipe.optimizer(), network.parameters(), on, moments);
      if (RoundAccount.addsUp(plan, recipe)) {
        update.addUp();
      }
      if (state.hidden().length > 0 && !plan.beginsPass(0)) {
        network.setState(state.hidden());
      }
      RoundAccount account = new RoundAccount(plan, recipe);
      RoundLosses losses = new RoundLosses(account, on, network.parameters().wide(), plan);
      while (true) {
        if (plan.beginsPass(losses.done())) {
          network.clearState();
        }
        long step = plan.firstStep() + losses.done();
        if (inputs != null) {
          window = inputs.mix(window, plan.seed(), plan.worker(), step);
        }
        network.gradient(
            window,
            new DropoutMasks(plan.seed(), plan.worker(), step),
            recipe.truncation().factors(plan.seed(), plan.worker(), step, window.timeSteps()),
            losses.next());
        int count = window.targets().length;
        losses.add(count);
        if (account.rejected()) {
          break;
        }
        int done = losses.done();
        update.add(count, count);
        if (account.updates(done, steps)) {
          update.apply(plan.learningRate(done - 1), updates + account.updates());
        }
        if (done >= plan.steps() || !steps.hasNext()) {
          break;
        }
        window = steps.next();
      }
      losses.settle();
      boolean keeps =
          !sends && plan.moments() != InnerMoments.RESET && recipe.optimizer().kind().moments() > 0;
      // The mean counts in the statistics, so it comes before them.
      float[] mean = sends && !account.rejected() ? update.mean() : null;
      return account.result(
          () -> sends ? mean : TorchDevice.floats(network.parameters().flat()),
          () ->
              new WorkerState(
                  plan.firstStep() + account.done(),
                  updates + account.updates(),
                  keeps ? update.moments() : new float[0],
                  network.state()),
          update.stats());
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
}
