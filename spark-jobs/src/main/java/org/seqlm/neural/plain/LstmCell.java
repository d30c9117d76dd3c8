package org.seqlm.neural.plain;

import static org.seqlm.neural.plain.FloatMath.sigmoid;
import static org.seqlm.neural.plain.FloatMath.tanh;

import org.seqlm.neural.CellKind;

/** Long short-term memory; the state is h, c. */
final class LstmCell extends RecurrentCell {
  private final float[] recurrent; // (H, 4 H)

  LstmCell(int inputs, int hidden, float[] input, float[] recurrent, float[] bias) {
    super(CellKind.LSTM, inputs, hidden, input, bias);
    this.recurrent = FloatMath.transposed(recurrent, 0, hidden, 0, 4 * hidden);
  }

  /** Gates i, f, g, o; c = f·c + i·g; h = o·tanh(c). */
  @Override
  void recur(Work work, float[] state, int at) {
    float[] z = work.z;
    int width = hidden();
    FloatMath.addProduct(z, 4 * width, recurrent, state, at, width);
    for (int i = 0; i < width; i++) {
      float c =
          sigmoid(z[width + i]) * state[at + width + i] + sigmoid(z[i]) * tanh(z[2 * width + i]);
      state[at + width + i] = c;
      state[at + i] = sigmoid(z[3 * width + i]) * tanh(c);
    }
  }
}
