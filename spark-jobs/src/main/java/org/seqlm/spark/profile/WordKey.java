package org.seqlm.spark.profile;

import java.io.Serializable;
import java.util.Arrays;
import org.seqlm.text.Hash128;

/** A word in a group of a range. */
public final class WordKey implements Serializable, Comparable<WordKey> {
  private static final long serialVersionUID = 1L;

  /** Instead of a range: text that an earlier profile is of. */
  static final int EARLIER = -1;

  byte[] word;
  int range;
  int group;

  WordKey(byte[] word, int range, int group) {
    this.word = word;
    this.range = range;
    this.group = group;
  }

  /** For Kryo. */
  private WordKey() {}

  int part(int parts) {
    return (int) Long.remainderUnsigned(Hash128.of(word, 0, word.length) >>> 32, parts);
  }

  @Override
  public int compareTo(WordKey other) {
    int order = Arrays.compareUnsigned(word, other.word);
    if (order == 0) {
      order = Integer.compare(range, other.range);
    }
    return order == 0 ? Integer.compare(group, other.group) : order;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WordKey key && compareTo(key) == 0;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(word);
  }
}
