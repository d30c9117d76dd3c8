package org.seqlm.ngram.count;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.SpilledBytes;
import org.seqlm.ngram.trie.TrieBlock;

/**
 * What follows the contexts that a slice shares with others: no more of them than lie on the way to
 * its two bounds, and of their followers no more in memory than a bound, as there may be more of
 * these than of all else that the slice holds.
 */
public final class SharedContexts implements Closeable {
  /** Of a slice that shares none, or of which nobody wants to know. */
  public static final SharedContexts NONE = new SharedContexts(List.of());

  /** Parts of what a slice may hold for its levels: one an order and side of a context. */
  private static final int PARTS = 4;

  private final List<Context> contexts;

  private SharedContexts(List<Context> contexts) {
    this.contexts = contexts;
  }

  /** A context, with its followers in the order of their ids. */
  public static final class Context {
    private final int[] ids; // the nearest first
    private final SpilledBytes followers;
    private int size;
    private long total;
    private long ends;

    private Context(int[] ids, Spill spill) {
      this.ids = ids;
      this.followers = new SpilledBytes(spill);
    }

    /** Different followers. */
    public int size() {
      return size;
    }

    /** How often the context appears: with a follower or at the end of a passage. */
    public long total() {
      return total + ends;
    }

    /** How often a passage ended after the context. */
    public long ends() {
      return ends;
    }

    /** Goes through the followers from the first. */
    public Followers followers() throws IOException {
      return new Followers(size, followers.reader());
    }

    private void read(Bytes.Reader record) throws IOException {
      int types = (int) (record.readNumber() >>> 2);
      int word = -1;
      int before = -1;
      for (int i = 0; i < types; i++) {
        word += record.readInt();
        long number = record.readNumber();
        long raw = FollowerCounts.raw(false, number);
        long adjusted = FollowerCounts.adjusted(false, number, record);
        if (word < 0) {
          ends = raw;
          continue;
        }
        followers.next().writeNumber(word - before);
        FollowerCounts.write(followers.next(), false, raw, adjusted);
        followers.written();
        before = word;
        total += raw;
        size++;
      }
    }
  }

  /** Goes through the followers of a context. */
  public static final class Followers {
    private final Bytes.Reader in;
    private int left;
    private int word = -1;
    private long raw;
    private long adjusted;

    private Followers(int size, Bytes.Reader in) {
      this.left = size;
      this.in = in;
    }

    /** Goes to the next one; false at the end. */
    public boolean next() {
      if (left == 0) {
        return false;
      }
      left--;
      word += in.readInt();
      long number = in.readNumber();
      raw = FollowerCounts.raw(false, number);
      adjusted = FollowerCounts.adjusted(false, number, in);
      return true;
    }

    /** The follower's id. */
    public int word() {
      return word;
    }

    public long raw() {
      return raw;
    }

    public long adjusted() {
      return adjusted;
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
   * @param spill null where all is to be in memory
   */
  public static SharedContexts of(Files files, Slices slices, int slice, int order, Spill spill)
      throws IOException {
    int[] left = slices.bound(slice);
    int[] right = slices.bound(slice + 1);
    Spill each = spill == null ? null : new Spill(spill.memory() / (PARTS * order), spill.folder());
    SharedContexts found = new SharedContexts(new ArrayList<>());
    try {
      for (int tree : slices.treesOf(slice)) {
        try (TrieBlock.Input file =
            new TrieBlock.Input(files.open(tree), TrieBlock.Content.COUNTS, order, null)) {
          found.read(file.levels(), slices.trees()[tree] + 1, left, right, each);
        }
      }
      return found;
    } catch (IOException | RuntimeException e) {
      found.close();
      throw e;
    }
  }

  /** A context on the way to a bound, and where in the next level its longer ones stand. */
  private record OnTheWay(int[] stored, long from, long count) {
    long end() {
      return from + count;
    }

    int[] longer(int token) {
      int[] context = Arrays.copyOf(stored, stored.length + 1);
      context[stored.length] = token;
      return context;
    }
  }

  /**
   * Reads the contexts on the way to a slice's bounds, level by level, and of the file no more than
   * up to the last of them. The contexts of a level stand in the order of those that they make
   * longer, so that it is enough to count those that are read over.
   *
   * @param nearest stored id of the tree's token
   */
  private void read(TrieBlock.Input.Levels levels, int nearest, int[] left, int[] right, Spill each)
      throws IOException {
    List<OnTheWay> above = List.of(new OnTheWay(new int[0], 0, 1));
    for (int length = 1; !above.isEmpty(); length++) {
      List<int[]> wanted = new ArrayList<>();
      for (int[] bound : new int[][] {left, right}) {
        int[] context = bound.length > length && bound[0] == nearest ? prefix(bound, length) : null;
        if (context != null && (wanted.isEmpty() || !Arrays.equals(wanted.get(0), context))) {
          wanted.add(context);
        }
      }
      if (wanted.isEmpty()) {
        return;
      }
      above = read(levels.next(), wanted, above, each);
    }
  }

  private static int[] prefix(int[] bound, int length) {
    return Arrays.copyOf(bound, length);
  }

  /**
   * Reads the contexts of one level.
   *
   * @param wanted stored ids, rising
   * @param above those that they make longer
   * @return those that were found
   */
  private List<OnTheWay> read(
      Bytes.Reader level, List<int[]> wanted, List<OnTheWay> above, Spill each) throws IOException {
    List<OnTheWay> found = new ArrayList<>();
    int parents = 0; // that are done
    int stored = 0;
    long longer = 0;
    for (long place = 0; found.size() < wanted.size() && level.hasMore(); place++) {
      while (parents < above.size() && place >= above.get(parents).end()) {
        parents++;
      }
      if (parents == above.size()) {
        break;
      }
      OnTheWay parent = above.get(parents);
      stored = place == parent.from ? level.readInt() : stored + level.readInt();
      long children = level.readNumber();
      int[] context = place < parent.from ? null : parent.longer(stored);
      if (context != null && wanted.stream().anyMatch(one -> Arrays.equals(one, context))) {
        Context here = new Context(Arrays.stream(context).map(id -> id - 1).toArray(), each);
        contexts.add(here);
        here.read(level);
        found.add(new OnTheWay(context, longer, children));
      } else {
        skip(level);
      }
      longer += children;
    }
    return found;
  }

  private static void skip(Bytes.Reader record) {
    for (long left = record.readNumber() >>> 2; left > 0; left--) {
      record.readInt();
      FollowerCounts.adjusted(false, record.readNumber(), record);
    }
  }

  /**
   * A context with what follows it; null if it is not shared.
   *
   * @param reversed ids, the nearest first, from place 1 on
   */
  public Context find(int[] reversed, int length) {
    for (Context context : contexts) {
      if (context.ids.length == length
          && Arrays.equals(context.ids, 0, length, reversed, 1, length + 1)) {
        return context;
      }
    }
    return null;
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    for (Context context : contexts) {
      context.followers.close();
    }
  }
}
