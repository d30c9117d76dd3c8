package org.seqlm.neural;

import java.util.List;

/**
 * The recurrent cell: the one place that says what a cell is. Whoever computes one takes its gates,
 * their order and its states from here.
 *
 * <p>A layer of H units reads x (in) and carries h (H), of an LSTM also c (H), of a lag of 2 also
 * h₋ (H), the state before h. Its parameters are W (G H, in), which reads the layer below, U (G H,
 * H), which reads the layer itself, b (G H), one bias a gate, and with a lag of 2 also M (H, H).
 * The G gates follow one another in the order of {@link #gates} along the first axis of W, U and b,
 * H rows each. In the equations W, U and b stand for the rows of the gate that they are of; σ is
 * the logistic function, ⊙ the product element by element, h' and c' the state after the step. A
 * gate without an equation of its own is {@code σ(W x + U h + b)}.
 *
 * <p>The equations are computed in three forms: forward in plain Java, which needs no native
 * library; forward over libtorch's tensors, which it differentiates; and forward and backward by
 * hand, which is the fastest on a CPU.
 */
public enum CellKind {
  /**
   * Simple recurrence (Elman 1990): {@code h' = φ(W x + U h + b)} with the network's {@link
   * Activation}.
   */
  RNN(1, Gate.H),
  /**
   * Simple recurrence with a second, direct path: {@code h' = φ(W x + U h + M h₋ + b)}, h₋ the
   * state before h; M is {@code rnn.weight_hh2_l{k}}.
   */
  RNN_LAG_2(2, Gate.H),
  /**
   * Gates u, n, {@link #GRU} without its reset: {@code n = tanh(W x + U h + b)}, {@code h' = u ⊙ n
   * + (1 − u) ⊙ h}.
   */
  GRU_SIMPLIFIED(1, Gate.U, Gate.N),
  /**
   * Gates r, u, n (Cho et al. 2014, equations 5 to 8, with u for their 1 − z): {@code n = tanh(W x
   * + U (r ⊙ h) + b)}, {@code h' = u ⊙ n + (1 − u) ⊙ h}. The reset acts before the product.
   */
  GRU(1, Gate.R, Gate.U, Gate.N),
  /**
   * Gates r, z, n as PyTorch and cuDNN have them: {@code n = tanh(W x + b + r ⊙ (U h))}, {@code h'
   * = (1 − z) ⊙ n + z ⊙ h}. The reset acts after the product.
   */
  GRU_RESET_AFTER(1, Gate.R, Gate.Z, Gate.N),
  /**
   * Gates i, f, g, o: long short-term memory with a forget gate and without peepholes (Gers et al.
   * 2000): {@code g = tanh(W x + U h + b)}, {@code c' = f ⊙ c + i ⊙ g}, {@code h' = o ⊙ tanh(c')}.
   */
  LSTM(2, Gate.I, Gate.F, Gate.G, Gate.O);

  /** What has a pre-activation of its own in each unit, by its letter in the equations. */
  public enum Gate {
    /** h' itself, of a simple recurrence. */
    H,
    /** How much of the new value enters the cell's memory. */
    I,
    /** How much of its memory the cell keeps. */
    F,
    /** The new value. */
    G,
    /** How much of its memory the cell shows. */
    O,
    /** How much of h the new value sees. */
    R,
    /** The share of the new value in h'. */
    U,
    /** The share of h in h'. */
    Z,
    /** The new value. */
    N
  }

  private final int states;
  private final List<Gate> order;

  CellKind(int states, Gate... order) {
    this.states = states;
    this.order = List.of(order);
  }

  /** G: pre-activations a hidden unit has. */
  public int gates() {
    return order.size();
  }

  /** The gates, in the order of their rows in W, U and b. */
  public List<Gate> order() {
    return order;
  }

  /**
   * The place of a gate among {@link #gates}, from 0.
   *
   * @throws IllegalArgumentException if the cell has no such gate
   */
  public int place(Gate gate) {
    int place = order.indexOf(gate);
    if (place < 0) {
      throw new IllegalArgumentException(this + " has the gates " + order + ", not " + gate);
    }
    return place;
  }

  /** Whether the cell has a gate. */
  public boolean has(Gate gate) {
    return order.contains(gate);
  }

  /** Vectors of the hidden width that a layer carries from step to step: h first, then c or h₋. */
  public int states() {
    return states;
  }

  /** How many past h a step reads: 2 where there is M, else 1. */
  public int lags() {
    return this == RNN_LAG_2 ? 2 : 1;
  }

  /** Whether the network's activation is this cell's φ; the others have σ and tanh. */
  public boolean hasActivation() {
    return has(Gate.H);
  }
}
