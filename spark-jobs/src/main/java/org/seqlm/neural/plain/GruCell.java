package org.seqlm.neural.plain;

import static org.seqlm.neural.plain.FloatMath.sigmoid;
import static org.seqlm.neural.plain.FloatMath.tanh;

import org.seqlm.neural.CellKind;
import org.seqlm.neural.CellKind.Gate;

/**
 * {@link CellKind#GRU}, {@link CellKind#GRU_RESET_AFTER} and {@link CellKind#GRU_SIMPLIFIED}; the
 * state is h.
 */
final class GruCell extends RecurrentCell {
  private final CellKind kind;
  private final int n; // where the pre-activations of n begin: after all others
  private final int share; // where those of u or z begin
  private final float[] gates; // (H, (G - 1) H): the product with h of every gate but n
  private final float[] candidate; // (H, H): n's product, with r ⊙ h or with h

  GruCell(CellKind kind, int inputs, int hidden, float[] input, float[] recurrent, float[] bias) {
    super(kind, inputs, hidden, input, bias);
    this.kind = kind;
    n = kind.place(Gate.N) * hidden;
    share = kind.place(kind.has(Gate.Z) ? Gate.Z : Gate.U) * hidden;
    gates = FloatMath.transposed(recurrent, 0, hidden, 0, n);
    candidate = FloatMath.transposed(recurrent, 0, hidden, n, n + hidden);
  }

  /** The product that belongs to n is kept apart: it is of r ⊙ h, or is multiplied by r itself. */
  @Override
  void recur(Work work, float[] state, int at) {
    int width = hidden();
    float[] z = work.z; // r, if there is one, is first
    float[] product = work.product;
    FloatMath.addProduct(z, n, gates, state, at, width);
    java.util.Arrays.fill(product, 0);
    if (kind == CellKind.GRU) {
      for (int i = 0; i < width; i++) {
        z[i] = sigmoid(z[i]) * state[at + i];
      }
      FloatMath.addProduct(product, width, candidate, z, 0, width);
    } else {
      FloatMath.addProduct(product, width, candidate, state, at, width);
    }
    boolean resetsAfter = kind == CellKind.GRU_RESET_AFTER;
    for (int i = 0; i < width; i++) {
      float gate = sigmoid(z[share + i]);
      float old = state[at + i];
      if (resetsAfter) {
        float fresh = tanh(z[n + i] + sigmoid(z[i]) * product[i]);
        state[at + i] = (1 - gate) * fresh + gate * old; // its z is the others' 1 - u
      } else {
        float fresh = tanh(z[n + i] + product[i]);
        state[at + i] = gate * fresh + (1 - gate) * old;
      }
    }
  }
}
