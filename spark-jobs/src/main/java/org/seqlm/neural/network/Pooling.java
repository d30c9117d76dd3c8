package org.seqlm.neural.network;

/** How the vectors of a sequence's steps become one. */
public enum Pooling {
  /** Each direction's state after its last step. */
  LAST,
  /** Their mean. */
  MEAN,
  /** The largest of each unit. */
  MAX,
  /**
   * Their mean weighted by the softmax of their products with a learned query, {@code pool.weight}
   * (1, width).
   */
  ATTENTION,
  /**
   * That of a learned vector, {@code class_token} (1, D), which stands before the sequence; of
   * attention only.
   */
  CLASS_TOKEN
}
