package org.seqlm.ngram.smooth;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Growth;
import org.seqlm.ngram.trie.SpilledBytes;

/**
 * Words with their probabilities, in the order of ids, as bytes that need not fit in memory: by how
 * much an id exceeds the one before, then a float64. Several such lists may stand one after the
 * other, each of higher ids.
 */
public final class WordProbabilities implements Closeable {
  /** Begins a list: no id exceeds the one before by 0. */
  private static final int LIST = 0;

  private final InputStream source;
  private final Bytes.Reader in;
  private int stored;
  private double probability;

  /**
   * Reads lists from their first word.
   *
   * @param in is closed with this
   */
  WordProbabilities(InputStream in) {
    this.source = in;
    this.in = new Bytes.Reader(in);
  }

  /**
   * Lists in memory.
   *
   * @param ids rising // (size)
   * @param probabilities // (size)
   */
  public record Words(int[] ids, double[] probabilities) {}

  /**
   * Reads lists to their end.
   *
   * @param source stays open
   */
  public static Words read(InputStream source) {
    WordProbabilities lists = new WordProbabilities(source);
    int[] ids = new int[16];
    double[] probabilities = new double[16];
    int size = 0;
    while (lists.next()) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, Growth.of(size, size + 1L, "the words of a slice"));
        probabilities = Arrays.copyOf(probabilities, ids.length);
      }
      ids[size] = lists.stored - 1;
      probabilities[size++] = lists.probability;
    }
    return new Words(Arrays.copyOf(ids, size), Arrays.copyOf(probabilities, size));
  }

  /**
   * A list.
   *
   * @param ids rising // (size)
   * @param probabilities // (size)
   */
  public static byte[] list(int[] ids, double[] probabilities) {
    Bytes out = new Bytes(12 * ids.length + 1);
    out.writeNumber(LIST);
    int before = 0;
    for (int i = 0; i < ids.length; i++) {
      out.writeNumber(ids[i] + 1 - before);
      before = ids[i] + 1;
      out.writeDouble(probabilities[i]);
    }
    return out.copy();
  }

  /**
   * Adds a word to a list that is written bit by bit.
   *
   * @param before id of the last word of the list, -1 if there is none
   */
  static void add(SpilledBytes list, int before, int id, double probability) throws IOException {
    list.next().writeNumber(id - before);
    list.next().writeDouble(probability);
    list.written();
  }

  /**
   * Goes on to a word.
   *
   * @param id of a word of the lists, higher than those before
   * @throws IOException if the lists have no such word
   */
  double of(int id) throws IOException {
    while (stored < id + 1 && next()) {
      continue;
    }
    if (stored != id + 1) {
      throw new IOException("the probability of word " + id + " is missing");
    }
    return probability;
  }

  /** Goes on to the next word; false at the end. */
  private boolean next() {
    int more = LIST;
    while (more == LIST) {
      if (!in.hasMore()) {
        return false;
      }
      more = in.readInt();
      stored = more == LIST ? 0 : stored + more;
    }
    probability = in.readDouble();
    return true;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
