package org.seqlm.neural.plain;

import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;

/**
 * One recurrent layer in plain Java, {@link CellKind}'s equations forward: float32 arithmetic in a
 * fixed order and no native library, so that a model scores the same wherever it runs. Immutable
 * and shared between threads; the state is the caller's.
 *
 * <p>A step has two halves: the input's product (and the bias), which a caller may take from a
 * table where inputs are few, and the recurrence.
 */
abstract class RecurrentCell {
  private final CellKind kind;
  private final int inputs;
  private final int hidden;
  private final float[] input; // (in, G H)
  private final float[] bias; // (G H)

  RecurrentCell(CellKind kind, int inputs, int hidden, float[] input, float[] bias) {
    int gates = kind.gates() * hidden;
    if (input.length != gates * inputs || bias.length != gates) {
      throw new IllegalArgumentException(
          kind
              + " of "
              + inputs
              + " inputs and "
              + hidden
              + " units has "
              + gates * inputs
              + " input weights and "
              + gates
              + " biases, but got "
              + input.length
              + " and "
              + bias.length);
    }
    this.kind = kind;
    this.inputs = inputs;
    this.hidden = hidden;
    this.input = FloatMath.transposed(input, 0, inputs, 0, gates);
    this.bias = bias.clone();
  }

  /**
   * A layer.
   *
   * @param activation φ of a simple recurrence; other cells have their own
   * @param inputs width of what it reads
   * @param hidden H
   * @param input W, (G H, inputs) row-major, the gates as {@link CellKind} has them
   * @param recurrent U, (G H, H) row-major
   * @param lag M, (H, H) row-major; for a lag of 2 only, else empty
   * @param bias (G H)
   * @throws IllegalArgumentException if sizes do not fit one another
   */
  static RecurrentCell of(
      CellKind kind,
      Activation activation,
      int inputs,
      int hidden,
      float[] input,
      float[] recurrent,
      float[] lag,
      float[] bias) {
    int expected = kind.gates() * hidden * hidden;
    int expectedLag = kind.lags() == 2 ? hidden * hidden : 0;
    if (recurrent.length != expected || lag.length != expectedLag) {
      throw new IllegalArgumentException(
          kind
              + " of "
              + hidden
              + " units has "
              + expected
              + " recurrent weights and "
              + expectedLag
              + " of lag 2, but got "
              + recurrent.length
              + " and "
              + lag.length);
    }
    return switch (kind) {
      case RNN, RNN_LAG_2 ->
          new SimpleCell(kind, activation, inputs, hidden, input, recurrent, lag, bias);
      case GRU_SIMPLIFIED, GRU, GRU_RESET_AFTER ->
          new GruCell(kind, inputs, hidden, input, recurrent, bias);
      case LSTM -> new LstmCell(inputs, hidden, input, recurrent, bias);
    };
  }

  /**
   * A layer of a network.
   *
   * @param layer from 0
   * @param parameters flat, in {@link ParameterLayout}'s order
   */
  static RecurrentCell of(LanguageNetwork spec, int layer, float[] parameters) {
    ParameterLayout layout = spec.layout();
    return of(
        spec.cell(),
        spec.activation(),
        spec.inputWidth(layer),
        spec.hidden(),
        layout.copy("rnn.weight_ih_l" + layer, parameters),
        layout.copy("rnn.weight_hh_l" + layer, parameters),
        spec.cell().lags() == 2
            ? layout.copy("rnn.weight_hh2_l" + layer, parameters)
            : new float[0],
        layout.copy("rnn.bias_ih_l" + layer, parameters));
  }

  /** H. */
  final int hidden() {
    return hidden;
  }

  /** Values that are carried from step to step: {@link CellKind#states} vectors of H, h first. */
  final int stateSize() {
    return kind.states() * hidden;
  }

  /**
   * Reads one vector.
   *
   * @param x (inputs)
   * @param state {@link #stateSize} values, zero before the first step; changed, h first
   */
  final void step(float[] x, float[] state) {
    Work work = new Work(this);
    addInput(x, 0, work);
    recur(work, state, 0);
  }

  /** G H: pre-activations of a step. */
  final int gates() {
    return bias.length;
  }

  /** What a step works on: one for all layers of a network, but not for two threads. */
  static final class Work {
    final float[] z; // (G H): pre-activations
    final float[] product; // (H): what must not be added to them at once

    Work(RecurrentCell cell) {
      z = new float[cell.gates()];
      product = new float[cell.hidden];
    }
  }

  /** {@code z = b + W x}, x being the inputs from {@code from} on. */
  final void addInput(float[] x, int from, Work work) {
    System.arraycopy(bias, 0, work.z, 0, bias.length);
    FloatMath.addProduct(work.z, bias.length, input, x, from, inputs);
  }

  /** As {@link #addInput} where x is the unit vector of an input. */
  final void addUnitInput(int one, Work work) {
    for (int g = 0; g < bias.length; g++) {
      work.z[g] = bias[g] + input[one * bias.length + g];
    }
  }

  /**
   * The recurrence.
   *
   * @param work with {@code z = b + W x}; what is left in it means nothing
   * @param state this layer's from {@code at} on; changed
   */
  abstract void recur(Work work, float[] state, int at);
}
