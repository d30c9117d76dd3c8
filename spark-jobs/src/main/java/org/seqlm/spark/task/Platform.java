package org.seqlm.spark.task;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.artifact.Version;
import org.seqlm.kernels.Processor;

/** What the bits of a training depend on beside its configuration and data. */
public final class Platform {
  /** The name of what kernels are chosen by; it decides nothing itself. */
  public static final String PROCESSOR = "processor";

  private Platform() {}

  /** Versions and the driver's processor, by name. */
  public static Map<String, String> describe(JavaSparkContext spark) {
    Map<String, String> platform = new TreeMap<>();
    platform.put("seqlm", Version.current());
    platform.put("spark", spark.version());
    platform.put("java", System.getProperty("java.vm.version"));
    platform.put("deeplearning4j", Version.deeplearning4j());
    platform.put("openblas", Version.openblas());
    platform.put(PROCESSOR, Processor.kind());
    return platform;
  }
}
