package org.seqlm;

import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.seqlm.spark.SeqlmRegistrator;
import org.seqlm.spark.task.ActiveTasks;

/** The one Spark session of a test JVM, started when first asked for. */
public final class TestSpark {
  private TestSpark() {}

  private static volatile ActiveTasks tasks;

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
      tasks = new ActiveTasks(JavaSparkContext.fromSparkContext(session.sparkContext()));
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
  static int runningTasks() throws TimeoutException {
    if (tasks == null) {
      return 0;
    }
    if (!context().sc().isStopped()) {
      // A task that has just begun is told a little later.
      context().sc().listenerBus().waitUntilEmpty(60_000);
    }
    return tasks.running();
  }
}
