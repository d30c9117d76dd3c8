package org.seqlm.job;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.seqlm.kernels.KernelVariables;
import org.seqlm.spark.SeqlmRegistrator;

/**
 * Starts Spark the way every job needs it; what the user set himself stands. No job asks SQL
 * anything, so none waits for a SQL session.
 */
final class Sessions {
  private static final String EXECUTOR = "spark.executorEnv.";

  private Sessions() {}

  /**
   * The context that runs already, else a new one.
   *
   * @param pins variables that executors must have, whatever anybody set
   */
  static SparkContext start(String name, String master, Map<String, String> pins) {
    SparkConf conf = new SparkConf();
    if (master != null) {
      conf.setMaster(master);
    }
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", name);
    conf.setIfMissing("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    conf.setIfMissing("spark.kryo.registrator", SeqlmRegistrator.class.getName());
    // Parameters and token blocks are large values on purpose.
    conf.setIfMissing("spark.kryoserializer.buffer.max", "1g");
    conf.setIfMissing("spark.driver.maxResultSize", "0");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing(
        "spark.ui.enabled", conf.get("spark.master").startsWith("local") ? "false" : "true");
    // Within one process there is nobody to send less to.
    if (oneProcess(conf.get("spark.master"))) {
      conf.setIfMissing("spark.broadcast.compress", "false");
      conf.setIfMissing("spark.broadcast.checksum", "false");
    }
    // What steers native libraries here steers them there.
    KernelVariables.steering(System.getenv())
        .forEach((variable, value) -> conf.setIfMissing(EXECUTOR + variable, value));
    pins.forEach((variable, value) -> conf.set(EXECUTOR + variable, value));
    // One native thread a task core: more only fight over the cores.
    conf.setIfMissing(EXECUTOR + "OMP_NUM_THREADS", "1");
    conf.setIfMissing(EXECUTOR + "OPENBLAS_NUM_THREADS", "1");
    return SparkContext.getOrCreate(conf);
  }

  /** Whether all of Spark is this process. */
  static boolean oneProcess(String master) {
    return master.equals("local") || master.startsWith("local[");
  }
}
