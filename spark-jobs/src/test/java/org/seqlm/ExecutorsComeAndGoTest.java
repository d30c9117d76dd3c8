package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;
import org.seqlm.store.Sha256;

/**
 * Whole pipelines on a standalone cluster of real processes whose executors are taken away in good
 * time, as a cloud takes spot nodes, or come and go with the work: nothing differs from one
 * process.
 */
@OnCluster
@EnabledOnOs(OS.LINUX)
class ExecutorsComeAndGoTest {
  @TempDir static Path folder;

  private static final List<OwnProcess> DAEMONS = new ArrayList<>();
  private static String master;
  private static Map<String, String> undisturbed;

  @BeforeAll
  static void cluster() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    master = "spark://127.0.0.1:" + port;
    OwnProcess first = daemon("master");
    first.start(
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        Integer.toString(port),
        "--webui-port",
        "0");
    worker(1);
    worker(2);
    Path alone = folder.resolve("alone");
    TestSpark.session();
    int code = SeqLM.run(quickstart(alone, "local[2]"), System.err);
    assertThat(code).isZero();
    undisturbed = bits(alone);
    assertThat(undisturbed)
        .containsKeys("ngrams/counts/slice-00000.bin", "run/model/parameters.safetensors");
  }

  private static String[] quickstart(Path output, String on) {
    return new String[] {
      "quickstart",
      "--output",
      output.toString(),
      "--size",
      "120000",
      "--master",
      on,
      "--set",
      "order=3",
      "--set",
      "train={network: {hidden: 16, embedding: 8}, training: {epochs: 0.5, batch: 4,"
          + " time-steps: 8}}"
    };
  }

  /** SHA-256 of what was counted and trained, by file. */
  private static Map<String, String> bits(Path output) throws IOException {
    Map<String, String> bits = new TreeMap<>();
    for (String part : List.of("dataset", "ngrams", "run/model")) {
      Path data = ArtifactFiles.data(output.resolve(part));
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = file.getFileName().toString();
          if (!name.startsWith(".") && name.matches(".*[.](bin|tokens|safetensors|tsv)")) {
            bits.put(part + "/" + data.relativize(file), Sha256.of(Files.readAllBytes(file)));
          }
        }
      }
    }
    return bits;
  }

  private static OwnProcess daemon(String name) throws IOException {
    OwnProcess daemon =
        new OwnProcess(Files.createDirectories(folder.resolve(name)))
            .option("-Xmx300m")
            .with("spark.decommission.enabled", true);
    DAEMONS.add(daemon);
    return daemon;
  }

  private static OwnProcess worker(int number) throws IOException {
    String host = "127.0.0." + (1 + number);
    return daemon("worker-" + number)
        .at(host)
        .start(
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            host,
            "--webui-port",
            "0",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            folder.resolve("worker-" + number).toString(),
            master);
  }

  @AfterAll
  static void stop() {
    for (int i = DAEMONS.size() - 1; i >= 0; i--) {
      DAEMONS.get(i).close();
    }
  }

  /** A pipeline under way on the cluster, and what Spark says of it. */
  private static final class Pipeline implements AutoCloseable {
    private final OwnProcess driver;
    private final Path output;
    private final Path events;

    Pipeline(String name, Map<String, Object> settings) throws IOException {
      output = folder.resolve(name);
      events = Files.createDirectories(folder.resolve(name + "-events"));
      driver =
          new OwnProcess(Files.createDirectories(folder.resolve(name + "-driver")))
              .with("spark.ui.enabled", false)
              .with("spark.decommission.enabled", true)
              .with("spark.storage.decommission.enabled", true)
              .with("spark.storage.decommission.shuffleBlocks.enabled", true)
              .with("spark.storage.decommission.rddBlocks.enabled", true)
              .with("spark.storage.decommission.replicationReattemptInterval", "1s")
              .with("spark.eventLog.enabled", true)
              .with("spark.eventLog.dir", events.toUri());
      settings.forEach(driver::with);
      driver.command((Object[]) quickstart(output, master));
    }

    /** What Spark has said so far; of a line that is being written, nothing. */
    List<JsonNode> events(String kind) throws IOException {
      List<JsonNode> found = new ArrayList<>();
      try (Stream<Path> logs = Files.list(events)) {
        for (Path log :
            logs.filter(file -> !file.getFileName().toString().startsWith(".")).toList()) {
          for (String line : Files.readString(log).split("\n")) {
            if (line.startsWith("{\"Event\":\"SparkListener" + kind + "\"") && line.endsWith("}")) {
              found.add(Json.mapper().readTree(line));
            }
          }
        }
      }
      return found;
    }

    /** Waits for the first job whose description begins so. */
    void reaches(String description) throws Exception {
      while (driver.isAlive()) {
        for (JsonNode job : events("JobStart")) {
          String does = job.at("/Properties/spark.job.description").asText();
          if (does.startsWith(description)) {
            return;
          }
        }
        Thread.sleep(100);
      }
      assertThat(driver.err()).as("never came to " + description).isEmpty();
    }

    Map<String, String> finish() throws Exception {
      driver.succeeds();
      return bits(output);
    }

    @Override
    public void close() {
      driver.close();
    }
  }

  /** Their shuffle files and cached blocks go to the others. */
  @Test
  void twoMachinesAreTakenAwayOneAsItCountsAndOneAsItTrains() throws Exception {
    OwnProcess inCount = worker(3);
    OwnProcess inTraining = worker(4);
    // It begins when all four are there.
    Map<String, Object> settings = new TreeMap<>();
    settings.put("spark.cores.max", 4);
    settings.put("spark.scheduler.minRegisteredResourcesRatio", 1);
    settings.put("spark.scheduler.maxRegisteredResourcesWaitingTime", "60s");
    try (Pipeline pipeline = new Pipeline("taken", settings)) {
      pipeline.reaches("count");
      inCount.signal("PWR");
      pipeline.reaches("round 3 of ");
      inTraining.signal("PWR");
      assertThat(pipeline.finish()).isEqualTo(undisturbed);
      assertThat(pipeline.events("ExecutorRemoved"))
          .extracting(removed -> removed.path("Removed Reason").asText())
          .filteredOn(reason -> reason.toLowerCase(Locale.ROOT).contains("decommission"))
          // The other may be on its way when a fast machine has ended its training.
          .isNotEmpty();
    }
  }

  /** K is the run's, whatever the cluster has: 2 here, on no, one or two executors. */
  @Test
  void executorsAreAskedForAndGivenBack() throws Exception {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("spark.dynamicAllocation.enabled", true);
    settings.put("spark.dynamicAllocation.shuffleTracking.enabled", true);
    settings.put("spark.executor.cores", 1);
    settings.put("spark.dynamicAllocation.minExecutors", 0);
    settings.put("spark.dynamicAllocation.maxExecutors", 2);
    settings.put("spark.dynamicAllocation.executorIdleTimeout", "1s");
    settings.put("spark.dynamicAllocation.cachedExecutorIdleTimeout", "1s");
    settings.put("spark.dynamicAllocation.shuffleTracking.timeout", "1s");
    settings.put("spark.dynamicAllocation.schedulerBacklogTimeout", "1s");
    try (Pipeline pipeline = new Pipeline("dynamic", settings)) {
      assertThat(pipeline.finish()).isEqualTo(undisturbed);
      assertThat(pipeline.events("ExecutorRemoved")).isNotEmpty();
      assertThat(pipeline.events("ExecutorAdded")).hasSizeGreaterThanOrEqualTo(2);
    }
  }
}
