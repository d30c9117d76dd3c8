package org.seqlm.job;

import java.io.Closeable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.seqlm.artifact.Overwrite;
import org.seqlm.report.Progress;

/**
 * What a job runs in: the Spark session, started when first asked for, and how to talk to the user.
 */
final class JobContext implements Closeable {
  private final String name;
  private final String master;
  private final Overwrite overwrite;
  private final Progress progress;
  private SparkSession spark;
  private boolean owned;

  /**
   * @param name of the job, shown in Spark's own pages
   * @param master what {@code --master} gave, or null for what spark-submit set, or else {@code
   *     local[*]}
   */
  JobContext(String name, String master, Overwrite overwrite, Progress progress) {
    this.name = name;
    this.master = master;
    this.overwrite = overwrite;
    this.progress = progress;
  }

  /** A context for another job that runs inside this one, in the same session. */
  JobContext inner(String job, Overwrite inside) {
    JobContext context = new JobContext(job, master, inside, progress);
    context.spark = spark();
    context.spark.sparkContext().setJobGroup("seqlm " + job, "seqlm " + job, false);
    return context;
  }

  SparkSession spark() {
    if (spark == null) {
      owned = SparkSession.getDefaultSession().isEmpty();
      spark = Sessions.start("seqlm " + name, master);
      spark.sparkContext().setJobGroup("seqlm " + name, "seqlm " + name, false);
    }
    return spark;
  }

  JavaSparkContext sparkContext() {
    return JavaSparkContext.fromSparkContext(spark().sparkContext());
  }

  /** Hadoop's settings; asking for them starts no session. */
  Configuration hadoop() {
    return spark == null
        ? SparkHadoopUtil.get().newConfiguration(new SparkConf())
        : spark.sparkContext().hadoopConfiguration();
  }

  /** Spark's settings; asking for them starts no session. */
  SparkConf sparkConf() {
    if (spark != null) {
      return spark.sparkContext().getConf();
    }
    SparkConf conf = new SparkConf();
    if (master != null) {
      conf.setMaster(master);
    }
    return conf.setIfMissing("spark.master", "local[*]");
  }

  Progress progress() {
    return progress;
  }

  Overwrite overwrite() {
    return overwrite;
  }

  /** Stops the session if this context started it. */
  @Override
  public void close() {
    if (owned && spark != null) {
      spark.stop();
    }
  }
}
