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
    return Loss.crossEntropy(pass, logits(pass, batch), pass.ints(batch.ints(LABEL)));
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
    return Predictions.Labels.of(logits(pass, batch), null, batch.size());
  }
}
