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
    return loss(pass, batch, made(pass, batch));
  }

  /**
   * What a batch becomes.
   *
   * @param logits (Σ lengths, C)
   */
  private record Made(Tensor logits, Padding padding) {}

  private Made made(Pass pass, Batch batch) {
    Reader.Read read = reader.read(pass, batch, null);
    return new Made(pass.linear("out", read.padding().rows(read.values())), read.padding());
  }

  private static Loss loss(Pass pass, Batch batch, Made made) {
    Tensor tags = pass.ints(batch.ints("tags")).unsqueeze(2);
    return Loss.crossEntropy(pass, made.logits(), made.padding().rows(tags).select(1, 0));
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
    return predictions(made(pass, batch));
  }

  private static Predictions predictions(Made made) {
    Padding padding = made.padding();
    return Predictions.Labels.of(made.logits(), padding.places(), padding.batch(), padding.time());
  }

  @Override
  public Scored score(Pass pass, Batch batch) {
    Made made = made(pass, batch);
    return new Scored(loss(pass, batch, made), predictions(made));
  }
}
