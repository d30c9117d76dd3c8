package org.seqlm.neural.torch.modules;

import org.bytedeco.pytorch.Tensor;
import org.seqlm.neural.learner.Batch;

/** A network that gives each example one label: of a batch it is held against {@code label} (B). */
abstract class LabelModule implements ModuleNetwork {
  private static final String LABEL = "label";

  /** Of every label, (B, C). */
  abstract Tensor logits(Pass pass, Batch batch);

  @Override
  public final Loss loss(Pass pass, Batch batch) {
    return loss(pass, batch, logits(pass, batch));
  }

  private static Loss loss(Pass pass, Batch batch, Tensor logits) {
    return Loss.crossEntropy(pass, logits, pass.ints(batch.ints(LABEL)));
  }

  @Override
  public final long targets(Batch batch) {
    return batch.size();
  }

  @Override
  public final boolean hasTargets(Batch batch) {
    return batch.has(LABEL);
  }

  @Override
  public final Predictions predict(Pass pass, Batch batch) {
    return predictions(batch, logits(pass, batch));
  }

  private static Predictions predictions(Batch batch, Tensor logits) {
    return Predictions.Labels.of(logits, null, batch.size());
  }

  @Override
  public final Scored score(Pass pass, Batch batch) {
    Tensor logits = logits(pass, batch);
    return new Scored(loss(pass, batch, logits), predictions(batch, logits));
  }
}
