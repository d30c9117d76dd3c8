package org.seqlm.spark.profile;

import java.io.Serializable;
import java.util.Arrays;
import org.seqlm.text.Hash128;

/**
 * A word in a group of a stretch of text, by the place of its first token there: rows of a word are
 * in the order of the text, those of groups that are one for all of the text among each other.
 */
public final class WordKey implements Serializable, Comparable<WordKey> {
  private static final long serialVersionUID = 1L;

  byte[] word;
  int group;
  long position; // in all of the text, of no other word

  WordKey(byte[] word, int group, long position) {
    this.word = word;
    this.group = group;
    this.position = position;
  }

  /** For Kryo. */
  private WordKey() {}

  int part(int parts) {
    return (int) Long.remainderUnsigned(Hash128.of(word, 0, word.length) >>> 32, parts);
  }

  @Override
  public int compareTo(WordKey other) {
    int order = Arrays.compareUnsigned(word, other.word);
    return order == 0 ? Long.compare(position, other.position) : order;
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
