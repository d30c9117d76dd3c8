package org.seqlm.ngram.count;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.TrieBlock;
import org.seqlm.ngram.trie.TrieCursor;

/**
 * Reads a slice of counted n-grams, context by context: each before the longer ones beneath it,
 * those of a length in order.
 */
public final class CountSlice implements Closeable {
  private final TrieCursor cursor;
  private final SharedContexts shared;
  private boolean goesOn;
  private boolean begins; // is shared, and in no slice before
  private int size;
  private int[] words = new int[16];
  private long[] raw = new long[16];
  private long[] adjusted = new long[16];
  private long ends;
  private int owns;
  private int[] ownWords = new int[0]; // stored ids // (owns)
  private long[] ownCounts = new long[0]; // (owns)

  /**
   * Begins to read a file that {@link CountSliceWriter} or {@link SharedCounts} wrote.
   *
   * @param order N of the counts, at least 2
   * @param shared what follows contexts that begin here and that other slices share; without any
   *     these show no followers
   * @param spill null where all is to be in memory
   */
  public CountSlice(InputStream file, int order, SharedContexts shared, Spill spill)
      throws IOException {
    this.cursor = new TrieCursor(file, TrieBlock.Content.COUNTS, order, spill);
    this.shared = shared;
  }

  /** Goes to the next context; false at the end. What the last one gave is overwritten. */
  public boolean next() throws IOException {
    if (!cursor.next()) {
      return false;
    }
    Bytes.Reader reader = cursor.record();
    int types = reader.readInt();
    int kind = CountSliceWriter.PLAIN;
    size = 0;
    ends = 0;
    owns = 0;
    if (cursor.isOld()) {
      goesOn = types == 0; // of a context whose followers stand in a slice of their own
    } else {
      kind = types & 3;
      types >>>= 2;
      goesOn = kind == CountSliceWriter.GOES_ON;
    }
    begins = kind == CountSliceWriter.BEGINS;
    if (begins) {
      show(shared.find(cursor.path(), cursor.length()));
    } else {
      read(reader, types);
    }
    if (begins || kind == CountSliceWriter.WITH_OWN) {
      readOwn(reader);
    }
    return true;
  }

  private void read(Bytes.Reader reader, int types) {
    boolean highest = cursor.highest();
    ensure(types);
    int word = -1;
    for (int i = 0; i < types; i++) {
      word += reader.readInt();
      long number = reader.readNumber();
      long count = FollowerCounts.raw(highest, number);
      long adjust = FollowerCounts.adjusted(highest, number, reader);
      if (word < 0) {
        ends = count;
      } else {
        words[size] = word;
        raw[size] = count;
        adjusted[size++] = adjust;
      }
    }
  }

  private void readOwn(Bytes.Reader reader) {
    owns = reader.readInt();
    if (ownWords.length < owns) {
      ownWords = new int[owns * 2];
      ownCounts = new long[owns * 2];
    }
    int stored = 0;
    for (int i = 0; i < owns; i++) {
      stored += reader.readInt();
      ownWords[i] = stored;
      ownCounts[i] = reader.readNumber();
    }
  }

  private void ensure(int types) {
    if (words.length < types) {
      words = new int[types * 2];
      raw = new long[types * 2];
      adjusted = new long[types * 2];
    }
  }

  private void show(SharedContexts.Context context) throws IOException {
    if (context == null) {
      return;
    }
    ensure(context.size());
    for (SharedContexts.Followers next = context.followers(); next.next(); size++) {
      words[size] = next.word();
      raw[size] = next.raw();
      adjusted[size] = next.adjusted();
    }
    ends = context.ends();
  }

  /** Whether an earlier slice has the context, too, and what follows it; none is shown here. */
  public boolean goesOn() {
    return goesOn;
  }

  /** Windows that have no context, in the file of the first slice: stored ids and counts. */
  Bytes.Reader withoutContext() {
    return cursor.withoutContext();
  }

  /**
   * Below the highest order: whether this context is the beginning of others, here or elsewhere.
   */
  boolean hasLonger() {
    return begins || cursor.hasLonger();
  }

  /** Of a context that has longer ones: followers of its own, which no longer one has. */
  int owns() {
    return owns;
  }

  /** Their stored ids, rising, that of the empty word among them // (owns). */
  int[] ownWords() {
    return ownWords;
  }

  /** How often each // (owns). */
  long[] ownCounts() {
    return ownCounts;
  }

  /**
   * Reads on to the context of one token and adds up what follows it.
   *
   * @return -1 if the slice ends before where it must stand
   */
  public long followed(int token) throws IOException {
    while (next()) {
      if (length() == 1 && reversed()[1] >= token) {
        return reversed()[1] > token ? 0 : Arrays.stream(raw, 0, size).sum();
      }
    }
    return -1;
  }

  /** Ids of the context, the nearest first, from place 1 on. */
  public int[] reversed() {
    return cursor.path();
  }

  /** Of the context, 1 to N-1. */
  public int length() {
    return cursor.length();
  }

  /** Followers of the context. */
  public int size() {
    return size;
  }

  /** The followers' ids, rising // (size). */
  public int[] words() {
    return words;
  }

  /** How often each n-gram appears // (size). */
  public long[] raw() {
    return raw;
  }

  /** After how many different tokens each n-gram appears // (size). */
  public long[] adjusted() {
    return adjusted;
  }

  /** How often a passage ended after the context. */
  public long ends() {
    return ends;
  }

  /** Closes the file, and what is shared. */
  @Override
  public void close() throws IOException {
    try {
      shared.close();
    } finally {
      cursor.close();
    }
  }
}
