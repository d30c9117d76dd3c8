package org.seqlm.metrics;

import java.util.List;

/**
 * What a window of held-out text shows of a recurrent network's inside after a round; a line of a
 * run's metrics. The window begins with the state zero.
 *
 * @param round from 0, the untrained model
 * @param timeSteps T of the window
 * @param batch sequences of the window
 * @param seconds that this took
 * @param layers from the lowest
 */
public record DiagnosisMetrics(
    int round, int timeSteps, int batch, double seconds, List<Layer> layers) {

  public DiagnosisMetrics {
    layers = List.copyOf(layers);
  }

  /**
   * A recurrent layer. {@code l_T} is the loss at the window's last step; norms are Euclidean, over
   * the units, and the mean over sequences.
   *
   * @param layer from 0
   * @param gradients ‖∂l_T/∂h_{T−j}‖ by j, from 0
   * @param memoryGradients ‖∂l_T/∂c_{T−j}‖ likewise; empty of a cell without c
   * @param matrices its recurrent ones
   * @param terms of ∂c_t/∂c_{t−1}; null of a cell without c, and of a window of one step
   * @param gates in the cell's order
   */
  public record Layer(
      int layer,
      List<Double> gradients,
      List<Double> memoryGradients,
      List<Matrix> matrices,
      MemoryTerms terms,
      List<Gate> gates) {
    public Layer {
      gradients = List.copyOf(gradients);
      memoryGradients = List.copyOf(memoryGradients);
      matrices = List.copyOf(matrices);
      gates = List.copyOf(gates);
    }
  }

  /** Whether a spectral radius is the matrix's or what an iteration came to. */
  public enum Radius {
    EXACT,
    ESTIMATE
  }

  /**
   * A recurrent matrix, of a gated cell one gate's block.
   *
   * @param name U or M, with the gate's letter where there are several: {@code U_f}
   * @param norm its largest singular value: gradients must vanish if that is below 1 and the
   *     squashing does not stretch
   * @param radius its largest eigenvalue's modulus: to explode, that must exceed 1
   * @param kind of the radius
   * @param bound |w| / 4, the most by which a scalar sigmoid recurrence passes a gradient back a
   *     step; null of all other cells, where it is no bound
   */
  public record Matrix(String name, double norm, double radius, Radius kind, Double bound) {}

  /**
   * The terms of ∂c_t/∂c_{t−1} = A + B + C + D of an LSTM with the output gate o_{t−1} held fixed:
   * with R = diag(o_{t−1} ⊙ (1 − tanh² c_{t−1})), A = diag(c_{t−1} ⊙ f(1 − f)) U_f R through the
   * forget gate, B = diag(f) straight, C = diag(g ⊙ i(1 − i)) U_i R through the input gate, D =
   * diag(i ⊙ (1 − g²)) U_g R through the new value. Each is ‖·‖_F / √H, which is 1 of the identity,
   * and the mean over steps and sequences.
   *
   * @param sum of A + B + C + D itself
   */
  public record MemoryTerms(double a, double b, double c, double d, double sum) {}

  /**
   * What the units of a gate do over the window and its sequences.
   *
   * @param gate its letter in the cell's equations
   * @param saturated share of all values that lie at an end of their range, where the slope is
   *     small: outside 0.05 to 0.95 of a sigmoid, beyond ±0.95 of a tanh, 0 of a ReLU
   * @param dead share of units whose values all lie at the same end
   */
  public record Gate(String gate, double saturated, double dead) {}
}
