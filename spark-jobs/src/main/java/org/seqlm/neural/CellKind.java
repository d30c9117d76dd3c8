package org.seqlm.neural;

/** The recurrent cell. */
public enum CellKind {
  /** Long short-term memory with a forget gate and without peepholes (Gers et al. 2000). */
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

  /** Vectors of the hidden width that a layer carries from step to step. */
  public int states() {
    return states;
  }
}
