package org.seqlm.neural.dl4j.layers;

import org.bytedeco.pytorch.Tensor;

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
}
