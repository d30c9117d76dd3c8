package org.seqlm.job.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.NgramsOutcomes.Outcome;

/** {@code seqlm doctor} as a user runs it, where all of Spark is this process. */
class DoctorCommandTest {
  @TempDir Path folder;

  private Outcome doctor(Object... more) {
    TestSpark.context();
    List<Object> line =
        new ArrayList<>(List.of("doctor", "--master", "local[2]", "--set", "local-room=0"));
    line.addAll(Arrays.asList(more));
    return NgramsOutcomes.run(line.toArray());
  }

  private JsonNode record(Path json) throws Exception {
    return Json.mapper().readTree(json.toFile());
  }

  private static List<String> checks(JsonNode record, String status) {
    return StreamSupport.stream(record.path("findings").spliterator(), false)
        .filter(finding -> finding.path("status").asText().equals(status))
        .map(finding -> finding.path("check").asText())
        .toList();
  }

  @Test
  void aMachineThatCanDoTheWork() throws Exception {
    Path json = folder.resolve("doctor.json");
    Path output = folder.resolve("out/run");
    Outcome outcome = doctor("--output", output, "--json", json);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    assertThat(folder.resolve("out")).doesNotExist();
    JsonNode record = record(json);
    assertThat(checks(record, "fail")).isEmpty();
    assertThat(checks(record, "ok"))
        .contains("Spark", "versions", "commit", "output", "natives", "kernels", "GPUs", "memory");
    JsonNode driver = record.path("processes").path(0);
    assertThat(driver.path("natives").path("loaded")).hasSize(2);
    assertThat(driver.path("output").asText()).isEmpty();
    assertThat(record.path("executors").isNull()).isTrue();

    // Again, over the record that is there; what was missing is made.
    Outcome fixed = doctor("--output", output, "--fix", "--json", json);
    assertThat(fixed.code()).as(fixed.errors()).isZero();
    assertThat(record(json).path("fixed").path(0).asText()).contains("made", "for the output");
    assertThat(folder.resolve("out")).isEmptyDirectory();
  }

  @Test
  void anOutputThatCannotBeWritten() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Path json = folder.resolve("doctor.json");
    Outcome outcome = doctor("--output", file.resolve("run"), "--json", json);
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(outcome.errors()).doesNotContain("Exception");
    assertThat(checks(record(json), "fail")).containsExactly("output");
    assertThat(folder).isDirectoryContaining("glob:**/doctor.json");
  }

  @Test
  void whatATrainingNeeds() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "the cats ran\n".repeat(200));
    Path dataset = folder.resolve("dataset");
    assertThat(NgramsOutcomes.run("prepare", "--input", text, "--output", dataset).code()).isZero();
    Path config = folder.resolve("train.yaml");
    Path json = folder.resolve("doctor.json");
    String files = "input: " + dataset + "\noutput: " + folder.resolve("run") + "\n";
    Files.writeString(config, files + "network: {hidden: 16, embedding: 8, layers: 1}\n");
    Outcome small = doctor("--train", config, "--json", json);
    assertThat(small.code()).as(small.errors()).isZero();
    assertThat(checks(record(json), "ok")).contains("model's need", "output");

    Files.writeString(config, files + "network: {hidden: 11000, embedding: 8, layers: 1}\n");
    Outcome large = doctor("--train", config, "--json", json);
    assertThat(large.code()).as(large.errors()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(checks(record(json), "fail")).containsOnly("model's need");

    Outcome none = doctor("--train", folder.resolve("none.yaml"));
    assertThat(none.code()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(none.errors())
        .contains("--train file:" + folder.resolve("none.yaml"), "does not exist");
  }

  @Test
  void aDryRunAsksNobody() {
    assertThat(doctor("--dry-run", "--output", folder.resolve("run")).code()).isZero();
    assertThat(folder).isEmptyDirectory();
    Outcome wrong = doctor("--wait", "0");
    assertThat(wrong.code()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(wrong.errors()).contains("wait-seconds must be 1.0 to 86400.0, but is 0.0");
  }
}
