package org.seqlm.job.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.RunState;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.NgramsOutcomes.Outcome;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Sha256;

/** {@code seqlm files} as a user runs it. */
class FilesCommandTest {
  private static final String WRITER = "00000000000a";
  private static final String DATA = "data-0123456789ab";

  @TempDir Path folder;

  private Path put(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static FileEntry entry(Path from, String path) throws IOException {
    byte[] bytes = Files.readAllBytes(from.resolve(path));
    return new FileEntry(path, bytes.length, Sha256.of(bytes));
  }

  private Path manifest(String path, ArtifactKind kind, String data, String... files)
      throws IOException {
    Path in = folder.resolve(path).getParent();
    List<FileEntry> entries = new ArrayList<>();
    for (String file : files) {
      entries.add(entry(data == null ? in : in.resolve(data), file));
    }
    Manifest manifest = Manifest.of(kind, Map.of(), Map.of(), 1, Map.of()).withFiles(entries, data);
    if (kind == ArtifactKind.RUN) {
      manifest = manifest.withRun(new RunState(1, WRITER, "job", RunState.Phase.COMPLETE, null));
    }
    return put(path, Json.pretty(manifest));
  }

  private Outcome files(String input, Object... more) {
    List<Object> line = new ArrayList<>(List.of("files", "--input", folder.resolve(input)));
    line.addAll(Arrays.asList(more));
    return NgramsOutcomes.run(line.toArray());
  }

  private JsonNode told(String input, Object... more) throws IOException {
    Path json = folder.resolve("told.json");
    List<Object> line = new ArrayList<>(Arrays.asList(more));
    line.addAll(List.of("--json", json, "--overwrite"));
    Outcome outcome = files(input, line.toArray());
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    return Json.mapper().readTree(json.toFile());
  }

  private void refused(String input, ExitCode code, String message) {
    Outcome outcome = files(input);
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(code.code());
    assertThat(outcome.errors()).contains(message);
  }

  /** A run of a model, a checkpoint with a worker's state, and metrics. */
  private long run() throws IOException {
    put("run/model/" + DATA + "/network.json", "network");
    put("run/state/" + WRITER + "/1/0.0", "state");
    put(
        "run/checkpoints/1/" + DATA + "/checkpoint.json",
        """
        {"round": 1, "step": 1, "tokens": 1, "skipped": 0, "updates": 1, "best-round": 1,
         "states": [{"path": "%s/1/0.0", "sha256": ""}], "worse": 0, "seconds": 1.0,
         "vocabulary": "v", "platform": {}}
        """
            .formatted(WRITER));
    put("run/metrics/00000001-0123456789ab.jsonl", "{}\n");
    manifest("run/model/manifest.json", ArtifactKind.MODEL, DATA, "network.json");
    manifest("run/checkpoints/1/manifest.json", ArtifactKind.CHECKPOINT, DATA, "checkpoint.json");
    manifest(
        "run/manifest-2.json",
        ArtifactKind.RUN,
        null,
        "model/manifest.json",
        "checkpoints/1/manifest.json",
        "metrics/00000001-0123456789ab.jsonl");
    return bytes(folder.resolve("run"));
  }

  private static long bytes(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void aRunsBytesAreThoseOfAllThatCounts() throws IOException {
    long bytes = run();
    put("run/checkpoints/2/data-00000000000b/checkpoint.json", "killed");
    put("run/metrics/notes", "ours");
    JsonNode told = told("run");
    assertThat(told.path("kind").asText()).isEqualTo("run");
    assertThat(told.path("manifest").asText()).endsWith("run/manifest-2.json");
    assertThat(told.path("files").asInt()).isEqualTo(7);
    assertThat(told.path("bytes").asLong()).isEqualTo(bytes);
    assertThat(told.path("orphans")).hasSize(1);
    assertThat(told.path("orphans").get(0).path("path").asText())
        .isEqualTo("checkpoints/2/data-00000000000b");
    assertThat(told.path("orphans").get(0).path("bytes").asLong()).isEqualTo(6);
    // Nothing is old enough until it is said to be.
    assertThat(told("run", "--remove-orphans").path("removed").asInt()).isZero();
    told = told("run", "--remove-orphans", "--older-than", 0);
    assertThat(told.path("removed").asInt()).isEqualTo(1);
    assertThat(folder.resolve("run/checkpoints/2")).doesNotExist();
    assertThat(bytes(folder.resolve("run"))).isEqualTo(bytes + "ours".length());
  }

  @Test
  void anUnfinishedRunOfFormatVersionOneIsOne() throws IOException {
    String begun =
        "{\"format-version\": 1, \"producer\": \"p\", \"job\": \"j\", \"inputs\": {}, \"config\":"
            + " {}, \"seed\": 1}";
    put("run/run.json", begun);
    put("run/metrics/00000001.jsonl", "{}\n");
    JsonNode told = told("run");
    assertThat(told.path("kind").asText()).isEqualTo("run");
    assertThat(told.path("manifest").asText()).endsWith("run/run.json");
    assertThat(told.path("files").asInt()).isEqualTo(2);
    assertThat(told.path("bytes").asInt()).isEqualTo(begun.length() + 3);
    assertThat(told.path("orphans")).isEmpty();
  }

  @Test
  void whatLiesBelowAStrangersManifestIsLookedAt() throws IOException {
    put("site/manifest.json", "{\"name\": \"a web page's\"}");
    for (String input : List.of("site/lm", "site/model", "site/a/lm")) {
      manifest(input + "/manifest.json", ArtifactKind.EVALUATION, null);
      assertThat(told(input).path("kind").asText()).isEqualTo("evaluation");
    }
  }

  @Test
  void aPartOfARunIsRefusedAndAnArtifactAmongThemIsNot() throws IOException {
    run();
    for (String part :
        List.of("model", "metrics", "checkpoints", "checkpoints/1", "state", "state/" + WRITER)) {
      refused("run/" + part, ExitCode.CONFIGURATION, "is a part of the run");
    }
    manifest("run/eval/manifest.json", ArtifactKind.EVALUATION, null);
    manifest("run/model/eval/manifest.json", ArtifactKind.EVALUATION, null);
    assertThat(told("run/eval").path("kind").asText()).isEqualTo("evaluation");
    assertThat(told("run/model/eval").path("kind").asText()).isEqualTo("evaluation");
    // Nobody knows what counts in the parts of a run whose manifest is damaged.
    put("run/manifest-2.json", "");
    refused("run/model", ExitCode.CONFIGURATION, "is a part of the run");
    refused("run", ExitCode.DATA, "manifest-2.json is damaged");
  }
}
