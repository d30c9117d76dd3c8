package org.seqlm.neural.dl4j;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.dl4j.device.RawArrays;

/**
 * Dropout with {@link DropoutMasks}: the same in a repeated round, and in both forward passes that
 * Deeplearning4j makes for one step. Its own dropout draws from a generator that all threads share.
 */
final class KeyedDropout implements IDropout {
  private static final long serialVersionUID = 1L;

  /** How arrays lie in memory, and what a mask's values are numbered by. */
  enum Numbering {
    /**
     * Deeplearning4j's own layers': column-major, numbered as they lie, (B, n, T) or (B·T, n), the
     * first index counting fastest.
     */
    AS_IT_LIES,
    /** Our layers': (T, B, n) in memory, but numbered (B, n, T) as the others. */
    TIME_LAST,
    /** Our output layer's input: (T, B, n) in memory, but numbered (B·T, n) as the others'. */
    WIDTH_LAST
  }

  private final double rate;
  private final int layer;
  private final Numbering numbering;
  private final StepClock clock;

  /** The last mask and what it is of, for the backward pass. */
  private transient INDArray mask;

  private transient List<Object> maskOf;

  KeyedDropout(double rate, int layer, Numbering numbering, StepClock clock) {
    this.rate = rate;
    this.layer = layer;
    this.numbering = numbering;
    this.clock = clock;
  }

  /** The mask of an array, whose axes are as {@link #asItLies} puts them. */
  @SuppressWarnings("try") // the scope is left by closing it
  private INDArray mask(long[] shape) {
    List<Object> of = List.of(clock.masks(), Arrays.toString(shape));
    if (!of.equals(maskOf)) {
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        float[] values = values(shape);
        boolean fits = mask != null && Arrays.equals(mask.shape(), shape);
        if (fits) {
          RawArrays.fill(mask, values);
        } else {
          mask = RawArrays.of(values, shape, numbering == Numbering.AS_IT_LIES ? 'f' : 'c');
        }
      }
      maskOf = of;
    }
    return mask;
  }

  private float[] values(long[] shape) {
    if (numbering == Numbering.AS_IT_LIES) {
      return clock.masks().inOrder(layer, rate, length(shape));
    }
    return clock
        .masks()
        .timeFirst(
            layer,
            rate,
            Math.toIntExact(shape[0]),
            Math.toIntExact(shape[1]),
            Math.toIntExact(shape[2]),
            numbering == Numbering.TIME_LAST
                ? DropoutMasks.Numbering.TIME_LAST
                : DropoutMasks.Numbering.WIDTH_LAST);
  }

  private static int length(long[] shape) {
    long length = 1;
    for (long extent : shape) {
      length = Math.multiplyExact(length, extent);
    }
    return Math.toIntExact(length);
  }

  /** A view with the axes as they follow one another in memory, which ND4J is quickest on. */
  private INDArray asItLies(INDArray array) {
    return numbering == Numbering.AS_IT_LIES ? array : array.permute(2, 0, 1);
  }

  private INDArray drop(INDArray array, INDArray result) {
    INDArray in = asItLies(array);
    in.muli(mask(in.shape()), asItLies(result));
    return result;
  }

  @Override
  public INDArray applyDropout(
      INDArray input, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
    return drop(input, result);
  }

  @Override
  public INDArray backprop(INDArray gradAtOutput, INDArray gradAtInput, int iteration, int epoch) {
    return drop(gradAtOutput, gradAtInput);
  }

  @Override
  public void clear() {}

  @Override
  @SuppressWarnings({"MissingSuperCall", "CloneableImplementsClone"})
  public IDropout clone() {
    return this;
  }
}
