package org.seqlm.ngram.stats;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.ngram.count.PassageSink;
import org.seqlm.ngram.count.Passages;
import org.seqlm.vocab.TokenBlock;

/** Finds where each of some n-grams first appears in a part of a stream. */
public final class FirstAppearances implements PassageSink {
  private final Passages passages;
  private final Map<Integer, int[][]> byLast = new HashMap<>(); // (ids and at last the number)
  private final boolean[] ends; // whether an n-gram ends with an id
  private final int[] recent; // the passage's last tokens, a ring
  private final long[] positions; // of these
  private final long[] firsts;
  private long length; // of the passage
  private long end = -1;
  private boolean quiet;

  /**
   * @param ngrams ids of each
   */
  public FirstAppearances(Passages passages, List<int[]> ngrams) {
    this.passages = passages;
    this.ends = new boolean[passages.vocabularySize()];
    int longest = 1;
    for (int i = 0; i < ngrams.size(); i++) {
      int[] ids = ngrams.get(i);
      longest = Math.max(longest, ids.length);
      int[] numbered = Arrays.copyOf(ids, ids.length + 1);
      numbered[ids.length] = i;
      int last = ids[ids.length - 1];
      ends[last] = true;
      byLast.merge(
          last,
          new int[][] {numbered},
          (a, b) -> {
            int[][] both = Arrays.copyOf(a, a.length + 1);
            both[a.length] = b[0];
            return both;
          });
    }
    this.recent = new int[longest];
    this.positions = new long[longest];
    this.firsts = new long[ngrams.size()];
    Arrays.fill(firsts, Long.MAX_VALUE);
  }

  /** Reads a block of the stream. */
  public void read(TokenBlock block) {
    if (block.offset() != end) {
      length = 0;
      quiet = true;
      passages.walkBefore(block, this);
      quiet = false;
    }
    passages.walk(block, 0, block.tokens().length, this);
    end = block.offset() + block.tokens().length;
  }

  /** Positions in the stream; {@link Long#MAX_VALUE} for what did not appear. */
  public long[] firsts() {
    return firsts;
  }

  @Override
  public void startPassage() {
    length = 0;
  }

  @Override
  public void token(int id, long position) {
    if (id == passages.passageStart()) {
      return; // stands in no n-gram that is looked for
    }
    int slot = slot(length);
    recent[slot] = id;
    positions[slot] = position;
    length++;
    if (!ends[id] || quiet) {
      return;
    }
    for (int[] ngram : byLast.get(id)) {
      int n = ngram.length - 1;
      boolean same = n <= length;
      for (int i = 1; same && i <= n; i++) {
        same = recent[slot(length - i)] == ngram[n - i];
      }
      if (same) {
        long first = positions[slot(length - n)];
        firsts[ngram[n]] = Math.min(firsts[ngram[n]], first);
      }
    }
  }

  private int slot(long place) {
    return (int) (place % recent.length);
  }
}
