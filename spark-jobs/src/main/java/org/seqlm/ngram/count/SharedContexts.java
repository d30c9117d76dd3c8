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
import org.seqlm.ngram.trie.TrieCursor;

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

    private void read(Bytes.Reader record, boolean highest) throws IOException {
      int types = record.readInt() >>> 2;
      int word = -1;
      int before = -1;
      for (int i = 0; i < types; i++) {
        word += record.readInt();
        long number = record.readNumber();
        long raw = FollowerCounts.raw(highest, number);
        long adjusted = FollowerCounts.adjusted(highest, number, record);
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
        try (TrieCursor contexts =
            new TrieCursor(files.open(tree), TrieBlock.Content.COUNTS, order, spill)) {
          while (contexts.next()) {
            if (begins(left, contexts) || begins(right, contexts)) {
              Context context =
                  new Context(Arrays.copyOfRange(contexts.path(), 1, contexts.length() + 1), each);
              found.contexts.add(context);
              context.read(contexts.record(), contexts.highest());
            } else {
              skip(contexts.record(), contexts.highest());
            }
          }
        }
      }
      return found;
    } catch (IOException | RuntimeException e) {
      found.close();
      throw e;
    }
  }

  private static void skip(Bytes.Reader record, boolean highest) {
    for (int left = record.readInt() >>> 2; left > 0; left--) {
      record.readInt();
      FollowerCounts.adjusted(highest, record.readNumber(), record);
    }
  }

  private static boolean begins(int[] bound, TrieCursor contexts) {
    int length = contexts.length();
    if (length >= bound.length) {
      return false;
    }
    for (int place = 0; place < length; place++) {
      if (contexts.path()[place + 1] + 1 != bound[place]) {
        return false;
      }
    }
    return true;
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
