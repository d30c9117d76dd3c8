package org.seqlm.neural.torch.layers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.CellKind.Gate;
import org.seqlm.neural.torch.device.RecurrentCalls;

/**
 * A recurrent layer over a window, {@link CellKind}'s equations as a function of tensors that
 * libtorch differentiates (unless its gradients are off, or φ is a step, which has none): what
 * {@link TorchRecurrence} is compared with, and what does what that does not: Deeplearning4j's
 * masks of steps, its cuts within a window, and gradients of x beyond it. Tensors may be of any
 * floating type and on any device, all of one; under autocast products are in its type.
 *
 * <p>What is read of the layer below is multiplied once for the whole window, before the loop over
 * time. Native memory belongs to the caller's {@code PointerScope}.
 */
public final class TorchCells {
  private TorchCells() {}

  /**
   * What came out of a window.
   *
   * @param outputs (T, B, H): h of every step
   * @param state after the last step, {@link CellKind#states} tensors (B, H), h first
   */
  public record Window(Tensor outputs, List<Tensor> state) {}

  /**
   * Runs a window.
   *
   * @param activation φ of a simple recurrence; the other cells ignore it
   * @param x (T, B, in) contiguous: what the layer reads
   * @param state before the first step, {@link CellKind#states} tensors (B, H), h first
   * @param weightIh W (G H, in)
   * @param weightHh U (G H, H)
   * @param weightHh2 M (H, H) of {@link CellKind#RNN_LAG_2}, null for the others
   * @param bias b (G H)
   */
  public static Window forward(
      CellKind kind,
      Activation activation,
      Tensor x,
      List<Tensor> state,
      Tensor weightIh,
      Tensor weightHh,
      Tensor weightHh2,
      Tensor bias) {
    if (!RecurrentCalls.has(kind, activation)) {
      return recur(
          kind, activation, torch.linear(x, weightIh, optional(bias)), state, weightHh, weightHh2);
    }
    // Their second bias is not trained; for a reset after the product it would not be redundant.
    TensorVector weights = new TensorVector(weightIh, weightHh, bias, torch.zeros_like(bias));
    List<Tensor> found =
        RecurrentCalls.LIBTORCH.run(
            kind,
            activation,
            x,
            state.stream().map(tensor -> tensor.unsqueeze(0)).toList(),
            weights,
            1,
            GradMode.is_enabled()
                ? RecurrentCalls.Purpose.TO_TRAIN
                : RecurrentCalls.Purpose.TO_READ);
    return new Window(
        found.get(0),
        found.subList(1, found.size()).stream().map(tensor -> tensor.squeeze(0)).toList());
  }

  /**
   * Runs a window of padded sequences: a step that does not count leaves the state as it is, so
   * each sequence's last state is its own, and stands where it is padded.
   *
   * @param counts (T, B, 1) of booleans; null where all count
   */
  public static Window forward(
      CellKind kind,
      Activation activation,
      Tensor x,
      List<Tensor> state,
      Tensor weightIh,
      Tensor weightHh,
      Tensor weightHh2,
      Tensor bias,
      Tensor counts) {
    if (counts == null) {
      return forward(kind, activation, x, state, weightIh, weightHh, weightHh2, bias);
    }
    Tensor product = torch.linear(x, weightIh, optional(bias));
    return recur(kind, activation, product, state, weightHh, weightHh2, counts);
  }

  /**
   * Runs a window whose input products are there already, for instance rows of W for one-hot input.
   *
   * @param product (T, B, G H): W x + b
   */
  public static Window recur(
      CellKind kind,
      Activation activation,
      Tensor product,
      List<Tensor> state,
      Tensor weightHh,
      Tensor weightHh2) {
    return recur(kind, activation, product, state, weightHh, weightHh2, null);
  }

  /**
   * The same of padded sequences.
   *
   * @param counts (T, B, 1) of booleans; null where all count
   */
  public static Window recur(
      CellKind kind,
      Activation activation,
      Tensor product,
      List<Tensor> state,
      Tensor weightHh,
      Tensor weightHh2,
      Tensor counts) {
    Step step =
        switch (kind) {
          case RNN -> rnn(activation, product, weightHh.t());
          case RNN_LAG_2 -> lag2(activation, product, weightHh.t(), weightHh2.t());
          case GRU_SIMPLIFIED -> simplified(product, weightHh.t());
          case GRU -> gru(product, weightHh);
          case GRU_RESET_AFTER -> resetAfter(product, weightHh.t());
          case LSTM -> lstm(product, weightHh.t());
        };
    Tensor[] count = counts == null ? null : counts.unbind(0).get();
    List<Tensor> now = state;
    TensorVector outputs = new TensorVector();
    for (int t = 0; t < product.size(0); t++) {
      List<Tensor> next = step.after(t, now);
      now = count == null ? next : where(count[t], next, now);
      outputs.push_back(now.get(0));
    }
    return new Window(torch.stack(outputs), now);
  }

  /** A cell at a step of a window. */
  private interface Step {
    /** The state after step t, of that before it; h first. */
    List<Tensor> after(int t, List<Tensor> state);
  }

  private static List<Tensor> where(Tensor counts, List<Tensor> next, List<Tensor> before) {
    List<Tensor> state = new ArrayList<>();
    for (int s = 0; s < next.size(); s++) {
      state.add(torch.where(counts, next.get(s), before.get(s)));
    }
    return state;
  }

  private static Step rnn(Activation activation, Tensor product, Tensor u) {
    Tensor[] p = product.unbind(0).get();
    return (t, state) -> List.of(apply(activation, torch.addmm(p[t], state.get(0), u)));
  }

  private static Step lag2(Activation activation, Tensor product, Tensor u, Tensor m) {
    Tensor[] p = product.unbind(0).get();
    return (t, state) -> {
      Tensor h = state.get(0);
      Tensor sum = torch.addmm(torch.addmm(p[t], h, u), state.get(1), m);
      return List.of(apply(activation, sum), h);
    };
  }

  private static Step simplified(Tensor product, Tensor u) {
    CellKind kind = CellKind.GRU_SIMPLIFIED;
    Tensor[] p = product.unbind(0).get();
    return (t, state) -> {
      Tensor h = state.get(0);
      TensorVector gates = torch.addmm(p[t], h, u).chunk(kind.gates(), 1);
      Tensor n = torch.tanh(gates.get(kind.place(Gate.N)));
      return List.of(between(h, n, torch.sigmoid(gates.get(kind.place(Gate.U)))));
    };
  }

  private static Step gru(Tensor product, Tensor weightHh) {
    CellKind kind = CellKind.GRU;
    long width = weightHh.size(1);
    int others = kind.place(Gate.N); // the gates before n
    Tensor ru = weightHh.narrow(0, 0, others * width).t();
    Tensor un = weightHh.narrow(0, others * width, width).t();
    Tensor[] p = product.narrow(2, 0, others * width).unbind(0).get();
    Tensor[] forN = product.narrow(2, others * width, width).unbind(0).get();
    return (t, state) -> {
      Tensor h = state.get(0);
      TensorVector gates = torch.sigmoid(torch.addmm(p[t], h, ru)).chunk(others, 1);
      Tensor rh = torch.mul(gates.get(kind.place(Gate.R)), h);
      Tensor n = torch.tanh(torch.addmm(forN[t], rh, un));
      return List.of(between(h, n, gates.get(kind.place(Gate.U))));
    };
  }

  private static Step resetAfter(Tensor product, Tensor u) {
    CellKind kind = CellKind.GRU_RESET_AFTER;
    long width = u.size(0);
    int others = kind.place(Gate.N); // the gates before n
    Tensor[] p = product.narrow(2, 0, others * width).unbind(0).get();
    Tensor[] forN = product.narrow(2, others * width, width).unbind(0).get();
    return (t, state) -> {
      Tensor h = state.get(0);
      Tensor recurrent = torch.mm(h, u);
      TensorVector gates =
          torch.sigmoid(torch.add(p[t], recurrent.narrow(1, 0, others * width))).chunk(others, 1);
      Tensor r = gates.get(kind.place(Gate.R));
      Tensor n = torch.tanh(torch.addcmul(forN[t], r, recurrent.narrow(1, others * width, width)));
      return List.of(between(n, h, gates.get(kind.place(Gate.Z))));
    };
  }

  private static Step lstm(Tensor product, Tensor u) {
    CellKind kind = CellKind.LSTM;
    Tensor[] p = product.unbind(0).get();
    return (t, state) -> {
      TensorVector gates = torch.addmm(p[t], state.get(0), u).chunk(kind.gates(), 1);
      Tensor c =
          torch.addcmul(
              torch.mul(torch.sigmoid(gates.get(kind.place(Gate.F))), state.get(1)),
              torch.sigmoid(gates.get(kind.place(Gate.I))),
              torch.tanh(gates.get(kind.place(Gate.G))));
      Tensor h = torch.mul(torch.sigmoid(gates.get(kind.place(Gate.O))), torch.tanh(c));
      return List.of(h, c);
    };
  }

  /** from + share ⊙ (to − from); unlike {@code lerp}, whatever types autocast has left them in. */
  private static Tensor between(Tensor from, Tensor to, Tensor share) {
    if (from.scalar_type().intern() == to.scalar_type().intern()) {
      return torch.lerp(from, to, share);
    }
    return torch.add(from, torch.mul(share, torch.sub(to, from)));
  }

  /** φ, element by element. */
  private static Tensor apply(Activation activation, Tensor z) {
    return switch (activation.kind()) {
      case TANH -> torch.tanh(z);
      case SIGMOID -> torch.sigmoid(z);
      case RELU -> torch.relu(z);
      case IDENTITY -> z;
      case STEP -> step(activation, z);
    };
  }

  static Tensor step(Activation activation, Tensor z) {
    Scalar threshold = new Scalar(activation.threshold());
    return (activation.at() == Activation.AtThreshold.ONE ? z.ge(threshold) : z.gt(threshold))
        .to(z.scalar_type());
  }

  private static org.bytedeco.pytorch.TensorOptional optional(Tensor tensor) {
    return new org.bytedeco.pytorch.TensorOptional(tensor);
  }
}
