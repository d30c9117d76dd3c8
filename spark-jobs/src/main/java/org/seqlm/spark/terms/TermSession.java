package org.seqlm.spark.terms;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** The session that rows of words are joined in: settings of its own, in the job's context. */
final class TermSession {
  private TermSession() {}

  /**
   * A session.
   *
   * @param tasks that shuffles are cut into; 0 for four times as many as run at a time, which Spark
   *     makes fewer of where they are small
   */
  static SparkSession of(JavaSparkContext spark, int tasks) {
    SparkSession session =
        SparkSession.builder().sparkContext(spark.sc()).getOrCreate().newSession();
    int partitions = tasks > 0 ? tasks : Math.max(4, 4 * spark.defaultParallelism());
    session.conf().set("spark.sql.shuffle.partitions", Integer.toString(partitions));
    session.conf().set("spark.sql.adaptive.enabled", "true");
    return session;
  }
}
