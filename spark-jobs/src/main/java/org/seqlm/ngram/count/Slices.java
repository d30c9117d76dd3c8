package org.seqlm.ngram.count;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Cuts the n-grams into consecutive slices by their contexts, in the order of the keys. A slice
 * begins at a context of any length, its bound, and holds all contexts from there to the next
 * slice's bound, with what follows them. So a slice may begin and end within what stands beneath a
 * frequent token, or beneath "of the".
 *
 * <p>A context that has longer ones on both sides of a bound, which is then longer than it, is
 * shared: each slice counts what it sees after it, the sums are made apart ({@link SharedCounts}),
 * and whoever reads a slice reads them, too ({@link SharedContexts}). The shared contexts whose
 * nearest token is the same are a tree.
 *
 * <p>Bounds are taken from a {@link KeySample} of the text, so that slices are of about one size;
 * they depend on the text and the vocabulary only.
 */
public final class Slices implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A part of a slice by which a bound may stand off where it were best, to be shorter. */
  private static final int SLACK = 8;

  private static final int[] NONE = {};

  private final int[][] bounds; // stored ids, the nearest token first // (slices, 1 to N-1)
  private final int[] trees; // rising ids

  private Slices(int[][] bounds) {
    this.bounds = bounds;
    TreeSet<Integer> shared = new TreeSet<>();
    for (int[] bound : bounds) {
      if (bound.length > 1) {
        shared.add(bound[0] - 1);
      }
    }
    this.trees = shared.stream().mapToInt(id -> id).toArray();
  }

  /** All in one slice. */
  public static Slices whole() {
    return new Slices(new int[][] {NONE});
  }

  /**
   * Slices that begin at these contexts.
   *
   * @param bounds of all but the first: ids, the nearest token first; rising // (slices - 1, 1 to
   *     N-1)
   */
  public static Slices at(List<int[]> bounds) {
    int[][] stored = new int[bounds.size() + 1][];
    stored[0] = NONE;
    for (int i = 1; i < stored.length; i++) {
      stored[i] = Arrays.stream(bounds.get(i - 1)).map(id -> id + 1).toArray();
      if (Arrays.compare(stored[i - 1], stored[i]) >= 0) {
        throw new IllegalArgumentException("bounds must rise: " + Arrays.toString(stored[i]));
      }
    }
    return new Slices(stored);
  }

  /**
   * About {@code wanted} slices of one size, fewer where a text has too few contexts. A bound is
   * the shortest that parts two keys of the sample (as in prefix B-trees: Bayer and Unterauer, ACM
   * Transactions on Database Systems 2, 1977), and so most bounds are single tokens.
   *
   * @param keys of the text's windows in any order, each any number of times; sorted in place
   */
  public static Slices of(long[][] keys, KeyLayout layout, int wanted) {
    if (wanted < 1) {
      throw new IllegalArgumentException("slices " + wanted);
    }
    long[][] sample = distinct(keys);
    List<int[]> bounds = new ArrayList<>(List.of(NONE));
    int from = 1; // the next bound stands before this key or one after it
    for (int i = 1; i < wanted; i++) {
      long best = (long) sample.length * i / wanted;
      int slack = Math.max(1, sample.length / wanted / SLACK);
      int found = -1;
      int foundDepth = layout.order();
      long first = Math.max(from, best - slack);
      if (first > best + slack) {
        continue; // the last bound stands behind a context that fills this slice, too
      }
      for (long at = first; at < sample.length; at++) {
        if (at > best + slack && found >= 0) {
          break;
        }
        int depth = parted(sample[(int) at - 1], sample[(int) at], layout);
        boolean nearer = Math.abs(at - best) < Math.abs(found - best);
        if (depth < foundDepth || (depth == foundDepth && found >= 0 && nearer)) {
          found = (int) at;
          foundDepth = depth;
        }
      }
      if (found < 0) {
        break;
      }
      int[] bound = new int[foundDepth];
      for (int place = 0; place < foundDepth; place++) {
        bound[place] = layout.stored(sample[found], place);
      }
      bounds.add(bound);
      from = found + 1;
    }
    return new Slices(bounds.toArray(new int[0][]));
  }

  private static long[][] distinct(long[][] keys) {
    Arrays.sort(keys, Arrays::compare);
    int size = 0;
    for (int i = 0; i < keys.length; i++) {
      if (i == 0 || !Arrays.equals(keys[i], keys[i - 1])) {
        size++;
      }
    }
    long[][] distinct = new long[size][];
    int at = 0;
    for (int i = 0; i < keys.length; i++) {
      if (i == 0 || !Arrays.equals(keys[i], keys[i - 1])) {
        distinct[at++] = keys[i];
      }
    }
    return distinct;
  }

  /** How many tokens of two contexts tell them apart; N where they are the same. */
  private static int parted(long[] before, long[] key, KeyLayout layout) {
    int place = 0;
    while (place < layout.order() - 1
        && layout.stored(before, place) == layout.stored(key, place)) {
      place++;
    }
    return place + 1;
  }

  /** The number of slices. */
  public int count() {
    return bounds.length;
  }

  /** Where each slice but the first begins, as {@link #at} takes it. */
  public List<int[]> bounds() {
    return Arrays.stream(bounds)
        .skip(1)
        .map(bound -> Arrays.stream(bound).map(stored -> stored - 1).toArray())
        .toList();
  }

  /**
   * The slice that holds a context.
   *
   * @param reversed ids, the nearest first, from place {@code from} on
   */
  public int of(int[] reversed, int from, int length) {
    int low = 0;
    int high = bounds.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (begins(middle, reversed, from, length)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Whether a slice holds a context. */
  public boolean holds(int slice, int[] reversed, int from, int length) {
    return begins(slice, reversed, from, length)
        && (slice + 1 == bounds.length || !begins(slice + 1, reversed, from, length));
  }

  /** Whether a slice begins with a context or before it. */
  private boolean begins(int slice, int[] reversed, int from, int length) {
    int[] bound = bounds[slice];
    for (int place = 0; place < bound.length; place++) {
      if (place == length) {
        return false;
      }
      int stored = reversed[from + place] + 1;
      if (stored != bound[place]) {
        return stored > bound[place];
      }
    }
    return true;
  }

  /** Where a slice begins, as the least key that it can hold; null after the last. */
  long[] start(int slice, KeyLayout layout) {
    if (slice == bounds.length) {
      return null;
    }
    long[] key = new long[layout.longs()];
    for (int place = 0; place < bounds[slice].length; place++) {
      layout.put(key, place, bounds[slice][place]);
    }
    return key;
  }

  /** The slice that holds a key. */
  int of(long[][] keys, int at, KeyLayout layout) {
    int low = 0;
    int high = bounds.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      boolean begins = true;
      for (int place = 0; place < bounds[middle].length; place++) {
        int stored = layout.stored(keys, at, place);
        if (stored != bounds[middle][place]) {
          begins = stored > bounds[middle][place];
          break;
        }
      }
      if (begins) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /**
   * Where a slice begins: stored ids, the nearest token first. What is shorter and begins so is
   * shared with the slice before.
   */
  int[] bound(int slice) {
    return slice < bounds.length ? bounds[slice] : NONE;
  }

  /** The trees of shared contexts: the nearest token of each, rising. */
  public int[] trees() {
    return trees.clone();
  }

  /** The place of a tree, by its nearest token. */
  public int tree(int token) {
    return Arrays.binarySearch(trees, token);
  }

  /** The slices that hold a part of a tree: the first and the last. */
  public int[] slicesOf(int tree) {
    int first = -1;
    int last = -1;
    for (int slice = 1; slice < bounds.length; slice++) {
      if (bounds[slice].length > 1 && bounds[slice][0] == trees[tree] + 1) {
        first = first < 0 ? slice - 1 : first;
        last = slice;
      }
    }
    return new int[] {first, last};
  }

  /** The trees that a slice holds a part of; two at most. */
  public int[] treesOf(int slice) {
    int[] left = bound(slice);
    int[] right = bound(slice + 1);
    TreeSet<Integer> found = new TreeSet<>();
    if (left.length > 1) {
      found.add(tree(left[0] - 1));
    }
    if (right.length > 1) {
      found.add(tree(right[0] - 1));
    }
    return found.stream().mapToInt(tree -> tree).toArray();
  }
}
