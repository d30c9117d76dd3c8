package org.seqlm.profile;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.text.Hash128;

/**
 * A text in two random halves, for laws of ranks: each token of a word falls to either half with
 * probability ½, so of its count c a binomial part b falls to the first. Ranks are those of the
 * first half and counts those of the second; of one text both have the same errors, and a rank that
 * is high by chance always finds a count that is (Piantadosi, "Zipf's word frequency law in natural
 * language: a critical review", 2014, section "Zipf's law", after figure 1).
 *
 * <p>Which tokens fall where is a function of the word and the seed, never of how a text is cut.
 * Words of one count in the first half share its ranks evenly. Words that the first half lacks have
 * no rank; they are counted apart.
 */
public final class HalvedRanks implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /** By count in the first half: types, and their tokens in the second. */
  private final TreeMap<Long, long[]> ties = new TreeMap<>();

  /**
   * The first half's part of a word's count, binomial with probability ½: the ones among as many
   * random bits as the word has tokens.
   *
   * @param hash of the word
   */
  public static long half(long hash, long count, long seed) {
    long part = 0;
    long state = Hash128.mix(hash ^ Hash128.mix(seed + GOLDEN));
    long left = count;
    while (left > 0) {
      state += GOLDEN;
      long bits = Hash128.mix(state ^ state >>> 31);
      part += Long.bitCount(left >= 64 ? bits : bits >>> 64 - left);
      left -= 64;
    }
    return part;
  }

  /**
   * Adds a word.
   *
   * @param first tokens of it in the first half
   * @param second in the second
   */
  public void add(long first, long second) {
    add(first, 1, second);
  }

  private void add(long first, long types, long second) {
    long[] tie = ties.computeIfAbsent(first, f -> new long[2]);
    tie[0] += types;
    tie[1] += second;
  }

  /** Adds those of another part. */
  public HalvedRanks add(HalvedRanks other) {
    other.ties.forEach((first, tie) -> add(first, tie[0], tie[1]));
    return this;
  }

  /** Takes words that have the same count in the first half. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Some ranks.
     *
     * @param from the first of them, from 1
     * @param to one past the last
     * @param first tokens of each of the words in the first half
     * @param second tokens of all of them in the second
     */
    void ties(long from, long to, long first, long second);
  }

  /** All words that have a rank, the most frequent ones of the first half first. */
  public void forEach(Visitor visitor) {
    long rank = 1;
    for (Map.Entry<Long, long[]> one : ties.descendingMap().entrySet()) {
      if (one.getKey() > 0) {
        visitor.ties(rank, rank + one.getValue()[0], one.getKey(), one.getValue()[1]);
        rank += one.getValue()[0];
      }
    }
  }

  /** Words that have a rank. */
  public long ranked() {
    long[] ranked = new long[1];
    forEach((from, to, first, second) -> ranked[0] = to - 1);
    return ranked[0];
  }

  /** Tokens of the second half whose words have a rank. */
  public long tokens() {
    long[] tokens = new long[1];
    forEach((from, to, first, second) -> tokens[0] += second);
    return tokens[0];
  }

  /** Tokens of the second half whose words the first half lacks. */
  public long unranked() {
    return ties.containsKey(0L) ? ties.get(0L)[1] : 0;
  }
}
