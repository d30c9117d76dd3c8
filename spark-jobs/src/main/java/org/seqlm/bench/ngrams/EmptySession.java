package org.seqlm.bench.ngrams;

import org.apache.spark.sql.SparkSession;

/** A Spark session that starts and stops: what every contestant on Spark pays. */
public final class EmptySession {
  private EmptySession() {}

  /** Starts and stops it. */
  public static void main(String[] args) {
    session().stop();
  }

  /** A session as the contestants have it; what else it needs is in the system's properties. */
  static SparkSession session() {
    return SparkSession.builder()
        .appName("seqlm bench")
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate();
  }
}
