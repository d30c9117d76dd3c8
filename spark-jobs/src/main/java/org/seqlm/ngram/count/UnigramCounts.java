package org.seqlm.ngram.count;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Growth;

/**
 * Raw and adjusted counts of the unigrams of a text or a part of it, kept sparse and sorted, so
 * that the parts of slices are small and add up. Those of what follows a shared context may hold
 * the empty word, whose id is -1: how often a passage ended there.
 */
public final class UnigramCounts {
  private static final int PENDING = 1 << 16;
  private static final int MOST_PENDING = 1 << 28;
  private static final int WRITTEN = 1 << 12; // bytes that are written together

  private int[] words = new int[0]; // stored ids, rising
  private long[] raw = new long[0]; // as many as there are words, or more
  private long[] adjusted = new long[0];
  private int[] newWords = new int[1 << 10];
  private long[] newRaw = new long[1 << 10];
  private long[] newAdjusted = new long[1 << 10];
  private int pending;

  /**
   * Adds to a word's counts.
   *
   * @param stored an id plus one; 0 for the empty word
   */
  public void add(int stored, long moreRaw, long moreAdjusted) {
    if (pending == newWords.length) {
      // Larger parts for larger vocabularies: merging costs what is merged into.
      if (pending >= Math.min(MOST_PENDING, Math.max(PENDING, words.length))) {
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
    int most = Growth.of(0, (long) words.length + pending, "the words of a part of the counts");
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
   * Adds up parts that together hold most words of a range of ids: by id, as sorting so many would
   * take several times the memory.
   *
   * @param from the first id of the range; from 0 the empty word may be among them
   * @param to the first id behind it
   * @param parts what {@link #bytes} of others gave, without other words
   */
  public static UnigramCounts sum(int from, int to, Iterator<byte[]> parts) {
    UnigramCounts sum = new UnigramCounts();
    int first = from == 0 ? 0 : from + 1; // stored ids
    int room = to + 1 - first;
    BitSet present = new BitSet(room);
    sum.raw = new long[room];
    sum.adjusted = new long[room];
    while (parts.hasNext()) {
      Bytes.Reader in = new Bytes.Reader(parts.next());
      int at = -first;
      for (int left = in.readInt(); left > 0; left--) {
        at += in.readInt();
        present.set(at);
        sum.raw[at] += in.readNumber();
        sum.adjusted[at] += in.readNumber();
      }
    }
    sum.words = new int[present.cardinality()];
    int n = 0;
    for (int at = present.nextSetBit(0); at >= 0; at = present.nextSetBit(at + 1)) {
      sum.raw[n] = sum.raw[at];
      sum.adjusted[n] = sum.adjusted[at];
      sum.words[n++] = first + at;
    }
    return sum;
  }

  /** Makes what {@link UnigramCounts#bytes} gives of words that come in the order of their ids. */
  public static final class Packing {
    private final Bytes words = new Bytes(64);
    private int size;
    private int last;

    /** Adds a word, given by its id plus one. */
    public void add(int stored, long raw, long adjusted) {
      words.writeNumber(stored - last);
      words.writeNumber(raw);
      words.writeNumber(adjusted);
      last = stored;
      size++;
    }

    /** Words since the last {@link #take}. */
    public int size() {
      return size;
    }

    /** Gives the words, and begins anew. */
    public byte[] take() {
      Bytes all = new Bytes(words.size() + 5);
      all.writeNumber(size);
      all.write(words.array(), 0, words.size());
      words.clear();
      size = 0;
      last = 0;
      return all.copy();
    }
  }

  /** Words, each by how much its stored id exceeds the one before, with both counts. */
  public byte[] bytes() {
    settle();
    return some(0, words.length);
  }

  /**
   * The same of some words only.
   *
   * @param from the first id; from 0 the empty word is among them
   * @param to the first id behind them
   */
  public byte[] bytes(int from, int to) {
    settle();
    int first = from == 0 ? 0 : place(from);
    return some(first, Math.max(first, place(to)));
  }

  /** How many words are less than an id. */
  private int place(int id) {
    int found = Arrays.binarySearch(words, id + 1);
    return found < 0 ? -found - 1 : found;
  }

  private byte[] some(int first, int end) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(bytes, first, end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes {@link #bytes}, a little at a time. */
  public void write(OutputStream target) throws IOException {
    settle();
    write(target, 0, words.length);
  }

  private void write(OutputStream target, int first, int end) throws IOException {
    Bytes out = new Bytes(WRITTEN + 64);
    out.writeNumber(end - first);
    writeWords(target, out, first, end, 0);
  }

  private void writeWords(OutputStream target, Bytes out, int first, int end, int last)
      throws IOException {
    int before = last;
    for (int i = first; i < end; i++) {
      out.writeNumber(words[i] - before);
      before = words[i];
      out.writeNumber(raw[i]);
      out.writeNumber(adjusted[i]);
      if (out.size() >= WRITTEN) {
        target.write(out.array(), 0, out.size());
        out.clear();
      }
    }
    target.write(out.array(), 0, out.size());
  }

  /**
   * What {@link #write} writes of these words where they are not all: without their number, and
   * without by how much the first one's id exceeds the one before. There must be words.
   */
  public byte[] part() {
    settle();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Bytes out = new Bytes(WRITTEN + 64);
    out.writeNumber(raw[0]);
    out.writeNumber(adjusted[0]);
    try {
      writeWords(bytes, out, 1, words.length, words[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #write} wrote: at once where adding would sort and merge.
   *
   * @param in a stream with a buffer
   * @param vocabularySize ids that there may be
   * @throws IOException if it is cut short, or no such counts
   */
  public static UnigramCounts read(InputStream in, int vocabularySize) throws IOException {
    int types = (int) number(in, vocabularySize);
    return types == 0
        ? new UnigramCounts()
        : readPart(in, types, (int) number(in, vocabularySize), vocabularySize);
  }

  /**
   * Reads what {@link #part} gave.
   *
   * @param in as {@link #read} takes it
   * @param types words, at least 1
   * @param first stored id of the first
   */
  public static UnigramCounts readPart(InputStream in, int types, int first, int vocabularySize)
      throws IOException {
    UnigramCounts counts = new UnigramCounts();
    counts.words = new int[types];
    counts.raw = new long[types];
    counts.adjusted = new long[types];
    int word = first;
    for (int i = 0; i < types; i++) {
      word += i == 0 ? 0 : (int) number(in, vocabularySize - word);
      counts.words[i] = word;
      counts.raw[i] = number(in, Long.MAX_VALUE);
      counts.adjusted[i] = number(in, Long.MAX_VALUE);
    }
    return counts;
  }

  private static long number(InputStream in, long most) throws IOException {
    long number = Bytes.readNumber(in);
    if (number < 0 || number > most) {
      throw new IOException("counts of unigrams are cut short or damaged");
    }
    return number;
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

  /** Id of a word, by place; {@link #types} was asked. */
  public int id(int i) {
    return words[i] - 1;
  }

  public long raw(int i) {
    return raw[i];
  }

  public long adjusted(int i) {
    return adjusted[i];
  }

  /** Raw or adjusted counts by place, not to be changed; there may be more room than words. */
  public long[] counts(CountKind kind) {
    settle();
    return kind == CountKind.ADJUSTED ? adjusted : raw;
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
