package org.seqlm.neural.dl4j.layers;

import java.lang.ref.Cleaner;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.torch.layers.TorchRecurrence;

/**
 * A layer's native memory for windows of one batch, up to a length. It outlives the calls of the
 * layer, so that training makes its buffers once, and is freed by {@link #release} or when nobody
 * holds this.
 */
final class WindowBuffers {
  private static final Cleaner CLEANER = Cleaner.create();

  /**
   * What the buffers depend on.
   *
   * @param time T of the longest window
   */
  record Shape(
      CellKind cell,
      Activation activation,
      int time,
      int batch,
      int hidden,
      torch.ScalarType type) {
    /** Whether windows of another shape fit into this one's buffers. */
    boolean holds(Shape other) {
      return other.time <= time
          && other.equals(new Shape(cell, activation, other.time, batch, hidden, type));
    }
  }

  private final Shape shape;
  private final TorchRecurrence recurrence;

  /** (T B, G H). */
  private final Tensor products;

  /** (T, B, H): the gradient of the outputs, which the backward pass overwrites. */
  private final Tensor dh;

  private final Cleaner.Cleanable memory;

  @SuppressWarnings("try") // the scope is left by closing it
  WindowBuffers(Shape shape) {
    this.shape = shape;
    try (PointerScope scope = new PointerScope()) {
      TensorOptions options = new TensorOptions(shape.type());
      recurrence =
          new TorchRecurrence(
              shape.cell(),
              shape.activation(),
              shape.time(),
              shape.batch(),
              shape.hidden(),
              options);
      products = recurrence.products().flatten(0, 1);
      dh =
          torch.empty(
              new long[] {shape.time(), shape.batch(), shape.hidden()},
              options,
              new MemoryFormatOptional());
      // Its first end is ours, without freeing; the second one frees.
      scope.extend();
      memory = CLEANER.register(this, scope::close);
    }
  }

  Shape shape() {
    return shape;
  }

  TorchRecurrence recurrence() {
    return recurrence;
  }

  /** (T B, G H), T being the window's. */
  Tensor products(int time) {
    return time == shape.time() ? products : products.narrow(0, 0, (long) time * shape.batch());
  }

  /** (T, B, H), T being the window's. */
  Tensor dh(int time) {
    return time == shape.time() ? dh : dh.narrow(0, 0, time);
  }

  void release() {
    memory.clean();
  }
}
