package org.seqlm.corpus;

import org.seqlm.vocab.PackedTokens;

/** The tokens of one chunk of a range, in the order of their local ids, with their counts in it. */
public final class LocalDictionary implements RangePart {
  private static final long serialVersionUID = 1L;

  private final PackedTokens tokens;

  LocalDictionary(PackedTokens tokens) {
    this.tokens = tokens;
  }

  /** A token's place is its local id less the number of reserved ids. */
  public PackedTokens tokens() {
    return tokens;
  }
}
