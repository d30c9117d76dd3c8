package org.seqlm.neural.torch.modules;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What queries make of values by how they fit their keys. */
public final class Attention {
  private Attention() {}

  /**
   * Weights over keys: the softmax of scores, zero where a key does not count.
   *
   * @param scores (…, keys)
   * @param counts of booleans, of a shape that spreads over the scores'; null where all count
   */
  public static Tensor weights(Tensor scores, Tensor counts) {
    return torch.softmax(masked(scores, counts), -1);
  }

  /**
   * Soft attention by dot products (Luong et al. 2015; Vaswani et al. 2017, equation 1): {@code
   * softmax(scale q kᵀ) v}.
   *
   * @param queries (…, Q, d)
   * @param keys (…, K, d)
   * @param values (…, K, v)
   * @param counts which keys count, as {@link #weights} takes it
   * @return (…, Q, v)
   */
  public static Tensor soft(
      Tensor queries, Tensor keys, Tensor values, Tensor counts, double scale) {
    Tensor scores = torch.matmul(queries.mul(new Scalar(scale)), keys.transpose(-2, -1));
    return torch.matmul(weights(scores, counts), values);
  }

  /**
   * Weights of hard attention: 1 for the best key that counts, of equal ones the first, and 0 for
   * the others. They pass no gradient to keys and queries.
   *
   * @param scores (…, keys)
   * @param counts as {@link #weights} takes it
   * @return whole numbers
   */
  static Tensor best(Tensor scores, Tensor counts) {
    Tensor best = masked(scores, counts).argmax(new LongOptional(-1), false);
    return torch.one_hot(best, scores.size(-1));
  }

  private static Tensor masked(Tensor scores, Tensor counts) {
    return counts == null
        ? scores
        : scores.masked_fill(counts.logical_not(), new Scalar(Double.NEGATIVE_INFINITY));
  }
}
