package org.seqlm.spark.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.seqlm.UserException;
import org.seqlm.neural.learner.Execution;

/**
 * Which stages hold GPUs. Where executors have some ({@code spark.executor.resource.gpu.amount})
 * and nobody says what a task takes of them ({@code spark.task.resource.gpu.amount}), a stage in
 * which networks compute asks for one a task, by a resource profile, and all others for none: so
 * counting, preparing and averaging run on every core. With dynamic allocation such a stage gets
 * executors of its own ({@value #AMOUNT}), and all others have no GPU. No result depends on it.
 */
public final class GpuStages {
  /** GPUs of an executor of these stages, where Spark starts executors as stages need them. */
  public static final String AMOUNT = "spark.seqlm.gpu.amount";

  /** The script by which such an executor finds them. */
  static final String SCRIPT = "spark.seqlm.gpu.discoveryScript";

  /** The vendor, which Kubernetes wants to know. */
  static final String VENDOR = "spark.seqlm.gpu.vendor";

  private static final String GPU = "gpu";
  private static final String OF_EXECUTOR = "spark.executor.resource.gpu.amount";
  private static final String OF_TASK = "spark.task.resource.gpu.amount";
  private static final String DYNAMIC = "spark.dynamicAllocation.enabled";

  /**
   * Of each application one for what is asked and the workers of a GPU: a second equal one would
   * get executors of its own.
   */
  private static final Map<SparkContext, Map<List<Object>, ResourceProfile>> PROFILES =
      new WeakHashMap<>();

  private final JavaSparkContext spark;
  private final ResourceProfile profile; // null: Spark's own for all stages

  /** What a stage asks for. */
  enum Ask {
    /** What Spark's settings say of every task. */
    NOTHING,
    /** A GPU a task, of the executors that all stages have. */
    OF_ALL_EXECUTORS,
    /** A GPU a task, of executors of its own. */
    OF_OWN_EXECUTORS
  }

  private GpuStages(JavaSparkContext spark, ResourceProfile profile) {
    this.spark = spark;
    this.profile = profile;
  }

  /**
   * As a session's settings say.
   *
   * @param execution of the networks
   * @throws UserException with exit code 2 as {@link #check}, and if this Spark has no such
   *     requests
   */
  public static GpuStages of(JavaSparkContext spark, Execution execution) {
    SparkConf conf = spark.sc().getConf();
    Ask ask = ask(conf, execution);
    if (ask == Ask.NOTHING) {
      return new GpuStages(spark, null);
    }
    synchronized (PROFILES) {
      ResourceProfile profile =
          PROFILES
              .computeIfAbsent(spark.sc(), sc -> new HashMap<>())
              .computeIfAbsent(
                  List.of(ask, execution.workersPerGpu()),
                  key -> known(spark, profile(conf, ask, execution)));
      return new GpuStages(spark, profile);
    }
  }

  private static ResourceProfile known(JavaSparkContext spark, ResourceProfile profile) {
    try {
      spark.sc().resourceProfileManager().addResourceProfile(profile);
      return profile;
    } catch (Exception e) {
      // Thrown though not declared: Scala has no such thing.
      if (e instanceof SparkException) {
        throw UserException.configuration(
            "executors have GPUs, but no task takes one, and this Spark ("
                + spark.version()
                + ", "
                + spark.master()
                + ") gives a stage none of its own ("
                + e.getMessage()
                + "): set "
                + OF_TASK
                + "=1, so that every task takes one, or take Spark 3.5.1 or later");
      }
      throw e;
    }
  }

  /**
   * Refuses, before any work, settings under which networks would not get the GPUs that they seem
   * to give.
   *
   * @throws UserException with exit code 2
   */
  public static void check(SparkConf conf, Execution execution) {
    ask(conf, execution);
  }

  /** Whether executors have GPUs of which Spark's settings give no task any. */
  public static boolean askForThemselves(SparkConf conf) {
    return conf.getLong(OF_EXECUTOR, 0) > 0 && conf.getDouble(OF_TASK, 0) == 0;
  }

  static Ask ask(SparkConf conf, Execution execution) {
    boolean auto = execution.device() == Execution.Device.AUTO;
    if (execution.device() == Execution.Device.CPU || isOneProcess(conf)) {
      return Ask.NOTHING;
    }
    boolean dynamic = conf.getBoolean(DYNAMIC, false);
    long ofExecutor = conf.getLong(OF_EXECUTOR, 0);
    if (conf.getLong(AMOUNT, 0) > 0) {
      if (!dynamic) {
        throw UserException.configuration(
            AMOUNT
                + " is of executors that Spark starts when networks need them, but "
                + DYNAMIC
                + " is false: set it to true, or "
                + OF_EXECUTOR
                + " in place of "
                + AMOUNT
                + ", which gives all executors GPUs");
      }
      if (ofExecutor > 0) {
        throw UserException.configuration(
            AMOUNT
                + " gives GPUs to the executors of networks, but "
                + OF_EXECUTOR
                + " to all: leave one of them out");
      }
      return Ask.OF_OWN_EXECUTORS;
    }
    if (!askForThemselves(conf)) {
      return Ask.NOTHING;
    }
    if (dynamic || execution.workersPerGpu() > 1) {
      if (!auto) {
        // As where Spark knows nothing of them: the tasks of an executor share what CUDA sees.
        return Ask.NOTHING;
      }
      throw UserException.configuration(
          dynamic
              ? "executors have GPUs ("
                  + OF_EXECUTOR
                  + "), but no task takes one, and with "
                  + DYNAMIC
                  + " a stage that asks for some gets executors of its own: set "
                  + AMOUNT
                  + " and "
                  + SCRIPT
                  + " in place of spark.executor.resource.gpu.*, or "
                  + OF_TASK
                  + "=1, so that every task takes one, or execution.device to cpu"
              : "execution.workers-per-gpu is "
                  + execution.workersPerGpu()
                  + ", but of executors that all stages have Spark 3.5 gives a stage whole GPUs"
                  + " only: set "
                  + OF_TASK
                  + " to 1/"
                  + execution.workersPerGpu()
                  + ", of which every task then takes so much, or execution.workers-per-gpu to 1");
    }
    return Ask.OF_ALL_EXECUTORS;
  }

  private static boolean isOneProcess(SparkConf conf) {
    return conf.get("spark.master", "local").matches("local(\\[.*)?");
  }

  /** For instance of one GPU a task and four an executor. */
  static ResourceProfile profile(SparkConf conf, Ask ask, Execution execution) {
    ResourceProfileBuilder builder = new ResourceProfileBuilder();
    double share = ask == Ask.OF_OWN_EXECUTORS ? 1.0 / execution.workersPerGpu() : 1;
    builder.require(new TaskResourceRequests().resource(GPU, share));
    if (ask == Ask.OF_OWN_EXECUTORS) {
      // Cores and memory are those of the others.
      builder.require(
          new ExecutorResourceRequests()
              .resource(GPU, conf.getLong(AMOUNT, 1), conf.get(SCRIPT, ""), conf.get(VENDOR, "")));
    }
    return builder.build();
  }

  /** Has the stage that computes an RDD ask for GPUs; what it reads over a shuffle does not. */
  public <T> JavaRDD<T> compute(JavaRDD<T> rdd) {
    return profile == null ? rdd : rdd.withResources(profile);
  }

  /** How many tasks of such a stage run at a time on the executors that there are now. */
  public int slots() {
    return profile == null
        ? TaskSlots.now(spark)
        : Math.max(1, spark.sc().maxNumConcurrentTasks(profile));
  }

  /**
   * How many of them run at a time in one process.
   *
   * @param cores of it where the settings do not say
   */
  public static int slotsOfProcess(SparkConf conf, Execution execution, int cores) {
    int slots = TaskSlots.ofProcess(conf, cores);
    long most =
        switch (ask(conf, execution)) {
          case NOTHING -> slots;
          case OF_ALL_EXECUTORS -> conf.getLong(OF_EXECUTOR, 1);
          case OF_OWN_EXECUTORS -> conf.getLong(AMOUNT, 1) * execution.workersPerGpu();
        };
    return (int) Math.min(slots, most);
  }
}
