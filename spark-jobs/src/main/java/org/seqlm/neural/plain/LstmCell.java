package org.seqlm.neural.plain;

import static org.seqlm.neural.plain.FloatMath.sigmoid;
import static org.seqlm.neural.plain.FloatMath.tanh;

import org.seqlm.neural.CellKind;
import org.seqlm.neural.CellKind.Gate;

/** {@link CellKind#LSTM}; the state is h, c. */
final class LstmCell extends RecurrentCell {
  private static final int I = CellKind.LSTM.place(Gate.I);
  private static final int F = CellKind.LSTM.place(Gate.F);
  private static final int G = CellKind.LSTM.place(Gate.G);
  private static final int O = CellKind.LSTM.place(Gate.O);

  private final float[] recurrent; // (H, G H)

  LstmCell(int inputs, int hidden, float[] input, float[] recurrent, float[] bias) {
    super(CellKind.LSTM, inputs, hidden, input, bias);
    this.recurrent = FloatMath.transposed(recurrent, 0, hidden, 0, gates());
  }

  @Override
  void recur(Work work, float[] state, int at) {
    float[] z = work.z;
    int width = hidden();
    FloatMath.addProduct(z, gates(), recurrent, state, at, width);
    for (int unit = 0; unit < width; unit++) {
      float i = sigmoid(z[I * width + unit]);
      float f = sigmoid(z[F * width + unit]);
      float g = tanh(z[G * width + unit]);
      float c = f * state[at + width + unit] + i * g;
      state[at + width + unit] = c;
      state[at + unit] = sigmoid(z[O * width + unit]) * tanh(c);
    }
  }
}
