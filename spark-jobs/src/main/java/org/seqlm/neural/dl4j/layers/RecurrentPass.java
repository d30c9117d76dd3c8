package org.seqlm.neural.dl4j.layers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a recurrent layer's forward pass of training leaves for the backward pass: arrays that
 * tensors read, and tensors of ours to release.
 *
 * @param input as the network gave it
 * @param held whose memory is read
 * @param x (T, B, in), or ids (T, B)
 * @param out what automatic differentiation begins at, (T, B, H); null without it
 * @param own to release
 */
record RecurrentPass(
    INDArray input, List<INDArray> held, Tensor x, Weights weights, Tensor out, List<Tensor> own) {

  /**
   * A layer's parameters as the cells have them.
   *
   * @param w (G H, in)
   * @param u (G H, H)
   * @param m (H, H), null without a lag of 2
   * @param b (G H)
   */
  record Weights(Tensor w, Tensor u, Tensor m, Tensor b) {
    List<Tensor> all() {
      return m == null ? List.of(w, u, b) : List.of(w, u, m, b);
    }

    private Weights kept() {
      return new Weights(
          Memory.kept(w), Memory.kept(u), m == null ? null : Memory.kept(m), Memory.kept(b));
    }
  }

  /** A pass whose tensors outlive the scope that they were made in. */
  static RecurrentPass of(
      INDArray input, List<INDArray> held, Tensor x, Weights weights, Tensor out) {
    Tensor keptX = Memory.kept(x);
    Weights kept = weights.kept();
    Tensor keptOut = out == null ? null : Memory.kept(out);
    List<Tensor> own = new ArrayList<>(kept.all());
    own.add(keptX);
    if (keptOut != null) {
      own.add(keptOut);
    }
    return new RecurrentPass(input, held, keptX, kept, keptOut, own);
  }

  void release() {
    own.forEach(Tensor::releaseReference);
  }
}
