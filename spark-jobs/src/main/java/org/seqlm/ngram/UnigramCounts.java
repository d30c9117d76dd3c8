package org.seqlm.ngram;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;

/**
 * Raw and adjusted counts of the unigrams of a text or a part of it, kept sparse and sorted, so
 * that the parts of slices are small and add up.
 */
public final class UnigramCounts {
  private static final int PENDING = 1 << 16;

  private int[] words = new int[0]; // stored ids, rising
  private long[] raw = new long[0]; // as many as there are words, or more
  private long[] adjusted = new long[0];
  private int[] newWords = new int[1 << 10];
  private long[] newRaw = new long[1 << 10];
  private long[] newAdjusted = new long[1 << 10];
  private int pending;

  /**
   * Adds to a word's counts; the empty word, 0, is none and left out.
   *
   * @param stored an id plus one
   */
  public void add(int stored, long moreRaw, long moreAdjusted) {
    if (stored == 0) {
      return;
    }
    if (pending == newWords.length) {
      // Larger pieces for larger vocabularies: merging costs what is merged into.
      if (pending >= Math.max(PENDING, words.length)) {
        settle();
      } else {
        newWords = Arrays.copyOf(newWords, pending * 2);
        newRaw = Arrays.copyOf(newRaw, pending * 2);
        newAdjusted = Arrays.copyOf(newAdjusted, pending * 2);
      }
    }
    newWords[pending] = stored;
    newRaw[pending] = moreRaw;
    newAdjusted[pending++] = moreAdjusted;
  }

  private void settle() {
    if (pending == 0) {
      return;
    }
    long[] order = new long[pending];
    for (int i = 0; i < pending; i++) {
      order[i] = (long) newWords[i] << 32 | i;
    }
    Arrays.sort(order);
    int most = words.length + pending;
    int[] w = new int[most];
    long[] r = new long[most];
    long[] a = new long[most];
    int n = 0;
    int old = 0;
    for (int i = 0; i < pending || old < words.length; ) {
      int next = i < pending ? (int) (order[i] >>> 32) : Integer.MAX_VALUE;
      if (old < words.length && words[old] <= next) {
        w[n] = words[old];
        r[n] = raw[old];
        a[n++] = adjusted[old++];
      } else {
        int at = (int) order[i++];
        if (n > 0 && w[n - 1] == next) {
          r[n - 1] += newRaw[at];
          a[n - 1] += newAdjusted[at];
        } else {
          w[n] = next;
          r[n] = newRaw[at];
          a[n++] = newAdjusted[at];
        }
      }
    }
    words = Arrays.copyOf(w, n);
    raw = Arrays.copyOf(r, n);
    adjusted = Arrays.copyOf(a, n);
    pending = 0;
  }

  /** Adds what {@link #bytes} of another one gave. */
  public void addAll(byte[] bytes) {
    Bytes.Reader in = new Bytes.Reader(bytes);
    int word = 0;
    for (int left = in.readInt(); left > 0; left--) {
      word += in.readInt();
      add(word, in.readNumber(), in.readNumber());
    }
  }

  /**
   * Adds up parts that together hold most words of a vocabulary: by id, as sorting so many would
   * take several times the memory.
   *
   * @param parts what {@link #bytes} of others gave
   */
  public static UnigramCounts sum(int vocabularySize, Iterator<byte[]> parts) {
    UnigramCounts sum = new UnigramCounts();
    BitSet present = new BitSet(vocabularySize + 1);
    sum.raw = new long[vocabularySize + 1];
    sum.adjusted = new long[vocabularySize + 1];
    while (parts.hasNext()) {
      Bytes.Reader in = new Bytes.Reader(parts.next());
      int word = 0;
      for (int left = in.readInt(); left > 0; left--) {
        word += in.readInt();
        present.set(word);
        sum.raw[word] += in.readNumber();
        sum.adjusted[word] += in.readNumber();
      }
    }
    sum.words = new int[present.cardinality()];
    int n = 0;
    for (int word = present.nextSetBit(0); word >= 0; word = present.nextSetBit(word + 1)) {
      sum.raw[n] = sum.raw[word];
      sum.adjusted[n] = sum.adjusted[word];
      sum.words[n++] = word;
    }
    return sum;
  }

  /** Words, each by how much its stored id exceeds the one before, with both counts. */
  public byte[] bytes() {
    settle();
    Bytes out = new Bytes(16 + 4 * words.length);
    out.writeNumber(words.length);
    int before = 0;
    for (int i = 0; i < words.length; i++) {
      out.writeNumber(words[i] - before);
      before = words[i];
      out.writeNumber(raw[i]);
      out.writeNumber(adjusted[i]);
    }
    return out.copy();
  }

  /** Different words. */
  public int types() {
    settle();
    return words.length;
  }

  /** Ids of all words, rising. */
  public int[] ids() {
    settle();
    int[] ids = new int[words.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = words[i] - 1;
    }
    return ids;
  }

  /** Id of a word, by place. */
  public int id(int i) {
    return words[i] - 1;
  }

  public long raw(int i) {
    return raw[i];
  }

  public long adjusted(int i) {
    return adjusted[i];
  }

  /** Raw counts by id. // (vocabulary) */
  public long[] byId(int vocabularySize) {
    long[] counts = new long[vocabularySize];
    for (int i = 0; i < types(); i++) {
      counts[id(i)] = raw(i);
    }
    return counts;
  }
}
