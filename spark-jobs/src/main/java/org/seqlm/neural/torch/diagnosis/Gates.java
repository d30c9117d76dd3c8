package org.seqlm.neural.torch.diagnosis;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.metrics.DiagnosisMetrics;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.CellKind.Gate;

/** The values of a layer's gates over a window, and which of them do nothing. */
final class Gates {
  private static final double NEAR_END = 0.05;

  private final CellKind kind;
  private final Activation activation;
  private final Map<Gate, Tensor> values = new EnumMap<>(Gate.class);

  /**
   * Computes them, all steps at once, from the states that the steps began with.
   *
   * @param product (T, B, G H): W x + b
   * @param before (T, B, H): h before each step
   * @param u (G H, H)
   * @param outputs (T, B, H): h of each step
   */
  Gates(
      CellKind kind,
      Activation activation,
      Tensor product,
      Tensor before,
      Tensor u,
      Tensor outputs) {
    this.kind = kind;
    this.activation = activation;
    if (kind.hasActivation()) {
      values.put(Gate.H, outputs);
      return;
    }
    long width = before.size(2);
    Tensor recurrent = torch.matmul(before, u.t());
    Tensor all = torch.add(product, recurrent);
    for (Gate gate : Gate.values()) {
      if (kind.has(gate) && gate != Gate.N) {
        Tensor own = part(all, gate, width);
        values.put(gate, gate == Gate.G ? torch.tanh(own) : torch.sigmoid(own));
      }
    }
    if (kind.has(Gate.N)) {
      Tensor read = part(product, Gate.N, width);
      Tensor n =
          switch (kind) {
            case GRU -> {
              long from = kind.place(Gate.N) * width;
              Tensor un = u.narrow(0, from, width).t();
              yield torch.add(read, torch.matmul(torch.mul(values.get(Gate.R), before), un));
            }
            case GRU_RESET_AFTER ->
                torch.add(read, torch.mul(values.get(Gate.R), part(recurrent, Gate.N, width)));
            case GRU_SIMPLIFIED -> part(all, Gate.N, width);
            case RNN, RNN_LAG_2, LSTM -> throw new IllegalStateException(kind + " has no n");
          };
      values.put(Gate.N, torch.tanh(n));
    }
  }

  private Tensor part(Tensor all, Gate gate, long width) {
    return all.narrow(2, kind.place(gate) * width, width);
  }

  /** (T, B, H). */
  Tensor of(Gate gate) {
    return values.get(gate);
  }

  /** In the cell's order. */
  List<DiagnosisMetrics.Gate> shares() {
    List<Gate> order = new ArrayList<>(values.keySet());
    order.sort((a, b) -> Integer.compare(kind.place(a), kind.place(b)));
    return order.stream().map(this::share).toList();
  }

  private DiagnosisMetrics.Gate share(Gate gate) {
    Tensor value = values.get(gate);
    Activation.Kind squashing =
        switch (gate) {
          case H -> activation.kind();
          case G, N -> Activation.Kind.TANH;
          case I, F, O, R, U, Z -> Activation.Kind.SIGMOID;
        };
    Tensor none = torch.zeros_like(value).to(torch.ScalarType.Bool);
    Tensor low =
        switch (squashing) {
          case SIGMOID -> value.lt(new Scalar(NEAR_END));
          case TANH -> value.lt(new Scalar(NEAR_END - 1));
          case RELU -> value.le(new Scalar(0.0));
          case IDENTITY, STEP -> none;
        };
    Tensor high =
        switch (squashing) {
          case SIGMOID, TANH -> value.gt(new Scalar(1 - NEAR_END));
          case RELU, IDENTITY, STEP -> none;
        };
    double dead = mean(torch.logical_or(always(low), always(high)));
    return new DiagnosisMetrics.Gate(
        gate.name().toLowerCase(Locale.ROOT), mean(torch.logical_or(low, high)), dead);
  }

  /** (T, B, H) to (H). */
  private static Tensor always(Tensor true_) {
    return true_.flatten(0, 1).all(0, false);
  }

  private static double mean(Tensor truths) {
    return truths.to(torch.ScalarType.Double).mean().item_double();
  }
}
