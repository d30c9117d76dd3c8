package org.seqlm.drift;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often each word is in a document. Of a longer document its first {@link #MOST_WORDS} count,
 * so that no document takes more memory than that.
 */
public final class DocumentWords implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Words of a document that count. */
  public static final int MOST_WORDS = 1 << 16;

  final long key;
  final int[] ids;
  final int[] counts;
  final String[] unknown;
  final int[] unknownCounts;

  private DocumentWords(long key, int[] ids, int[] counts, String[] unknown, int[] unknownCounts) {
    this.key = key;
    this.ids = ids;
    this.counts = counts;
    this.unknown = unknown;
    this.unknownCounts = unknownCounts;
  }

  /** Words that count. */
  public long words() {
    return Arrays.stream(counts).asLongStream().sum();
  }

  boolean has(int id) {
    return Arrays.binarySearch(ids, id) >= 0;
  }

  /** Takes the words of one document after the other. */
  public static final class Builder {
    private int[] ids = new int[256];
    private int size;
    private final Map<String, Integer> unknown = new TreeMap<>();

    /** Whether no more words count. */
    public boolean isFull() {
      return size == MOST_WORDS;
    }

    /** Adds a word by its id. */
    public void add(int id) {
      if (size < MOST_WORDS) {
        if (size == ids.length) {
          ids = Arrays.copyOf(ids, size * 2);
        }
        ids[size++] = id;
      }
    }

    /**
     * Adds a word that the vocabulary does not know.
     *
     * @param id of all such words
     */
    public void addUnknown(int id, String spelling) {
      if (size < MOST_WORDS) {
        add(id);
        unknown.merge(spelling, 1, Integer::sum);
      }
    }

    /**
     * Ends the document; the next word begins another.
     *
     * @param key the document's place in the order of sampling
     * @return null if it has no word
     */
    public DocumentWords end(long key) {
      if (size == 0) {
        return null;
      }
      Arrays.sort(ids, 0, size);
      int[] different = new int[size];
      int[] counts = new int[size];
      int n = 0;
      for (int i = 0; i < size; i++) {
        if (n == 0 || different[n - 1] != ids[i]) {
          different[n++] = ids[i];
        }
        counts[n - 1]++;
      }
      DocumentWords words =
          new DocumentWords(
              key,
              Arrays.copyOf(different, n),
              Arrays.copyOf(counts, n),
              unknown.keySet().toArray(String[]::new),
              unknown.values().stream().mapToInt(Integer::intValue).toArray());
      size = 0;
      unknown.clear();
      return words;
    }
  }
}
