package org.seqlm.neural;

/** How a token enters the network. */
public enum InputKind {
  /** A learned vector a token. */
  EMBEDDING,
  /** The token's unit vector, as wide as the vocabulary: an embedding that is the identity. */
  ONE_HOT
}
