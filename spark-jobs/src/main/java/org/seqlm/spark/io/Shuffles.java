package org.seqlm.spark.io;

import java.io.Serializable;
import org.apache.spark.Partitioner;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.rdd.ShuffledRDD;

/**
 * Shuffles that cost little: with {@link ShuffleSerializer}. Their files stay until their RDD is
 * collected, unless whoever read them calls {@link #remove}.
 */
public final class Shuffles {
  private Shuffles() {}

  /** Sends each value to the partition of its number. */
  public static <V> JavaPairRDD<Integer, V> byNumber(
      JavaPairRDD<Integer, V> numbered, int partitions) {
    return light(numbered.partitionBy(by(ItsOwn.NUMBER, partitions)));
  }

  /**
   * Has a shuffle written with {@link ShuffleSerializer}.
   *
   * @param shuffled what a shuffle gives, before anything is made of it
   */
  public static <K, V> JavaPairRDD<K, V> light(JavaPairRDD<K, V> shuffled) {
    if (shuffled.rdd() instanceof ShuffledRDD<?, ?, ?> shuffle) {
      shuffle.setSerializer(new ShuffleSerializer());
    }
    return shuffled;
  }

  /**
   * Makes one value of all, in the cluster and in two steps: the driver gets the result only.
   *
   * @param none is merged with the first of each partition
   */
  public static <T> T inTree(JavaRDD<T> values, T none, Function2<T, T, T> merge) {
    return values.treeAggregate(none, merge, merge, 2, true);
  }

  /**
   * Removes the files of a shuffle that is not read again; Spark itself would keep them until the
   * driver's collector finds the RDD.
   */
  public static void remove(JavaSparkContext spark, JavaPairRDD<?, ?> shuffled) {
    if (spark.sc().cleaner().isDefined()) {
      int shuffle = ((ShuffleDependency<?, ?, ?>) shuffled.rdd().dependencies().head()).shuffleId();
      spark.sc().cleaner().get().doCleanupShuffle(shuffle, false);
    }
  }

  /** Numbers keys; equal ones number alike. */
  @FunctionalInterface
  public interface Numbering<K> extends Serializable {
    int number(K key);
  }

  /** Sends a key to the partition of its number. */
  public static <K> Partitioner by(Numbering<K> numbering, int partitions) {
    return new ByNumber<>(numbering, partitions);
  }

  private enum ItsOwn implements Numbering<Integer> {
    NUMBER;

    @Override
    public int number(Integer key) {
      return key;
    }
  }

  private static final class ByNumber<K> extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final Numbering<K> numbering;
    private final int partitions;

    ByNumber(Numbering<K> numbering, int partitions) {
      this.numbering = numbering;
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    @SuppressWarnings("unchecked")
    public int getPartition(Object key) {
      return numbering.number((K) key);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByNumber<?> that
          && that.numbering.equals(numbering)
          && that.partitions == partitions;
    }

    @Override
    public int hashCode() {
      return 31 * numbering.hashCode() + partitions;
    }
  }
}
