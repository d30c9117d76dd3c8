package org.seqlm.job.cli;

import java.io.Closeable;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.kernels.KernelSet;
import org.seqlm.kernels.KernelVariables;
import org.seqlm.kernels.Kernels;
import org.seqlm.spark.doctor.QuickCheck;
import org.seqlm.spark.task.ActiveTasks;
import org.seqlm.spark.task.GrantWatch;
import org.seqlm.spark.watch.JobNames;
import org.seqlm.spark.watch.WatchedProgress;
import org.seqlm.store.NioLocalFileSystem;

/**
 * What a job runs in: the Spark context, started when first asked for, and how to talk to the user.
 */
public final class JobContext implements Closeable {
  private final String name;
  private final String master;
  private final Overwrite overwrite;
  private final Progress told;
  private final Progress progress;
  private String run;
  private Configuration hadoop;
  private SparkContext spark;
  private boolean owned;
  private String description;
  private KernelSet kernels = KernelSet.NATIVE;
  private Sessions.Results results = Sessions.Results.SMALL;
  private ActiveTasks tasks;
  private EndedSession.Watch watch;
  private GrantWatch grant; // null where tasks run in this process, or may wait for ever

  /**
   * @param name of the job, shown in Spark's own pages
   * @param master what {@code --master} gave, or null for what spark-submit set, or else {@code
   *     local[*]}
   */
  public JobContext(String name, String master, Overwrite overwrite, Progress progress) {
    this.name = name;
    this.master = master;
    this.overwrite = overwrite;
    told = progress;
    this.progress = new WatchedProgress(progress, this::describe);
    run = "seqlm " + name;
  }

  /** By its output, by which its reader knows it, a run's jobs are found on Spark's pages. */
  void writes(String output) {
    if (output != null) {
      run = "seqlm " + name + " " + output;
    }
  }

  /** Spark's pages say this of jobs from now on; starts no Spark. */
  public void describe(String what) {
    description = what;
    if (spark != null) {
      JobNames.describe(sparkContext(), description);
    }
  }

  /** A context for another job that runs inside this one, in the same Spark context. */
  public JobContext inner(String job, Overwrite inside) {
    return inner(job, inside, told);
  }

  /** The same for one that tells its progress to somebody else. */
  public JobContext inner(String job, Overwrite inside, Progress reader) {
    JobContext context = new JobContext(job, master, inside, reader);
    context.spark = spark();
    context.tasks = tasks;
    context.run = run + ", " + job;
    context.name();
    return context;
  }

  /**
   * Has native libraries choose these kernels, here and in executors; for before Spark starts, and
   * before any of them is loaded.
   *
   * @throws org.seqlm.UserException with exit code 5 if this machine cannot compute with them
   */
  public void pin(KernelSet set) {
    kernels = set;
    Kernels.pin(set);
  }

  /**
   * Lets tasks send the driver parameters of networks, however large; for before Spark starts. What
   * else they send is bounded, and Spark refuses more than its {@code spark.driver.maxResultSize}.
   */
  public void collectParameters() {
    results = Sessions.Results.PARAMETERS;
  }

  private SparkContext spark() {
    if (spark == null) {
      owned = SparkEnv.get() == null;
      if (owned) {
        QuickCheck.warning(sparkConf()).ifPresent(progress::message);
      }
      spark = Sessions.start("seqlm " + name, master, KernelVariables.pins(kernels), results);
      setLocalFiles(spark.hadoopConfiguration(), spark.master());
      tasks = new ActiveTasks(JavaSparkContext.fromSparkContext(spark));
      watch = EndedSession.watch(spark::isStopped);
      if (!Master.of(spark.master()).oneProcess()) {
        grant = GrantWatch.start(spark);
      }
    }
    // A job inside of this one, which has ended, had another.
    name();
    return spark;
  }

  private void name() {
    JobNames.run(
        JavaSparkContext.fromSparkContext(spark), run, description == null ? run : description);
  }

  public JavaSparkContext sparkContext() {
    return JavaSparkContext.fromSparkContext(spark());
  }

  /**
   * Closing it waits for the tasks of a job that failed; for what is closed before what removes the
   * folders that they write to.
   */
  public Awaited awaitTasks() {
    spark();
    return tasks::await;
  }

  /** Tasks that are waited for. */
  public interface Awaited extends AutoCloseable {
    @Override
    void close();
  }

  /** Hadoop's settings; asking for them does not start Spark. */
  public Configuration hadoop() {
    if (spark != null) {
      return spark.hadoopConfiguration();
    }
    if (hadoop == null) {
      // Each new one reads Hadoop's files again, but for a copy of the context's that runs already.
      hadoop =
          SparkEnv.get() == null
              ? SparkHadoopUtil.get().newConfiguration(new SparkConf())
              : new Configuration(SparkContext.getOrCreate().hadoopConfiguration());
      setLocalFiles(hadoop, sparkConf().get("spark.master"));
    }
    return hadoop;
  }

  /** Where there is but this process, which has our classes. */
  private static void setLocalFiles(Configuration hadoop, String master) {
    if (Master.of(master).oneProcess()) {
      hadoop.setIfUnset("fs.file.impl", NioLocalFileSystem.class.getName());
    }
  }

  /** Where Spark puts what it spills on this machine; need not exist. */
  public Path localFolder() {
    String disks = sparkConf().get("spark.local.dir", System.getProperty("java.io.tmpdir"));
    return Path.of(disks.split(",")[0].strip());
  }

  /** Spark's settings; asking for them does not start Spark. */
  public SparkConf sparkConf() {
    if (spark != null) {
      return spark.getConf();
    }
    return Sessions.settings(master);
  }

  /**
   * Checks, before any work, that Spark could start.
   *
   * @throws UserException with exit code 2 if not
   */
  void checkSettings() {
    Sessions.check(sparkConf(), System.getenv());
  }

  /** What a job threw, or that Spark had ended under it, or that nobody gave it an executor. */
  Exception explained(Exception problem) {
    if (grant != null && grant.refusal() != null) {
      return grant.refusal();
    }
    return spark != null && spark.isStopped() ? EndedSession.explain(problem) : problem;
  }

  public Progress progress() {
    return progress;
  }

  public Overwrite overwrite() {
    return overwrite;
  }

  /**
   * Stops Spark if this context started it, once no task runs: one that ends while Spark stops
   * finds nobody to tell, and fills the log with that.
   */
  @Override
  public void close() {
    if (grant != null) {
      grant.close();
    }
    if (watch != null) {
      watch.close();
      tasks.close();
    }
    if (owned && spark != null) {
      JobNames.over();
      spark.stop();
    }
  }
}
