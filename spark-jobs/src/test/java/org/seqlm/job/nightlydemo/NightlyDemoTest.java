package org.seqlm.job.nightlydemo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.OnCluster;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.nightlydemo.Promises.Promise;

class NightlyDemoTest {
  @TempDir Path folder;

  private NgramsOutcomes.Outcome demo(Path output, String special, Object... more) {
    List<Object> line = new ArrayList<>(List.of("nightly-demo", "--output", output));
    for (String set :
        List.of(
            "sentences=120",
            "special=" + special,
            "retrain.train.network={hidden: 4, embedding: 4}",
            "retrain.train.training={batch: 4, time-steps: 8}",
            "retrain.train.averaging.frequency=4")) {
      line.addAll(List.of("--set", set));
    }
    line.addAll(Arrays.asList(more));
    return NgramsOutcomes.run(line.toArray());
  }

  private static JsonNode nights(Path output) throws IOException {
    return Json.mapper().readTree(output.resolve("nights.json").toFile()).path("nights");
  }

  private static String special(int drift, int corrupt, int killed, int hopeless, int topic) {
    return String.format(
        java.util.Locale.ROOT,
        "{drift: %d, corrupt: %d, killed: %d, hopeless: %d, topic: %d}",
        drift,
        corrupt,
        killed,
        hopeless,
        topic);
  }

  @Test
  void aFileThatBreaksOffIsTakenTheNightAfter() throws IOException {
    Path output = folder.resolve("demo");
    Path json = folder.resolve("result.json");
    NgramsOutcomes.Outcome outcome =
        demo(output, special(0, 2, 0, 0, 0), "--set", "nights=3", "--json", json);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    assertThat(Json.mapper().readTree(json.toFile()).path("nights")).isEqualTo(nights(output));
    assertThat(nights(output)).hasSize(3);
    assertThat(nights(output).get(0).path("decision").asText()).isEqualTo("promoted");
    JsonNode second = nights(output).get(1);
    assertThat(second.path("decision").asText()).isEqualTo("failed");
    assertThat(second.path("exit-code").asInt()).isEqualTo(3);
    assertThat(second.path("reasons")).hasSize(1);
    assertThat(second.path("reasons").get(0).asText())
        .contains("dt=2026-03-03/news.txt.gz", "mend or remove it");
    JsonNode third = nights(output).get(2);
    assertThat(third.path("text").path("partitions")).hasSize(2);
    assertThat(third.path("text").path("drift").path("p").asDouble()).isGreaterThan(0.01);
    assertThat(third.path("training").path("before").asDouble()).isPositive();

    // Complete: it is not begun anew by mistake.
    assertThat(demo(output, special(0, 2, 0, 0, 0), "--set", "nights=3").errors())
        .contains("exists: give --overwrite to begin it anew");
  }

  /** In a process of its own, and all others, too. */
  @OnCluster
  @Test
  void aKilledDriverAndAHopelessChallengerChangeNothing() throws IOException {
    Path output = folder.resolve("killed");
    NgramsOutcomes.Outcome outcome =
        demo(
            output,
            special(2, 0, 3, 4, 5),
            "--set",
            "nights=5",
            "--set",
            "sentences=800",
            "--set",
            "retrain.train.training={batch: 8, time-steps: 16}",
            "--set",
            "hopeless-rate=1e6");
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    assertThat(nights(output)).hasSize(5);
    JsonNode death = nights(output).get(2).path("death");
    assertThat(death.path("exit-code").asInt()).isEqualTo(137);
    assertThat(death.path("same-decision").asBoolean()).isTrue();
    assertThat(death.path("same-parameters").asBoolean()).isTrue();
    assertThat(nights(output).get(3).path("decision").asText()).isEqualTo("failed");
    assertThat(nights(output).get(3).path("exit-code").asInt()).isEqualTo(4);
    assertThat(nights(output).get(4).path("text").path("appended").asInt()).isGreaterThan(16);
    assertThat(output.resolve("undisturbed")).doesNotExist();
    // With the demo's own file a night goes on.
    NgramsOutcomes.Outcome next =
        NgramsOutcomes.run(
            "retrain", "--config", output.resolve("retrain.yaml"), "--night", "2026-03-07");
    assertThat(next.code()).as(next.errors()).isZero();
  }

  @Test
  void mistakesAreToldBeforeAnyWork() throws IOException {
    Path output = folder.resolve("mistaken");
    assertThat(demo(output, special(1, 0, 0, 0, 0)).errors())
        .contains("special.drift must be 0 or 2 to nights, 14, but is 1");
    assertThat(demo(output, special(3, 3, 0, 0, 0)).errors())
        .contains("special must name each night once");
    assertThat(demo(output, special(0, 14, 0, 0, 0)).errors())
        .contains("special.corrupt must be before the last night, 14");
    NgramsOutcomes.Outcome date = demo(output, special(0, 0, 0, 0, 0), "--set", "first=today");
    assertThat(date.code()).isEqualTo(2);
    assertThat(date.errors()).contains("first must be YYYY-MM-DD");
    assertThat(demo(output, special(0, 0, 0, 0, 0), "--set", "retrain.gate.margn=1").errors())
        .contains("margn");
    assertThat(output).doesNotExist();
    Files.createDirectories(output.resolve("of-somebody"));
    NgramsOutcomes.Outcome foreign = demo(output, special(0, 0, 0, 0, 0));
    assertThat(foreign.code()).isEqualTo(2);
    assertThat(foreign.errors()).contains("is no nightly demo of ours");
    assertThat(demo(output, special(0, 0, 0, 0, 0), "--dry-run").errors())
        .contains("is no nightly demo of ours");
  }

  @Test
  void whatDidNotHoldIsAnotherExitCode() {
    Promise kept = new Promise(0, "all is well", "it is", true);
    Promise broken = new Promise(6, "it is kept out", "promoted", false);
    NightlyDemoCommand command = new NightlyDemoCommand();
    command.judge(result(List.of(kept)));
    UserException problem =
        org.junit.jupiter.api.Assertions.assertThrows(
            UserException.class, () -> command.judge(result(List.of(kept, broken))));
    assertThat(problem.exitCode().code()).isEqualTo(5);
    assertThat(problem.getMessage())
        .startsWith(
            "1 of 2 promises did not hold, the first of night 6: it is kept out (promoted): ");
  }

  private static NightlyDemoResult result(List<Promise> promises) {
    return new NightlyDemoResult(
        List.of(), promises, "models", "nights", "retrain.yaml", "2026-03-16", 1);
  }

  @Test
  void anotherProcessGetsTheOptionsThatTwoCanHave() {
    assertThat(
            NightProcess.options(
                List.of(
                    "-Xmx2g",
                    "-XX:+UseParallelGC",
                    "-agentlib:jdwp=transport=dt_socket,address=1",
                    "-javaagent:some.jar",
                    "-XX:StartFlightRecording=duration=1s",
                    "-Xlog:gc:file=gc.log",
                    "-Dcom.sun.management.jmxremote.port=9",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "-Dspark.ui.enabled=false")))
        .containsExactly(
            "-Xmx2g",
            "-XX:+UseParallelGC",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Dspark.ui.enabled=false");
  }

  /** A command line is for all users of a machine to see, and settings have keys. */
  @Test
  void settingsReachAnotherProcessByAFileOfItsUsersOwn() throws Exception {
    Map<String, String> settings =
        Map.of("spark.hadoop.fs.s3a.secret.key", "a b\"c\\d#e'f", "spark.x", "line\nline");
    Path file = Files.createTempFile("seqlm-night", ".settings");
    try {
      Files.write(file, NightProcess.argumentFile(settings));
      if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      Process process =
          new ProcessBuilder(
                  java, "-Xshare:auto", "@" + file, "-XshowSettings:properties", "-version")
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said).contains("spark.hadoop.fs.s3a.secret.key = a b\"c\\d#e'f");
      assertThat(said).containsPattern("spark.x = line\\s+line");
    } finally {
      Files.delete(file);
    }
  }
}
