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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.NgramsOutcomes.Outcome;

/**
 * {@code seqlm models} with networks over labelled examples: a tagger of one step, and one more.
 */
class ModelsOfExamplesTest {
  @TempDir static Path folder;

  private static Path tags;
  private static Path weak;
  private static Path strong;

  @BeforeAll
  static void train() throws IOException {
    Path given = folder.resolve("given");
    tags = folder.resolve("tags");
    weak = folder.resolve("weak");
    strong = folder.resolve("strong");
    String sizes = "examples={train: 240, valid: 20, test: 120}";
    done("example", "--kind", "tags", "--output", given, "--set", sizes);
    done("prepare", "--input", given, "--output", tags);
    done(training(weak, "--set", "training.epochs=0.01"));
    done(training(strong, "--start-from", weak, "--set", "training.epochs=3"));
  }

  private static Object[] training(Path run, Object... more) {
    List<Object> line = new ArrayList<>(List.of("train", "--input", tags, "--output", run));
    line.addAll(List.of("--hidden", 12, "--embedding", 8, "--batch", 8));
    line.addAll(List.of("--set", "averaging={workers: 1, frequency: 20}"));
    line.addAll(List.of("--set", "training.learning-rate=0.02", "--set", "validation.every=3"));
    line.addAll(Arrays.asList(more));
    return line.toArray();
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

  private static Object[] with(Object[] line, Object... more) {
    return Stream.concat(Arrays.stream(line), Arrays.stream(more)).toArray();
  }

  /** A registry with the one as its champion, and the other as a candidate. */
  private static Path registry(String name, Path champion, Path candidate) {
    Path registry = folder.resolve(name);
    done("models", "add", registry, "--from", champion);
    done("models", "promote", registry, 1, "--if-better", "--input", tags);
    done("models", "add", registry, "--from", candidate);
    return registry;
  }

  @Test
  void theBetterIsPromoted() throws IOException {
    Path registry = registry("rises", weak, strong);

    JsonNode list = told("models", "list", registry);
    assertThat(list.path("champion").asInt()).isEqualTo(1);
    JsonNode newer = list.path("rows").get(1).path("version");
    assertThat(newer.path("parent").asInt()).isEqualTo(1);
    JsonNode accuracy = newer.path("figures").path("accuracy");
    assertThat(accuracy.path("value").asDouble()).isBetween(0.5, 1.0);
    assertThat(accuracy.path("better").asText()).isEqualTo("higher");
    assertThat(newer.path("figures").path("loss").path("better").asText()).isEqualTo("lower");
    assertThat(newer.path("figures").path("examples").path("better").asText()).isEqualTo("neither");
    assertThat(done("models", "show", registry, 2))
        .contains("accuracy", "(higher is better)", "metrics.json");
    assertThat(done("models", "compare", registry, 1, 2)).contains("accuracy", "better");

    JsonNode compared = told("models", "compare", registry, 1, 2, "--input", tags);
    assertThat(compared.path("from").asInt()).isEqualTo(1);
    assertThat(compared.path("figures")).isNotEmpty();
    JsonNode found = compared.path("examples");
    assertThat(found.path("cost").asText()).isEqualTo("labels");
    assertThat(found.at("/gate/finding").asText()).isEqualTo("better");
    assertThat(found.at("/gate/examples").asInt()).isEqualTo(120);
    assertThat(found.at("/gate/clip/allowance").asDouble()).isZero();
    // Both figures are those of evaluate, which marks the better one.
    JsonNode evaluated =
        told("evaluate", "--input", tags, "--model", registry + "#1", "--model", registry + "#2");
    assertThat(evaluated.path("direction").asText()).isEqualTo("larger");
    for (String metric : List.of("accuracy", "exact-match", "macro-f1")) {
      assertThat(found.path("from").path(metric))
          .isEqualTo(evaluated.path("models").get(0).path("metrics").path(metric));
      assertThat(found.path("to").path(metric))
          .isEqualTo(evaluated.path("models").get(1).path("metrics").path(metric));
    }
    assertThat(
            done("evaluate", "--input", tags, "--model", registry + "#1", "--model", strong)
                .lines()
                .filter(line -> line.endsWith("best accuracy")))
        .singleElement()
        .asString()
        .startsWith(strong.toString());

    String promoted = done("models", "promote", registry, 2, "--if-better", "--input", tags);
    assertThat(promoted)
        .startsWith("version 2 is the champion of " + registry + ", in the place of version 1\n")
        .contains("a mean gain above 0.0000 is shown");
    assertThat(done("models", "promote", registry, 2, "--if-better", "--input", tags))
        .contains("is the champion already");
    assertThat(done("models", "lineage", registry)).contains("version 1");
    assertThat(done("models", "show", registry, 2)).contains("promoted, in the place of version 1");

    Path records = folder.resolve("given/examples/test.jsonl");
    done("predict", "--model", registry, "--input", records, "--output", folder.resolve("said"));
    assertThat(done("models", "rollback", registry)).contains("version 1 is the champion");
  }

  @Test
  void theWorseIsKept() throws IOException {
    Path registry = registry("stays", strong, weak);

    Object[] promote = {"models", "promote", registry, 2, "--if-better", "--input", tags};
    assertThat(done(with(promote, "--set", "gate.least-examples=121")))
        .contains(
            "version 1 stays the champion", "the other keeps its status", "but 121 are needed");
    assertThat(told("models", "list", registry).at("/rows/1/version/status").asText())
        .isEqualTo("candidate");
    JsonNode kept = told("models", "promote", registry, 2, "--if-better", "--input", tags);
    assertThat(kept.path("changed").asBoolean()).isFalse();
    assertThat(kept.path("champion").asInt()).isEqualTo(1);
    assertThat(kept.at("/examples/gate/finding").asText()).isEqualTo("not-shown");
    assertThat(kept.at("/examples/gate/gain").asDouble()).isNegative();
    assertThat(told("models", "list", registry).at("/rows/1/version/status").asText())
        .isEqualTo("failed");
    assertThat(done("models", "show", registry, 2)).contains("failed, by a user: accuracy");

    // The same model as champion and challenger, in a metric with a bound and in one without.
    Path task = folder.resolve("given/task.json");
    Files.writeString(task, Files.readString(task).replace("\"accuracy\"", "\"macro-f1\""));
    Path same = folder.resolve("same");
    done("prepare", "--input", folder.resolve("given"), "--output", same);
    for (Path input : List.of(tags, same)) {
      JsonNode equal = told("models", "compare", registry, 1, 1, "--input", input);
      assertThat(equal.at("/examples/gate/gain").asDouble(1)).isZero();
      assertThat(equal.at("/examples/gate/test/highest").asDouble(1)).isZero();
      assertThat(equal.at("/examples/gate/finding").asText()).isEqualTo("not-shown");
      assertThat(equal.at("/examples/cost").asText()).isEqualTo(input == tags ? "labels" : "nats");
    }
  }

  @Test
  void whatCannotBeComparedIsRefused() throws IOException {
    Path registry = registry("refuses", weak, strong);
    Path text = folder.resolve("corpus/corpus.txt");
    Path dataset = folder.resolve("dataset");
    done("example", "--output", text.getParent(), "--size", 3000, "--set", "pairs=1");
    done("prepare", "--input", text, "--output", dataset, "--tokenizer", "word");
    Object[] compare = {"models", "compare", registry, 1, 2, "--input", dataset};
    refused(2, "is of kind dataset, but versions are held against", compare);
    Path raw = folder.resolve("raw");
    Files.createDirectories(raw);
    Files.writeString(raw.resolve("task.json"), "{\"kind\":\"tags\",\"task\":\"tag\"}");
    String unprepared = " is the folder of the built-in example tags as seqlm example wrote it";
    refused(2, unprepared, "models", "compare", registry, 1, 2, "--input", raw);
    refused(2, unprepared, "models", "promote", registry, 2, "--if-better", "--input", raw);
    refused(2, unprepared, "evaluate", "--input", raw, "--model", registry + "#1");
    Path file = Files.writeString(folder.resolve("lm.seqlm"), "SeqLM-ng");
    String language = "is a file, which language models alone are";
    refused(2, language, "evaluate", "--input", tags, "--model", file);
    refused(2, "if-better needs examples", "models", "promote", registry, 2, "--if-better");
    refused(2, "is of --if-better", "models", "promote", registry, 2, "--input", tags);
    refused(
        2,
        "split must be one of train, valid, test, but is x",
        "models",
        "compare",
        registry,
        1,
        2,
        "--split",
        "x");

    Object[] onTrain = {"models", "promote", registry, 2, "--if-better", "--input", tags};
    refused(2, "version 1 was trained on that split of " + tags, with(onTrain, "--split", "train"));
    Object[] onValid = {"models", "compare", registry, 1, 2, "--input", tags};
    refused(2, "version 1 was chosen by that split of " + tags, with(onValid, "--split", "valid"));

    Path others = folder.resolve("others");
    Files.createDirectories(others);
    Files.writeString(
        others.resolve("train.jsonl"),
        "{\"input\":[\"x\"],\"label\":\"a\"}\n{\"input\":[\"y\"],\"label\":\"b\"}\n");
    Files.copy(others.resolve("train.jsonl"), others.resolve("test.jsonl"));
    Path classes = folder.resolve("classes");
    done("prepare", "--input", others, "--task", "classify", "--output", classes);
    refused(
        2, "it has task tag, not classify", "models", "compare", registry, 2, "--input", classes);

    Path run = folder.resolve("text-run");
    done(
        "train",
        "--input",
        dataset,
        "--output",
        run,
        "--hidden",
        4,
        "--embedding",
        4,
        "--batch",
        2,
        "--time-steps",
        8,
        "--epochs",
        0.05,
        "--set",
        "validation.every=100");
    done("models", "add", registry, "--from", run);
    refused(
        2,
        "version 3 of " + registry + " is a language model",
        "models",
        "promote",
        registry,
        3,
        "--if-better",
        "--input",
        tags);

    Path night = Files.createDirectories(folder.resolve("nights/dt=2026-11-28"));
    Files.copy(text, night.resolve("corpus.txt"));
    refused(
        2,
        "is a network over labelled examples, but a night retrains on text",
        "retrain",
        "--registry",
        registry,
        "--input",
        night.getParent(),
        "--night",
        "2026-11-28");
    refused(
        2,
        "holds labelled examples, but a night retrains on text",
        "retrain",
        "--registry",
        folder.resolve("new"),
        "--input",
        tags);
  }
}
