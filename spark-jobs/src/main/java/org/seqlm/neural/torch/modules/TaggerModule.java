package org.seqlm.neural.torch.modules;

import org.bytedeco.pytorch.Tensor;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.Tagger;

/**
 * A label for each step: of a batch it reads {@code input} and its lengths, and {@code tags} (B,
 * T). Only steps that count become logits.
 */
final class TaggerModule implements ModuleNetwork {
  private final Tagger network;
  private final Reader reader;

  TaggerModule(Tagger network) {
    this.network = network;
    reader = new Reader(network.input(), network.body(), "input");
  }

  @Override
  public Loss loss(Pass pass, Batch batch) {
    Reader.Read read = reader.read(pass, batch, null);
    Tensor tags = pass.ints(batch.ints("tags")).unsqueeze(2);
    return Loss.crossEntropy(
        pass,
        pass.linear("out", read.padding().rows(read.values())),
        read.padding().rows(tags).select(1, 0));
  }

  @Override
  public long targets(Batch batch) {
    return Reader.steps(network.input(), batch, "input");
  }

  @Override
  public boolean hasTargets(Batch batch) {
    return batch.has("tags");
  }

  @Override
  public Predictions predict(Pass pass, Batch batch) {
    Reader.Read read = reader.read(pass, batch, null);
    Padding padding = read.padding();
    return Predictions.Labels.of(
        pass.linear("out", padding.rows(read.values())),
        padding.places(),
        padding.batch(),
        padding.time());
  }
}
