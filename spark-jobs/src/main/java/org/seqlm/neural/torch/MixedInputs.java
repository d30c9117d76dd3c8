package org.seqlm.neural.torch;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.ScheduledSampling;

/**
 * The inputs of scheduled sampling (Bengio et al. 2015, figure 1). A pass without gradients reads a
 * window step by step from the carried state, and decides before each step but the first, for each
 * sequence, whether it reads the text's token or one that the network drew after the step before;
 * an ordinary pass over what was read then trains towards the text's tokens. Nothing is dropped in
 * the first of the two passes, so a token is drawn from the network as it would be used.
 *
 * <p>The random numbers are a function of (seed, worker, step, place in the window). Native memory
 * belongs to the {@code PointerScope} in which this was made.
 */
final class MixedInputs {
  private final TorchNetwork network;
  private final TorchNetwork reader;
  private final ScheduledSampling sampling;

  /**
   * Inputs for a network's windows.
   *
   * @param network what trains
   */
  MixedInputs(TorchNetwork network, ScheduledSampling sampling) {
    this.network = network;
    this.sampling = sampling;
    reader = network.ofOneStep();
  }

  /** The window with the inputs to train on; the network's state does not go on. */
  TorchWindow mix(TorchWindow window, long seed, int worker, long step) {
    double teacher = sampling.teacherForcing(step);
    if (teacher >= 1) {
      return window;
    }
    KeyedRandom random = KeyedRandom.of(seed, "scheduled sampling", worker, step);
    int batch = window.batch();
    long[] inputs = window.inputs().clone();
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      reader.begin(network);
      for (int t = 1; t < window.timeSteps(); t++) {
        int at = t * batch;
        long[] rows = new long[batch];
        double[] uniform = new double[batch];
        int count = 0;
        for (int b = 0; b < batch; b++) {
          if (random.uniform(2L * (at + b)) >= teacher) {
            rows[count] = b;
            uniform[count++] = random.uniform(2L * (at + b) + 1);
          }
        }
        rows = Arrays.copyOf(rows, count);
        long[] before = Arrays.copyOfRange(inputs, at - batch, at);
        long[] drawn = reader.drawn(before, rows, Arrays.copyOf(uniform, count));
        for (int i = 0; i < count; i++) {
          inputs[at + (int) rows[i]] = drawn[i];
        }
      }
    }
    return window.reading(inputs);
  }
}
