package org.seqlm.spark;

import java.io.Serializable;
import org.seqlm.vocab.PackedTokens;

/** The tokens of one chunk of a range, in the order of their local ids, with their counts in it. */
final class LocalDictionary implements Serializable {
  private static final long serialVersionUID = 1L;

  final PackedTokens tokens;

  LocalDictionary(PackedTokens tokens) {
    this.tokens = tokens;
  }
}
