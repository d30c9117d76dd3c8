package org.seqlm.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.vocab.TokenBlock;
import scala.Tuple2;

/** Deals the blocks of a stream out to a wanted number of tasks. */
final class Pieces {
  /** A task of fewer tokens than this costs more than it saves. */
  private static final long LEAST_TOKENS = 1 << 16;

  private Pieces() {}

  /**
   * The same stream in as many partitions as are wanted. Blocks are cut where they must be, and
   * what stood before them is not kept.
   *
   * @param tokens of the whole stream
   * @param partitions wanted; 0 for as many as the cluster has cores, if there is enough to do
   */
  static JavaRDD<TokenBlock> spread(JavaRDD<TokenBlock> blocks, long tokens, int partitions) {
    int have = blocks.getNumPartitions();
    if (partitions > 0 && partitions < have) {
      return blocks.coalesce(partitions);
    }
    long least = (tokens + LEAST_TOKENS - 1) / LEAST_TOKENS;
    int want =
        partitions > 0 ? partitions : (int) Math.min(blocks.context().defaultParallelism(), least);
    if (want <= have || tokens == 0) {
      return blocks;
    }
    JavaPairRDD<Integer, TokenBlock> pieces =
        blocks.flatMapToPair(block -> cut(block, tokens, want).iterator());
    return pieces.partitionBy(new ByNumber(want)).values();
  }

  private static List<Tuple2<Integer, TokenBlock>> cut(TokenBlock block, long tokens, int pieces) {
    List<Tuple2<Integer, TokenBlock>> cut = new ArrayList<>();
    int length = block.tokens().length;
    int skipped = block.before().length;
    int from = 0;
    while (from < length) {
      int piece = (int) ((block.offset() + from) * pieces / tokens);
      long end = ((piece + 1) * tokens + pieces - 1) / pieces - block.offset();
      int to = (int) Math.min(length, Math.max(end, from + 1));
      int begin = from;
      int[] starts =
          Arrays.stream(block.documentStarts())
              .filter(start -> start - skipped >= begin && start - skipped < to)
              .map(start -> start - skipped - begin)
              .toArray();
      cut.add(
          new Tuple2<>(
              Math.min(piece, pieces - 1),
              new TokenBlock(
                  block.offset() + from,
                  new int[0],
                  Arrays.copyOfRange(block.tokens(), from, to),
                  starts)));
      from = to;
    }
    return cut;
  }

  /** Sends a key to the partition of its number. */
  static final class ByNumber extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int partitions;

    ByNumber(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object key) {
      return (Integer) key;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByNumber same && same.partitions == partitions;
    }

    @Override
    public int hashCode() {
      return partitions;
    }
  }
}
