package org.seqlm.ngram.stats;

/**
 * What the n-grams one word longer say of an n-gram. Of its extensions to either side the most
 * frequent one decides.
 *
 * @param count of the n-gram; 0 until it is known
 * @param right the largest count of it and a word behind it, of those that were added; 0 for none
 * @param left the same with a word before it
 */
public record LongerNgrams(long count, long right, long left) {
  /** With what another part of the counts knows of the same n-gram. */
  public LongerNgrams plus(LongerNgrams other) {
    return new LongerNgrams(
        Math.max(count, other.count), Math.max(right, other.right), Math.max(left, other.left));
  }

  /**
   * Whether it is closed: no n-gram one word longer that contains it stands as often (Pasquier,
   * Bastide, Taouil and Lakhal, Discovering frequent closed itemsets for association rules, 1999,
   * of sets; of n-grams one word is enough, as no longer one stands more often).
   */
  public boolean closed() {
    return Math.max(right, left) < count;
  }

  /** Whether it is maximal: no n-gram that contains it stands so often. */
  public boolean maximal(long minCount) {
    return Math.max(right, left) < minCount;
  }
}
