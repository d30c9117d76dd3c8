package org.seqlm.job.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.NgramsOutcomes.Outcome;

/** {@code seqlm models} as a user runs it, with trained runs. */
class ModelsCommandTest {
  @TempDir static Path folder;

  private static Path first;
  private static Path second;
  private static Path registry;

  @BeforeAll
  static void train() throws IOException {
    Path text = folder.resolve("corpus/corpus.txt");
    Path dataset = folder.resolve("dataset");
    first = folder.resolve("first");
    second = folder.resolve("second");
    registry = folder.resolve("registry");
    done("example", "--output", text.getParent(), "--size", 3000, "--set", "pairs=1");
    done("prepare", "--input", text, "--output", dataset, "--tokenizer", "word");
    train(dataset, first);
    assertThat(done("models", "add", registry, "--from", first))
        .startsWith("added lstm 1x4 of " + first)
        .contains("use it as " + registry + "#1");
    assertThat(done("models", "promote", registry, 1, "--reason", "the first"))
        .startsWith("version 1 is the champion of " + registry + "\n");
    // The champion is what the second begins with.
    train(dataset, second, "--start-from", registry);
    done("models", "add", registry, "--from", second, "--night", "2026-11-28");
  }

  private static void train(Path dataset, Path run, Object... more) {
    List<Object> line = new ArrayList<>(List.of("train", "--input", dataset, "--output", run));
    line.addAll(List.of("--hidden", 4, "--embedding", 4, "--batch", 2, "--time-steps", 8));
    line.addAll(List.of("--frequency", 2, "--epochs", 0.1, "--set", "checkpoints.every=2"));
    line.addAll(List.of("--set", "validation={every: 2, max-tokens: 100, sample-length: 5}"));
    line.addAll(Arrays.asList(more));
    done(line.toArray());
  }

  /** What it prints. */
  private static String done(Object... line) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      Outcome outcome = NgramsOutcomes.run(line);
      assertThat(outcome.code()).as(outcome.errors()).isZero();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void refused(int code, String message, Object... line) {
    Outcome outcome = NgramsOutcomes.run(line);
    assertThat(outcome.errors()).startsWith("seqlm: error: ").contains(message);
    assertThat(outcome.errors().lines()).hasSize(1);
    assertThat(outcome.code()).isEqualTo(code);
  }

  private static JsonNode told(Object... line) throws IOException {
    Path json = folder.resolve("told.json");
    List<Object> with = new ArrayList<>(Arrays.asList(line));
    with.addAll(List.of("--json", json, "--overwrite"));
    done(with.toArray());
    return Json.mapper().readTree(json.toFile());
  }

  @Test
  void versionsAreListedShownAndCompared() throws IOException {
    JsonNode list = told("models", "list", registry);
    assertThat(list.path("champion").asInt()).isEqualTo(1);
    JsonNode newer = list.path("rows").get(1).path("version");
    assertThat(newer.path("parent").asInt()).isEqualTo(1);
    assertThat(newer.path("night").asText()).isEqualTo("2026-11-28");
    assertThat(newer.path("figures").has("bits-per-character")).isTrue();
    assertThat(done("models", "list", registry))
        .contains("bits-per-character")
        .contains("the champion is version 1");

    assertThat(done("models", "show", registry))
        .startsWith("version              1, champion\n")
        .contains("promoted, by a user: the first");
    JsonNode shown = told("models", "show", registry, 2);
    JsonNode provenance = shown.path("provenance");
    assertThat(provenance.path("inputs").path("start-from").asText()).hasSize(64);
    assertThat(provenance.path("config").path("network").path("hidden").asInt()).isEqualTo(4);
    assertThat(provenance.path("kernels")).isNotEmpty();
    assertThat(provenance.path("platform")).isNotEmpty();
    assertThat(Files.readString(Path.of(shown.path("folder").asText(), "manifest.json")))
        .contains("\"kind\" : \"model\"");

    assertThat(done("models", "compare", registry, 1, 2))
        .contains("start-from", "the same")
        .isEqualTo(done("models", "compare", registry, 2));
    assertThat(done("models", "lineage", registry, 2))
        .contains("version 1 began with random parameters");
    assertThat(told("models", "lineage", registry, 2).path("line")).hasSize(2);
    assertThat(done("models", "promote", registry, 2, "--dry-run"))
        .contains("make version 2 the champion, in the place of version 1");
    assertThat(done("models", "add", registry, "--from", first))
        .contains("is version 1 of " + registry + " already (champion): nothing was added");
  }

  @Test
  void aVersionIsAModelWhereverOneIsTaken() {
    String drawn = done("generate", "--model", first, "--length", 5, "--seed", 3);
    assertThat(done("generate", "--model", registry, "--length", 5, "--seed", 3)).isEqualTo(drawn);
    assertThat(done("generate", "--model", registry + "#1", "--length", 5, "--seed", 3))
        .isEqualTo(drawn);
    Path scores = folder.resolve("evaluation");
    assertThat(
            done(
                "evaluate",
                "--input",
                folder.resolve("dataset"),
                "--model",
                registry + "#2",
                "--output",
                scores))
        .contains("lstm 1x4");
    done("export", "--model", registry + "#2", "--safetensors", folder.resolve("pytorch"));
    refused(
        2,
        "the dataset " + folder.resolve("dataset") + " of --model",
        "evaluate",
        "--input",
        folder.resolve("corpus/corpus.txt"),
        "--model",
        registry + "#2",
        "--output",
        folder.resolve("dataset/scores"));
    refused(2, "there is no version 9", "generate", "--model", registry + "#9", "--length", 5);
  }

  @Test
  void aChampionComesAndGoes() throws IOException {
    Path other = folder.resolve("other");
    Path report = Files.writeString(folder.resolve("page.html"), "<html></html>");
    done("models", "add", other, "--from", registry + "#1", "--report", report);
    done("models", "add", other, "--from", second, "--name", "the second");
    done("models", "promote", other, 1);
    refused(
        5,
        "the champion is version 1 by now, not none",
        "models",
        "promote",
        other,
        2,
        "--expect",
        0);
    assertThat(done("models", "promote", other, 2, "--expect", 1))
        .contains("in the place of version 1");
    assertThat(done("models", "promote", other, 2)).contains("already: nothing was changed");
    assertThat(done("models", "prune", other, "--keep", 1)).startsWith("every version stays");
    assertThat(done("models", "rollback", other, "--from", 2)).startsWith("version 1 is");
    assertThat(done("models", "rollback", other, "--from", 2)).contains("nothing was changed");
    refused(2, "no champion before version 1", "models", "rollback", other);
    done("models", "add", other, "--from", first, "--night", "n1");
    assertThat(done("models", "prune", other, "--keep", 1, "--dry-run"))
        .contains("remove the files of versions 2");
    assertThat(done("models", "prune", other, "--keep", 1)).startsWith("pruned versions 2\n");
    refused(2, "version 2 was pruned", "models", "promote", other, 2);
    refused(2, "version 2 was pruned", "generate", "--model", other + "#2", "--length", 5);
    refused(2, "version 2 was pruned", "models", "compare", other, 2);
    assertThat(done("models", "show", other, 2)).contains("none: the version was pruned");
    assertThat(done("models", "show", other, 1)).contains("report.html");
    assertThat(done("files", "--input", other)).contains("registry").contains("orphans   none");
  }

  @Test
  void whatCannotBeIsRefused() throws IOException {
    Path none = folder.resolve("none");
    refused(3, "none does not exist: seqlm models add", "models", "list", none);
    refused(2, "registry is missing: give REGISTRY", "models", "list");
    refused(
        3,
        "dataset is of kind dataset, but a registry is needed",
        "models",
        "list",
        folder.resolve("dataset"));
    refused(
        2,
        "corpus exists and is no registry",
        "models",
        "add",
        folder.resolve("corpus"),
        "--from",
        first);
    refused(3, "is of kind dataset", "models", "add", none, "--from", folder.resolve("dataset"));
    assertThat(none).doesNotExist();
    refused(2, "there is no version 7: the registry has 1 to 2", "models", "show", registry, 7);
    refused(2, "version must be given", "models", "promote", registry);
    refused(
        2, "night must be 1 to 64", "models", "add", registry, "--from", first, "--night", "a/b");
    refused(
        2,
        "the night 2026-11-28 has version 2",
        "models",
        "add",
        registry,
        "--from",
        first,
        "--night",
        "2026-11-28");
    Path text = Files.writeString(folder.resolve("no.json"), "{");
    refused(3, "is no JSON", "models", "add", none, "--from", first, "--metrics", text);
    refused(
        3,
        "but counts are of kind ngrams",
        "models",
        "add",
        none,
        "--from",
        first,
        "--counts",
        folder.resolve("dataset"));
    refused(2, "must not be the same", "models", "add", first.resolve("in"), "--from", first);
    refused(
        2, "attach.counts-held", "models", "add", none, "--from", first, "--counts-held", "both");
  }
}
