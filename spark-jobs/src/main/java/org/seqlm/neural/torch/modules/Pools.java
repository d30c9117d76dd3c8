package org.seqlm.neural.torch.modules;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Pooling;

/** How the vectors of a sequence's steps become one. */
final class Pools {
  private Pools() {}

  /**
   * Pools.
   *
   * @param values (B, T, width)
   * @param direction of recurrent layers: who reads backward has its last state at the first step
   * @return (B, width)
   */
  static Tensor pool(
      Pass pass, Pooling pooling, Direction direction, Tensor values, Padding padding) {
    return switch (pooling) {
      case LAST -> last(direction, values, padding);
      case CLASS_TOKEN -> values.select(1, 0);
      case MEAN -> mean(pass, values, padding);
      case MAX -> max(values, padding);
      case ATTENTION -> attention(pass, values, padding);
    };
  }

  /** Each direction's state after its last step. */
  static Tensor last(Direction direction, Tensor values, Padding padding) {
    if (direction == Direction.FORWARD) {
      return padding.last(values);
    }
    long width = values.size(2) / 2;
    Tensor forward = padding.last(values.narrow(2, 0, width));
    Tensor backward = values.select(1, 0).narrow(1, width, width);
    return torch.cat(new TensorVector(forward, backward), 1);
  }

  private static Tensor mean(Pass pass, Tensor values, Padding padding) {
    if (padding.isNone()) {
      return values.mean(1);
    }
    Tensor counts = padding.counts().unsqueeze(2);
    Tensor sum = values.masked_fill(counts.logical_not(), new Scalar(0)).sum(1);
    return sum.div(padding.lengthsOnDevice().to(pass.type()).unsqueeze(1));
  }

  private static Tensor max(Tensor values, Padding padding) {
    Tensor there =
        padding.isNone()
            ? values
            : values.masked_fill(
                padding.counts().unsqueeze(2).logical_not(), new Scalar(Double.NEGATIVE_INFINITY));
    return there.amax(new long[] {1}, false);
  }

  private static Tensor attention(Pass pass, Tensor values, Padding padding) {
    // (B, 1, T)
    Tensor scores = torch.matmul(pass.weight("pool.weight").unsqueeze(0), values.transpose(1, 2));
    Tensor counts = padding.isNone() ? null : padding.counts().unsqueeze(1);
    return torch.matmul(Attention.weights(scores, counts), values).select(1, 0);
  }
}
