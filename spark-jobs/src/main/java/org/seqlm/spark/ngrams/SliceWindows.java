package org.seqlm.spark.ngrams;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.WindowCounter;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.vocab.TokenBlock;
import scala.Tuple2;

/**
 * The windows of a stream, counted and sorted by the tasks that hold it, on their way to slices.
 */
final class SliceWindows {
  /** Part of the heap for collecting windows. */
  private static final double COLLECT = 0.3;

  private SliceWindows() {}

  /**
   * The windows of a stream.
   *
   * @param tokens of the whole stream
   * @param partitions tasks that count; 0 leaves it to the cluster
   * @return parts by slice, each sorted; one partition a slice
   */
  static JavaPairRDD<Integer, byte[]> of(
      JavaRDD<TokenBlock> blocks,
      long tokens,
      Passages passages,
      KeyLayout layout,
      Slices slices,
      int partitions) {
    return Shuffles.byNumber(
        BlockDealer.spread(blocks, tokens, slices.count(), partitions, passages, layout.order())
            .mapPartitionsToPair(part -> new Emitter(part, passages, layout, slices, tokens)),
        slices.count());
  }

  /** Counts as far as is needed to give the next part. */
  private static final class Emitter implements Iterator<Tuple2<Integer, byte[]>> {
    private final Iterator<TokenBlock> blocks;
    private final WindowCounter counter;
    private final Deque<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();
    private boolean finished;

    Emitter(
        Iterator<TokenBlock> blocks,
        Passages passages,
        KeyLayout layout,
        Slices slices,
        long tokens) {
      this.blocks = blocks;
      this.counter = new WindowCounter(layout, passages, slices, tokens, TaskMemory.share(COLLECT));
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && !finished) {
        if (blocks.hasNext()) {
          counter.count(blocks.next(), this::ready);
        } else {
          finished = true;
          counter.drain(this::ready);
        }
      }
      return !ready.isEmpty();
    }

    private void ready(byte[] part, int slice) {
      ready.add(new Tuple2<>(slice, part));
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.poll();
    }
  }
}
