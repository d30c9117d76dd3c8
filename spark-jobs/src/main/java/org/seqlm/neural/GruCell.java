package org.seqlm.neural;

import static org.seqlm.neural.FloatMath.sigmoid;
import static org.seqlm.neural.FloatMath.tanh;

/** The gated recurrent units; the state is h. */
final class GruCell extends RecurrentCell {
  private final CellKind kind;
  private final float[] gates; // (H, (G - 1) H): the product with h of every gate but n
  private final float[] candidate; // (H, H): n's product, with r ⊙ h or with h

  GruCell(CellKind kind, int inputs, int hidden, float[] input, float[] recurrent, float[] bias) {
    super(kind, inputs, hidden, input, bias);
    this.kind = kind;
    int first = (kind.gates() - 1) * hidden;
    gates = FloatMath.transposed(recurrent, 0, hidden, 0, first);
    candidate = FloatMath.transposed(recurrent, 0, hidden, first, first + hidden);
  }

  /** A reset after the product keeps U h apart from n's pre-activation. */
  @Override
  int workSize() {
    return gates() + (kind == CellKind.GRU_RESET_AFTER ? hidden() : 0);
  }

  @Override
  void recur(float[] z, float[] state, int at) {
    int width = hidden();
    int n = gates() - width;
    FloatMath.addProduct(z, 0, n, gates, state, at, width);
    switch (kind) {
      case GRU -> {
        for (int i = 0; i < width; i++) {
          z[i] = sigmoid(z[i]) * state[at + i];
        }
        FloatMath.addProduct(z, n, width, candidate, z, 0, width);
      }
      case GRU_RESET_AFTER -> {
        int product = n + width;
        java.util.Arrays.fill(z, product, product + width, 0);
        FloatMath.addProduct(z, product, width, candidate, state, at, width);
        for (int i = 0; i < width; i++) {
          z[n + i] += sigmoid(z[i]) * z[product + i];
        }
      }
      default -> FloatMath.addProduct(z, n, width, candidate, state, at, width);
    }
    int update = n - width;
    boolean keeps = kind == CellKind.GRU_RESET_AFTER; // its z is the others' 1 - u
    for (int i = 0; i < width; i++) {
      float gate = sigmoid(z[update + i]);
      float fresh = tanh(z[n + i]);
      float old = state[at + i];
      state[at + i] = keeps ? (1 - gate) * fresh + gate * old : gate * fresh + (1 - gate) * old;
    }
  }
}
