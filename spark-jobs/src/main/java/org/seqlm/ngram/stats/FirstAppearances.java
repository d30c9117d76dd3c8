package org.seqlm.ngram.stats;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.seqlm.ngram.count.PassageSink;
import org.seqlm.ngram.count.Passages;
import org.seqlm.text.Hash128;
import org.seqlm.vocab.TokenBlock;

/**
 * Finds where each of some n-grams first appears in a part of a stream: they may be many, and many
 * may end with the same token.
 */
public final class FirstAppearances implements PassageSink {
  private final Passages passages;
  private final int[][] ngrams;
  private final BitSet ends; // ids that an n-gram ends with
  private final boolean[] lengths; // of n-grams // (longest + 1)
  private final int[] slots; // number + 1 of an n-gram, 0 where free; a power of two
  private final int[] recent; // the passage's last tokens, a ring
  private final long[] positions; // of these
  private final long[] firsts;
  private long length; // of the passage
  private long end = -1;
  private boolean quiet;

  /**
   * @param ngrams ids of each, all different
   */
  public FirstAppearances(Passages passages, List<int[]> ngrams) {
    this.passages = passages;
    this.ngrams = ngrams.toArray(new int[0][]);
    this.ends = new BitSet(passages.vocabularySize());
    this.slots = new int[Integer.highestOneBit(Math.max(8, ngrams.size())) * 4];
    int longest = ngrams.stream().mapToInt(ids -> ids.length).max().orElse(1);
    this.lengths = new boolean[longest + 1];
    for (int i = 0; i < this.ngrams.length; i++) {
      int[] ids = this.ngrams[i];
      ends.set(ids[ids.length - 1]);
      lengths[ids.length] = true;
      long hash = 0;
      for (int back = 1; back <= ids.length; back++) {
        hash = longer(hash, ids[ids.length - back]);
      }
      int slot = first(hash);
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = i + 1;
    }
    this.recent = new int[longest];
    this.positions = new long[longest];
    this.firsts = new long[ngrams.size()];
    Arrays.fill(firsts, Long.MAX_VALUE);
  }

  /** The hash of an n-gram with a token before it. */
  private static long longer(long hash, int id) {
    return Hash128.mix(hash * 31 + id + 1);
  }

  private int first(long hash) {
    return (int) hash & slots.length - 1;
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
    if (quiet || !ends.get(id)) {
      return;
    }
    long hash = 0;
    for (int n = 1; n < lengths.length && n <= length; n++) {
      hash = longer(hash, recent[slot(length - n)]);
      if (lengths[n]) {
        find(n, hash);
      }
    }
  }

  /** Looks whether the last tokens are one of the n-grams. */
  private void find(int n, long hash) {
    for (int slot = first(hash); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
      int number = slots[slot] - 1;
      if (isLast(ngrams[number], n)) {
        firsts[number] = Math.min(firsts[number], positions[slot(length - n)]);
        return;
      }
    }
  }

  private boolean isLast(int[] ids, int n) {
    for (int back = 1; back <= n; back++) {
      if (ids.length != n || ids[n - back] != recent[slot(length - back)]) {
        return false;
      }
    }
    return true;
  }

  private int slot(long place) {
    return (int) (place % recent.length);
  }
}
