package org.seqlm.neural.torch;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.StretchScorer;
import org.seqlm.neural.learner.StretchWindows;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.torch.device.GpuLease;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.layers.TorchOutput;

/**
 * Scores with libtorch in float32, with the kernels that are the fastest to read with, which may be
 * others than those that train: a window's outputs are one product, and only of rows that predict a
 * token to score. One native thread.
 *
 * <p>Native memory: the parameters once, a layer's buffers for {@link #ROWS} rows, and the scores
 * of {@link TorchOutput#rowsAtOnce} rows with their logarithms, 64 MiB together for a vocabulary of
 * up to 131,072 tokens.
 */
final class TorchScorer implements StretchScorer {
  /** Of a window, T B: enough for products to be worth it. */
  private static final int ROWS = 512;

  private final LanguageNetwork spec;
  private final Execution execution;

  /** Whatever the precision is that the execution trains with. */
  TorchScorer(LanguageNetwork spec, Execution execution) {
    this.spec = spec;
    this.execution = execution;
  }

  @Override
  public double[][] nats(float[] parameters, List<Stretch> stretches) {
    TorchDevice.library();
    TorchThreads.one();
    StretchWindows windows = new StretchWindows(stretches, ROWS);
    TorchDevice device = null;
    try (GpuLease lease = GpuLease.take(execution, Precision.FLOAT32);
        PointerScope scope = new PointerScope()) {
      device = lease.device();
      TorchNetwork network =
          TorchNetwork.toRead(spec, parameters, windows.batch(), windows.timeSteps(), device);
      for (int w = 0; w < windows.windows(); w++) {
        StretchWindows.Asked asked = windows.asked(w);
        windows.put(w, asked, network.nats(windows.inputs(w), asked.rows(), asked.targets()));
      }
      return windows.nats();
    } catch (RuntimeException e) {
      throw GpuMemory.explained(
          e, device, GpuMemory.User.SCORES, () -> GpuCost.toScore(spec, ROWS));
    }
  }
}
