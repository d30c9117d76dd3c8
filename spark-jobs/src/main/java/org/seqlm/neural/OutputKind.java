package org.seqlm.neural;

/** How the last layer's state becomes a probability of every token. */
public enum OutputKind {
  /** A linear layer of its own and a softmax over the vocabulary. */
  FULL,
  /**
   * A softmax whose weights are the embedding's (Press and Wolf 2017; Inan et al. 2017), with a
   * bias of its own; embedding and hidden width must be equal.
   */
  TIED,
  /**
   * Adaptive softmax (Grave et al. 2017, section 4): a softmax over the most frequent tokens and
   * one entry a cluster of rarer ones, each with a softmax of its own over a projection 4, 16, …
   * times narrower. Tokens must be numbered by falling frequency, as {@code prepare} does; those
   * that it appends to another vocabulary join the last cluster.
   */
  ADAPTIVE
}
