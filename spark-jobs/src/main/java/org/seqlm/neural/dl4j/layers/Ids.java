package org.seqlm.neural.dl4j.layers;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Token ids in tensors. */
final class Ids {
  private Ids() {}

  /** Refuses ids that libtorch would read past its memory with, or refuse without a place. */
  static void check(Tensor ids, long end, String what, String layer) {
    long least = ids.min().item_long();
    long most = ids.max().item_long();
    if (least < 0 || most >= end) {
      throw new IllegalArgumentException(
          "an "
              + what
              + " must be 0 to "
              + (end - 1)
              + ", but one is "
              + (least < 0 ? least : most)
              + ": is nIn or nOut the number of tokens? "
              + layer);
    }
  }

  /**
   * A layer's input (B, T) or (B, 1, T) as 64-bit ids (T, B), checked.
   *
   * @param end ids are below it
   */
  static Tensor read(INDArray input, long end, String layer) {
    if (!(input.rank() == 2 || (input.rank() == 3 && input.size(1) == 1))) {
      throw new IllegalStateException(
          "ids must be (B, T) or (B, 1, T), but are "
              + Arrays.toString(input.shape())
              + " "
              + layer);
    }
    Tensor ids = Memory.as(Memory.tensor(input), torch.ScalarType.Long);
    ids = ids.reshape(input.size(0), input.size(input.rank() - 1)).t();
    check(ids, end, "id of the input", layer);
    return ids.contiguous();
  }
}
