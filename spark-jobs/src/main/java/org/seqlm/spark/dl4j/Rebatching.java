package org.seqlm.spark.dl4j;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.seqlm.UserException;
import org.seqlm.spark.io.Shuffles;
import scala.Tuple2;
import scala.runtime.AbstractFunction1;

/**
 * Data sets of any size as batches of one size, dealt to workers without loss. Examples are taken
 * in the order of the partitions and within them; batch j holds the examples [jB, (j+1)B), only the
 * last may be smaller; it goes to worker j mod K, and H batches of each worker make a round.
 *
 * <p>One small job counts the examples; then they are shuffled once, in parts keyed by their first
 * example, into a partition for each worker of each round. The files of that shuffle are what the
 * rounds read: nothing is kept in memory.
 */
final class Rebatching {
  private final JavaSparkContext spark;
  private final JavaPairRDD<Long, PartialBatch> shuffled;
  private final Deal deal;
  private final long examples;

  /** Turns parts of one batch into it. */
  @FunctionalInterface
  interface Merger<S> extends Serializable {
    S merge(List<PartialBatch> parts);
  }

  /**
   * @param batch B
   * @param workers K
   * @param frequency H
   */
  private record Deal(int batch, int workers, int frequency) implements Shuffles.Numbering<Long> {
    long batchOf(long example) {
      return example / batch;
    }

    /** Round by round, and worker by worker in it. */
    @Override
    public int number(Long example) {
      long j = batchOf(example);
      long round = j / workers / frequency;
      return Math.toIntExact(round * workers + j % workers);
    }

    int rounds(long examples) {
      long batches = (examples + batch - 1) / batch;
      long ofWorker = (batches + workers - 1) / workers;
      return Math.toIntExact((ofWorker + frequency - 1) / frequency);
    }
  }

  private Rebatching(
      JavaSparkContext spark, JavaPairRDD<Long, PartialBatch> shuffled, Deal deal, long examples) {
    this.spark = spark;
    this.shuffled = shuffled;
    this.deal = deal;
    this.examples = examples;
  }

  /**
   * Deals the examples out.
   *
   * @param data as parts of any size
   * @throws UserException with exit code 3 if there is no example
   */
  static Rebatching of(
      JavaSparkContext spark, JavaRDD<PartialBatch> data, int batch, int workers, int frequency) {
    List<Long> counts =
        data.mapPartitions(
                parts -> {
                  long count = 0;
                  while (parts.hasNext()) {
                    count += parts.next().count();
                  }
                  return Collections.singleton(count).iterator();
                })
            .collect();
    long[] offsets = new long[counts.size()];
    long total = 0;
    for (int p = 0; p < offsets.length; p++) {
      offsets[p] = total;
      total += counts.get(p);
    }
    if (total == 0) {
      throw UserException.data("the data to fit has no examples: give at least one");
    }
    Deal deal = new Deal(batch, workers, frequency);
    JavaRDD<Tuple2<Long, PartialBatch>> parts =
        data.mapPartitionsWithIndex((p, all) -> cut(all, offsets[p], deal), false);
    JavaPairRDD<Long, PartialBatch> shuffled =
        Shuffles.light(
            JavaPairRDD.fromJavaRDD(parts)
                .repartitionAndSortWithinPartitions(
                    Shuffles.by(deal, deal.rounds(total) * workers), Comparator.naturalOrder()));
    return new Rebatching(spark, shuffled, deal, total);
  }

  /** Cuts data sets where a batch ends. */
  private static Iterator<Tuple2<Long, PartialBatch>> cut(
      Iterator<PartialBatch> all, long first, Deal deal) {
    return new Iterator<>() {
      private PartialBatch current;
      private int at;
      private long offset = first;

      @Override
      public boolean hasNext() {
        while ((current == null || at == current.count()) && all.hasNext()) {
          current = all.next();
          at = 0;
        }
        return current != null && at < current.count();
      }

      @Override
      public Tuple2<Long, PartialBatch> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        long room = (deal.batchOf(offset) + 1) * deal.batch() - offset;
        int to = (int) Math.min(current.count(), at + room);
        Tuple2<Long, PartialBatch> part = new Tuple2<>(offset, current.range(at, to));
        offset += to - at;
        at = to;
        return part;
      }
    };
  }

  /** All that was given. */
  long examples() {
    return examples;
  }

  int rounds() {
    return deal.rounds(examples);
  }

  /** Partition k holds the batches of worker k in a round, from 0. */
  <S> JavaRDD<S> round(int round, Merger<S> merger) {
    Deal dealt = deal;
    var pruned = PartitionPruningRDD.create(shuffled.rdd(), new OfRound(round, deal.workers()));
    return new JavaRDD<>(pruned, shuffled.classTag())
        .mapPartitions(parts -> merge(parts, dealt, merger));
  }

  private static <S> Iterator<S> merge(
      Iterator<Tuple2<Long, PartialBatch>> sorted, Deal deal, Merger<S> merger) {
    return new Iterator<>() {
      private Tuple2<Long, PartialBatch> ahead = sorted.hasNext() ? sorted.next() : null;

      @Override
      public boolean hasNext() {
        return ahead != null;
      }

      @Override
      public S next() {
        if (ahead == null) {
          throw new NoSuchElementException();
        }
        long batch = deal.batchOf(ahead._1());
        List<PartialBatch> parts = new ArrayList<>();
        while (ahead != null && deal.batchOf(ahead._1()) == batch) {
          parts.add(ahead._2());
          ahead = sorted.hasNext() ? sorted.next() : null;
        }
        return merger.merge(parts);
      }
    };
  }

  /** Removes the shuffle's files. */
  void remove() {
    Shuffles.remove(spark, shuffled);
  }

  /** Whether a partition belongs to a round. */
  private static final class OfRound extends AbstractFunction1<Object, Object>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int round;
    private final int workers;

    OfRound(int round, int workers) {
      this.round = round;
      this.workers = workers;
    }

    @Override
    public Object apply(Object partition) {
      return (Integer) partition / workers == round;
    }
  }
}
