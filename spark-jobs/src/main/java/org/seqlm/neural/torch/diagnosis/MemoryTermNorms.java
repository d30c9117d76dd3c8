package org.seqlm.neural.torch.diagnosis;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.metrics.DiagnosisMetrics.MemoryTerms;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.CellKind.Gate;

/**
 * The norms of the four terms of an LSTM's ∂c_t/∂c_{t−1} without building any: ‖diag(α) U diag(r)‖²
 * = Σ α_i² U_ij² r_j², which for all steps is one product with U ⊙ U; of a sum of such terms
 * likewise, with the products of their matrices.
 */
final class MemoryTermNorms {
  private MemoryTermNorms() {}

  /**
   * Mean over steps and sequences.
   *
   * @param gates of steps 0 to T − 1
   * @param c (T, B, H): after each of them
   * @param u (4 H, H)
   * @return null for a window of one step, before which there is no c
   */
  static MemoryTerms of(Gates gates, Tensor c, Tensor u) {
    long steps = c.size(0) - 1;
    if (steps < 1) {
      return null;
    }
    long width = c.size(2);
    Tensor cBefore = rows(c.narrow(0, 0, steps));
    Tensor oBefore = rows(gates.of(Gate.O).narrow(0, 0, steps));
    Tensor i = rows(gates.of(Gate.I).narrow(0, 1, steps));
    Tensor f = rows(gates.of(Gate.F).narrow(0, 1, steps));
    Tensor g = rows(gates.of(Gate.G).narrow(0, 1, steps));
    Tensor r = torch.mul(oBefore, oneMinusSquare(torch.tanh(cBefore)));
    Tensor[] alpha = {
      torch.mul(cBefore, torch.mul(f, oneMinus(f))),
      torch.mul(g, torch.mul(i, oneMinus(i))),
      torch.mul(i, oneMinusSquare(g))
    };
    Tensor[] matrix = {
      block(u, Gate.F, width), block(u, Gate.I, width), block(u, Gate.G, width),
    };
    Tensor rr = torch.mul(r, r);
    Tensor[] squares = new Tensor[3];
    Tensor sum = torch.mul(f, f).sum(1);
    for (int a = 0; a < 3; a++) {
      for (int b = a; b < 3; b++) {
        // (N, H) by (H, H): the row's α_i α'_i over U_ij U'_ij.
        Tensor spread = torch.mm(torch.mul(alpha[a], alpha[b]), torch.mul(matrix[a], matrix[b]));
        Tensor square = torch.mul(spread, rr).sum(1);
        if (a == b) {
          squares[a] = square;
        }
        sum = torch.add(sum, a == b ? square : square.mul(new Scalar(2)));
      }
      Tensor diagonal = torch.mul(matrix[a].diag().unsqueeze(0), torch.mul(alpha[a], r));
      sum = torch.add(sum, torch.mul(f, diagonal).sum(1).mul(new Scalar(2)));
    }
    return new MemoryTerms(
        mean(squares[0], width),
        mean(torch.mul(f, f).sum(1), width),
        mean(squares[1], width),
        mean(squares[2], width),
        mean(sum, width));
  }

  private static Tensor rows(Tensor window) {
    return window.flatten(0, 1);
  }

  private static Tensor block(Tensor u, Gate gate, long width) {
    return u.narrow(0, CellKind.LSTM.place(gate) * width, width);
  }

  private static Tensor oneMinus(Tensor x) {
    return x.neg().add(new Scalar(1));
  }

  private static Tensor oneMinusSquare(Tensor x) {
    return oneMinus(torch.mul(x, x));
  }

  /** Rounding may leave a square below 0. */
  private static double mean(Tensor squares, long width) {
    return squares
        .clamp_min(new Scalar(0))
        .div(new Scalar((double) width))
        .sqrt()
        .mean()
        .item_double();
  }
}
