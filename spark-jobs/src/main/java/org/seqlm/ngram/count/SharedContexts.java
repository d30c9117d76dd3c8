package org.seqlm.ngram.count;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.ngram.trie.Spill;

/**
 * What follows the contexts that a slice shares with others: no more of them than lie on the way to
 * its two bounds.
 */
public final class SharedContexts {
  /** Of a slice that shares none, or of which nobody wants to know. */
  public static final SharedContexts NONE = new SharedContexts(List.of());

  private final List<Counts> contexts;

  private SharedContexts(List<Counts> contexts) {
    this.contexts = contexts;
  }

  /**
   * A context with its followers.
   *
   * @param context ids, the nearest first
   * @param words rising ids // (size)
   * @param raw counts // (size)
   * @param adjusted counts // (size)
   * @param ends how often a passage ended after the context
   */
  public record Counts(int[] context, int[] words, long[] raw, long[] adjusted, long ends) {
    /** How often the context appears: with a follower or at the end of a passage. */
    public long total() {
      return Arrays.stream(raw).sum() + ends;
    }
  }

  /** Opens the file of a tree. */
  @FunctionalInterface
  public interface Files {
    InputStream open(int tree) throws IOException;
  }

  /**
   * Reads what a slice shares.
   *
   * @param order N of the counts
   */
  public static SharedContexts of(Files files, Slices slices, int slice, int order, Spill spill)
      throws IOException {
    int[] left = slices.bound(slice);
    int[] right = slices.bound(slice + 1);
    List<Counts> found = new ArrayList<>();
    for (int tree : slices.treesOf(slice)) {
      try (CountSlice counts = new CountSlice(files.open(tree), order, NONE, spill)) {
        while (counts.next()) {
          if (begins(left, counts) || begins(right, counts)) {
            found.add(
                new Counts(
                    Arrays.copyOfRange(counts.reversed(), 1, counts.length() + 1),
                    Arrays.copyOf(counts.words(), counts.size()),
                    Arrays.copyOf(counts.raw(), counts.size()),
                    Arrays.copyOf(counts.adjusted(), counts.size()),
                    counts.ends()));
          }
        }
      }
    }
    return new SharedContexts(found);
  }

  private static boolean begins(int[] bound, CountSlice counts) {
    int length = counts.length();
    if (length >= bound.length) {
      return false;
    }
    for (int place = 0; place < length; place++) {
      if (counts.reversed()[place + 1] + 1 != bound[place]) {
        return false;
      }
    }
    return true;
  }

  /**
   * What follows a context; null if it is not shared.
   *
   * @param reversed ids, the nearest first, from place 1 on
   */
  public Counts find(int[] reversed, int length) {
    for (Counts counts : contexts) {
      if (counts.context().length == length
          && Arrays.equals(counts.context(), 0, length, reversed, 1, length + 1)) {
        return counts;
      }
    }
    return null;
  }
}
