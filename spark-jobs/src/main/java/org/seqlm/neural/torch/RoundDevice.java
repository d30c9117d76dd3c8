package org.seqlm.neural.torch;

import java.util.function.Supplier;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.torch.device.GpuLease;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;

/** What a learner's rounds compute on: leased for each of them, and told of afterwards. */
final class RoundDevice {
  private final Execution execution;
  private TorchDevice device; // of the last round; null before
  private double waited; // in the last round

  RoundDevice(Execution execution) {
    this.execution = execution;
  }

  /** Takes a device for this thread, with one native thread. */
  GpuLease take() {
    TorchDevice.library();
    TorchThreads.one();
    device = null;
    GpuLease lease = GpuLease.take(execution, execution.precision());
    device = lease.device();
    waited = lease.waited();
    return lease;
  }

  /** A round that computes nothing. */
  void idle() {
    waited = 0;
  }

  /**
   * A failure of the round, or where a GPU's memory is used up what to do.
   *
   * @param cost what is needed; gives null where nobody reckoned it
   */
  RuntimeException explained(
      RuntimeException failure, GpuMemory.User user, Supplier<GpuCost> cost) {
    return GpuMemory.explained(failure, device, user, cost);
  }

  /** As {@link org.seqlm.neural.learner.Learner#kernels}. */
  KernelChoice kernels() {
    KernelChoice ofProcess = KernelChoice.ofThisProcess();
    TorchDevice on = on();
    if (on.isGpu()) {
      return ofProcess.with(on.description());
    }
    return execution.precision() == Precision.BF16 ? ofProcess.withCaches() : ofProcess;
  }

  /** As {@link org.seqlm.neural.learner.Learner#gpu}. */
  Integer gpu() {
    return on().number();
  }

  /** As {@link org.seqlm.neural.learner.Learner#waited}. */
  double waited() {
    return waited;
  }

  private TorchDevice on() {
    return device == null ? TorchDevice.pick(execution.device()) : device;
  }
}
