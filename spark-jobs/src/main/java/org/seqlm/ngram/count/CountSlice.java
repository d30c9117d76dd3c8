package org.seqlm.ngram.count;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Growth;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.TrieBlock;
import org.seqlm.ngram.trie.TrieCursor;

/**
 * Reads a slice of counted n-grams, context by context: each before the longer ones beneath it,
 * those of a length in order. A context with many followers is shown some of them at a time.
 */
public final class CountSlice implements Closeable {
  static final String FOLLOWERS = "the followers of one context";

  /** Followers that are shown at a time where not all is to be in memory. */
  private static final int TOGETHER = 1 << 16;

  private static final int HELD_BYTES = 32; // that the followers which are shown take of a bound
  private static final long UNKNOWN = -1;

  private final TrieCursor cursor;
  private final SharedContexts shared;
  private boolean goesOn;
  private boolean begins; // is shared, and in no slice before
  private int size;
  private int[] words = new int[16];
  private long[] raw = new long[16];
  private long[] adjusted = new long[16];
  private long ends;
  private final long most; // followers that are shown at a time
  private boolean continued;
  private long left; // followers still to be shown
  private long ownLeft; // followers of its own, likewise
  private int word; // id of the last follower read
  private int ownWord; // stored id, likewise
  private SharedContexts.Followers elsewhere; // of a shared context; null for none
  private long sharedEnds; // its ends
  private int owns;
  private int[] ownWords = new int[0]; // stored ids // (owns)
  private long[] ownCounts = new long[0]; // (owns)

  /**
   * Begins to read a file that {@link CountSliceWriter} or {@link SharedCounts} wrote.
   *
   * @param order N of the counts, at least 2
   * @param shared what follows contexts that begin here and that other slices share; without any
   *     these show no followers
   * @param spill null where all is to be in memory, and each context is to be shown in one go
   */
  public CountSlice(InputStream file, int order, SharedContexts shared, Spill spill)
      throws IOException {
    this.cursor = new TrieCursor(file, TrieBlock.Content.COUNTS, order, spill);
    this.shared = shared;
    this.most = together(spill);
  }

  /** Followers that are shown at a time within a bound. */
  public static long together(Spill spill) {
    return spill == null
        ? Long.MAX_VALUE
        : Math.max(1, Math.min(TOGETHER, spill.memory() / HELD_BYTES));
  }

  /**
   * Goes to the next context, or to more of this one's followers where they are many; false at the
   * end. What was given last is overwritten.
   */
  public boolean next() throws IOException {
    continued = hasMore();
    if (!continued && !nextContext()) {
      return false;
    }
    size = 0;
    ends = 0;
    owns = 0;
    if (begins) {
      show();
    } else {
      read();
    }
    if (left == 0) {
      readOwn();
    }
    return true;
  }

  private boolean nextContext() throws IOException {
    if (!cursor.next()) {
      return false;
    }
    Bytes.Reader reader = cursor.record();
    long types = reader.readNumber();
    int kind = CountSliceWriter.PLAIN;
    if (cursor.isOld()) {
      goesOn = types == 0; // of a context whose followers stand in a slice of their own
    } else {
      kind = (int) types & 3;
      types >>>= 2;
      goesOn = kind == CountSliceWriter.GOES_ON;
    }
    word = -1;
    left = types;
    begins = kind == CountSliceWriter.BEGINS;
    if (begins) {
      SharedContexts.Context context = shared.find(cursor.path(), cursor.length());
      elsewhere = context == null ? null : context.followers();
      left = context == null ? 0 : context.size() + 1; // the empty word is the first
      sharedEnds = context == null ? 0 : context.ends();
    }
    ownLeft = begins || kind == CountSliceWriter.WITH_OWN ? UNKNOWN : 0;
    return true;
  }

  private void read() {
    Bytes.Reader reader = cursor.record();
    boolean highest = cursor.highest();
    int some = (int) Math.min(most, left);
    ensure(some);
    for (int i = 0; i < some; i++) {
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
    left -= some;
  }

  /** Shows followers that stand in another file. */
  private void show() {
    int some = (int) Math.min(most, left);
    ensure(some);
    for (int i = 0; i < some; i++, left--) {
      if (!continued && i == 0) {
        ends = sharedEnds;
      } else if (elsewhere.next()) {
        words[size] = elsewhere.word();
        raw[size] = elsewhere.raw();
        adjusted[size++] = elsewhere.adjusted();
      }
    }
  }

  private void readOwn() {
    Bytes.Reader reader = cursor.record();
    if (ownLeft == UNKNOWN) {
      ownLeft = reader.readNumber();
      ownWord = 0;
    }
    owns = (int) Math.min(most, ownLeft);
    if (ownWords.length < owns) {
      ownWords = new int[Growth.of(ownWords.length, owns, FOLLOWERS)];
      ownCounts = new long[ownWords.length];
    }
    for (int i = 0; i < owns; i++) {
      ownWord += reader.readInt();
      ownWords[i] = ownWord;
      ownCounts[i] = reader.readNumber();
    }
    ownLeft -= owns;
  }

  private void ensure(int types) {
    if (words.length < types) {
      words = new int[Growth.of(words.length, types, FOLLOWERS)];
      raw = new long[words.length];
      adjusted = new long[words.length];
    }
  }

  /** Whether there is more of the context: {@link #next} goes to it. */
  public boolean hasMore() {
    return left > 0 || ownLeft != 0;
  }

  /** Whether this is more of a context that was shown before. */
  public boolean continued() {
    return continued;
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
        return reversed()[1] > token ? 0 : total();
      }
    }
    return -1;
  }

  /** How often all followers of the context appear. */
  private long total() throws IOException {
    long total = Arrays.stream(raw, 0, size).sum();
    while (hasMore()) {
      next();
      total += Arrays.stream(raw, 0, size).sum();
    }
    return total;
  }

  /** Ids of the context, the nearest first, from place 1 on. */
  public int[] reversed() {
    return cursor.path();
  }

  /** Of the context, 1 to N-1. */
  public int length() {
    return cursor.length();
  }

  /** Followers of the context that are shown. */
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

  /** How often a passage ended after the context; 0 where it is {@link #continued}. */
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
