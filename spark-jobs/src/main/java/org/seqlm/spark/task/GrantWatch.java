package org.seqlm.spark.task;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.seqlm.UserException;

/**
 * Ends the wait for what nobody grants. Where a cluster has no executor for an application, or none
 * that its tasks fit on, Spark writes a line into the log and waits for ever. Here its jobs are
 * cancelled once a stage has waited for a stated time and no task of any has run in it.
 */
public final class GrantWatch implements AutoCloseable {
  /** How long to wait, in Spark's words for times; 0 for ever. */
  public static final String LIMIT = "spark.seqlm.grant-timeout";

  private static final String DEFAULT = "10min";
  private static final long LOOK_MILLIS = 1_000;
  private static final Pattern OF_EXECUTOR =
      Pattern.compile("spark\\.executor\\.resource\\.([^.]+)\\.amount");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*(\\d+)\\s*,.*]");

  private final SparkContext spark;
  private final long limit;
  private final Waiting waiting = new Waiting(System::nanoTime);
  private final Listener listener = new Listener();
  private final Thread thread = new Thread(this::watch, "seqlm-grant");
  private volatile UserException refusal;

  private GrantWatch(SparkContext spark, long limit) {
    this.spark = spark;
    this.limit = limit;
  }

  /**
   * The limit of these settings.
   *
   * @return milliseconds; 0 for none
   * @throws UserException with exit code 2 if it is no time
   */
  public static long limit(SparkConf conf) {
    try {
      long millis = conf.getTimeAsMs(LIMIT, DEFAULT);
      if (millis >= 0) {
        return millis;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw UserException.configuration(
        LIMIT
            + " must be a time, for instance 10min, or 0 to wait for ever, but is "
            + conf.get(LIMIT));
  }

  /** Watches an application until it is closed; null where it may wait for ever. */
  public static GrantWatch start(SparkContext spark) {
    long limit = limit(spark.conf());
    if (limit == 0) {
      return null;
    }
    GrantWatch watch = new GrantWatch(spark, limit);
    spark.addSparkListener(watch.listener);
    watch.thread.setDaemon(true);
    watch.thread.start();
    return watch;
  }

  /** Why the jobs were cancelled; null if they were not. */
  public UserException refusal() {
    return refusal;
  }

  private void watch() {
    try {
      while (!spark.isStopped()) {
        Thread.sleep(Math.min(LOOK_MILLIS, limit));
        if (waiting.millis() >= limit && idle()) {
          refusal = UserException.platform(message(spark.conf(), limit, executors()));
          // Again and again, for whoever begins another job.
          spark.cancelAllJobs();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What listeners are told a busy driver may drop; its scheduler knows. */
  private boolean idle() {
    return !(spark.taskScheduler() instanceof TaskSchedulerImpl scheduler)
        || scheduler.runningTasksByExecutors().valuesIterator().forall(tasks -> (int) tasks == 0);
  }

  /** How many executors there are. */
  private int executors() {
    // One of the infos is the driver.
    return spark.statusTracker().getExecutorInfos().length - 1;
  }

  /**
   * What to say.
   *
   * @param millis waited
   * @param executors there are
   */
  public static String message(SparkConf conf, long millis, int executors) {
    List<String> keys = new ArrayList<>(List.of("spark.executor.cores", "spark.executor.memory"));
    TreeMap<String, String> resources = resources(conf);
    resources.keySet().forEach(name -> keys.add("spark.executor.resource." + name + ".amount"));
    String wait = " within " + time(millis) + " (" + LIMIT + ")";
    return (executors < 1
            ? "no executor with " + executor(conf, resources) + " has come" + wait
            : "no task has started on the executors that there are (" + executors + ")" + wait)
        + ": see in the cluster manager what is free, or why executors end at once; ask for less ("
        + String.join(", ", keys)
        + "), or wait longer";
  }

  /** For instance {@code 4 cores, 8g of memory and 1 gpu}. */
  private static String executor(SparkConf conf, TreeMap<String, String> resources) {
    List<String> parts = new ArrayList<>();
    Matcher here = LOCAL_CLUSTER.matcher(conf.get("spark.master", ""));
    String cores = here.matches() ? here.group(1) : conf.get("spark.executor.cores", null);
    if (cores != null) {
      parts.add(cores + (cores.equals("1") ? " core" : " cores"));
    }
    parts.add(conf.get("spark.executor.memory", "1g") + " of memory");
    resources.forEach((name, amount) -> parts.add(amount + " " + name));
    String last = parts.remove(parts.size() - 1);
    return parts.isEmpty() ? last : String.join(", ", parts) + " and " + last;
  }

  private static TreeMap<String, String> resources(SparkConf conf) {
    TreeMap<String, String> resources = new TreeMap<>();
    for (scala.Tuple2<String, String> setting : conf.getAll()) {
      Matcher of = OF_EXECUTOR.matcher(setting._1());
      if (of.matches()) {
        resources.put(of.group(1), setting._2());
      }
    }
    return resources;
  }

  private static String time(long millis) {
    return millis >= 120_000 && millis % 60_000 == 0
        ? millis / 60_000 + " minutes"
        : String.format(Locale.ROOT, millis % 1000 == 0 ? "%.0f s" : "%.1f s", millis / 1e3);
  }

  @Override
  public void close() {
    thread.interrupt();
    if (!spark.isStopped()) {
      spark.removeSparkListener(listener);
    }
  }

  /** How long there have been stages, but no task of any. */
  static final class Waiting {
    private final LongSupplier nanos;
    private final Set<Integer> stages = new HashSet<>();
    private final Set<Long> tasks = new HashSet<>();
    private long since; // when something began or ended last

    Waiting(LongSupplier nanos) {
      this.nanos = nanos;
    }

    synchronized void stageBegins(int stage) {
      stages.add(stage);
      since = nanos.getAsLong();
    }

    synchronized void stageEnds(int stage) {
      stages.remove(stage);
      since = nanos.getAsLong();
    }

    synchronized void taskBegins(long task) {
      tasks.add(task);
    }

    synchronized void taskEnds(long task) {
      tasks.remove(task);
      since = nanos.getAsLong();
    }

    /** Milliseconds; 0 where tasks run, or nothing waits for any. */
    synchronized long millis() {
      return stages.isEmpty() || !tasks.isEmpty() ? 0 : (nanos.getAsLong() - since) / 1_000_000;
    }
  }

  private final class Listener extends SparkListener {
    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted stage) {
      waiting.stageBegins(stage.stageInfo().stageId());
    }

    @Override
    public void onStageCompleted(SparkListenerStageCompleted stage) {
      waiting.stageEnds(stage.stageInfo().stageId());
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      waiting.taskBegins(start.taskInfo().taskId());
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      waiting.taskEnds(end.taskInfo().taskId());
    }
  }
}
