package org.seqlm.neural.torch;

import java.util.Iterator;
import java.util.function.BiConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.torch.device.GpuLease;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.modules.ModuleNetwork;
import org.seqlm.neural.torch.modules.ModuleParameters;
import org.seqlm.neural.torch.modules.Pass;
import org.seqlm.neural.torch.modules.Predictions;

/**
 * What a network over examples predicts, in float32 whatever it was trained in; one native thread.
 * What comes of an example does not depend on the others of its batch but in float32's last bits.
 */
public final class ModulePredictor {
  private final Network network;
  private final Execution execution;
  private final Decoding decoding;

  /** Of a network that {@link ModuleNetwork#has}. */
  public ModulePredictor(Network network, Execution execution) {
    this(network, execution, null);
  }

  /**
   * Of one that writes targets.
   *
   * @param decoding how; null for the likeliest tokens
   */
  public ModulePredictor(Network network, Execution execution, Decoding decoding) {
    this.network = network;
    this.execution = execution;
    this.decoding = decoding;
  }

  /**
   * Predicts batch by batch.
   *
   * @param parameters flat, not changed
   * @param batches one at a time; each may use the arrays of the one before
   * @param sink gets each batch with its predictions, in order
   */
  public void predict(
      float[] parameters, Iterator<Batch> batches, BiConsumer<Batch, Predictions> sink) {
    TorchDevice.library();
    TorchThreads.one();
    TorchDevice device = null;
    try (GpuLease lease = GpuLease.take(execution, Precision.FLOAT32);
        PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      device = lease.device();
      ModuleNetwork module = ModuleNetwork.of(network);
      ModuleParameters values =
          new ModuleParameters(network.layout(), parameters, device, torch.ScalarType.Float);
      while (batches.hasNext()) {
        Batch batch = batches.next();
        Predictions predictions;
        try (PointerScope inner = new PointerScope()) {
          predictions = module.predict(Pass.toRead(values, decoding), batch);
        }
        sink.accept(batch, predictions);
      }
    } catch (RuntimeException e) {
      throw GpuMemory.explained(e, device, GpuMemory.User.PREDICTS);
    }
  }
}
