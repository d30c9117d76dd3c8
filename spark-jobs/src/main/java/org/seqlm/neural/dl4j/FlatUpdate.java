package org.seqlm.neural.dl4j;

import java.lang.ref.Reference;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.seqlm.neural.optimizer.GradientStats;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.TorchUpdate;

/**
 * Clipping and update of a network by libtorch, in place on the network's own flat arrays of
 * float32; ND4J's updaters take several times as long.
 */
final class FlatUpdate implements GradientUpdate {
  private final INDArray parameters;
  private final INDArray gradient;
  private final INDArray moments;
  private final PointerScope memory;
  private final Tensor slopes;
  private final TorchUpdate update;
  private final Windows windows;

  /**
   * @param parameters (1, P)
   * @param gradient (1, P)
   * @param moments (1, moments a parameter · P), one after the other; null if there are none
   */
  FlatUpdate(
      InnerOptimizer optimizer,
      Windows windows,
      INDArray parameters,
      INDArray gradient,
      INDArray moments) {
    this.windows = windows;
    this.parameters = parameters;
    this.gradient = gradient;
    this.moments = moments;
    try (PointerScope scope = new PointerScope()) {
      slopes = tensor(gradient, gradient.length());
      update =
          new TorchUpdate(
              optimizer,
              tensor(parameters, parameters.length()),
              slopes,
              moments == null
                  ? null
                  : tensor(moments, optimizer.kind().moments(), parameters.length()));
      if (windows == Windows.ADDED_UP) {
        update.addUp();
      }
      memory = scope;
      // Until close().
      scope.extend();
    }
  }

  private static Tensor tensor(INDArray flat, long... shape) {
    if (flat.dataType() != DataType.FLOAT || flat.elementWiseStride() != 1) {
      throw new IllegalArgumentException("a network's flat array is not of dense float32");
    }
    BytePointer first =
        new BytePointer(flat.data().pointer())
            .position(flat.offset() * flat.data().getElementSize());
    return torch.from_blob(first, shape, new TensorOptions(torch.ScalarType.Float));
  }

  /** {@inheritDoc} Where one window makes an update, it becomes its mean here. */
  @Override
  @SuppressWarnings("try") // scopes are left by closing them
  public void add(long tokens) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      if (windows == Windows.ONE) {
        slopes.mul_(new Scalar(1.0 / tokens));
      } else {
        update.add(1, tokens);
      }
    } finally {
      Reference.reachabilityFence(gradient);
    }
  }

  @Override
  public void apply(double rate, long number) {
    try {
      update.apply(rate, number);
    } finally {
      Reference.reachabilityFence(parameters);
      Reference.reachabilityFence(gradient);
      Reference.reachabilityFence(moments);
    }
  }

  @Override
  public float[] mean() {
    try {
      return update.mean();
    } finally {
      Reference.reachabilityFence(gradient);
    }
  }

  @Override
  public GradientStats stats() {
    return update.stats();
  }

  @Override
  public void close() {
    memory.close();
  }
}
