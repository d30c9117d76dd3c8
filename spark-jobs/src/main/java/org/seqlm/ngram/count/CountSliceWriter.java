package org.seqlm.ngram.count;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.TrieBlock;
import org.seqlm.ngram.trie.TrieWriter;

/**
 * Turns the windows of one slice, in the order of their keys, into the slice's context trie with
 * the counts of all orders from 2 to N, in one pass and with the memory of one path: an n-gram's
 * count is the sum of those it ends (suffix-σ: Berberich and Bedathur, "Computing n-Gram Statistics
 * in MapReduce", EDBT 2013, section 5, here read backwards), its adjusted count the number of
 * tokens it was seen after, the start of a passage taken for one; what begins with {@code <s>} is
 * seen after nothing and keeps its raw count.
 *
 * <p>A level's records are contexts in order: by how much the context's farthest token exceeds its
 * sibling's before it; below the highest order how many longer contexts there are; four times the
 * number of followers and one of {@link #PLAIN} to {@link #BEGINS}; and for each follower by how
 * much its id exceeds the one before, then its {@link FollowerCounts}. The empty word, stored as 0,
 * is how often a passage ended there.
 *
 * <p>What follows a context that is shared with other slices ({@link Slices}) is not in the file,
 * but told apart.
 *
 * <p>Where a passage begins without a mark of its own, n-grams are counted after contexts that it
 * makes short. Such a context may have longer ones, elsewhere in the text: then the followers that
 * it has itself, and how often, stand at the end of its record, so that all windows can be had back
 * from the file ({@link StoredWindows}); those without any context stand at the file's beginning. A
 * context without longer ones has all its followers itself.
 */
public final class CountSliceWriter implements WindowMerger.Sink, Closeable {
  /** A context whose followers come from longer ones, or, if it has none, are its own. */
  static final int PLAIN = 0;

  /** A shared context that a slice before this one has, too: there are no followers. */
  static final int GOES_ON = 1;

  /** A context with longer ones and with followers of its own, which stand behind the others. */
  static final int WITH_OWN = 2;

  /** A shared context that no slice before has: there are no followers but its own. */
  static final int BEGINS = 3;

  /** Followers that are written before it is looked whether their level is too large. */
  private static final int TOGETHER = 1 << 10;

  /** Bytes of a {@link ContextShare} at most, more or less. */
  private static final int MOST_SHARED = 1 << 24;

  /** Whether what follows a context with this number of followers and kind stands elsewhere. */
  public static boolean isShared(long typesAndKind) {
    return (typesAndKind & 1) != 0;
  }

  /** Whether a slice before has a context with this number of followers and kind, too. */
  public static boolean goesOn(long typesAndKind) {
    return (typesAndKind & 3) == GOES_ON;
  }

  /** Reads over the followers that a context with this number of followers and kind has itself. */
  public static void skipOwn(long typesAndKind, Bytes.Reader record) {
    if ((typesAndKind & 2) != 0) {
      for (long left = 2 * record.readNumber(); left > 0; left--) {
        record.readNumber();
      }
    }
  }

  private final KeyLayout layout;
  private final int start; // stored <s>, 0 where there is none
  private final int depths; // the longest context, N - 1
  private final SliceStatistics statistics;
  private final Followers[]
      followers; // of the contexts of the path, 1 to N - 1; 0 is the unigrams'
  private final int[] path; // stored ids, from 1
  private final int[] children; // longer contexts of those of the path
  private final int[] sibling; // the last context closed at each depth, among siblings
  private final TrieWriter out;
  private final UnigramCounts unigrams;
  private final int[] left; // the slice's bound, stored ids
  private final int[] right; // the next one's
  private final Consumer<ContextShare> shares;
  private final int mostShared; // bytes of a part of what is told of a context
  private final OwnFollowers[] own; // of the contexts of the path, 0 to N - 2
  private int depth;
  private boolean begun; // whether there was a context

  /**
   * @param out stays open
   * @param spill for what stands beneath one token
   * @param unigrams receives this slice's share of the unigrams' counts: all of its words, of which
   *     some that follow shared contexts are counted there only
   * @param shares receives what follows contexts that other slices share
   */
  public CountSliceWriter(
      KeyLayout layout,
      Passages passages,
      Slices slices,
      int slice,
      OutputStream out,
      Spill spill,
      SliceStatistics statistics,
      UnigramCounts unigrams,
      Consumer<ContextShare> shares)
      throws IOException {
    this.layout = layout;
    this.start = passages.passageStart() + 1;
    this.depths = layout.order() - 1;
    this.statistics = statistics;
    this.unigrams = unigrams;
    this.left = slices.bound(slice);
    this.right = slices.bound(slice + 1);
    this.shares = shares;
    this.mostShared = (int) Math.min(MOST_SHARED, spill.memory());
    this.followers = new Followers[depths + 1];
    for (int d = 1; d <= depths; d++) {
      followers[d] = Followers.within(spill.memory(), layout);
    }
    this.path = new int[depths + 1];
    this.children = new int[depths + 1];
    this.sibling = new int[depths + 2];
    this.own = new OwnFollowers[depths];
    Arrays.setAll(own, d -> new OwnFollowers());
    this.out = new TrieWriter(out, TrieBlock.Content.COUNTS, layout.order(), spill);
  }

  @Override
  public void window(long[] key, long count) throws IOException {
    if (!begun && layout.stored(key, 0) != 0) {
      begin();
    }
    int shared = 0;
    while (shared < depth && layout.stored(key, shared) == path[shared + 1]) {
      shared++;
    }
    while (depth > shared) {
      close(depth--);
    }
    for (int stored; depth < depths && (stored = layout.stored(key, depth)) != 0; ) {
      open(stored);
    }
    int word = layout.stored(key, depths);
    if (depth < depths && (depth == 0 || path[depth] != start)) {
      own[depth].add(word, count);
    }
    if (depth > 0) {
      followers[depth].add(word, count);
    } else {
      unigrams.add(word, count, 1);
    }
  }

  /** Followers that windows have after a short context, in their order, as they are written. */
  private static final class OwnFollowers {
    private final Bytes bytes = new Bytes(64);
    private int size;
    private int last;

    private void clear() {
      bytes.clear();
      size = 0;
      last = 0;
    }

    private void add(int stored, long count) {
      bytes.writeNumber(stored - last);
      bytes.writeNumber(count);
      last = stored;
      size++;
    }

    private void write(Bytes target) {
      target.writeNumber(size);
      target.write(bytes.array(), 0, bytes.size());
    }
  }

  /** Ends the slice; the stream stays open. */
  public void finish() throws IOException {
    if (!begun) {
      begin();
    }
    int shared = 0;
    while (shared < depth && shared + 1 < right.length && path[shared + 1] == right[shared]) {
      shared++;
    }
    while (depth > shared) {
      close(depth--);
    }
    while (depth + 1 < right.length) {
      open(right[depth]);
    }
    while (depth > 0) {
      close(depth--);
    }
    out.finish();
  }

  /**
   * Writes what has no context, which comes first, and opens the contexts that the slice before
   * has, too. They, and those that the next one has, are in the file even if nothing stands beneath
   * them here: where a context begins must not depend on which windows are left.
   */
  private void begin() throws IOException {
    begun = true;
    own[0].write(out.withoutContext());
    while (depth + 1 < left.length) {
      open(left[depth]);
    }
  }

  private void open(int stored) {
    path[++depth] = stored;
    children[depth] = 0;
    sibling[depth + 1] = 0;
    followers[depth].clear();
    if (depth < depths) {
      own[depth].clear();
    }
  }

  private void close(int d) throws IOException {
    Followers here = followers[d];
    here.combine();
    Bytes level = out.level(d);
    level.writeNumber(path[d] - sibling[d]);
    sibling[d] = path[d];
    boolean highest = d == depths;
    if (!highest) {
      level.writeNumber(children[d]);
    }
    if (begins(left, d)) {
      level.writeNumber(GOES_ON);
      share(d, here);
    } else if (begins(right, d)) {
      level.writeNumber(BEGINS);
      own[d].write(level);
      share(d, here);
    } else {
      write(d, here, level);
    }
    children[d - 1]++;
    out.written(d);
    if (d == 1 && out.endContext()) {
      sibling[1] = 0;
    }
  }

  /** Whether the context at hand is the beginning of a longer one. */
  private boolean begins(int[] bound, int d) {
    if (d >= bound.length) {
      return false;
    }
    for (int place = 0; place < d; place++) {
      if (path[place + 1] != bound[place]) {
        return false;
      }
    }
    return true;
  }

  /** Tells what follows the context at hand, in as many parts as it takes. */
  private void share(int d, Followers here) {
    int[] context = Arrays.copyOfRange(path, 1, d + 1);
    Bytes some = new Bytes(64);
    int before = 0;
    for (int i = 0; i < here.types(); i++) {
      int word = here.word(i);
      if (some.size() > mostShared) {
        shares.accept(new ContextShare(context, some.copy()));
        some.clear();
        before = 0;
      }
      ContextShare.write(some, word - before, here.raw(i), here.adjusted(i));
      before = word;
      if (word > 0) {
        unigrams.add(word, 0, 0); // counted by the tree, but a word of the slice
      }
    }
    shares.accept(new ContextShare(context, some.copy()));
  }

  /** Writes what follows the context at hand, and passes it on to the next shorter one. */
  private void write(int d, Followers here, Bytes level) throws IOException {
    boolean highest = d == depths;
    boolean fromStart = path[d] == start;
    int types = here.types();
    boolean withOwn = !highest && children[d] > 0 && own[d].size > 0;
    level.writeNumber(4L * types + (withOwn ? WITH_OWN : PLAIN));
    statistics.context(path, d);
    int before = 0;
    for (int i = 0; i < types; i++) {
      int word = here.word(i);
      long raw = here.raw(i);
      long adjusted = highest || fromStart ? raw : here.adjusted(i);
      level.writeNumber(word - before);
      before = word;
      FollowerCounts.write(level, highest, raw, adjusted);
      if ((i + 1) % TOGETHER == 0) {
        out.written(d);
      }
      if (word > 0) {
        statistics.ngram(word, raw, adjusted);
      }
      if (d > 1) {
        followers[d - 1].add(word, raw);
      } else if (word > 0) {
        unigrams.add(word, raw, 1);
      }
    }
    if (withOwn) {
      own[d].write(level);
    }
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    out.close();
  }
}
