package org.seqlm.concordance;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.seqlm.text.Hash128;

/**
 * Words that a query may stand for, by 64 bits of their hashes, 8 bytes a word. Of n words that are
 * not in a set of m, n m / 2^64 are taken for some that are.
 */
public final class TermSet implements Predicate<byte[]>, Serializable {
  private static final long serialVersionUID = 1L;

  /** All words. */
  public static final TermSet ALL = new TermSet();

  private long[] hashes; // rising; null for all words

  /** For Kryo. */
  TermSet() {}

  /** The words of these hashes, in any order. */
  public static TermSet of(LongStream hashes) {
    TermSet set = new TermSet();
    set.hashes = hashes.sorted().toArray();
    return set;
  }

  /** The hash of a word in UTF-8. */
  public static long hash(byte[] term) {
    return Hash128.of(term, 0, term.length);
  }

  @Override
  public boolean test(byte[] term) {
    return hashes == null || Arrays.binarySearch(hashes, hash(term)) >= 0;
  }
}
