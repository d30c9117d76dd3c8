package org.seqlm.vocab;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.seqlm.text.Hash128;

/** A vocabulary in four arrays: no object a token, so millions of them fit. */
final class ArrayVocabulary implements Vocabulary, Serializable {
  private static final long serialVersionUID = 1L;

  private final int reserved;
  private final PackedTokens tokens;
  private final int[] slots; // id + 1, or 0 where free; its length is a power of two
  private final String fingerprint;

  /**
   * @param reserved how many of the first tokens are reserved, 1 or 3
   * @param tokens in the order of their ids, no two equal
   */
  ArrayVocabulary(int reserved, PackedTokens tokens) {
    this.reserved = reserved;
    this.tokens = tokens;
    int n = tokens.size();
    int capacity = Integer.highestOneBit(Math.max(16, n) * 2 - 1) * 2;
    slots = new int[capacity];
    for (int id = 0; id < n; id++) {
      int slot = slot(tokens.arena(), tokens.start(id), tokens.end(id));
      if (slots[slot] != 0) {
        throw new IllegalArgumentException(
            "a vocabulary holds every token once, but \"" + token(id) + "\" stands in it twice");
      }
      slots[slot] = id + 1;
    }
    fingerprint = fingerprint(tokens);
  }

  @Override
  public int size() {
    return tokens.size();
  }

  @Override
  public String token(int id) {
    if (id < 0 || id >= size()) {
      throw new IndexOutOfBoundsException("id must be 0 to " + (size() - 1) + ", but is " + id);
    }
    return new String(tokens.arena(), tokens.start(id), tokens.length(id), StandardCharsets.UTF_8);
  }

  @Override
  public long count(int id) {
    return tokens.counts()[id];
  }

  @Override
  public int id(String token) {
    byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
    int entry = slots[slot(utf8, 0, utf8.length)];
    return entry == 0 ? UNKNOWN : entry - 1;
  }

  @Override
  public int id(byte[] utf8, int from, int to) {
    int entry = slots[slot(utf8, from, to)];
    // A text's own "</s>" is an unknown word: it must not end a line.
    return entry <= reserved ? UNKNOWN : entry - 1;
  }

  @Override
  public int reserved() {
    return reserved;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  PackedTokens tokens() {
    return tokens;
  }

  /** The slot that holds the token, or the free one where it would go. */
  private int slot(byte[] utf8, int from, int to) {
    int mask = slots.length - 1;
    int slot = (int) Hash128.of(utf8, from, to) & mask;
    while (slots[slot] != 0) {
      int id = slots[slot] - 1;
      if (TokenTable.equal(tokens.arena(), tokens.start(id), tokens.end(id), utf8, from, to)) {
        return slot;
      }
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private static String fingerprint(PackedTokens tokens) {
    TokenDigest digest = new TokenDigest();
    for (int id = 0; id < tokens.size(); id++) {
      digest.add(tokens.arena(), tokens.start(id), tokens.end(id));
    }
    return digest.hex();
  }
}
