package org.seqlm;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.seqlm.spark.SeqlmRegistrator;

/** The one Spark session of a test JVM, started when first asked for. */
public final class TestSpark {
  private TestSpark() {}

  private static final Tasks TASKS = new Tasks();
  private static volatile SparkContext started;

  /**
   * The tasks that run; a set of them, as a busy Spark may tell of an end without its beginning.
   */
  private static final class Tasks extends SparkListener {
    private final Set<Long> running = ConcurrentHashMap.newKeySet();

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      running.add(start.taskInfo().taskId());
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      running.remove(end.taskInfo().taskId());
    }
  }

  private static final class Holder {
    private static final SparkSession SESSION = start();

    private static SparkSession start() {
      SparkConf conf =
          new SparkConf()
              .setMaster("local[2]")
              .setAppName("seqlm tests")
              .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
              .set("spark.kryo.registrator", SeqlmRegistrator.class.getName())
              .set("spark.kryo.registrationRequired", "true")
              .set("spark.kryoserializer.buffer.max", "256m")
              .set("spark.sql.shuffle.partitions", "4")
              .set("spark.default.parallelism", "4")
              .set("spark.ui.enabled", "false")
              .set("spark.ui.showConsoleProgress", "false")
              .set("spark.driver.host", "127.0.0.1")
              .set("spark.driver.bindAddress", "127.0.0.1");
      SparkSession session = SparkSession.builder().config(conf).getOrCreate();
      session.sparkContext().setLogLevel("ERROR");
      session.sparkContext().addSparkListener(TASKS);
      started = session.sparkContext();
      return session;
    }
  }

  /** The shared session, {@code local[2]}, Kryo with registration required. */
  public static SparkSession session() {
    return Holder.SESSION;
  }

  /** The shared session's context. */
  public static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(session().sparkContext());
  }

  /** How many tasks of the shared session run now; none where it was not asked for. */
  static int runningTasks() {
    if (started == null || started.isStopped()) {
      return 0;
    }
    try {
      // Events come a little late.
      started.listenerBus().waitUntilEmpty(2_000);
    } catch (TimeoutException e) {
      // What is known must do.
    }
    return TASKS.running.size();
  }
}
