package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.neural.torch.device.StandInGpus;
import org.seqlm.spark.task.GpuProbe;
import org.seqlm.spark.training.CharacterDataset;
import org.seqlm.store.Sha256;

/**
 * GPUs that do not exist on a standalone cluster of real processes, whose workers find them by a
 * script, as they find real ones: a worker with two and one with one, an executor of two cores for
 * each. What a task would open on its GPU is opened in the host's memory.
 */
@OnCluster
@DisabledOnOs(OS.WINDOWS)
class GpuClusterTest {
  private static final List<String> ADDRESSES = List.of("\"3\",\"5\"", "\"6\"");
  private static final int SLOTS = 6;
  private static final int GPUS = 3;

  @TempDir static Path folder;

  private static LoopbackCluster cluster;

  private record Result(int exit, String out, String err) {}

  @BeforeAll
  static void start() throws IOException {
    cluster = new LoopbackCluster(folder, List.of(4, 2), worker -> gpus(worker));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static List<String> gpus(int worker) {
    String addresses = ADDRESSES.get(worker);
    try {
      Path script = folder.resolve("gpus" + worker);
      Files.writeString(
          script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [" + addresses + "]}'\n");
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
      String setting = "-Dspark.worker.resource.gpu.";
      return List.of(
          setting + "amount=" + addresses.split(",").length, setting + "discoveryScript=" + script);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** That of this process, for processes in other folders. */
  private static String classPath() {
    return Arrays.stream(SubmittedJar.classPath().split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Runs a program of this class path as a driver. */
  private static Result run(Class<?> main, Map<String, Object> more, String... arguments)
      throws Exception {
    Map<String, Object> conf = new LinkedHashMap<>();
    conf.put("spark.master", cluster.url());
    conf.put("spark.driver.host", "127.0.0.1");
    conf.put("spark.ui.enabled", false);
    conf.put("spark.kryo.registrationRequired", true);
    conf.put("spark.cores.max", SLOTS);
    conf.put("spark.executor.cores", 2);
    conf.put("spark.executor.memory", "512m");
    conf.put("spark.executor.resource.gpu.amount", 1);
    // All executors have come before a stage is cut to what there is.
    conf.put("spark.scheduler.minRegisteredResourcesRatio", 1);
    conf.put("spark.executor.extraClassPath", classPath());
    conf.put(
        "spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 " + SubmittedJar.natives());
    conf.putAll(more);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx600m", "-XX:TieredStopAtLevel=1", SubmittedJar.natives()));
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" +")));
    command.add(
        "-Dlog4j2.configurationFile=" + Path.of("../conf/log4j2.properties").toAbsolutePath());
    conf.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("driver.out");
    Path err = folder.resolve("driver.err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(Files.readString(err)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void aTaskOfANetworkHasAGpuOfItsOwnAndNoOtherTaskHasOne() throws Exception {
    Path shared = Files.createDirectory(folder.resolve("probe"));
    Result result =
        run(
            GpuProbe.class,
            Map.of(),
            Integer.toString(SLOTS),
            Integer.toString(GPUS),
            shared.toString());
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out().lines())
        .containsExactly("counting [none]", "slots 6 3", "networks [3, 5, 6]", "averaging [none]");
  }

  /** Executors without GPUs go, and others with some come, as stages need them. */
  @Test
  void withDynamicAllocationNetworksHaveExecutorsOfTheirOwn() throws Exception {
    Path shared = Files.createDirectory(folder.resolve("dynamic"));
    Map<String, Object> dynamic = new LinkedHashMap<>();
    dynamic.put("spark.executor.resource.gpu.amount", 0);
    dynamic.put("spark.seqlm.gpu.amount", 1);
    dynamic.put("spark.dynamicAllocation.enabled", true);
    dynamic.put("spark.dynamicAllocation.shuffleTracking.enabled", true);
    dynamic.put("spark.dynamicAllocation.executorIdleTimeout", "1s");
    dynamic.put("spark.dynamicAllocation.maxExecutors", 2);
    dynamic.put(
        "spark.scheduler.minRegisteredResourcesRatio", 0); // none come before they are asked
    Result result = run(GpuProbe.class, dynamic, "2", "2", shared.toString());
    assertThat(result.exit()).as(result.err()).isZero();
    List<String> lines = result.out().lines().toList();
    assertThat(lines).hasSize(4).contains("counting [none]", "averaging [none]");
    assertThat(lines.get(2)).matches("networks \\[[356](, [356])*]");
  }

  @Test
  void trainingHoldsGpusAndSurvivesTheLossOfOne() throws Exception {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "the cats ran\na dog runs\nno one ran\n".repeat(60));
    String dataset = folder.resolve("dataset").toString();
    CharacterDataset.write(
        new Configuration(), text, dataset, new SplitRules(SplitMethod.CONTIGUOUS, 0.9, 0.1, 0));

    // As always: every task has a GPU.
    Path always = Files.createDirectory(folder.resolve("always"));
    Map<String, String> undisturbed =
        train(dataset, always, 2, Map.of("spark.task.resource.gpu.amount", 1));

    Path stages = Files.createDirectory(folder.resolve("stages"));
    Path lose = Files.createFile(stages.resolve("lose"));
    assertThat(train(dataset, stages, 4, Map.of())).isEqualTo(undisturbed).isNotEmpty();
    assertThat(lose).doesNotExist();

    // The executor that lost its GPU ended, and so told Spark; another has its address since.
    assertThat(events(stages, "ExecutorRemoved"))
        .extracting(removed -> removed.path("Removed Reason").asText())
        .anyMatch(reason -> reason.contains("50"));
    assertThat(events(stages, "TaskEnd"))
        .anyMatch(
            task ->
                task.at("/Task End Reason/Class Name").asText().endsWith("LostGpuError")
                    && task.at("/Task End Reason/Description").asText().contains("illegal memory"));
    try (Stream<Path> opened = Files.list(stages)) {
      assertThat(opened.map(file -> file.getFileName().toString().replaceFirst(".*-", "")))
          .containsAnyOf("3", "5")
          .contains("6");
    }
    // Workers train in stages that ask for GPUs, and what they send is averaged in others.
    Map<Boolean, List<Integer>> profiles = new TreeMap<>();
    for (JsonNode stage : events(stages, "StageSubmitted")) {
      JsonNode info = stage.path("Stage Info");
      boolean reads = !info.path("Parent IDs").isEmpty();
      profiles
          .computeIfAbsent(reads, some -> new ArrayList<>())
          .add(info.path("Resource Profile Id").asInt());
    }
    assertThat(profiles.get(true)).isNotEmpty().containsOnly(0);
    assertThat(profiles.get(false)).isNotEmpty().doesNotContain(0);
  }

  /** SHA-256 of the model's parameters, by file. */
  private static Map<String, String> train(
      String dataset, Path scratch, int cores, Map<String, Object> more) throws Exception {
    Map<String, Object> conf = new LinkedHashMap<>(more);
    conf.put("spark.plugins", StandInGpus.class.getName());
    conf.put(StandInGpus.FOLDER, scratch);
    conf.put("spark.cores.max", cores); // an executor for two of them
    conf.put("spark.eventLog.enabled", true);
    conf.put("spark.eventLog.dir", Files.createDirectory(scratch.resolve("events")).toUri());
    Path run = scratch.resolve("run");
    Result result =
        run(
            org.seqlm.job.SeqLM.class,
            conf,
            "train",
            "--input=" + dataset,
            "--output=" + run,
            "--engine=torch",
            "--workers=4",
            "--frequency=16",
            "--layers=1",
            "--hidden=8",
            "--embedding=8",
            "--batch=2",
            "--time-steps=4",
            "--epochs=1",
            "--set",
            "validation.sample-length=0");
    assertThat(result.exit()).as(result.err()).isZero();
    Map<String, String> bits = new TreeMap<>();
    try (Stream<Path> files = Files.list(ArtifactFiles.data(run.resolve("model")))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".safetensors")).toList()) {
        bits.put(file.getFileName().toString(), Sha256.of(Files.readAllBytes(file)));
      }
    }
    return bits;
  }

  private static List<JsonNode> events(Path scratch, String kind) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    try (Stream<Path> logs = Files.list(scratch.resolve("events"))) {
      for (Path log : logs.filter(f -> !f.getFileName().toString().startsWith(".")).toList()) {
        for (String line : Files.readAllLines(log)) {
          JsonNode event = Json.mapper().readTree(line);
          if (event.path("Event").asText().equals("SparkListener" + kind)) {
            found.add(event);
          }
        }
      }
    }
    return found;
  }
}
