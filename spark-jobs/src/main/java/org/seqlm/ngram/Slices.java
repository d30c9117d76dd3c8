package org.seqlm.ngram;

import java.io.Serializable;
import java.util.Arrays;
import org.seqlm.vocab.Vocabulary;

/**
 * Cuts the n-grams into consecutive ranges of their first id, so that slices, one after the other,
 * are sorted as a whole. The ranges hold about equally many tokens of the text; they depend on the
 * vocabulary only, and so does what each slice's file holds.
 */
public final class Slices implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The first id of each slice, beginning with 0; an empty slice begins where the next does. */
  private final int[] starts;

  private Slices(int[] starts) {
    this.starts = starts;
  }

  /** Cuts a vocabulary's ids into {@code slices} ranges. */
  public static Slices of(Vocabulary vocabulary, int slices) {
    if (slices < 1) {
      throw new IllegalArgumentException("slices " + slices);
    }
    long total = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      total += vocabulary.count(id) + 1;
    }
    int[] starts = new int[slices];
    Arrays.fill(starts, vocabulary.size());
    starts[0] = 0;
    long sum = 0;
    int slice = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      int wanted = (int) Math.min(slices - 1, (double) sum / total * slices);
      while (slice < wanted) {
        starts[++slice] = id;
      }
      sum += vocabulary.count(id) + 1;
    }
    return new Slices(starts);
  }

  /** The number of slices. */
  public int count() {
    return starts.length;
  }

  /** The first id of a slice. */
  int start(int slice) {
    return starts[slice];
  }

  /** The slice of the n-grams that begin with this id. */
  int of(int id) {
    int found = Arrays.binarySearch(starts, id);
    if (found < 0) {
      return -found - 2;
    }
    while (found + 1 < starts.length && starts[found + 1] == id) {
      found++;
    }
    return found;
  }
}
