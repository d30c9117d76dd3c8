package org.seqlm.ngram.smooth;

import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.vocab.IdSet;

/**
 * Takes back-off weights from where a context is smoothed to where the same words are an n-gram,
 * without the words. In the slice where h = t u v is a context, contexts are sorted by (v, u, t);
 * where it is an n-gram, by its context and then its word, (u, t, v). So for one v, both meet the
 * contexts in the same order, and a list of weights for each v is enough.
 */
public final class BackoffExchange {
  private BackoffExchange() {}

  /**
   * Collects the weights of one slice by destination, and gives them away whenever they are many.
   * What a destination gets later is to stand behind what it got before.
   */
  public static final class Writer implements SliceEstimator.BackoffSink {
    private final Slices slices;
    private final int lengths;
    private final long most;
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
      this.most = memory;
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

  /** Gives a slice's weights back. */
  public static final class Reader implements Weights {
    private final float[][] weights; // (length - 1, weight)
    private final IdSet words; // whose weights are here; a task's are few of a large vocabulary's
    private final int[][]
        next; // by place of a word: that of its next weight // (length - 1, words)
    private int left;

    /**
     * @param order N of the model
     * @param blocks in the order of the slices that they come from, those of one as it gave them;
     *     taken out of the list one by one, so that their memory is free as soon as it can be
     */
    public Reader(int order, int vocabularySize, List<byte[]> blocks) {
      int lengths = order - 1;
      words = new IdSet(vocabularySize);
      int[] sizes = new int[lengths];
      for (byte[] block : blocks) {
        read(
            lengths,
            block,
            (at, word, count, in) -> {
              words.add(word);
              sizes[at] += count;
              in.skip(4 * count);
            });
      }
      weights = new float[lengths][];
      next = new int[lengths][];
      for (int at = 0; at < lengths; at++) {
        weights[at] = new float[sizes[at]];
        next[at] = new int[sizes[at] == 0 ? 0 : words.size()];
        Arrays.fill(next[at], -1);
        left += sizes[at];
      }
      int[] filled = new int[lengths];
      for (int i = 0; i < blocks.size(); i++) {
        read(
            lengths,
            blocks.set(i, null),
            (at, word, count, in) -> {
              int place = words.place(word);
              if (next[at][place] < 0) {
                next[at][place] = filled[at];
              }
              for (int k = 0; k < count; k++) {
                weights[at][filled[at]++] = in.readFloat();
              }
            });
      }
    }

    /** Takes a word's list; reads {@code count} weights. */
    private interface Lists {
      void list(int at, int word, int count, Bytes.Reader in);
    }

    private static void read(int lengths, byte[] block, Lists lists) {
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
      return weights[length - 1][next[length - 1][words.place(word)]++];
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
      int left = 0;
      for (; word >= 0; read()) {
        left++;
      }
      if (left > 0) {
        throw disagree(left);
      }
    }
  }

  private static IOException disagree(int left) {
    return new IOException(left + " back-off weights found no n-gram");
  }
}
