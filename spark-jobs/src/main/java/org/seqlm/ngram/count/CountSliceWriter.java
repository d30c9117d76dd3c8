package org.seqlm.ngram.count;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Turns the windows of one slice, in the order of their keys, into the slice's context trie with
 * the counts of all orders from 2 to N, in one pass and with the memory of one path: an n-gram's
 * count is the sum of those it ends (suffix-σ: Berberich and Bedathur, "Computing n-Gram Statistics
 * in MapReduce", EDBT 2013, section 5, here read backwards), its adjusted count the number of
 * tokens it was seen after, the start of a passage taken for one; what begins with {@code <s>} is
 * seen after nothing and keeps its raw count.
 *
 * <p>A level's records are contexts in order: by how much the context's farthest token exceeds its
 * sibling's before it; below the highest order how many longer contexts there are; how many
 * followers; and for each by how much its id exceeds the one before, then its {@link
 * FollowerCounts}. The empty word, stored as 0, is how often a passage ended there.
 */
public final class CountSliceWriter implements WindowMerger.Sink {
  private static final int BLOCK_BYTES = 1 << 20;

  private final KeyLayout layout;
  private final int start; // stored <s>, 0 where there is none
  private final int depths; // the longest context, N - 1
  private final OutputStream out;
  private final SliceStatistics statistics;
  private final Followers[]
      followers; // of the contexts of the path, 1 to N - 1; 0 is the unigrams'
  private final int[] path; // stored ids, from 1
  private final int[] children; // longer contexts of those of the path
  private final int[] sibling; // the last context closed at each depth, among siblings
  private final Bytes[] levels;
  private final UnigramCounts unigrams;
  private final UnigramCounts head;
  private int depth;

  /**
   * @param unigrams receives this slice's share of the unigrams' counts
   * @param head in a part of a hot token's contexts, receives the share of those that follow the
   *     token's own; null elsewhere
   */
  public CountSliceWriter(
      KeyLayout layout,
      Passages passages,
      OutputStream out,
      SliceStatistics statistics,
      UnigramCounts unigrams,
      UnigramCounts head)
      throws IOException {
    this.layout = layout;
    this.start = passages.passageStart() + 1;
    this.depths = layout.order() - 1;
    this.out = out;
    this.statistics = statistics;
    this.unigrams = unigrams;
    this.head = head;
    this.followers = new Followers[depths + 1];
    this.levels = new Bytes[depths];
    for (int d = 1; d <= depths; d++) {
      followers[d] = new Followers(layout);
      levels[d - 1] = new Bytes(1 << 12);
    }
    this.path = new int[depths + 1];
    this.children = new int[depths + 1];
    this.sibling = new int[depths + 2];
    TrieBlock.writePreamble(out, TrieBlock.Content.COUNTS, layout.order());
  }

  @Override
  public void window(long[] key, long count) throws IOException {
    int shared = 0;
    while (shared < depth && layout.stored(key, shared) == path[shared + 1]) {
      shared++;
    }
    while (depth > shared) {
      close();
    }
    while (depth < depths) {
      int stored = layout.stored(key, depth);
      if (stored == 0) {
        break;
      }
      path[++depth] = stored;
      children[depth] = 0;
      sibling[depth + 1] = 0;
    }
    int word = layout.stored(key, depths);
    if (depth > 0) {
      followers[depth].add(word, count);
    } else {
      unigrams.add(word, count, 1);
    }
  }

  /**
   * Writes a head: the one context of a hot token, from all that its parts told.
   *
   * @param token id
   * @param followersOfToken the empty word among them, where a passage ended there
   */
  public void head(int token, UnigramCounts followersOfToken) throws IOException {
    path[1] = token + 1;
    depth = 1;
    Bytes level = levels[0];
    level.writeNumber(path[1]);
    level.writeNumber(0);
    level.writeNumber(followersOfToken.types());
    statistics.context(path, 1);
    int before = 0;
    for (int i = 0; i < followersOfToken.types(); i++) {
      int word = followersOfToken.id(i) + 1;
      follower(1, word, before, followersOfToken.raw(i), followersOfToken.adjusted(i));
      before = word;
    }
    depth = 0;
    finish();
  }

  /** Ends the slice; the stream stays open. */
  public void finish() throws IOException {
    while (depth > 0) {
      close();
    }
    if (Arrays.stream(levels).anyMatch(level -> level.size() > 0)) {
      TrieBlock.write(out, levels);
    }
  }

  private void close() throws IOException {
    int d = depth--;
    Followers here = followers[d];
    here.combine();
    Bytes level = levels[d - 1];
    level.writeNumber(path[d] - sibling[d]);
    sibling[d] = path[d];
    boolean highest = d == depths;
    if (!highest) {
      level.writeNumber(children[d]);
    }
    int types = here.types();
    if (d == 1 && head != null) {
      // What follows the token itself is known only when all parts are put together.
      level.writeNumber(0);
      for (int i = 0; i < types; i++) {
        head.add(here.word(i), here.raw(i), here.adjusted(i));
      }
      types = 0;
    } else {
      level.writeNumber(types);
    }
    boolean fromStart = path[d] == start;
    statistics.context(path, d);
    int before = 0;
    for (int i = 0; i < types; i++) {
      long raw = here.raw(i);
      follower(d, here.word(i), before, raw, highest || fromStart ? raw : here.adjusted(i));
      before = here.word(i);
    }
    children[d - 1]++;
    if (d == 1) {
      int bytes = 0;
      for (Bytes one : levels) {
        bytes += one.size();
      }
      if (bytes >= BLOCK_BYTES) {
        TrieBlock.write(out, levels);
        sibling[1] = 0;
      }
    }
  }

  /** Writes a follower of the context at hand, and passes it on to the next shorter one. */
  private void follower(int d, int word, int before, long raw, long adjusted) {
    Bytes level = levels[d - 1];
    level.writeNumber(word - before);
    FollowerCounts.write(level, d == depths, raw, adjusted);
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
