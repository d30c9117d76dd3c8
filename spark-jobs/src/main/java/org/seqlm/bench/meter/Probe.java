package org.seqlm.bench.meter;

import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManagerId;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;

/** What a process of a Spark application holds, asked from inside it. */
public final class Probe {
  private static final int ATTEMPTS = 5;

  private Probe() {}

  /**
   * A process, counted before its garbage was collected but for the heap.
   *
   * @param executor its name; the driver's is {@code driver}
   * @param heapBytes used after a collection
   * @param nativeBuffers of ND4J that are alive, after a collection; -1 where it does not say
   * @param residentBytes of the process, as the system sees it
   * @param openFiles descriptors; -1 where the system does not say
   * @param threads of Java
   * @param broadcastBlocks that its block manager holds
   * @param shuffleFiles of its block manager on disk
   */
  public record Reading(
      String executor,
      long heapBytes,
      long nativeBuffers,
      long residentBytes,
      long openFiles,
      int threads,
      int broadcastBlocks,
      int shuffleFiles)
      implements Serializable {
    long[] values() {
      return new long[] {
        heapBytes, nativeBuffers, residentBytes, openFiles, threads, broadcastBlocks, shuffleFiles
      };
    }

    static Reading of(String executor, long[] v) {
      return new Reading(executor, v[0], v[1], v[2], v[3], (int) v[4], (int) v[5], (int) v[6]);
    }
  }

  /** This process. */
  static Reading here() {
    SparkEnv env = SparkEnv.get();
    // The collector also frees native memory and, on the driver, forgotten broadcasts: those must
    // be counted before it runs.
    int broadcasts = env.blockManager().getMatchingBlockIds(BlockId::isBroadcast).size();
    int shuffles = 0;
    for (BlockId block :
        JavaConverters.seqAsJavaList(env.blockManager().diskBlockManager().getAllBlocks())) {
      shuffles += block.isShuffle() ? 1 : 0;
    }
    long files =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.UnixOperatingSystemMXBean unix
            ? unix.getOpenFileDescriptorCount()
            : -1;
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    System.gc();
    // JavaCPP's and ND4J's reference queues work after a collection.
    pause(100);
    System.gc();
    pause(100);
    return new Reading(
        env.executorId(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        nativeBuffers(),
        Pointer.physicalBytes(),
        files,
        threads,
        broadcasts,
        shuffles);
  }

  /** ND4J keeps the buffers that its collector may free in a map, which it shows to nobody. */
  private static long nativeBuffers() {
    try {
      Object service = Nd4j.getDeallocatorService();
      Field map = service.getClass().getDeclaredField("referenceMap");
      map.setAccessible(true);
      return ((Map<?, ?>) map.get(service)).size();
    } catch (ReflectiveOperationException | RuntimeException e) {
      return -1;
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The driver and every executor.
   *
   * @throws IllegalStateException if an executor is not reached in a few attempts
   */
  public static List<Reading> everywhere(JavaSparkContext spark) {
    Map<String, Reading> found = new TreeMap<>();
    Reading driver = here();
    found.put(driver.executor(), driver);
    Map<String, String> hosts = executors();
    for (int attempt = 0; attempt < ATTEMPTS && !found.keySet().containsAll(hosts.keySet()); ) {
      attempt++;
      // Whoever has died meanwhile answers no more, and its successor is another.
      hosts = executors();
      List<String> names = new ArrayList<>();
      List<Tuple2<Integer, Seq<String>>> places = new ArrayList<>();
      hosts.forEach(
          (executor, host) -> {
            places.add(
                new Tuple2<>(
                    names.size(),
                    JavaConverters.asScalaBuffer(List.of("executor_" + host + "_" + executor))));
            names.add(executor);
          });
      @SuppressWarnings("unchecked")
      ClassTag<Integer> type =
          (ClassTag<Integer>) (ClassTag<?>) scala.reflect.ClassTag$.MODULE$.AnyRef();
      JavaRDD<Integer> there =
          new JavaRDD<>(spark.sc().makeRDD(JavaConverters.asScalaBuffer(places), type), type);
      for (Tuple2<String, long[]> each :
          there
              .map(
                  place -> {
                    Reading reading = here();
                    return new Tuple2<>(reading.executor(), reading.values());
                  })
              .collect()) {
        found.put(each._1(), Reading.of(each._1(), each._2()));
      }
    }
    if (!found.keySet().containsAll(hosts.keySet())) {
      throw new IllegalStateException(
          "executors " + hosts.keySet() + " are there, but only " + found.keySet() + " answered");
    }
    return new ArrayList<>(found.values());
  }

  /** The host of each executor, by its name, as the driver knows them now. */
  private static Map<String, String> executors() {
    Map<String, String> hosts = new TreeMap<>();
    for (BlockManagerId manager :
        JavaConverters.mapAsJavaMap(SparkEnv.get().blockManager().master().getMemoryStatus())
            .keySet()) {
      if (!manager.isDriver()) {
        hosts.put(manager.executorId(), manager.host());
      }
    }
    return hosts;
  }
}
