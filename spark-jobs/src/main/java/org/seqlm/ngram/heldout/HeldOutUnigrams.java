package org.seqlm.ngram.heldout;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What there is to know of the unigrams of a model in order to score a held-out text: counts and
 * log-probabilities of the words that the text has, of the others but their sums.
 */
public final class HeldOutUnigrams implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int[] ids; // rising
  private final long[] counts; // by place
  private final float[] logs; // by place
  private long tokens;
  private long prunedTokens;

  /**
   * Nothing is known yet.
   *
   * @param ids of the words of the held-out text
   */
  public HeldOutUnigrams(BitSet ids) {
    this.ids = ids.stream().toArray();
    this.counts = new long[this.ids.length];
    this.logs = new float[this.ids.length];
    Arrays.fill(logs, Float.NaN);
  }

  /**
   * Tells how often a word of the model's text appears there, which is 0 of a word that is not
   * told.
   *
   * @param pruned whether the model leaves it out
   */
  public void count(int id, long raw, boolean pruned) {
    tokens += raw;
    prunedTokens += pruned ? raw : 0;
    int place = Arrays.binarySearch(ids, id);
    if (place >= 0) {
      counts[place] = raw;
    }
  }

  /** Tells the decimal logarithm of a word's probability; one that is not told has none. */
  public void logProbability(int id, float log) {
    int place = Arrays.binarySearch(ids, id);
    if (place >= 0) {
      logs[place] = log;
    }
  }

  private int place(int id) {
    int place = Arrays.binarySearch(ids, id);
    if (place < 0) {
      throw new IllegalArgumentException("the held-out text has no word of id " + id);
    }
    return place;
  }

  /** How often a word of the held-out text appears in the model's. */
  long count(int id) {
    return counts[place(id)];
  }

  /** The decimal logarithm of such a word's probability; NaN for what the model cannot predict. */
  float logProbability(int id) {
    return logs[place(id)];
  }

  /** Appearances of all words of the model's text. */
  long tokens() {
    return tokens;
  }

  /** Of these, those of words that the model leaves out. */
  long prunedTokens() {
    return prunedTokens;
  }
}
