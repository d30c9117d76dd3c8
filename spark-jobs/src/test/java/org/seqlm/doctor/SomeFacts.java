package org.seqlm.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A healthy process, of which tests spoil one thing. */
final class SomeFacts {
  static final long GIB = 1L << 30;

  final String id;
  final String host;
  final Map<String, String> versions =
      new HashMap<>(
          Map.of(
              "seqlm", "0.1.0",
              "Java", "17.0.12",
              "Spark", "3.5.5",
              "Scala", "2.12.18",
              "Hadoop", "3.3.4"));
  int processors = 4;
  int slots = 2;
  Map<String, String> threads = Map.of("OMP_NUM_THREADS", "1");
  Map<String, String> problems = Map.of();
  List<String> absent = List.of();
  Map<String, String> kernels =
      Map.of("openblas core", "HASWELL", "libtorch capability", "AVX2", "c library", "glibc 2.36");
  ProcessFacts.Cache cache = new ProcessFacts.Cache("/cache", null, 30 * GIB, 800 << 20, 0);
  final List<ProcessFacts.Gpu> gpus = new ArrayList<>();
  List<String> addresses = List.of();
  boolean torchCuda;
  boolean nd4jCuda;
  Integer seen;
  long heap = GIB;
  long machine = 8 * GIB;
  final List<ProcessFacts.Disk> disks =
      new ArrayList<>(List.of(new ProcessFacts.Disk("/tmp", "", 50 * GIB, 400e6)));
  String shuffleService;
  String output;

  private SomeFacts(String id, String host) {
    this.id = id;
    this.host = host;
  }

  static SomeFacts driver() {
    return new SomeFacts(ProcessFacts.DRIVER, "a");
  }

  static SomeFacts executor(int number, String host) {
    return new SomeFacts(String.valueOf(number), host);
  }

  SomeFacts version(String of, String version) {
    versions.put(of, version);
    return this;
  }

  SomeFacts gpu(int index, int major, int minor, String driver) {
    gpus.add(new ProcessFacts.Gpu(index, "GPU", major, minor, driver, 81_920));
    return this;
  }

  ProcessFacts facts() {
    return new ProcessFacts(
        id,
        host,
        versions,
        new ProcessFacts.Cores(processors, slots, threads),
        new ProcessFacts.Natives(
            Map.of("dl4j", "ND4J", "torch", "libtorch"), problems, absent, kernels, cache),
        new ProcessFacts.Gpus(gpus, addresses, torchCuda, nd4jCuda, seen, null),
        new ProcessFacts.Memory(heap, machine),
        disks,
        shuffleService,
        output);
  }

  static List<ProcessFacts> all(SomeFacts... facts) {
    List<ProcessFacts> all = new ArrayList<>();
    for (SomeFacts one : facts) {
      all.add(one.facts());
    }
    return all;
  }
}
