package org.seqlm.neural;

/** What becomes of the values that a recurrent layer passes on, before anything of them drops. */
public enum Normalisation {
  /** Nothing. */
  NONE,

  /**
   * Layer normalisation (Ba et al. 2016, equation 3): {@code y = γ ⊙ (h − μ) / √(σ² + ε) + β}, μ
   * and σ² the mean and the variance of a step's H values, γ and β the layer's own gain and bias.
   * It stands between layers, and before the output: what a layer carries from step to step stays
   * as it is, unlike in the paper's equations 20 to 29, which normalise within the cell. So it
   * works with every cell and with kernels that run a window in one call.
   */
  LAYER;

  /** ε, PyTorch's default. */
  public static final double EPSILON = 1e-5;
}
