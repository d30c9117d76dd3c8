package org.seqlm.neural.torch.modules;

import org.bytedeco.pytorch.Tensor;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.RecurrentBody;

/** Many-to-one: of a batch it reads {@code input} and its lengths, and {@code label} (B). */
final class ClassifierModule extends LabelModule {
  private final Classifier network;
  private final Reader reader;

  ClassifierModule(Classifier network) {
    this.network = network;
    reader = new Reader(network.input(), network.body(), "input");
  }

  @Override
  Tensor logits(Pass pass, Batch batch) {
    boolean token = network.pooling() == Pooling.CLASS_TOKEN;
    Direction direction =
        network.body() instanceof RecurrentBody body ? body.direction() : Direction.FORWARD;
    Reader.Read read = reader.read(pass, batch, token ? "class_token" : null);
    return pass.linear(
        "out", Pools.pool(pass, network.pooling(), direction, read.values(), read.padding()));
  }
}
