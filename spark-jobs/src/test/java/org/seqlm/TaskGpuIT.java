package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;

/**
 * Spark gives each task a GPU that does not exist, on executors of their own, and the jar is
 * without CUDA: that it is refused, by its number, shows that the address arrives where networks
 * train.
 */
@OnCluster
class TaskGpuIT {
  @TempDir static Path folder;

  private static String dataset;

  @BeforeAll
  static void prepare() throws Exception {
    Assumptions.assumeFalse(torch.hasCUDA(), "libtorch on this class path is with CUDA");
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "the cats ran\na dog runs\nno one ran\n".repeat(60));
    dataset = folder.resolve("dataset").toString();
    SubmittedJar.Result prepared =
        new SubmittedJar(folder).run("prepare", "--input", text.toString(), "--output", dataset);
    assertThat(prepared.exit()).as(prepared.err()).isZero();
  }

  private static SubmittedJar.Result train(String engine, String device) throws Exception {
    Path script = folder.resolve("gpus");
    Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"3\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    SubmittedJar jar = new SubmittedJar(folder).master("local-cluster[1,2,1024]");
    for (String who : List.of("worker", "executor")) {
      jar.conf("spark." + who + ".resource.gpu.amount", 1);
      jar.conf("spark." + who + ".resource.gpu.discoveryScript", script);
    }
    jar.conf("spark.task.resource.gpu.amount", 0.5);
    Path events = Files.createTempDirectory(folder, "events");
    jar.conf("spark.eventLog.enabled", true).conf("spark.eventLog.dir", events.toUri());
    List<String> command = new ArrayList<>(List.of("train", "--input", dataset));
    command.addAll(List.of("--output", events.resolve("run").toString(), "--json", "-"));
    command.addAll(List.of("--engine=" + engine, "--workers=2", "--frequency=2"));
    command.addAll(List.of("--layers=1", "--hidden=8", "--embedding=8"));
    command.addAll(List.of("--batch=2", "--time-steps=8", "--epochs=0.5"));
    command.addAll(List.of("--set", "validation.sample-length=0"));
    command.addAll(List.of("--set", "execution.device=" + device));
    SubmittedJar.Result result = jar.run(command.toArray(String[]::new));
    assertThat(failedTasks(events)).as(result.err()).isEmpty();
    return result;
  }

  /** What Spark logged of tasks that failed: each would have been tried again. */
  private static List<String> failedTasks(Path events) throws IOException {
    List<String> failed = new ArrayList<>();
    int ended = 0;
    try (Stream<Path> logs = Files.list(events)) {
      for (Path log : logs.filter(Files::isRegularFile).toList()) {
        if (log.getFileName().toString().startsWith(".")) {
          continue;
        }
        for (String line : Files.readAllLines(log)) {
          if (line.contains("\"SparkListenerTaskEnd\"")) {
            ended++;
            if (!line.contains("{\"Reason\":\"Success\"}")) {
              failed.add(line);
            }
          }
        }
      }
    }
    assertThat(ended).isPositive();
    return failed;
  }

  private static void assertRefused(SubmittedJar.Result result, String... parts) {
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).doesNotContain("\tat ", "Exception");
    List<String> errors =
        result
            .err()
            .lines()
            .filter(line -> line.startsWith("seqlm: "))
            .collect(Collectors.toList());
    assertThat(errors).singleElement().asString().startsWith("seqlm: error: ").contains(parts);
  }

  @Test
  void autoTakesTheTasksGpuAndSaysWhyItCannot() throws Exception {
    assertRefused(
        train("torch", "auto"), "this task was given GPU 3", "without CUDA", "linux-x86_64-gpu");
  }

  @Test
  void noGpuIsLeftIdleByAnEngineThatCannotUseIt() throws Exception {
    assertRefused(train("dl4j", "auto"), "this task was given GPU 3", "--engine torch");
  }

  @Test
  void theCpuIsTakenWhereItIsAskedFor() throws Exception {
    SubmittedJar.Result result = train("torch", "cpu");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(Json.mapper().readTree(result.out()).path("rounds").asInt()).isPositive();
  }
}
