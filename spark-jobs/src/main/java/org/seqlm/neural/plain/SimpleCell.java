package org.seqlm.neural.plain;

import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;

/**
 * {@link CellKind#RNN}, the state being h, and {@link CellKind#RNN_LAG_2}, with h and the h before
 * it.
 */
final class SimpleCell extends RecurrentCell {
  private final Activation activation;
  private final float[] recurrent; // (H, H)
  private final float[] lag; // (H, H), or empty

  SimpleCell(
      CellKind kind,
      Activation activation,
      int inputs,
      int hidden,
      float[] input,
      float[] recurrent,
      float[] lag,
      float[] bias) {
    super(kind, inputs, hidden, input, bias);
    this.activation = activation;
    this.recurrent = FloatMath.transposed(recurrent, 0, hidden, 0, hidden);
    this.lag = lag.length == 0 ? lag : FloatMath.transposed(lag, 0, hidden, 0, hidden);
  }

  @Override
  void recur(Work work, float[] state, int at) {
    float[] z = work.z;
    int width = hidden();
    FloatMath.addProduct(z, width, recurrent, state, at, width);
    if (lag.length > 0) {
      FloatMath.addProduct(z, width, lag, state, at + width, width);
      System.arraycopy(state, at, state, at + width, width);
    }
    switch (activation.kind()) {
      case TANH -> {
        for (int i = 0; i < width; i++) {
          state[at + i] = FloatMath.tanh(z[i]);
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < width; i++) {
          state[at + i] = FloatMath.sigmoid(z[i]);
        }
      }
      default -> {
        for (int i = 0; i < width; i++) {
          state[at + i] = (float) activation.apply(z[i]);
        }
      }
    }
  }
}
