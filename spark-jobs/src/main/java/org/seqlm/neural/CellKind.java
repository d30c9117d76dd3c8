package org.seqlm.neural;

/**
 * The recurrent cell. Gates follow one another in this order in every tensor of a layer; W reads
 * the layer below, U the layer itself, each gate has one bias b; σ is the logistic function, ⊙ the
 * product element by element.
 */
public enum CellKind {
  /**
   * Simple (Elman) recurrence: {@code h' = φ(W x + U h + b)} with the network's {@link Activation}.
   */
  RNN(1, 1),
  /**
   * Simple recurrence with a second, direct path: {@code h' = φ(W x + U h + M h₋ + b)}, h₋ the
   * state before h; M is {@code rnn.weight_hh2_l{k}}.
   */
  RNN_LAG_2(1, 2),
  /**
   * Gates u, n: {@code u = σ(…)}, {@code n = tanh(W x + U h + b)}, {@code h' = u ⊙ n + (1 − u) ⊙
   * h}.
   */
  GRU_SIMPLIFIED(2, 1),
  /**
   * Gates r, u, n (Cho et al. 2014, with u for their 1 − z): {@code n = tanh(W x + U (r ⊙ h) + b)},
   * {@code h' = u ⊙ n + (1 − u) ⊙ h}. The reset acts before the product.
   */
  GRU(3, 1),
  /**
   * Gates r, z, n as PyTorch and cuDNN have them: {@code n = tanh(W x + b + r ⊙ (U h))}, {@code h'
   * = (1 − z) ⊙ n + z ⊙ h}. The reset acts after the product.
   */
  GRU_RESET_AFTER(3, 1),
  /**
   * Gates i, f, g, o: long short-term memory with a forget gate and without peepholes (Gers et al.
   * 2000): {@code c' = f ⊙ c + i ⊙ g}, {@code h' = o ⊙ tanh(c')}.
   */
  LSTM(4, 2);

  private final int gates;
  private final int states;

  CellKind(int gates, int states) {
    this.gates = gates;
    this.states = states;
  }

  /** Pre-activations a hidden unit has. */
  public int gates() {
    return gates;
  }

  /** Vectors of the hidden width that a layer carries from step to step: h first, then c or h₋. */
  public int states() {
    return states;
  }

  /** Whether the network's activation is this cell's φ; the others have σ and tanh. */
  public boolean hasActivation() {
    return this == RNN || this == RNN_LAG_2;
  }
}
