package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.kernels.KernelVariables;

/**
 * {@code bin/seqlm} on a cluster of Spark's own, with the driver on one of its workers: it waits,
 * and ends with the job's code, lines and standard output, though spark-submit ends with 0 whatever
 * becomes of such a driver.
 */
@OnCluster
@EnabledOnOs(OS.LINUX)
class LaunchedIT {
  private static final int ENOUGH_SECONDS = 300;

  /** Nothing runs until there are all the cores that were asked for. */
  private static final List<String> WAITING =
      List.of(
          "spark.scheduler.minRegisteredResourcesRatio=1",
          "spark.scheduler.maxRegisteredResourcesWaitingTime=300s");

  @TempDir static Path temporary;
  private static LoopbackCluster cluster;
  private static Checkout checkout;
  private static Path spark;
  private static Path text;

  private record Result(int exit, String out, String err) {}

  @BeforeAll
  static void start() throws Exception {
    cluster = new LoopbackCluster(temporary);
    Path folder = Path.of("target", "launched").toAbsolutePath();
    checkout = new Checkout(folder);
    spark = Checkout.assembleSpark(folder.resolve("spark home"));
    text = Files.writeString(temporary.resolve("text.txt"), "the old cat sees\n".repeat(9));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** All three at once, for most of their time is waiting. */
  @Test
  void theDriversExitCodeLinesAndStandardOutputArrive() throws Exception {
    String input = text.toString();
    Path output = temporary.resolve("counts");
    Process done = start("done", "ngrams", "--input", input, "--output", output.toString());
    String none = temporary.resolve("none").toString();
    Process mistake =
        start("mistake", "ngrams", "--input", input, "--output", none, "--order", "99");
    // Tasks find it, on executors.
    Path damaged = temporary.resolve("damaged.txt.gz");
    Files.write(damaged, damaged());
    Process data = start("data", "ngrams", "--input", damaged.toString(), "--output", none);

    Result result = await("done", done);
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).contains(output.toString());
    assertThat(result.err())
        .containsPattern("seqlm: driver-\\d+-\\d+ is running, at 127\\.0\\.0\\.");
    assertThat(output.resolve("manifest.json")).exists();

    result = await("mistake", mistake);
    assertThat(result.exit()).as(result.err()).isEqualTo(2);
    assertThat(errors(result)).hasSize(1).first().asString().contains("order must be 1 to 16");

    result = await("data", data);
    assertThat(result.exit()).as(result.err()).isEqualTo(3);
    assertThat(errors(result)).hasSize(1).first().asString().contains("damaged.txt.gz");
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).doesNotContain("\tat ");
    try (var left = Files.list(temporary.resolve("bulletins"))) {
      assertThat(left).isEmpty();
    }
  }

  /**
   * As a scheduler ends a job: with SIGTERM for the process that it started. The driver waits for
   * more cores than there are, so that no machine is too fast.
   */
  @Test
  void theDriverEndsWithItsLauncher() throws Exception {
    Path err = temporary.resolve("killed.err");
    Path output = temporary.resolve("killed");
    List<String> job = List.of("ngrams", "--input", text.toString(), "--output", output.toString());
    Process process = start("killed", job, 1000, WAITING);
    while (!Files.readString(err).contains("is running") || cluster.started().isEmpty()) {
      assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
      Thread.sleep(50);
    }
    List<ProcessHandle> drivers = cluster.started();
    process.destroy();
    assertThat(process.waitFor(ENOUGH_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(Files.readString(err)).containsPattern("interrupted: driver-\\S+ is killed with it");
    for (ProcessHandle driver : drivers) {
      driver.onExit().get(ENOUGH_SECONDS, TimeUnit.SECONDS);
    }
    assertThat(output.resolve("manifest.json")).doesNotExist();
  }

  private static List<String> errors(Result result) {
    return result.err().lines().filter(line -> line.startsWith("seqlm: error: ")).toList();
  }

  /** Breaks off in its middle. */
  private static byte[] damaged() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < 20_000; i++) {
        gzip.write(("line " + i * 7919 % 10_007 + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    return Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2);
  }

  private static Result await(String name, Process process) throws Exception {
    boolean ended = process.waitFor(ENOUGH_SECONDS, TimeUnit.SECONDS);
    process.destroy();
    String err = Files.readString(temporary.resolve(name + ".err"));
    assertThat(ended).as("ended in time: " + err).isTrue();
    String out = Files.readString(temporary.resolve(name + ".out"));
    return new Result(process.exitValue(), out, err);
  }

  private static Process start(String name, String... job) throws IOException {
    return start(name, List.of(job), 2, List.of());
  }

  private static Process start(String name, List<String> job, int cores, List<String> more)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(checkout.program("bin/seqlm")));
    command.addAll(job);
    command.addAll(List.of("--master", cluster.url(), "--deploy-mode", "cluster", "--"));
    command.addAll(List.of("--driver-memory", "512m", "--executor-memory", "512m"));
    command.addAll(List.of("--total-executor-cores", Integer.toString(cores)));
    for (String setting :
        List.of(
            "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 \""
                + SubmittedJar.natives()
                + "\"",
            "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 \""
                + SubmittedJar.natives()
                + "\"",
            "spark.kryo.registrationRequired=true",
            "spark.ui.enabled=false")) {
      command.addAll(List.of("--conf", setting));
    }
    more.forEach(setting -> command.addAll(List.of("--conf", setting)));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(temporary.resolve(name + ".out").toFile())
            .redirectError(temporary.resolve(name + ".err").toFile());
    builder
        .environment()
        .keySet()
        .removeIf(
            variable ->
                variable.matches("(SPARK|SEQLM|HADOOP|YARN)_.*")
                    || KernelVariables.names().contains(variable));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SPARK_HOME", spark.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SEQLM_BULLETINS", temporary.resolve("bulletins").toString());
    return builder.start();
  }
}
