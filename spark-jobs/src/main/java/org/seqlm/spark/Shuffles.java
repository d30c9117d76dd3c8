package org.seqlm.spark;

import org.apache.spark.Partitioner;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.ShuffledRDD;

/**
 * Shuffles that cost little: with {@link ShuffleSerializer}. Their files stay until their RDD is
 * collected, unless whoever read them calls {@link #remove}.
 */
final class Shuffles {
  private Shuffles() {}

  /** Sends each value to the partition of its number. */
  static <V> JavaPairRDD<Integer, V> byNumber(JavaPairRDD<Integer, V> numbered, int partitions) {
    return light(numbered.partitionBy(new ByNumber(partitions)));
  }

  /**
   * Has a shuffle written with {@link ShuffleSerializer}.
   *
   * @param shuffled what a shuffle gives, before anything is made of it
   */
  static <K, V> JavaPairRDD<K, V> light(JavaPairRDD<K, V> shuffled) {
    if (shuffled.rdd() instanceof ShuffledRDD<?, ?, ?> shuffle) {
      shuffle.setSerializer(new ShuffleSerializer());
    }
    return shuffled;
  }

  /**
   * Removes the files of a shuffle that is not read again; Spark itself would keep them until the
   * driver's collector finds the RDD.
   */
  static void remove(JavaSparkContext spark, JavaPairRDD<?, ?> shuffled) {
    if (spark.sc().cleaner().isDefined()) {
      int shuffle = ((ShuffleDependency<?, ?, ?>) shuffled.rdd().dependencies().head()).shuffleId();
      spark.sc().cleaner().get().doCleanupShuffle(shuffle, false);
    }
  }

  /** Sends a key to the partition of its number. */
  private static final class ByNumber extends Partitioner {
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
