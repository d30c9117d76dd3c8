package org.seqlm.spark.task;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * How many tasks run at a time: by the cores that they need ({@code spark.task.cpus}), and by the
 * resources that Spark deals out to them ({@code spark.task.resource.NAME.amount}). That is not
 * Spark's default parallelism, which is how finely Spark cuts what nobody else does, and may be
 * set.
 */
public final class TaskSlots {
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[\\s*(\\d+|\\*)\\s*(?:,.*)?])?");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*(\\d+)\\s*,.*]");
  private static final Pattern OF_TASK =
      Pattern.compile("spark\\.task\\.resource\\.([^.]+)\\.amount");

  private TaskSlots() {}

  /** Of all executors that there are now. */
  public static int now(JavaSparkContext spark) {
    int slots =
        spark
            .sc()
            .maxNumConcurrentTasks(spark.sc().resourceProfileManager().defaultResourceProfile());
    return Math.max(1, slots);
  }

  /**
   * Of one process that runs tasks, as the settings say.
   *
   * @param cores of it where they do not say
   * @return at least 1
   */
  public static int ofProcess(SparkConf conf, int cores) {
    String master = conf.get("spark.master", "local[*]");
    int cpus = Math.max(1, conf.getInt("spark.task.cpus", 1));
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      // Where all is one process, Spark deals out cores only.
      String threads = local.group(1);
      int all =
          threads == null
              ? 1
              : threads.equals("*")
                  ? Runtime.getRuntime().availableProcessors()
                  : Integer.parseInt(threads);
      return Math.max(1, all / cpus);
    }
    Matcher here = LOCAL_CLUSTER.matcher(master);
    int all =
        here.matches()
            ? Integer.parseInt(here.group(1))
            : conf.getInt("spark.executor.cores", cores);
    int slots = all / cpus;
    for (scala.Tuple2<String, String> setting : conf.getAll()) {
      Matcher of = OF_TASK.matcher(setting._1());
      if (of.matches()) {
        long units =
            conf.getLong("spark.executor.resource." + of.group(1) + ".amount", Long.MAX_VALUE);
        slots = (int) Math.min(slots, tasks(units, Double.parseDouble(setting._2())));
      }
    }
    return Math.max(1, slots);
  }

  /**
   * Tasks that so many units are enough for: of a part of one, as many as whole parts are in it.
   */
  private static long tasks(long units, double amount) {
    if (!(amount > 0) || units == Long.MAX_VALUE) {
      return Long.MAX_VALUE;
    }
    return amount >= 1 ? (long) (units / amount) : units * (long) (1 / amount);
  }
}
