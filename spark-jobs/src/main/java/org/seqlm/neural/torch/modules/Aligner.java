package org.seqlm.neural.torch.modules;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.network.Alignment;

/**
 * How a decoder looks at a batch's source: its states are queries, the encoder's vectors values. No
 * state of the decoder depends on where it looked before, so all steps may be asked at once.
 */
final class Aligner {
  private final Alignment alignment;
  private final Tensor values;
  private final Tensor keys;
  private final Tensor counts; // (B, 1, S); null where all count

  private Aligner(Alignment alignment, Tensor values, Tensor keys, Tensor counts) {
    this.alignment = alignment;
    this.values = values;
    this.keys = keys;
    this.counts = counts;
  }

  /**
   * An aligner of a batch's source.
   *
   * @param alignment but {@link Alignment#NONE}
   * @param values (B, S, E): what the encoder made of the source
   */
  static Aligner of(Pass pass, Alignment alignment, Tensor values, Padding padding) {
    return new Aligner(
        alignment,
        values,
        torch.linear(values, pass.weight("attention.key.weight")),
        padding.isNone() ? null : padding.counts().unsqueeze(1));
  }

  /**
   * The same for other rows of a batch.
   *
   * @param examples (R): of each the place of its source
   */
  Aligner of(Tensor examples) {
    return new Aligner(
        alignment,
        values.index_select(0, examples),
        keys.index_select(0, examples),
        counts == null ? null : counts.index_select(0, examples));
  }

  /** S. */
  int steps() {
    return (int) values.size(1);
  }

  /**
   * Where queries look.
   *
   * @param queries (B, T, H)
   * @return (B, T, S)
   */
  Tensor weights(Pass pass, Tensor queries) {
    if (alignment == Alignment.HARD) {
      return Attention.best(products(queries), counts).to(values.scalar_type());
    }
    return Attention.weights(
        alignment == Alignment.ADDITIVE ? sums(pass, queries) : products(queries), counts);
  }

  private Tensor products(Tensor queries) {
    return torch.matmul(queries, keys.transpose(1, 2));
  }

  private Tensor sums(Pass pass, Tensor queries) {
    Tensor q = torch.linear(queries, pass.weight("attention.query.weight"));
    // (B, T, S, H)
    Tensor both = torch.tanh(q.unsqueeze(2).add(keys.unsqueeze(1)));
    return torch.linear(both, pass.weight("attention.weight")).squeeze(3);
  }

  /**
   * The contexts.
   *
   * @param weights (B, T, S)
   * @return (B, T, E)
   */
  Tensor contexts(Tensor weights) {
    return torch.matmul(weights, values);
  }

  /**
   * What becomes logits in place of the decoder's state.
   *
   * @param contexts (…, E)
   * @param queries (…, H)
   * @return (…, H)
   */
  static Tensor combined(Pass pass, Tensor contexts, Tensor queries) {
    Tensor both = torch.cat(new TensorVector(contexts, queries), -1);
    return torch.tanh(torch.linear(both, pass.weight("combine.weight")));
  }
}
