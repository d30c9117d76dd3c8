package org.seqlm.spark.doctor;

import java.io.IOException;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.util.Utils;
import org.seqlm.artifact.Version;
import org.seqlm.doctor.DiskProbe;
import org.seqlm.doctor.ProcessFacts;
import org.seqlm.doctor.VersionRules;
import org.seqlm.kernels.Kernels;
import org.seqlm.neural.dl4j.device.CudaBackend;
import org.seqlm.neural.torch.device.GpuInventory;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskSlots;

/** What a process is asked, and how it finds the answers. */
public final class ProcessQuestion implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Bytes that are written to a disk to time it. */
  private static final long TIMED = 64L << 20;

  private static final int ANSWER_MILLIS = 3_000;

  /** By which native libraries count their threads. */
  private static final List<String> THREADS =
      List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS");

  /** Whether what can safely be mended is. */
  public enum Fix {
    NONE,
    SAFE
  }

  /**
   * What a process answers.
   *
   * @param facts of it
   * @param fixed what it mended, a line each
   */
  public record Answer(ProcessFacts facts, List<String> fixed) {}

  private final SharedSettings hadoop;
  private final String output; // a folder to write to, or null
  private final Fix fix;

  /**
   * @param output a folder that is there, in which each process writes a file; null for none
   */
  public ProcessQuestion(Configuration hadoop, String output, Fix fix) {
    this.hadoop = new SharedSettings(hadoop);
    this.output = output;
    this.fix = fix;
  }

  /**
   * The driver's answer, which needs no Spark that runs.
   *
   * @param slots tasks that it runs at once; 0 where others run them
   */
  public Answer ofDriver(SparkConf conf, int slots) {
    return answer(conf, ProcessFacts.DRIVER, Utils.localHostName(), slots, List.of());
  }

  /** The answer of the executor that this task runs in. */
  Answer ofExecutor() {
    SparkEnv env = SparkEnv.get();
    ResourceInformation gpu = TaskContext.get().resourcesJMap().get("gpu");
    return answer(
        env.conf(),
        env.executorId(),
        env.blockManager().blockManagerId().host(),
        TaskSlots.ofProcess(env.conf(), Runtime.getRuntime().availableProcessors()),
        gpu == null ? List.of() : List.of(gpu.addresses()));
  }

  private Answer answer(SparkConf conf, String id, String host, int slots, List<String> addresses) {
    List<String> fixed = new ArrayList<>();
    List<Path> folders =
        Arrays.stream(Utils.getConfiguredLocalDirs(conf)).map(Path::of).distinct().toList();
    if (fix == Fix.SAFE) {
      folders.forEach(folder -> make(folder, fixed));
      fixed.addAll(NativeProbe.removeStale());
      fixed.replaceAll(line -> place(id, host) + ": " + line);
    }
    ProcessFacts.Natives natives = NativeProbe.load();
    ProcessFacts facts =
        new ProcessFacts(
            id,
            host,
            versions(),
            new ProcessFacts.Cores(Runtime.getRuntime().availableProcessors(), slots, threads()),
            natives,
            gpus(addresses, natives.loaded().containsKey("torch")),
            memory(),
            folders.stream().map(folder -> DiskProbe.of(folder, TIMED)).toList(),
            shuffleService(conf, id, host),
            output == null ? null : OutputProbe.write(hadoop.value(), output, id));
    return new Answer(facts, fixed);
  }

  private static String place(String id, String host) {
    return id.equals(ProcessFacts.DRIVER) ? id : "executor " + id + " on " + host;
  }

  private static void make(Path folder, List<String> fixed) {
    if (Files.exists(folder)) {
      return;
    }
    try {
      Files.createDirectories(folder);
      fixed.add("made " + folder);
    } catch (IOException e) {
      fixed.add("could not make " + folder + ": " + DiskProbe.of(folder, 0).problem());
    }
  }

  /** Of what this process runs with. */
  static Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    versions.put(VersionRules.SEQLM, Version.current());
    versions.put(VersionRules.JAVA, System.getProperty("java.version"));
    versions.put(VersionRules.SPARK, org.apache.spark.package$.MODULE$.SPARK_VERSION());
    versions.put(VersionRules.SCALA, scala.util.Properties.versionNumberString());
    versions.put(VersionRules.HADOOP, VersionInfo.getVersion());
    return versions;
  }

  private static Map<String, String> threads() {
    Map<String, String> set = new TreeMap<>();
    for (String name : THREADS) {
      String value = Kernels.variable(name);
      if (value != null && !value.isBlank()) {
        set.put(name, value);
      }
    }
    return set;
  }

  private static ProcessFacts.Gpus gpus(List<String> addresses, boolean torchLoaded) {
    List<ProcessFacts.Gpu> there =
        GpuInventory.ofThisMachine().stream()
            .map(
                gpu ->
                    new ProcessFacts.Gpu(
                        gpu.index(),
                        gpu.name(),
                        gpu.major(),
                        gpu.minor(),
                        gpu.driver(),
                        gpu.mebibytes()))
            .toList();
    boolean torchCuda = TorchDevice.withCuda();
    // Where it did not load, the natives' check says so.
    boolean asked = torchCuda && torchLoaded;
    return new ProcessFacts.Gpus(
        there,
        addresses,
        torchCuda,
        CudaBackend.onClassPath(),
        asked ? TorchDevice.gpus() : null,
        asked && TorchDevice.gpus() > 0 ? GpuInventory.runtime() : null);
  }

  private static ProcessFacts.Memory memory() {
    long heap = Runtime.getRuntime().maxMemory();
    long machine =
        java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : Long.MAX_VALUE;
    return new ProcessFacts.Memory(heap, machine);
  }

  /** Executors only use it. */
  private static String shuffleService(SparkConf conf, String id, String host) {
    if (id.equals(ProcessFacts.DRIVER)
        || !conf.getBoolean("spark.shuffle.service.enabled", false)) {
      return null;
    }
    int port = conf.getInt("spark.shuffle.service.port", 7337);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), ANSWER_MILLIS);
      return "";
    } catch (IOException e) {
      return "nobody answers at port " + port + " (spark.shuffle.service.port)";
    }
  }
}
