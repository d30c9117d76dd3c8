package org.seqlm.neural.dl4j;

import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.seqlm.neural.KeyedRandom;

/**
 * Inverted dropout (Srivastava et al. 2014) whose mask is a function of (seed, worker, step, layer)
 * and so the same in a repeated round, and in both forward passes that Deeplearning4j makes for one
 * step. Its own dropout draws from a generator that all threads share.
 */
final class KeyedDropout implements IDropout {
  private static final long serialVersionUID = 1L;

  /** What a mask's values are numbered by, the first index counting fastest. */
  enum Numbering {
    /** The array as it is: (B, n, T), or (B·T, n) of who has made it two-dimensional. */
    AS_IT_IS,
    /** (B, T, n) of an array (B, n, T), which is that of (B·T, n). */
    WIDTH_LAST
  }

  private final double rate;
  private final int layer;
  private final Numbering numbering;
  private final StepClock clock;

  KeyedDropout(double rate, int layer, Numbering numbering, StepClock clock) {
    this.rate = rate;
    this.layer = layer;
    this.numbering = numbering;
    this.clock = clock;
  }

  private INDArray mask(long[] shape) {
    KeyedRandom random =
        KeyedRandom.of(clock.seed(), "dropout", clock.worker(), clock.step(), layer);
    int length = 1;
    for (long extent : shape) {
      length = Math.multiplyExact(length, Math.toIntExact(extent));
    }
    float[] values = new float[length];
    float kept = (float) (1 / (1 - rate));
    for (int i = 0; i < length; i++) {
      values[i] = random.uniform(i) < rate ? 0 : kept;
    }
    if (numbering == Numbering.WIDTH_LAST) {
      long[] widthLast = {shape[0], shape[2], shape[1]};
      return RawArrays.of(values, widthLast, 'f').permute(0, 2, 1);
    }
    return RawArrays.of(values, shape, 'f');
  }

  @Override
  public INDArray applyDropout(
      INDArray input, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
    INDArray mask = workspaces.leverageTo(ArrayType.INPUT, mask(input.shape()));
    return input.muli(mask, result);
  }

  @Override
  public INDArray backprop(INDArray gradAtOutput, INDArray gradAtInput, int iteration, int epoch) {
    return gradAtOutput.muli(mask(gradAtOutput.shape()), gradAtInput);
  }

  @Override
  public void clear() {}

  @Override
  @SuppressWarnings({"MissingSuperCall", "CloneableImplementsClone"})
  public IDropout clone() {
    return this;
  }
}
