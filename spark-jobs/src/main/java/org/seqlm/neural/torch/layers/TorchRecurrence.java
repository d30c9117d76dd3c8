package org.seqlm.neural.torch.layers;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.CellKind.Gate;

/**
 * A recurrent layer over windows of one batch, of any length up to T, {@link CellKind}'s equations
 * with a backward pass of its own: twice as fast on a CPU as what libtorch's automatic
 * differentiation makes of {@link TorchCells}, because the gradient of the recurrent weights is one
 * product for the whole window instead of one a step, nothing is computed again, gates and their
 * gradients share memory, and every buffer and every view of one step lives as long as the layer.
 *
 * <p>Back-propagation is truncated at the window's beginning: the state it begins with is a
 * constant (Williams and Peng 1990). Native memory belongs to the {@code PointerScope} in which the
 * layer was made; automatic differentiation must be off.
 */
public final class TorchRecurrence {
  private final CellKind kind;
  private final Activation activation;
  private int steps; // of the window, T at most
  private final long batch;
  private final long hidden;
  private final int lags;
  private final Scalar zero = new Scalar(0);
  private final Scalar one = new Scalar(1);

  /** (T + lags, B, H): h before the window, oldest first, then of every step. */
  private final Tensor h;

  /** (T, B, G H): pre-activations, then gates, then the gradient of the pre-activations. */
  private final Tensor gates;

  /** LSTM: (T + 1, B, H), c before the window and of every step. */
  private final Tensor c;

  /**
   * LSTM: tanh(c), (T, B, H). GRU: r ⊙ h, likewise. GRU with the reset after the product: U h,
   * later the gradient of it, (T, B, G H). Null for the others.
   */
  private final Tensor extra;

  private final Tensor dc;
  private final Tensor first; // (B, H), whatever a step needs
  private final Tensor second;
  private final Tensor[] hAt;
  private final Tensor[] gatesAt;

  // Of each gate the steps, (T) of (B, H); null where the cell has no such gate.
  private final Tensor[] gateI;
  private final Tensor[] gateF;
  private final Tensor[] gateG;
  private final Tensor[] gateO;
  private final Tensor[] gateR;
  private final Tensor[] gateU;
  private final Tensor[] gateZ;
  private final Tensor[] gateN;

  /** The gates before g or n, which are sigmoids, where they are two: i and f, or r and u or z. */
  private final Tensor[] bothAt;

  /** Where n's rows of U begin. */
  private final long nAt;

  private final Tensor[] cAt;
  private final Tensor[] extraAt;
  private final Tensor[] recurrentBoth;
  private final Tensor[] recurrentN;

  /**
   * Makes the buffers.
   *
   * @param time T of the longest window
   * @param batch B
   * @param hidden H
   * @param options type and device of every tensor
   */
  public TorchRecurrence(
      CellKind kind,
      Activation activation,
      int time,
      int batch,
      int hidden,
      TensorOptions options) {
    this.kind = kind;
    this.activation = activation;
    steps = time;
    this.batch = batch;
    this.hidden = hidden;
    lags = kind.lags();
    h = empty(options, time + lags, batch, hidden);
    gates = empty(options, time, batch, kind.gates() * this.hidden);
    c = kind == CellKind.LSTM ? empty(options, time + 1, batch, hidden) : null;
    extra =
        switch (kind) {
          case LSTM, GRU -> empty(options, time, batch, hidden);
          case GRU_RESET_AFTER -> empty(options, time, batch, kind.gates() * this.hidden);
          case RNN, RNN_LAG_2, GRU_SIMPLIFIED -> null;
        };
    dc = kind == CellKind.LSTM ? empty(options, batch, hidden) : null;
    first = empty(options, batch, hidden);
    second = empty(options, batch, hidden);
    hAt = h.unbind(0).get();
    gatesAt = gates.unbind(0).get();
    gateI = gate(Gate.I);
    gateF = gate(Gate.F);
    gateG = gate(Gate.G);
    gateO = gate(Gate.O);
    gateR = gate(Gate.R);
    gateU = gate(Gate.U);
    gateZ = gate(Gate.Z);
    gateN = gate(Gate.N);
    nAt = kind.has(Gate.N) ? kind.place(Gate.N) * this.hidden : 0;
    int before = // the gates before the new value's
        switch (kind) {
          case LSTM -> kind.place(Gate.G);
          case GRU, GRU_RESET_AFTER, GRU_SIMPLIFIED -> kind.place(Gate.N);
          case RNN, RNN_LAG_2 -> 0;
        };
    bothAt = before > 1 ? part(gates, 0, before) : null;
    cAt = c == null ? null : c.unbind(0).get();
    extraAt = extra == null ? null : extra.unbind(0).get();
    boolean resetsAfter = kind == CellKind.GRU_RESET_AFTER;
    recurrentBoth = resetsAfter ? part(extra, 0, before) : null;
    recurrentN = resetsAfter ? part(extra, before, 1) : null;
  }

  private static Tensor empty(TensorOptions options, long... shape) {
    return torch.empty(shape, options, new org.bytedeco.pytorch.MemoryFormatOptional());
  }

  private Tensor[] gate(Gate gate) {
    return kind.has(gate) ? part(gates, kind.place(gate), 1) : null;
  }

  private Tensor[] part(Tensor all, int from, int count) {
    return all.narrow(2, from * hidden, count * hidden).unbind(0).get();
  }

  /**
   * Says how long the window is that begins, and those after it; the longest if nobody says.
   *
   * @param length 1 to the longest
   */
  public void window(int length) {
    steps = length;
  }

  /**
   * (T, B, G H): the caller puts W x + b here before {@link #forward}; after {@link #backward} it
   * holds the gradient of that.
   */
  public Tensor products() {
    return of(gates);
  }

  /** What a buffer of every step has of the window's. */
  private Tensor of(Tensor all) {
    return steps == gatesAt.length ? all : all.narrow(0, 0, steps);
  }

  /** (T, B, H): h of every step, after {@link #forward}. */
  public Tensor outputs() {
    return h.narrow(0, lags, steps);
  }

  /** After the last step: {@link CellKind#states} tensors (B, H), h first. */
  public List<Tensor> state() {
    int last = lags + steps - 1;
    return switch (kind) {
      case LSTM -> List.of(hAt[last], cAt[steps]);
      case RNN_LAG_2 -> List.of(hAt[last], hAt[last - 1]);
      case RNN, GRU, GRU_SIMPLIFIED, GRU_RESET_AFTER -> List.of(hAt[last]);
    };
  }

  /**
   * Runs the window whose input products are in {@link #products}.
   *
   * @param state before the first step, {@link CellKind#states} tensors (B, H), h first
   * @param u U (G H, H)
   * @param m M (H, H) of {@link CellKind#RNN_LAG_2}, null for the others
   */
  public void forward(List<Tensor> state, Tensor u, Tensor m) {
    hAt[lags - 1].copy_(state.get(0));
    if (lags == 2) {
      hAt[0].copy_(state.get(1));
    }
    if (c != null) {
      cAt[0].copy_(state.get(1));
    }
    // Transposed once: a product with a small batch packs the whole of its weights, and packs
    // faster what lies in its own order.
    Tensor ut = transposed(u);
    Tensor mt = m == null ? null : transposed(m);
    boolean split = kind == CellKind.GRU;
    Tensor uBoth = split ? transposed(u.narrow(0, 0, nAt)) : null;
    Tensor uN = split ? transposed(u.narrow(0, nAt, hidden)) : null;
    for (int t = 0; t < steps; t++) {
      Tensor before = hAt[t + lags - 1];
      Tensor now = hAt[t + lags];
      switch (kind) {
        case LSTM -> {
          Products.add(gatesAt[t], before, ut);
          bothAt[t].sigmoid_();
          gateG[t].tanh_();
          gateO[t].sigmoid_();
          torch.mul_out(cAt[t + 1], gateF[t], cAt[t]);
          cAt[t + 1].addcmul_(gateI[t], gateG[t]);
          torch.tanh_out(extraAt[t], cAt[t + 1]);
          torch.mul_out(now, gateO[t], extraAt[t]);
        }
        case GRU -> {
          Products.add(bothAt[t], before, uBoth).sigmoid_();
          torch.mul_out(extraAt[t], gateR[t], before);
          Products.add(gateN[t], extraAt[t], uN).tanh_();
          torch.lerp_out(now, before, gateN[t], gateU[t]);
        }
        case GRU_RESET_AFTER -> {
          Products.multiply(extraAt[t], before, ut);
          bothAt[t].add_(recurrentBoth[t]).sigmoid_();
          gateN[t].addcmul_(gateR[t], recurrentN[t]).tanh_();
          torch.lerp_out(now, gateN[t], before, gateZ[t]);
        }
        case GRU_SIMPLIFIED -> {
          Products.add(gatesAt[t], before, ut);
          gateU[t].sigmoid_();
          gateN[t].tanh_();
          torch.lerp_out(now, before, gateN[t], gateU[t]);
        }
        case RNN, RNN_LAG_2 -> {
          Products.add(gatesAt[t], before, ut);
          if (lags == 2) {
            Products.add(gatesAt[t], hAt[t], mt);
          }
          activate(now, gatesAt[t]);
        }
      }
    }
  }

  private static Tensor transposed(Tensor weights) {
    return weights.t().contiguous();
  }

  private void activate(Tensor out, Tensor z) {
    switch (activation.kind()) {
      case TANH -> torch.tanh_out(out, z);
      case SIGMOID -> torch.sigmoid_out(out, z);
      case RELU -> torch.clamp_min_out(out, z, zero);
      case IDENTITY -> out.copy_(z);
      case STEP -> out.copy_(TorchCells.step(activation, z));
    }
  }

  /**
   * Back-propagates through the window of the last {@link #forward}, once. {@link #products} is
   * then the gradient of the input products, from which those of W, b and x follow.
   *
   * @param dh (T, B, H): the gradient of {@link #outputs}; overwritten
   * @param u U as before
   * @param m M as before
   * @param du receives the gradient of U
   * @param dm receives the gradient of M, null where there is none
   */
  public void backward(Tensor dh, Tensor u, Tensor m, Tensor du, Tensor dm) {
    backward(dh, u, m, du, dm, null);
  }

  /**
   * {@link #backward(Tensor, Tensor, Tensor, Tensor, Tensor)} by randomised truncation.
   *
   * @param passed (T): ξ_t, what multiplies the gradient that goes from step t to those before it,
   *     by every path; null passes it on as it is
   */
  void backward(Tensor dh, Tensor u, Tensor m, Tensor du, Tensor dm, double[] passed) {
    Tensor[] dhAt = dh.unbind(0).get();
    boolean split = kind == CellKind.GRU;
    Tensor uBoth = split ? u.narrow(0, 0, nAt) : null;
    Tensor uN = split ? u.narrow(0, nAt, hidden) : null;
    if (dc != null) {
      dc.zero_();
    }
    for (int t = steps - 1; t >= 0; t--) {
      Tensor d = dhAt[t];
      Tensor before = hAt[t + lags - 1];
      // What reaches h of the step before is added to its gradient; the window's first has none.
      double factor = passed == null ? 1 : passed[t];
      Tensor down = t > 0 && factor != 0 ? dhAt[t - 1] : null;
      Scalar share = factor == 1 ? one : new Scalar(factor);
      switch (kind) {
        case LSTM -> {
          lstm(d, t, factor);
          if (down != null) {
            Products.add(down, gatesAt[t], u, factor);
          }
        }
        case GRU -> {
          interpolated(d, gateU[t], gateN[t], before, down, share);
          Tensor drh = Products.multiply(first, gateN[t], uN);
          if (down != null) {
            down.addcmul_(drh, gateR[t], share);
          }
          drh.mul_(before);
          torch.sigmoid_backward_out(gateR[t], drh, gateR[t]);
          if (down != null) {
            Products.add(down, bothAt[t], uBoth, factor);
          }
        }
        case GRU_RESET_AFTER -> {
          // h' = n + z (h - n): its n takes the share that h has in the others.
          torch.sub_out(first, before, gateN[t]).mul_(d);
          torch.mul_out(second, d, gateZ[t]);
          if (down != null) {
            down.add_(second, share);
          }
          torch.sub_out(second, d, second);
          torch.sigmoid_backward_out(gateZ[t], first, gateZ[t]);
          torch.tanh_backward_out(gateN[t], second, gateN[t]);
          torch.mul_out(first, gateN[t], recurrentN[t]);
          torch.mul_out(recurrentN[t], gateN[t], gateR[t]);
          torch.sigmoid_backward_out(gateR[t], first, gateR[t]);
          recurrentBoth[t].copy_(bothAt[t]);
          if (down != null) {
            Products.add(down, extraAt[t], u, factor);
          }
        }
        case GRU_SIMPLIFIED -> {
          interpolated(d, gateU[t], gateN[t], before, down, share);
          if (down != null) {
            Products.add(down, gatesAt[t], u, factor);
          }
        }
        case RNN, RNN_LAG_2 -> {
          differentiate(gatesAt[t], d, hAt[t + lags]);
          if (down != null) {
            Products.add(down, gatesAt[t], u, factor);
          }
          if (lags == 2 && t > 1 && factor != 0) {
            Products.add(dhAt[t - 2], gatesAt[t], m, factor);
          }
        }
      }
    }
    Tensor past = rows(h.narrow(0, lags - 1, steps));
    Tensor dGates = rows(of(gates));
    switch (kind) {
      case GRU -> {
        Products.multiply(du.narrow(0, 0, nAt), dGates.narrow(1, 0, nAt).t(), past);
        Products.multiply(
            du.narrow(0, nAt, hidden), dGates.narrow(1, nAt, hidden).t(), rows(of(extra)));
      }
      case GRU_RESET_AFTER -> Products.multiply(du, rows(of(extra)).t(), past);
      case LSTM, GRU_SIMPLIFIED, RNN, RNN_LAG_2 -> Products.multiply(du, dGates.t(), past);
    }
    if (lags == 2) {
      Products.multiply(dm, dGates.t(), rows(h.narrow(0, 0, steps)));
    }
  }

  /** (T, B, ·) as (T B, ·). */
  private Tensor rows(Tensor tensor) {
    return tensor.view(steps * batch, tensor.size(2));
  }

  private void lstm(Tensor d, int t, double factor) {
    Tensor i = gateI[t];
    Tensor f = gateF[t];
    Tensor g = gateG[t];
    Tensor o = gateO[t];
    torch.mul_out(first, d, o);
    torch.tanh_backward_out(first, first, extraAt[t]);
    dc.add_(first);
    torch.mul_out(first, d, extraAt[t]);
    torch.sigmoid_backward_out(o, first, o);
    torch.mul_out(first, dc, g);
    torch.mul_out(second, dc, i);
    torch.sigmoid_backward_out(i, first, i);
    torch.tanh_backward_out(g, second, g);
    torch.mul_out(first, dc, cAt[t]);
    dc.mul_(f);
    if (factor != 1) {
      dc.mul_(new Scalar(factor));
    }
    torch.sigmoid_backward_out(f, first, f);
  }

  /** Gradients of h' = u ⊙ n + (1 − u) ⊙ h, as far as n's and u's pre-activations and h. */
  private void interpolated(
      Tensor d, Tensor u, Tensor n, Tensor before, Tensor down, Scalar share) {
    torch.sub_out(first, n, before).mul_(d);
    torch.mul_out(second, d, u);
    if (down != null) {
      down.add_(d, share).sub_(second, share);
    }
    torch.sigmoid_backward_out(u, first, u);
    torch.tanh_backward_out(n, second, n);
  }

  /** The gradient of φ's argument from that of its value y. */
  private void differentiate(Tensor out, Tensor d, Tensor y) {
    switch (activation.kind()) {
      case TANH -> torch.tanh_backward_out(out, d, y);
      case SIGMOID -> torch.sigmoid_backward_out(out, d, y);
      case RELU -> torch.threshold_backward_out(out, d, y, zero);
      case IDENTITY -> out.copy_(d);
      case STEP -> throw new IllegalStateException("a step has no gradient");
    }
  }
}
