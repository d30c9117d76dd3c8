package org.seqlm.spark;

import org.apache.spark.ShuffleDependency;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Shuffles whose files go when they are no longer needed. */
final class Shuffles {
  private Shuffles() {}

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
}
