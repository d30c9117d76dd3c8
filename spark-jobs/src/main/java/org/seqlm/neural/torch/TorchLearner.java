package org.seqlm.neural.torch;

import java.util.Iterator;
import org.bytedeco.javacpp.PointerScope;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.InnerMoments;
import org.seqlm.neural.learner.InnerOptimizer;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.RawFloats;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;

/**
 * Trains with libtorch by truncated back-propagation through time: forward and backward pass of a
 * window from the carried state, clipping, the update, the next window. All native memory is of one
 * round, and what a step needs beside the network of one step; one native thread.
 */
public final class TorchLearner implements Learner<TorchWindow> {
  private final NetworkSpec spec;
  private final InnerOptimizer optimizer;
  private final Execution execution;

  /** A learner of a network; it keeps nothing between rounds. */
  public TorchLearner(NetworkSpec spec, InnerOptimizer optimizer, Execution execution) {
    this.spec = spec;
    this.optimizer = optimizer;
    this.execution = execution;
  }

  @Override
  public WorkerResult run(
      float[] parameters, WorkerState state, Iterator<TorchWindow> steps, RoundPlan plan) {
    boolean reset = plan.moments() == InnerMoments.RESET || state.moments().length == 0;
    long updates = reset ? 0 : state.updates();
    if (plan.steps() == 0 || !steps.hasNext()) {
      WorkerState same =
          new WorkerState(
              plan.firstStep(), updates, reset ? new float[0] : state.moments(), state.hidden());
      return new WorkerResult(parameters.clone(), same, 0, 0, 0, 0, null);
    }
    TorchDevice.library();
    TorchThreads.one();
    TorchDevice device = TorchDevice.pick(execution.device());
    TorchWindow window = steps.next();
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network =
          new TorchNetwork(
              spec, parameters, window.batch(), window.timeSteps(), device, execution.precision());
      float[] moments = reset ? new float[0] : state.moments();
      TorchUpdate update = new TorchUpdate(optimizer, network.parameters(), device, moments);
      if (state.hidden().length > 0 && !plan.beginsPass(0)) {
        network.setState(state.hidden());
      }
      double nats = 0;
      long tokens = 0;
      int done = 0;
      String rejected = null;
      while (true) {
        if (plan.beginsPass(done)) {
          network.clearState();
        }
        long step = plan.firstStep() + done;
        double loss =
            network.gradient(window, new TorchNetwork.Dropout(plan.seed(), plan.worker(), step));
        long count = window.targets().length;
        nats += loss * count;
        tokens += count;
        done++;
        if (!Double.isFinite(loss)) {
          rejected = "the loss is " + loss + " at step " + (step + 1);
          break;
        }
        update.apply(plan.learningRate(done - 1), updates + done);
        if (done >= plan.steps() || !steps.hasNext()) {
          break;
        }
        window = steps.next();
      }
      double mean = nats / tokens;
      if (rejected == null && mean > plan.lossBound()) {
        rejected = "the loss is above its bound";
      }
      float[] result = null;
      if (rejected == null) {
        result = TorchDevice.floats(network.parameters().flat());
        if (!RawFloats.allFinite(result)) {
          rejected = "a parameter is not finite";
        }
      }
      if (rejected != null) {
        long last = plan.firstStep() + plan.steps();
        WorkerState fresh = new WorkerState(last, 0, new float[0], new float[0]);
        return new WorkerResult(null, fresh, 0, 0, tokens / done * plan.steps(), mean, rejected);
      }
      boolean keeps = plan.moments() != InnerMoments.RESET && optimizer.kind().moments() > 0;
      WorkerState next =
          new WorkerState(
              plan.firstStep() + done,
              updates + done,
              keeps ? update.moments() : new float[0],
              network.state());
      return new WorkerResult(result, next, nats, tokens, 0, mean, null);
    }
  }

  @Override
  public KernelChoice kernels() {
    KernelChoice ofProcess = KernelChoice.ofThisProcess();
    TorchDevice device = TorchDevice.pick(execution.device());
    if (device.isGpu()) {
      return ofProcess.with(device.description());
    }
    return execution.precision() == Precision.BF16 ? ofProcess.withCaches() : ofProcess;
  }
}
