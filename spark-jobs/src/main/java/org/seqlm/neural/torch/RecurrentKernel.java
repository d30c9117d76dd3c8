package org.seqlm.neural.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;

/**
 * A recurrent layer over windows of one size, forward and backward, in memory of its own: what a
 * window needs again on the way back is where the forward pass left it, nothing is computed twice,
 * and nothing is allocated within a step. libtorch's own gradients must be off.
 *
 * <p>Features come before sequences: a step's states are (H, B), its gates (G H, B), one below the
 * other in {@link CellKind}'s order. So a recurrent product is weights by states, which OpenBLAS
 * does a third faster than states by transposed weights where B is small; a gate is one block of
 * memory; and ND4J's column-major (B, H, T) is the same memory. Every step's views are made once.
 *
 * <p>A window: the caller puts W x + b into {@link #product}, calls {@link #forward}, reads {@link
 * #outputs}; gives their gradients to {@link #backward}, which returns those of the product, and
 * takes those of the recurrent weights by {@link #weightGradients}; {@link #advance} begins the
 * next one where this one ended. Not shared between threads. Holds native memory until closed.
 */
@SuppressWarnings("try") // a scope is left by closing it
abstract class RecurrentKernel implements AutoCloseable {
  final int timeSteps;
  final int batch;
  final int hidden;

  /** (T, G H, B): W x + b, then the gates' values. */
  final Tensor gates;

  /** (T, G H, B): gradients of W x + b. */
  final Tensor gateGradients;

  /** (lag + T, H, B): h, from those before the window. */
  private final Tensor hiddens;

  private final int lag;
  private final TensorOptions options;
  private final List<Tensor> held = new ArrayList<>();

  /**
   * @param timeSteps T
   * @param batch B
   * @param hidden H
   * @param gates G
   * @param lag how many steps back h is read
   * @param options type and device of all tensors
   */
  RecurrentKernel(int timeSteps, int batch, int hidden, int gates, int lag, TensorOptions options) {
    this.timeSteps = timeSteps;
    this.batch = batch;
    this.hidden = hidden;
    this.lag = lag;
    this.options = options;
    this.gates = buffer(timeSteps, (long) gates * hidden);
    gateGradients = buffer(timeSteps, (long) gates * hidden);
    hiddens = buffer(lag + timeSteps, hidden);
  }

  /** The kernel of a cell. */
  static RecurrentKernel of(
      CellKind cell,
      Activation activation,
      int timeSteps,
      int batch,
      int hidden,
      TensorOptions options) {
    // What the constructors make on the way goes with the scope; what they hold stays.
    try (PointerScope scope = new PointerScope()) {
      return switch (cell) {
        case LSTM -> new LstmKernel(timeSteps, batch, hidden, options);
        case GRU, GRU_SIMPLIFIED, GRU_RESET_AFTER ->
            new GruKernel(cell, timeSteps, batch, hidden, options);
        case RNN, RNN_LAG_2 -> new RnnKernel(cell, activation, timeSteps, batch, hidden, options);
      };
    }
  }

  /** Zeros (steps, rows, B). */
  final Tensor buffer(int steps, long rows) {
    return hold(torch.zeros(new long[] {steps, rows, batch}, options));
  }

  /** Zeros (H, B). */
  final Tensor buffer() {
    return hold(torch.zeros(new long[] {hidden, batch}, options));
  }

  /** Step t of a buffer. */
  final Tensor step(Tensor buffer, int t) {
    return hold(buffer.select(0, t));
  }

  /** {@code count} gates of a step, from gate {@code first}. */
  final Tensor gate(Tensor step, int first, int count) {
    return hold(step.narrow(0, (long) first * hidden, (long) count * hidden));
  }

  /** h of step t; -1 is the last before the window. */
  final Tensor hiddenAt(int t) {
    return step(hiddens, lag + t);
  }

  private Tensor hold(Tensor tensor) {
    tensor.retainReference();
    held.add(tensor);
    return tensor;
  }

  /** (T, G H, B): where the caller puts W x + b of every step. */
  final Tensor product() {
    return gates;
  }

  /** (T, H, B): h of every step. */
  final Tensor outputs() {
    return hiddens.narrow(0, lag, timeSteps);
  }

  /** (T, H, B): h {@code back} steps before every step. */
  final Tensor hiddensBefore(int back) {
    return hiddens.narrow(0, (long) lag - back, timeSteps);
  }

  /**
   * The states that the next window begins with, (H, B) each, in {@link CellKind}'s order: to be
   * read, or written. They are views of the kernel's memory.
   */
  abstract List<Tensor> states();

  /** Begins the next window with the states that this one ended with. */
  void advance() {
    for (int back = lag; back > 0; back--) {
      hiddens.select(0, (long) lag - back).copy_(hiddens.select(0, (long) lag + timeSteps - back));
    }
  }

  /**
   * The window.
   *
   * @param weightHh U (G H, H)
   * @param weightHh2 M (H, H) of {@link CellKind#RNN_LAG_2}, null for the others
   */
  abstract void forward(Tensor weightHh, Tensor weightHh2);

  /**
   * The way back.
   *
   * @param outputGradients (T, H, B): of the outputs, without what goes through later steps
   * @return (T, G H, B): of the product; valid until the next call
   */
  abstract Tensor backward(Tensor outputGradients, Tensor weightHh, Tensor weightHh2);

  /**
   * The gradients of the recurrent weights, after {@link #backward}.
   *
   * @param weightHh (G H, H), overwritten
   * @param weightHh2 (H, H), overwritten; null where there is none
   */
  void weightGradients(Tensor weightHh, Tensor weightHh2) {
    sumOfProducts(weightHh, gateGradients, hiddensBefore(1));
  }

  /** {@code sum = Σ_t left_t right_tᵀ}, as one product: left (T, m, B), right (T, n, B). */
  static void sumOfProducts(Tensor sum, Tensor left, Tensor right) {
    try (PointerScope scope = new PointerScope()) {
      Tensor rows = left.permute(1, 0, 2).reshape(left.size(1), -1);
      Tensor columns = right.permute(0, 2, 1).reshape(-1, right.size(1));
      torch.mm_out(sum, rows, columns);
    }
  }

  @Override
  public void close() {
    held.forEach(Tensor::releaseReference);
    held.clear();
  }
}
