package org.seqlm.ngram.smooth;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.ObjIntConsumer;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.vocab.IdSet;

/**
 * Takes back-off weights from where a context is smoothed to where the same words are an n-gram,
 * without the words. In the slice where h = t u v is a context, contexts are sorted by (v, u, t);
 * where it is an n-gram, by its context and then its word, (u, t, v). So for one v, both meet the
 * contexts in the same order, and a list of weights for each v is enough.
 */
public final class BackoffExchange {
  /** Bytes that are held together at most, so that no array is too short. */
  private static final long MOST_HELD = 1 << 30;

  private BackoffExchange() {}

  /**
   * Collects the weights of one slice by destination, and gives them away whenever they are many.
   * What a destination gets later is to stand behind what it got before.
   */
  public static final class Writer implements SliceEstimator.BackoffSink {
    private final Slices slices;
    private final int lengths;
    private final long most; // bytes to collect
    private final ObjIntConsumer<byte[]> sink;
    private final Bytes[][] lists; // (destination, length - 1); null until needed
    private final int[][] words; // whose list is open, -1 for none
    private final int[][] patches; // where its length goes
    private final int[][] sizes;
    private long collected; // bytes, more or less
    private int lastSlice;

    /**
     * @param order N of the model
     * @param memory bytes to collect at most, more or less
     * @param sink takes what a destination gets; the last destination is the unigrams'
     */
    public Writer(Slices slices, int order, long memory, ObjIntConsumer<byte[]> sink) {
      this.slices = slices;
      this.lengths = order - 1;
      this.most = Math.min(MOST_HELD, memory);
      this.sink = sink;
      // The last destination is where the unigrams are.
      this.lists = new Bytes[slices.count() + 1][];
      this.words = new int[slices.count() + 1][];
      this.patches = new int[slices.count() + 1][];
      this.sizes = new int[slices.count() + 1][];
    }

    @Override
    public void backoff(int[] reversed, int length, float log10) {
      int to = slices.count();
      if (length > 1) {
        // As an n-gram, its word is the nearest token, its context the others.
        if (!slices.holds(lastSlice, reversed, 2, length - 1)) {
          lastSlice = slices.of(reversed, 2, length - 1);
        }
        to = lastSlice;
      }
      if (lists[to] == null) {
        lists[to] = new Bytes[lengths];
        Arrays.setAll(lists[to], i -> new Bytes(64));
        words[to] = new int[lengths];
        Arrays.fill(words[to], -1);
        patches[to] = new int[lengths];
        sizes[to] = new int[lengths];
      }
      int at = length - 1;
      Bytes list = lists[to][at];
      if (words[to][at] != reversed[1]) {
        endList(to, at);
        words[to][at] = reversed[1];
        list.writeNumber(reversed[1]);
        patches[to][at] = list.size();
        list.writeFloat(0);
        sizes[to][at] = 0;
        collected += 8;
      }
      list.writeFloat(log10);
      sizes[to][at]++;
      collected += 4;
      if (collected > most) {
        drain();
      }
    }

    private void endList(int to, int at) {
      if (words[to][at] >= 0) {
        lists[to][at].patch(patches[to][at], sizes[to][at]);
        words[to][at] = -1;
      }
    }

    /** Gives away what is left. */
    public void drain() {
      collected = 0;
      for (int to = 0; to < lists.length; to++) {
        if (lists[to] == null) {
          continue;
        }
        Bytes all = new Bytes(64);
        for (int at = 0; at < lengths; at++) {
          endList(to, at);
          all.writeNumber(lists[to][at].size());
        }
        for (Bytes list : lists[to]) {
          all.write(list.array(), 0, list.size());
        }
        lists[to] = null;
        sink.accept(all.copy(), to);
      }
    }
  }

  /** The weights at their destination. */
  public interface Weights {
    /** Whether a word's list of weights is there. */
    boolean has(int length, int word);

    /** The weight of the next n-gram of a length that ends in this word. */
    float next(int length, int word);

    /**
     * @throws IOException if not every weight was asked for: the two sides do not agree
     */
    void finish() throws IOException;
  }

  /** What a destination got: blocks in the order of the slices that they come from. */
  public interface Blocks {
    /** How many there are. */
    int count();

    /** Of all of them. */
    long bytes();

    /** A block, those of one slice as it gave them. */
    byte[] block(int i) throws IOException;

    /** The same, for the last time. */
    byte[] take(int i) throws IOException;
  }

  /**
   * Gives the weights back, at their destination. They stand there word by word, as the words of
   * the blocks rise: in memory, and beyond a bound in a file on the local disk that is mapped, as
   * n-grams ask for their words' weights in any order.
   */
  public static final class Reader implements Weights, Closeable {
    /** Bits of a weight's place in what is mapped together: no buffer holds more than 2 GiB. */
    private static final int SEGMENT_BITS = 28;

    private static final int BUFFER = 1 << 16;

    private final int lengths;
    private final int segmentBits;
    private final float[][] weights; // (length - 1, weight); null where they are in the file
    private final FloatBuffer[][] mapped; // (length - 1, segment)
    private final IdSet words; // whose weights are here; a task's are few of a large vocabulary's
    private final long[][]
        next; // that of a word's next weight, by the word's place // (length - 1, words)
    private Path file; // null where all is in memory
    private long left;

    /**
     * @param order N of the model
     * @param blocks are taken one by one, so that their memory is free as soon as it can be
     * @param spill for the weights; while they are read they and the blocks are in memory
     */
    public Reader(int order, int vocabularySize, Blocks blocks, Spill spill) throws IOException {
      this(order, vocabularySize, blocks, spill, SEGMENT_BITS);
    }

    Reader(int order, int vocabularySize, Blocks blocks, Spill spill, int segmentBits)
        throws IOException {
      this.segmentBits = segmentBits;
      lengths = order - 1;
      words = new IdSet(vocabularySize);
      long[] sizes = new long[lengths];
      for (int i = 0; i < blocks.count(); i++) {
        read(
            blocks.block(i),
            (at, word, count, in) -> {
              words.add(word);
              sizes[at] += count;
              in.skip(4 * count);
            });
      }
      next = new long[lengths][];
      for (int at = 0; at < lengths; at++) {
        next[at] = new long[sizes[at] == 0 ? 0 : words.size()];
        Arrays.fill(next[at], -1);
        left += sizes[at];
      }
      boolean inMemory = 2 * blocks.bytes() <= Math.min(MOST_HELD, spill.memory());
      weights = inMemory ? inMemory(blocks, sizes) : null;
      mapped = inMemory ? null : mapped(blocks, sizes, spill);
    }

    private float[][] inMemory(Blocks blocks, long[] sizes) throws IOException {
      float[][] all = new float[lengths][];
      Arrays.setAll(all, at -> new float[Math.toIntExact(sizes[at])]);
      int[] filled = new int[lengths];
      for (int i = 0; i < blocks.count(); i++) {
        read(
            blocks.take(i),
            (at, word, count, in) -> {
              begin(at, word, filled[at]);
              for (int k = 0; k < count; k++) {
                all[at][filled[at]++] = in.readFloat();
              }
            });
      }
      return all;
    }

    /** A word's weights begin at a place, unless they have begun before. */
    private void begin(int at, int word, long place) {
      if (next[at][words.place(word)] < 0) {
        next[at][words.place(word)] = place;
      }
    }

    /** Writes the weights of each length one after the other, and maps them. */
    private FloatBuffer[][] mapped(Blocks blocks, long[] sizes, Spill spill) throws IOException {
      Files.createDirectories(spill.folder());
      file = Files.createTempFile(spill.folder(), "weights-", ".part");
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        long[] ends = new long[lengths]; // of what is written, in bytes
        for (int at = 1; at < lengths; at++) {
          ends[at] = ends[at - 1] + Float.BYTES * sizes[at - 1];
        }
        long[] starts = ends.clone();
        Bytes[] waiting = new Bytes[lengths];
        Arrays.setAll(waiting, at -> new Bytes(64));
        for (int i = 0; i < blocks.count(); i++) {
          byte[] block = blocks.take(i);
          read(
              block,
              (at, word, count, in) -> {
                begin(at, word, (ends[at] - starts[at] + waiting[at].size()) / Float.BYTES);
                waiting[at].write(block, in.position(), Float.BYTES * count);
                in.skip(Float.BYTES * count);
              });
          for (int at = 0; at < lengths; at++) {
            if (waiting[at].size() > BUFFER) {
              ends[at] += write(channel, waiting[at], ends[at]);
            }
          }
        }
        FloatBuffer[][] all = new FloatBuffer[lengths][];
        for (int at = 0; at < lengths; at++) {
          write(channel, waiting[at], ends[at]);
          all[at] = map(channel, starts[at], sizes[at]);
        }
        return all;
      } catch (IOException | RuntimeException e) {
        close();
        throw e;
      }
    }

    private static int write(FileChannel channel, Bytes waiting, long at) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(waiting.array(), 0, waiting.size());
      while (bytes.hasRemaining()) {
        channel.write(bytes, at + bytes.position());
      }
      waiting.clear();
      return bytes.limit();
    }

    private FloatBuffer[] map(FileChannel channel, long start, long size) throws IOException {
      long each = 1L << segmentBits;
      FloatBuffer[] segments = new FloatBuffer[(int) ((size + each - 1) / each)];
      for (int i = 0; i < segments.length; i++) {
        long from = i * each;
        long bytes = Float.BYTES * Math.min(each, size - from);
        segments[i] =
            channel
                .map(FileChannel.MapMode.READ_ONLY, start + Float.BYTES * from, bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
      }
      return segments;
    }

    /** Takes a word's list; reads or skips {@code count} weights. */
    private interface Lists {
      void list(int at, int word, int count, Bytes.Reader in);
    }

    private void read(byte[] block, Lists lists) {
      Bytes.Reader in = new Bytes.Reader(block);
      int[] bytes = new int[lengths];
      Arrays.setAll(bytes, at -> in.readInt());
      for (int at = 0; at < lengths; at++) {
        int end = in.position() + bytes[at];
        while (in.position() < end) {
          int word = in.readInt();
          lists.list(at, word, Float.floatToRawIntBits(in.readFloat()), in);
        }
      }
    }

    @Override
    public float next(int length, int word) {
      if (!has(length, word)) {
        throw new IllegalArgumentException("no back-off weights for word " + word);
      }
      left--;
      int at = length - 1;
      long place = next[at][words.place(word)]++;
      return weights != null
          ? weights[at][(int) place]
          : mapped[at][(int) (place >>> segmentBits)].get((int) (place & (1L << segmentBits) - 1));
    }

    @Override
    public boolean has(int length, int word) {
      return next[length - 1].length > 0
          && words.contains(word)
          && next[length - 1][words.place(word)] >= 0;
    }

    @Override
    public void finish() throws IOException {
      if (left != 0) {
        throw disagree(left);
      }
    }

    /** Removes what is on the local disk. */
    @Override
    public void close() throws IOException {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * Gives the weights of unigrams back, a block at a time: each is the only one of its word, and
   * slices, which are in the order of their contexts, send them in the order of ids.
   */
  public static final class UnigramReader implements Weights {
    private final int lengths;
    private final Iterator<byte[]> blocks;
    private Bytes.Reader in;
    private int end; // of the block's lists
    private int word = -1; // -1 for none
    private float weight;

    /**
     * @param order N of the model
     * @param blocks as {@link Reader} takes them
     */
    public UnigramReader(int order, Iterator<byte[]> blocks) {
      this.lengths = order - 1;
      this.blocks = blocks;
      read();
    }

    private void read() {
      word = -1;
      while (in == null || in.position() == end) {
        if (!blocks.hasNext()) {
          return;
        }
        in = new Bytes.Reader(blocks.next());
        int bytes = in.readInt();
        for (int at = 1; at < lengths; at++) {
          in.readInt(); // of longer contexts there are none
        }
        end = in.position() + bytes;
      }
      word = in.readInt();
      in.readFloat(); // how many there are
      weight = in.readFloat();
    }

    @Override
    public boolean has(int length, int id) {
      return length == 1 && word == id;
    }

    @Override
    public float next(int length, int id) {
      if (!has(length, id)) {
        throw new IllegalArgumentException("no back-off weight for word " + id);
      }
      float next = weight;
      read();
      return next;
    }

    @Override
    public void finish() throws IOException {
      long left = 0;
      for (; word >= 0; read()) {
        left++;
      }
      if (left > 0) {
        throw disagree(left);
      }
    }
  }

  private static IOException disagree(long left) {
    return new IOException(left + " back-off weights found no n-gram");
  }
}
