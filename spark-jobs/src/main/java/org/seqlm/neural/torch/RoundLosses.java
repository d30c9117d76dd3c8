package org.seqlm.neural.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.learner.RoundAccount;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * The losses of a round's steps. To read one is to wait for the device: a CPU's is read at once, so
 * a worker that diverges stops there; a GPU's are read {@link #TOGETHER} at a time, so that the
 * host stays ahead of it, and a worker that diverges goes on for fewer steps than that in vain.
 * What the round comes to is the same, but for the statistics of gradients of a round that is
 * rejected, in which these steps count.
 */
final class RoundLosses {
  /** Steps whose losses stay on a GPU. */
  static final int TOGETHER = 64;

  private final RoundAccount account;
  private final Tensor losses;
  private final Tensor[] places;
  private final List<Integer> tokens = new ArrayList<>();
  private final List<Long> targets = new ArrayList<>();
  private int done;

  /** Native memory belongs to the caller's scope. */
  RoundLosses(RoundAccount account, TorchDevice device, torch.ScalarType type, RoundPlan plan) {
    this.account = account;
    int together = device.isGpu() ? Math.min(TOGETHER, plan.steps()) : 1;
    losses = device.empty(type, together);
    places = losses.split(1).get();
  }

  /** Where the next step's goes, one value. */
  Tensor next() {
    return places[tokens.size()];
  }

  /** Counts a step, whose loss has been put in its place. */
  void add(int count) {
    add(count, count);
  }

  /** The same of examples, with how many targets they have. */
  void add(int count, long of) {
    tokens.add(count);
    targets.add(of);
    done++;
    if (tokens.size() == places.length) {
      settle();
    }
  }

  /** Steps so far. */
  int done() {
    return done;
  }

  /** Reads what has not been read. */
  void settle() {
    if (tokens.isEmpty()) {
      return;
    }
    double[] values;
    try (PointerScope scope = new PointerScope()) {
      values = TorchDevice.doubles(losses);
    }
    for (int i = 0; i < tokens.size() && !account.rejected(); i++) {
      account.add(values[i], tokens.get(i), targets.get(i));
    }
    tokens.clear();
    targets.clear();
  }
}
