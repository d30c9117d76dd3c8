package org.seqlm.ngram.count;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.function.ObjIntConsumer;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Growth;
import org.seqlm.vocab.IdRanges;

/**
 * Raw and adjusted counts of the unigrams of a text or a part of it, kept sparse and sorted, so
 * that the parts of slices are small and add up. While words are added they are packed as they are
 * sent, in about four bytes each; whoever asks for some of them has them in arrays, in twenty.
 * Those of what follows a shared context may hold the empty word, whose id is -1: how often a
 * passage ended there.
 */
public final class UnigramCounts {
  private static final int LEAST_PENDING = 1 << 16;
  private static final int MOST_PENDING = 1 << 19;
  private static final int WRITTEN = 1 << 12; // bytes that are written together

  private int types;
  private Bytes packed = new Bytes(0); // while words are added; null once they are in the arrays
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
      if (pending >= Math.min(MOST_PENDING, Math.max(LEAST_PENDING, types))) {
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

  /** Merges what was added with what is packed, which takes a fifth of the arrays, or less. */
  private void settle() {
    if (pending == 0) {
      return;
    }
    Bytes old = packed;
    if (old == null) {
      old = new Bytes(8 * types);
      int before = 0;
      for (int i = 0; i < types; i++) {
        before = pack(old, before, words[i], raw[i], adjusted[i]);
      }
    }
    long[] order = new long[pending];
    for (int i = 0; i < pending; i++) {
      order[i] = (long) newWords[i] << 32 | i;
    }
    Arrays.sort(order);
    Bytes all = new Bytes((int) Math.min(Growth.MOST, old.size() + 4L * pending));
    Bytes.Reader in = new Bytes.Reader(old.array(), old.size());
    int before = 0;
    int left = types;
    int next = left > 0 ? in.readInt() : Integer.MAX_VALUE;
    types = 0;
    for (int i = 0; i < pending || left > 0; types++) {
      int word = Math.min(next, i < pending ? (int) (order[i] >>> 32) : Integer.MAX_VALUE);
      long sumRaw = 0;
      long sumAdjusted = 0;
      if (left > 0 && next == word) {
        sumRaw = in.readNumber();
        sumAdjusted = in.readNumber();
        next = --left > 0 ? next + in.readInt() : Integer.MAX_VALUE;
      }
      for (; i < pending && (int) (order[i] >>> 32) == word; i++) {
        int at = (int) order[i];
        sumRaw += newRaw[at];
        sumAdjusted += newAdjusted[at];
      }
      before = pack(all, before, word, sumRaw, sumAdjusted);
    }
    packed = all;
    words = new int[0];
    raw = new long[0];
    adjusted = new long[0];
    pending = 0;
  }

  private static int pack(Bytes out, int before, int word, long raw, long adjusted) {
    out.writeNumber(word - before);
    out.writeNumber(raw);
    out.writeNumber(adjusted);
    return word;
  }

  /** Has all words in the arrays. */
  private void unpack() {
    settle();
    if (packed == null) {
      return;
    }
    words = new int[types];
    raw = new long[types];
    adjusted = new long[types];
    Bytes.Reader in = new Bytes.Reader(packed.array(), packed.size());
    int word = 0;
    for (int i = 0; i < types; i++) {
      word += in.readInt();
      words[i] = word;
      raw[i] = in.readNumber();
      adjusted[i] = in.readNumber();
    }
    packed = null;
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
    sum.types = present.cardinality();
    sum.packed = null;
    sum.words = new int[sum.types];
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
    Bytes out = new Bytes((packed == null ? 4 * types : packed.size()) + 16);
    out.writeNumber(types);
    if (packed != null) {
      out.write(packed.array(), 0, packed.size());
    } else {
      int before = 0;
      for (int i = 0; i < types; i++) {
        before = pack(out, before, words[i], raw[i], adjusted[i]);
      }
    }
    return out.copy();
  }

  /**
   * The same range by range.
   *
   * @param ranges of ids; the empty word is among those of the first
   * @param sink is given the words of each range that has some, and the range
   */
  public void deal(IdRanges ranges, ObjIntConsumer<byte[]> sink) {
    settle();
    Bytes some = new Bytes(64);
    Bytes.Reader in = packed == null ? null : new Bytes.Reader(packed.array(), packed.size());
    int range = 0;
    int size = 0;
    int word = 0;
    int before = 0;
    for (int i = 0; i < types; i++) {
      word = in == null ? words[i] : word + in.readInt();
      while (word > ranges.to(range)) {
        give(some, size, range++, sink);
        size = 0;
        before = 0;
      }
      before =
          in == null
              ? pack(some, before, word, raw[i], adjusted[i])
              : pack(some, before, word, in.readNumber(), in.readNumber());
      size++;
    }
    give(some, size, range, sink);
  }

  private static void give(Bytes some, int size, int range, ObjIntConsumer<byte[]> sink) {
    if (size > 0) {
      Bytes all = new Bytes(some.size() + 10);
      all.writeNumber(size);
      all.write(some.array(), 0, some.size());
      sink.accept(all.copy(), range);
      some.clear();
    }
  }

  /** Writes {@link #bytes}, a little at a time. */
  public void write(OutputStream target) throws IOException {
    unpack();
    Bytes out = new Bytes(WRITTEN + 64);
    out.writeNumber(types);
    writeWords(target, out, 0, types, 0);
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
    unpack();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Bytes out = new Bytes(WRITTEN + 64);
    out.writeNumber(raw[0]);
    out.writeNumber(adjusted[0]);
    try {
      writeWords(bytes, out, 1, types, words[0]);
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
   * Reads what {@link #write} wrote a word at a time, so that it need not fit in memory.
   *
   * @param in as {@link #read} takes it
   */
  public static Cursor cursor(InputStream in, int vocabularySize) throws IOException {
    return new Cursor(in, vocabularySize);
  }

  /** Words with their counts, in the order of their ids. */
  public static final class Cursor {
    private final InputStream in;
    private final int vocabularySize;
    private int left;
    private int stored;
    private long raw;

    private Cursor(InputStream in, int vocabularySize) throws IOException {
      this.in = in;
      this.vocabularySize = vocabularySize;
      this.left = (int) number(in, vocabularySize);
    }

    /**
     * Goes on to the next word; false at the end.
     *
     * @throws IOException if it is cut short, or no such counts
     */
    public boolean next() throws IOException {
      if (left == 0) {
        return false;
      }
      left--;
      stored += (int) number(in, vocabularySize - stored);
      raw = number(in, Long.MAX_VALUE);
      number(in, Long.MAX_VALUE); // the adjusted count
      return true;
    }

    /** Id of the word. */
    public int id() {
      return stored - 1;
    }

    /** How often it appears. */
    public long raw() {
      return raw;
    }
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
    counts.types = types;
    counts.packed = null;
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
    unpack();
    return types;
  }

  /** Ids of all words, rising. */
  public int[] ids() {
    unpack();
    int[] ids = new int[types];
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
    unpack();
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
