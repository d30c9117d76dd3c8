package org.seqlm.ngram.count;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Turns the windows of one slice, in the order of their keys, into the slice's context trie with
 * the counts of all orders from 2 to N, in one pass and with the memory of one path: an n-gram's
 * count is the sum of those it ends (suffix-σ: Berberich and Bedathur, "Computing n-Gram Statistics
 * in MapReduce", EDBT 2013, section 5, here read backwards), its adjusted count the number of
 * tokens it was seen after, the start of a passage taken for one; what begins with {@code <s>} is
 * seen after nothing and keeps its raw count.
 *
 * <p>A level's records are contexts in order: by how much the context's farthest token exceeds its
 * sibling's before it; below the highest order how many longer contexts there are; twice the number
 * of followers; and for each by how much its id exceeds the one before, then its {@link
 * FollowerCounts}. The empty word, stored as 0, is how often a passage ended there.
 *
 * <p>What follows a context that is shared with other slices ({@link Slices}) is not in the file,
 * but told apart: its record has, in place of the number of followers, {@link #GOES_ON} if a slice
 * before this one has it, too, and {@link #BEGINS} in the first that does.
 */
public final class CountSliceWriter implements WindowMerger.Sink, Closeable {
  /** In place of twice a number of followers: shared, and in a slice before this one, too. */
  public static final int GOES_ON = 1;

  /** In place of twice a number of followers: shared, and in none before. */
  static final int BEGINS = 3;

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
  private int depth;

  /**
   * @param out stays open
   * @param spill for what stands beneath one token
   * @param unigrams receives this slice's share of the unigrams' counts
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
    this.followers = new Followers[depths + 1];
    for (int d = 1; d <= depths; d++) {
      followers[d] = new Followers(layout);
    }
    this.path = new int[depths + 1];
    this.children = new int[depths + 1];
    this.sibling = new int[depths + 2];
    this.out = new TrieWriter(out, TrieBlock.Content.COUNTS, layout.order(), spill);
  }

  @Override
  public void window(long[] key, long count) throws IOException {
    int shared = 0;
    while (shared < depth && layout.stored(key, shared) == path[shared + 1]) {
      shared++;
    }
    while (depth > shared) {
      close(depth--);
    }
    while (depth < depths) {
      int stored = layout.stored(key, depth);
      if (stored == 0) {
        break;
      }
      path[++depth] = stored;
      children[depth] = 0;
      sibling[depth + 1] = 0;
      followers[depth].clear();
    }
    int word = layout.stored(key, depths);
    if (depth > 0) {
      followers[depth].add(word, count);
    } else {
      unigrams.add(word, count, 1);
    }
  }

  /** Ends the slice; the stream stays open. */
  public void finish() throws IOException {
    while (depth > 0) {
      close(depth--);
    }
    out.finish();
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
    boolean goesOn = begins(left, d);
    if (goesOn || begins(right, d)) {
      level.writeNumber(goesOn ? GOES_ON : BEGINS);
      shares.accept(share(d, here));
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

  private ContextShare share(int d, Followers here) {
    UnigramCounts counts = new UnigramCounts();
    for (int i = 0; i < here.types(); i++) {
      counts.add(here.word(i), here.raw(i), here.adjusted(i));
    }
    return new ContextShare(Arrays.copyOfRange(path, 1, d + 1), counts.bytes());
  }

  /** Writes what follows the context at hand, and passes it on to the next shorter one. */
  private void write(int d, Followers here, Bytes level) {
    boolean highest = d == depths;
    boolean fromStart = path[d] == start;
    int types = here.types();
    level.writeNumber(2L * types);
    statistics.context(path, d);
    int before = 0;
    for (int i = 0; i < types; i++) {
      int word = here.word(i);
      long raw = here.raw(i);
      long adjusted = highest || fromStart ? raw : here.adjusted(i);
      level.writeNumber(word - before);
      before = word;
      FollowerCounts.write(level, highest, raw, adjusted);
      if (word > 0) {
        statistics.ngram(word, raw, adjusted);
      }
      if (d > 1) {
        followers[d - 1].add(word, raw);
      } else if (word > 0) {
        unigrams.add(word, raw, 1);
      }
    }
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    out.close();
  }
}
