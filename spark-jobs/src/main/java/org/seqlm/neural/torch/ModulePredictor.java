package org.seqlm.neural.torch;

import java.io.IOException;
import java.util.Iterator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Predictor;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.torch.device.GpuLease;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.modules.ModuleNetwork;
import org.seqlm.neural.torch.modules.ModuleParameters;
import org.seqlm.neural.torch.modules.Pass;

/**
 * What a network over examples predicts, in float32 whatever it was trained in; one native thread.
 * What comes of an example does not depend on the others of its batch but in float32's last bits.
 */
public final class ModulePredictor implements Predictor {
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

  @Override
  public void predict(float[] parameters, Iterator<Batch> batches, Sink sink) throws IOException {
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
        Predicted predicted;
        try (PointerScope inner = new PointerScope()) {
          Pass pass = Pass.toRead(values, decoding);
          predicted = predicted(module, pass, batch);
        }
        sink.accept(batch, predicted);
      }
    } catch (RuntimeException e) {
      throw GpuMemory.explained(e, device, GpuMemory.User.PREDICTS);
    }
  }

  private static Predicted predicted(ModuleNetwork module, Pass pass, Batch batch) {
    long targets = module.hasTargets(batch) ? module.targets(batch) : 0;
    if (targets == 0) {
      return new Predicted(module.predict(pass, batch).toBatch(batch.size()), Double.NaN, 0);
    }
    ModuleNetwork.Scored scored = module.score(pass, batch);
    return new Predicted(
        scored.predictions().toBatch(batch.size()),
        scored.loss().nats().item_double() * targets,
        targets);
  }
}
