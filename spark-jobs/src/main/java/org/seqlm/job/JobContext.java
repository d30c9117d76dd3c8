package org.seqlm.job;

import java.io.Closeable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.seqlm.artifact.NioLocalFileSystem;
import org.seqlm.artifact.Overwrite;
import org.seqlm.kernels.KernelSet;
import org.seqlm.kernels.KernelVariables;
import org.seqlm.kernels.Kernels;
import org.seqlm.report.Progress;

/**
 * What a job runs in: the Spark context, started when first asked for, and how to talk to the user.
 */
final class JobContext implements Closeable {
  private final String name;
  private final String master;
  private final Overwrite overwrite;
  private final Progress progress;
  private Configuration hadoop;
  private SparkContext spark;
  private boolean owned;
  private KernelSet kernels = KernelSet.NATIVE;

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

  /** A context for another job that runs inside this one, in the same Spark context. */
  JobContext inner(String job, Overwrite inside) {
    JobContext context = new JobContext(job, master, inside, progress);
    context.spark = spark();
    context.spark.setJobGroup("seqlm " + job, "seqlm " + job, false);
    return context;
  }

  /**
   * Has native libraries choose these kernels, here and in executors; for before Spark starts, and
   * before any of them is loaded.
   *
   * @throws org.seqlm.UserException with exit code 5 if this machine cannot compute with them
   */
  void ask(KernelSet set) {
    kernels = set;
    Kernels.ask(set);
  }

  private SparkContext spark() {
    if (spark == null) {
      owned = SparkEnv.get() == null;
      spark = Sessions.start("seqlm " + name, master, KernelVariables.pins(kernels));
      setLocalFiles(spark.hadoopConfiguration(), spark.master());
      spark.setJobGroup("seqlm " + name, "seqlm " + name, false);
    }
    return spark;
  }

  JavaSparkContext sparkContext() {
    return JavaSparkContext.fromSparkContext(spark());
  }

  /** Hadoop's settings; asking for them does not start Spark. */
  Configuration hadoop() {
    if (spark != null) {
      return spark.hadoopConfiguration();
    }
    if (hadoop == null) {
      // Each new one reads Hadoop's files again.
      hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
      setLocalFiles(hadoop, sparkConf().get("spark.master"));
    }
    return hadoop;
  }

  /** Where there is but this process, which has our classes. */
  private static void setLocalFiles(Configuration hadoop, String master) {
    if (Sessions.oneProcess(master)) {
      hadoop.setIfUnset("fs.file.impl", NioLocalFileSystem.class.getName());
    }
  }

  /** Spark's settings; asking for them does not start Spark. */
  SparkConf sparkConf() {
    if (spark != null) {
      return spark.getConf();
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

  /** Stops Spark if this context started it. */
  @Override
  public void close() {
    if (owned && spark != null) {
      spark.stop();
    }
  }
}
