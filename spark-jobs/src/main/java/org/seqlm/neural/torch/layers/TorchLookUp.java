package org.seqlm.neural.torch.layers;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The product of weights by one-hot vectors, of which none is built: W's columns are looked up. */
public final class TorchLookUp {
  private TorchLookUp() {}

  /**
   * The rows of W x + b for one-hot x.
   *
   * @param out (T B, G H)
   */
  public static void forward(Tensor w, Tensor b, Tensor tokens, Tensor out) {
    if (w.size(1) <= tokens.numel()) {
      // (V, G H), few rows that are read often: each in one piece.
      torch.index_select_out(out, torch.add(w.t(), b).contiguous(), 0, tokens);
    } else {
      torch.add_out(out, w.index_select(1, tokens).t(), b);
    }
  }

  /**
   * The gradients of W and b for one-hot x: rows of one token are summed in {@code wide}.
   *
   * @param d (T B, G H): of W x + b
   */
  public static void backward(
      Tensor d, Tensor tokens, torch.ScalarType wide, Tensor dw, Tensor db) {
    Tensor rows = torch.embedding_dense_backward(d.to(wide), tokens, dw.size(1), -1, false);
    dw.copy_(rows.t());
    db.copy_(rows.sum(0));
  }
}
