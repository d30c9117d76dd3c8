package org.seqlm.spark.ngrams;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.ngram.count.Passages;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.vocab.TokenBlock;
import scala.Tuple2;

/** Deals the blocks of a stream out to a wanted number of tasks. */
final class BlockDealer {
  /** A task of fewer tokens than this costs more than it saves. */
  private static final long LEAST_TOKENS = 1 << 16;

  /** A task of more, which sorts its windows in several passages, saves nothing by that. */
  private static final long MOST_TOKENS = 1 << 22;

  /**
   * Tokens a slice that a task has at least: what it sends a slice, ten kilobytes then, is a block
   * of the shuffle, and tasks times slices would grow with the square of the text. A task of a
   * large text has more than {@link #MOST_TOKENS} for that; it sends every slice several passages.
   */
  private static final long TOKENS_A_BLOCK = 1 << 12;

  /** Tasks a core at least, so that none waits long for the last. */
  private static final int TASKS_A_CORE = 3;

  private BlockDealer() {}

  /**
   * The same stream in as many partitions as are wanted. Blocks are cut where they must be; each
   * share knows as much of what stands before it as n-grams can reach.
   *
   * @param tokens of the whole stream
   * @param slices that each task sends to
   * @param partitions wanted; 0 for as many as suit the text and the cluster's cores: the more
   *     windows a task sorts together, the fewer are sent and merged
   * @param order of the longest n-grams
   */
  static JavaRDD<TokenBlock> spread(
      JavaRDD<TokenBlock> blocks,
      long tokens,
      int slices,
      int partitions,
      Passages passages,
      int order) {
    int have = blocks.getNumPartitions();
    int cores = blocks.context().defaultParallelism();
    long most = partitions > 0 ? partitions : most(tokens, slices, cores);
    if (have > most) {
      return blocks.coalesce((int) most);
    }
    int least =
        partitions > 0
            ? partitions
            : (int) Math.min(cores, (tokens + LEAST_TOKENS - 1) / LEAST_TOKENS);
    if (have >= least || tokens == 0) {
      return blocks;
    }
    JavaPairRDD<Integer, TokenBlock> shares =
        blocks.flatMapToPair(block -> cut(block, tokens, least, passages, order).iterator());
    return Shuffles.byNumber(shares, least).values();
  }

  /** Tasks at most: rounds of all cores. */
  static long most(long tokens, int slices, int cores) {
    long each = Math.max(MOST_TOKENS, TOKENS_A_BLOCK * slices);
    return cores * Math.max(TASKS_A_CORE, (tokens / each + cores - 1) / cores);
  }

  private static List<Tuple2<Integer, TokenBlock>> cut(
      TokenBlock block, long tokens, int shares, Passages passages, int order) {
    List<Tuple2<Integer, TokenBlock>> cut = new ArrayList<>();
    int before = block.before().length;
    int[] all = Arrays.copyOf(block.before(), before + block.tokens().length);
    System.arraycopy(block.tokens(), 0, all, before, block.tokens().length);
    int from = before;
    while (from < all.length) {
      long at = block.offset() + from - before;
      int share = (int) (at * shares / tokens);
      long end = ((share + 1) * tokens + shares - 1) / shares - block.offset() + before;
      int to = (int) Math.min(all.length, Math.max(end, from + 1));
      int back = from;
      for (int read = 0; back > 0 && read < order - 1; ) {
        read += passages.reads(all[--back]) ? 1 : 0;
      }
      int first = back;
      int[] starts =
          Arrays.stream(block.documentStarts())
              .filter(start -> start >= first && start < to)
              .map(start -> start - first)
              .toArray();
      cut.add(
          new Tuple2<>(
              Math.min(share, shares - 1),
              new TokenBlock(
                  at,
                  Arrays.copyOfRange(all, back, from),
                  Arrays.copyOfRange(all, from, to),
                  starts)));
      from = to;
    }
    return cut;
  }
}
