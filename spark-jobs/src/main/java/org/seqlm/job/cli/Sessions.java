package org.seqlm.job.cli;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.seqlm.UserException;
import org.seqlm.kernels.KernelVariables;
import org.seqlm.spark.SeqlmRegistrator;
import org.seqlm.spark.task.GpuStages;
import org.seqlm.spark.task.GrantWatch;
import org.seqlm.spark.task.PlatformRemedies;
import org.seqlm.spark.watch.SeqlmPlugin;

/**
 * Starts Spark the way every job needs it; what the user set himself stands. No job asks SQL
 * anything, so none waits for a SQL session.
 */
final class Sessions {
  private static final String PLUGINS = "spark.plugins";
  private static final String EXECUTOR = "spark.executorEnv.";

  /** What Spark demands: one and a half times the 300 MiB that it keeps for itself, in bytes. */
  private static final long LEAST_HEAP = 450L << 20;

  /**
   * A standalone master that takes connections is asked for a minute by Spark; whatever waits for
   * it longer than this, in milliseconds, waits for ever.
   */
  private static final long MOST_MILLIS = 100_000;

  /**
   * Who logs, in the one process there is, what ends the job and so reaches the user anyway, or, of
   * blocks, that they were gone when they were to go.
   */
  private static final String[] TOLD_ANYWAY = {
    "org.apache.spark.executor.Executor",
    "org.apache.spark.storage.BlockManager",
    "org.apache.spark.scheduler.TaskSetManager",
    "org.apache.spark.scheduler.TaskSchedulerImpl"
  };

  /** YARN's words. */

  /** What tasks send to the driver, all those of a stage together. */
  enum Results {
    /** Less than Spark allows, 1 GiB. */
    SMALL,

    /** Parameters of networks, of any size. */
    PARAMETERS
  }

  private Sessions() {}

  /**
   * Spark's settings as they are before a session starts.
   *
   * @param master what {@code --master} gave, or null
   */
  static SparkConf settings(String master) {
    SparkConf conf = new SparkConf();
    if (master != null) {
      conf.setMaster(master);
    }
    return conf.setIfMissing("spark.master", "local[*]");
  }

  /**
   * Checks, before any work, that Spark could start with these settings; does not ask anybody.
   *
   * @throws UserException with exit code 2 if not
   */
  static Master check(SparkConf conf, Map<String, String> environment) {
    Master master = Master.of(conf.get("spark.master"));
    boolean driverIsHere = !conf.get("spark.submit.deployMode", "client").equals("cluster");
    if (master.kind() == Master.Kind.YARN
        && driverIsHere
        && !environment.containsKey("HADOOP_CONF_DIR")
        && !environment.containsKey("YARN_CONF_DIR")) {
      throw UserException.configuration(
          "--master yarn needs HADOOP_CONF_DIR or YARN_CONF_DIR, the folder of the cluster's"
              + " settings, but neither is set");
    }
    for (String key : new String[] {"spark.executor.memory", "spark.executor.memoryOverhead"}) {
      try {
        conf.getSizeAsMb(key, "1g");
      } catch (NumberFormatException e) {
        throw UserException.configuration(
            key + " must be a size, for instance 4g or 512m, but is " + conf.get(key));
      }
    }
    GrantWatch.limit(conf);
    return master;
  }

  /**
   * The context that runs already, else a new one.
   *
   * @param pins variables that executors must have, whatever anybody set
   * @param results how large those of a stage may be
   * @throws UserException with exit code 2 if Spark refuses the settings, and 5 if it does not
   *     start
   */
  static SparkContext start(String name, String master, Map<String, String> pins, Results results) {
    SparkConf conf = settings(master);
    conf.setIfMissing("spark.app.name", name);
    conf.setIfMissing("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    conf.setIfMissing("spark.kryo.registrator", SeqlmRegistrator.class.getName());
    // Parameters and token blocks are large values on purpose.
    conf.setIfMissing("spark.kryoserializer.buffer.max", "1g");
    if (results == Results.PARAMETERS) {
      conf.setIfMissing("spark.driver.maxResultSize", "0");
    }
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    addPlugin(conf);
    // What steers native libraries here steers them there.
    KernelVariables.steering(System.getenv())
        .forEach((variable, value) -> conf.setIfMissing(EXECUTOR + variable, value));
    pins.forEach((variable, value) -> conf.set(EXECUTOR + variable, value));
    // One native thread a task core: more only fight over the cores.
    conf.setIfMissing(EXECUTOR + "OMP_NUM_THREADS", "1");
    conf.setIfMissing(EXECUTOR + "OPENBLAS_NUM_THREADS", "1");
    if (SparkEnv.get() != null) {
      return SparkContext.getOrCreate(conf);
    }
    Master where = check(conf, System.getenv());
    conf.setIfMissing("spark.ui.enabled", where.onThisMachine() ? "false" : "true");
    requireHeap(conf, Runtime.getRuntime().maxMemory());
    if (GpuStages.askForThemselves(conf)) {
      // It says that no task takes a GPU.
      Logs.quiet("org.apache.spark.resource.ResourceProfile");
    }
    if (where.oneProcess()) {
      // There is nobody to send less to.
      conf.setIfMissing("spark.broadcast.compress", "false");
      conf.setIfMissing("spark.broadcast.checksum", "false");
      // A task that is out of memory fails its job, which says so: Spark would end the process.
      conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
      if (where.attempts() == 1) {
        for (String logger : TOLD_ANYWAY) {
          Logs.quiet(logger);
        }
      }
    }
    where.requireAnswer();
    return started(conf, where);
  }

  /** Beside those that the user has: it tells Spark's metrics system our figures. */
  private static void addPlugin(SparkConf conf) {
    String ours = SeqlmPlugin.class.getName();
    String plugins = conf.get(PLUGINS, "").strip();
    if (Stream.of(plugins.split(",")).noneMatch(name -> name.strip().equals(ours))) {
      conf.set(PLUGINS, plugins.isEmpty() ? ours : plugins + "," + ours);
    }
  }

  private static SparkContext started(SparkConf conf, Master where) {
    SparkContext context;
    try (Logs.Quiet quiet = Logs.quiet(SparkContext.class);
        // Others wait for an answer that comes, for instance that of a queue.
        EndedSession.Watch watch =
            where.kind() == Master.Kind.STANDALONE ? EndedSession.limit(MOST_MILLIS) : null) {
      context = SparkContext.getOrCreate(conf);
    } catch (Exception e) {
      throw refused(e, where);
    }
    if (context.isStopped()) {
      throw UserException.platform(
          "Spark ended while it started: nobody at " + where.url() + " took the application");
    }
    return context;
  }

  /** Why Spark did not start, for its user. */
  private static UserException refused(Exception problem, Master where) {
    for (Throwable at = problem; at != null; at = at.getCause()) {
      if (at instanceof UserException user) {
        return user;
      }
    }
    String why = Failures.oneLine(problem);
    if (why.startsWith("Could not parse Master URL")) {
      return UserException.configuration(
          "--master: this Spark knows nothing of " + where.url() + "; it lacks the part for it");
    }
    if (why.contains("INVALID_DRIVER_MEMORY")) {
      // A collector that moves its bounds told more when it was asked before.
      return tooSmall(Runtime.getRuntime().maxMemory());
    }
    Optional<String> queue = PlatformRemedies.unknownQueue(why);
    if (queue.isPresent()) {
      return UserException.configuration(queue.get());
    }
    if (problem instanceof IllegalArgumentException) {
      return UserException.configuration("Spark refuses its settings: " + why);
    }
    return UserException.platform("Spark did not start with " + where.url() + ": " + why, problem);
  }

  /**
   * Spark's own refusal counts bytes.
   *
   * @param heap bytes there are
   */
  static void requireHeap(SparkConf conf, long heap) {
    if (heap < LEAST_HEAP && !conf.contains("spark.testing.memory")) {
      throw tooSmall(heap);
    }
  }

  private static UserException tooSmall(long heap) {
    return UserException.configuration(
        "the driver's heap is "
            + (heap >> 20)
            + " MiB, but Spark needs "
            + (LEAST_HEAP >> 20)
            + " MiB: give more, for instance -- --driver-memory 1g (spark.driver.memory, or"
            + " SEQLM_DRIVER_MEMORY for bin/seqlm)");
  }
}
