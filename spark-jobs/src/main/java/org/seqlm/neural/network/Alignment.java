package org.seqlm.neural.network;

/**
 * How a decoder looks at what its encoder made of the source. With q the decoder's state h and the
 * encoder's vectors as values v, weights w over the source's steps give the context {@code Σ w v}.
 */
public enum Alignment {
  /** Not at all: it has the encoder's last state only. */
  NONE,
  /**
   * Soft: {@code w = softmax(q · K v)} (Luong et al. 2015, section 3.1, "general"), K being {@code
   * attention.key.weight} (H, E); then {@code h̃ = tanh(W [context; h])} with {@code
   * combine.weight} (H, E + H) in place of h.
   */
  DOT,
  /**
   * The value of the best key, with the parameters of {@link #DOT}, to evaluate a network that was
   * trained with that: the arg-max passes no useful gradient, so nothing is trained with it.
   */
  HARD,
  /**
   * {@code w = softmax(a · tanh(Q h + K v))} (Bahdanau et al. 2015, appendix A.1.2), with {@code
   * attention.query.weight} (H, H), {@code attention.key.weight} (H, E), {@code attention.weight}
   * (1, H); then as {@link #DOT}.
   */
  ADDITIVE
}
