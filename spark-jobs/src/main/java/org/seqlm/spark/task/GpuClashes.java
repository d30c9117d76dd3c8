package org.seqlm.spark.task;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * Two executors of a machine that have the same GPU, as Spark's scheduler knows it: a cluster
 * manager that deals out GPUs by their number alone, and shows every process all of them, makes
 * several compute on one while others are idle. Told once.
 */
public final class GpuClashes {
  private boolean told;

  /**
   * What an executor has.
   *
   * @param gpus their addresses
   */
  record Held(String executor, String host, List<String> gpus) {}

  /** A line for the user where there are two; empty where there are none, or it has been told. */
  public Optional<String> see(JavaSparkContext spark) {
    if (told) {
      return Optional.empty();
    }
    List<Held> held = new ArrayList<>();
    for (ExecutorSummary executor :
        JavaConverters.seqAsJavaList(spark.sc().statusStore().executorList(true))) {
      // The port is the executor's own.
      String host = executor.hostPort().replaceFirst(":\\d+$", "");
      held.add(new Held(executor.id(), host, addresses(executor)));
    }
    Optional<String> clash = clash(held);
    told = clash.isPresent();
    return clash;
  }

  /** Of the GPUs that an executor has, whether or not tasks take any; empty if it has none. */
  public static List<String> addresses(ExecutorSummary executor) {
    Option<ResourceInformation> gpu = executor.resources().get("gpu");
    return gpu.isDefined() ? List.of(gpu.get().addresses()) : List.of();
  }

  /** The first. */
  static Optional<String> clash(List<Held> held) {
    Map<List<String>, String> holders = new HashMap<>();
    for (Held one : held) {
      for (String gpu : one.gpus()) {
        String other = holders.putIfAbsent(List.of(one.host(), gpu), one.executor());
        if (other != null) {
          return Optional.of(line(other, one, gpu));
        }
      }
    }
    return Optional.empty();
  }

  private static String line(String other, Held one, String gpu) {
    boolean byUuid = !gpu.matches("\\d+");
    return "executors "
        + other
        + " and "
        + one.executor()
        + " on "
        + one.host()
        + " both have GPU "
        + gpu
        + (byUuid
            ? ", so both compute on it"
            : ", so both compute on it unless the cluster shows each only its own as number " + gpu)
        + ": have the cluster isolate GPUs (on YARN by cgroups), let each executor take GPUs that"
        + " no other has (on YARN with deploy/yarn/discover-free), or start one executor a machine"
        + " with all of its GPUs (spark.executor.resource.gpu.amount)"
        + (byUuid
            ? ""
            : "; where it does isolate them, let the discovery script print UUIDs, as"
                + " deploy/gpu/discover does on YARN, and this is not said");
  }
}
