package org.seqlm.ngram;

import java.util.List;
import java.util.PriorityQueue;

/** Merges sorted blocks of one slice into one sorted sequence. */
public final class BlockMerger {
  private BlockMerger() {}

  /**
   * Builds the trie of a slice.
   *
   * @param blocks each sorted by key; the same key may stand in several
   */
  public static TrieSlice merge(KeyLayout layout, Runs runs, List<NgramBlock> blocks) {
    int longs = layout.longs();
    TrieSlice.Builder builder = new TrieSlice.Builder(layout, runs);
    PriorityQueue<Cursor> heads =
        new PriorityQueue<>(
            Math.max(1, blocks.size()),
            (a, b) -> layout.compare(a.block.keys(), a.at * longs, b.block.keys(), b.at * longs));
    for (NgramBlock block : blocks) {
      if (block.size() > 0) {
        heads.add(new Cursor(block));
      }
    }
    while (!heads.isEmpty()) {
      Cursor cursor = heads.poll();
      NgramBlock block = cursor.block;
      Cursor next = heads.peek();
      // The smallest block stays in hand as long as it is the smallest.
      do {
        builder.add(
            block.keys(), cursor.at * longs, block.counts()[cursor.at], block.firsts()[cursor.at]);
        cursor.at++;
      } while (cursor.at < block.size()
          && (next == null
              || layout.compare(block.keys(), cursor.at * longs, next.block.keys(), next.at * longs)
                  <= 0));
      if (cursor.at < block.size()) {
        heads.add(cursor);
      }
    }
    return builder.build();
  }

  private static final class Cursor {
    private final NgramBlock block;
    private int at;

    Cursor(NgramBlock block) {
      this.block = block;
    }
  }
}
