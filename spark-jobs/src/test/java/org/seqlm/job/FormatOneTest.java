package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.FormatOne;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.job.NgramsOutcomes.Outcome;
import org.seqlm.neural.files.RunView;
import org.seqlm.store.Sha256;

/** What the release before wrote is read, gone on with, extended and replaced. */
class FormatOneTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String PARAMETERS = "parameters.safetensors";

  @TempDir static Path folder;
  private static Path old;
  private static Path text;
  private static String parameters; // of the finished run, SHA-256
  private static List<String> metrics;
  private static JsonNode evaluation; // before anything but the dataset was converted

  private static void seqlm(Object... args) {
    Outcome outcome = NgramsOutcomes.run(args);
    assertThat(outcome.code()).as("%s: %s", Arrays.toString(args), outcome.errors()).isZero();
  }

  private static Path old(String name) {
    return old.resolve(name);
  }

  /** Three rounds of two steps at a constant rate; later flags win. */
  private static Object[] train(Path output, Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of("train", "--input", old("dataset"), "--output", output, "--hidden", 8));
    args.addAll(List.of("--batch", 2, "--embedding", 4, "--time-steps", 8, "--frequency", 2));
    args.addAll(List.of("--set", "validation.sample-length=0", "--set", "validation.every=1"));
    args.addAll(List.of("--set", "training.schedule.kind=constant"));
    if (!List.of(more).contains("--epochs")) {
      args.addAll(List.of("--epochs", 0.094));
    }
    args.addAll(List.of(more));
    return args.toArray();
  }

  /** How each artifact is made, by its name. */
  private static Map<String, Object[]> commands(Path to) {
    Map<String, Object[]> commands = new LinkedHashMap<>();
    commands.put(
        "dataset",
        new Object[] {
          "prepare", "--input", text, "--output", to.resolve("dataset"), "--tokenizer", "char"
        });
    commands.put(
        "ngrams",
        new Object[] {
          "ngrams",
          "--input",
          old("dataset"),
          "--output",
          to.resolve("ngrams"),
          "--order",
          2,
          "--parquet",
          to.resolve("parquet"),
          "--tsv",
          to.resolve("tsv")
        });
    commands.put("run", train(to.resolve("run")));
    commands.put(
        "mixture",
        new Object[] {
          "interpolate",
          "--input",
          old("dataset"),
          "--weights",
          "0.5,0.5",
          "--model",
          old("ngrams"),
          "--model",
          old("run"),
          "--output",
          to.resolve("mixture")
        });
    commands.put(
        "scores",
        new Object[] {
          "score", "--input", text, "--model", old("ngrams"), "--output", to.resolve("scores")
        });
    commands.put("evaluation", evaluate("--output", to.resolve("evaluation")));
    return commands;
  }

  private static Object[] evaluate(Object... more) {
    List<Object> args = new ArrayList<>(List.of("evaluate", "--input", old("dataset")));
    for (String model :
        List.of("ngrams", "parquet", "run", "run/model", "run/checkpoints/2", "mixture")) {
      args.addAll(List.of("--model", old(model)));
    }
    args.addAll(List.of(more));
    return args.toArray();
  }

  private static JsonNode evaluated(Object... more) throws IOException {
    Path json = folder.resolve("evaluated.json");
    seqlm(evaluate("--json", json, "--overwrite"));
    return Json.mapper().readTree(json.toFile()).path("models");
  }

  @BeforeAll
  static void write() throws Exception {
    old = folder.resolve("old");
    text = Files.writeString(folder.resolve("text"), "the cat ran\na dog sat\n".repeat(103));
    Map<String, Object[]> commands = commands(old);
    for (var command : commands.entrySet()) {
      seqlm(command.getValue());
      Path made = old(command.getKey());
      if (command.getKey().equals("run")) {
        assertThat(ArtifactFiles.checkpoints(made)).containsExactly(2, 3);
        parameters = sha256(ArtifactFiles.file(made.resolve("model"), PARAMETERS));
        metrics = metrics(made);
        Path unfinished = copy(made, "old/unfinished");
        withoutCheckpoint(unfinished, 3);
        ArtifactFiles.unfinish(unfinished);
        FormatOne.convert(unfinished);
      }
      FormatOne.convert(made);
      for (String form : List.of("parquet", "tsv")) {
        if (command.getKey().equals("ngrams")) {
          FormatOne.convert(old(form));
        }
      }
    }
  }

  private static void withoutCheckpoint(Path run, int round) throws IOException {
    ArtifactFiles.edit(
        run,
        manifest -> {
          Iterator<JsonNode> files = manifest.withArray("files").elements();
          while (files.hasNext()) {
            if (files.next().path("path").asText().startsWith("checkpoints/" + round + "/")) {
              files.remove();
            }
          }
        });
  }

  private static String sha256(Path file) throws IOException {
    return Sha256.of(Files.readAllBytes(file));
  }

  private static List<String> metrics(Path run) throws IOException {
    return RunView.metrics(HADOOP, run.toString()).stream()
        .map(line -> Json.line(((ObjectNode) line).without(List.of("seconds", "times"))))
        .toList();
  }

  private static Path copy(Path from, String name) throws IOException {
    Path to = folder.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    return to;
  }

  /** So that the tests below are about what they say. */
  @Test
  void theFixturesAreOfFormatOne() throws IOException {
    for (Path artifact : Files.list(old).sorted().toList()) {
      assertThat(artifact.resolve("manifest-2.json")).doesNotExist();
      try (Stream<Path> files = Files.walk(artifact)) {
        assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("data-"));
      }
      if (artifact.endsWith("unfinished")) {
        assertThat(artifact.resolve("manifest.json")).doesNotExist();
        assertThat(artifact.resolve("run.json")).exists();
        continue;
      }
      Path manifest = artifact.resolve("manifest.json");
      JsonNode tree = Json.mapper().readTree(manifest.toFile());
      assertThat(tree.path("format-version").asInt()).isEqualTo(1);
      assertThat(tree.has("data") || tree.has("run")).isFalse();
      // As the release before named it as another's input.
      assertThat(ArtifactReader.open(HADOOP, artifact.toString()).manifest().fingerprint())
          .isEqualTo(sha256(manifest));
      for (JsonNode file : tree.path("files")) {
        assertThat(sha256(artifact.resolve(file.path("path").asText())))
            .isEqualTo(file.path("sha256").asText());
      }
    }
    assertThat(old("run/metrics/00000003.jsonl")).exists();
    assertThat(old("run/state/3")).isNotEmptyDirectory();
    assertThat(Files.readString(old("run/checkpoints/3/checkpoint.json"))).contains("\"3/0.");
  }

  @Test
  void theyAreReadAsOthersAre() throws IOException {
    JsonNode models = evaluated();
    assertThat(models).hasSize(6);
    // The run is its best model; tables are the n-grams.
    assertThat(models.get(1).path("perplexity")).isEqualTo(models.get(0).path("perplexity"));
    assertThat(models.get(3).path("perplexity")).isEqualTo(models.get(2).path("perplexity"));
    // A run that is not finished stands for its best model so far.
    seqlm("generate", "--model", old("unfinished"), "--length", 3);
    seqlm("export", "--model", old("ngrams"), "--tsv", folder.resolve("y.tsv"));
  }

  @Test
  @Exhaustive
  void everyCommandReadsThem() throws IOException {
    for (String model :
        List.of("ngrams", "parquet", "run", "run/model", "run/checkpoints/3", "mixture")) {
      seqlm("generate", "--model", old(model), "--length", 3);
      Path scores = folder.resolve("scores of " + model.replace('/', ' '));
      seqlm("score", "--input", text, "--model", old(model), "--output", scores);
    }
    seqlm("export", "--model", old("ngrams"), "--parquet", folder.resolve("x.parquet"));
    seqlm("export", "--model", old("ngrams"), "--tsv", folder.resolve("x.tsv"));
    Map<String, Object[]> commands = commands(folder.resolve("new"));
    for (Object[] command : commands.values()) {
      seqlm(command);
    }
    Path made = folder.resolve("new");
    assertThat(sha256(ArtifactFiles.file(made.resolve("run/model"), PARAMETERS)))
        .isEqualTo(parameters);
    for (String artifact : List.of("dataset", "ngrams", "parquet", "tsv", "scores", "evaluation")) {
      assertThat(data(made.resolve(artifact))).as(artifact).isEqualTo(data(old(artifact)));
    }
    seqlm(train(folder.resolve("started"), "--start-from", old("run/checkpoints/2")));
  }

  /** What an artifact's files hold, by path. */
  private static TreeMap<String, String> data(Path artifact) throws IOException {
    TreeMap<String, String> data = new TreeMap<>();
    for (String file : ArtifactFiles.files(artifact)) {
      data.put(file, sha256(ArtifactFiles.file(artifact, file)));
    }
    return data;
  }

  @Test
  void aRunThatWasStoppedGoesOnToTheSameBits() throws IOException {
    Path run = copy(old("unfinished"), "stopped");
    seqlm(train(run));
    JsonNode details = ArtifactFiles.manifest(run).details();
    assertThat(details.path("resumed-from").asInt()).isEqualTo(2);
    assertThat(sha256(ArtifactFiles.file(run.resolve("model"), PARAMETERS))).isEqualTo(parameters);
    assertThat(metrics(run)).isEqualTo(metrics);
    assertThat(ArtifactFiles.strangers(run)).isEmpty();
    assertThat(run.resolve("run.json")).doesNotExist();
    // Its workers' states are as good as the model.
    Path damaged = copy(old("unfinished"), "without states");
    try (Stream<Path> states = Files.list(damaged.resolve("state/2"))) {
      for (Path state : states.toList()) {
        Files.delete(state);
      }
    }
    seqlm(train(damaged));
    assertThat(ArtifactFiles.manifest(damaged).details().path("resumed-from").asInt()).isZero();
    assertThat(sha256(ArtifactFiles.file(damaged.resolve("model"), PARAMETERS)))
        .isEqualTo(parameters);
  }

  @Exhaustive
  @Test
  void aFinishedRunIsExtended() throws IOException {
    Path whole = folder.resolve("whole");
    seqlm(train(whole, "--epochs", 0.157));
    Path run = copy(old("run"), "extended");
    assertThat(NgramsOutcomes.run(train(run)).errors()).contains("exists: give --resume");
    seqlm(train(run, "--resume", "--epochs", 0.157));
    assertThat(ArtifactFiles.manifest(run).details().path("resumed-from").asInt()).isEqualTo(3);
    assertThat(sha256(ArtifactFiles.file(run.resolve("model"), PARAMETERS)))
        .isEqualTo(sha256(ArtifactFiles.file(whole.resolve("model"), PARAMETERS)));
    assertThat(metrics(run)).isEqualTo(metrics(whole));
    assertThat(ArtifactFiles.strangers(run)).isEmpty();
  }

  @Test
  void replacingOneLeavesNothingOfItButWhatIsAnothers() throws IOException {
    Path to = folder.resolve("replaced");
    Files.createDirectories(to);
    for (Path artifact : Files.list(old).sorted().toList()) {
      Path copy = copy(artifact, "replaced/" + artifact.getFileName());
      Files.writeString(copy.resolve("precious.txt"), "mine");
    }
    Map<String, Object[]> commands = commands(to);
    commands.put("unfinished", train(to.resolve("unfinished"), "--learning-rate", "0.01"));
    for (var command : commands.entrySet()) {
      Object[] args = Arrays.copyOf(command.getValue(), command.getValue().length + 1);
      args[args.length - 1] = "--overwrite";
      seqlm(args);
    }
    for (Path artifact : Files.list(to).sorted().toList()) {
      assertThat(ArtifactFiles.manifest(artifact).formatVersion()).as(artifact + "").isEqualTo(2);
      assertThat(ArtifactFiles.strangers(artifact))
          .as(artifact + "")
          .containsExactly("precious.txt");
      assertThat(artifact.resolve("precious.txt")).hasContent("mine");
    }
  }

  /** What another command wrote there is replaced as well. */
  @Test
  void replacingOneByAnotherKindLeavesNothingOfIt() throws IOException {
    assertReplacedByAnotherKind(copy(old("run"), "counted"), copy(old("ngrams"), "trained"));
  }

  /** Of the current format likewise. */
  @Test
  @Exhaustive
  void replacingACurrentOneByAnotherKindLeavesNothingOfIt() throws IOException {
    Path run = folder.resolve("current run");
    seqlm(train(run));
    Path ngrams = folder.resolve("current ngrams");
    seqlm("ngrams", "--input", old("dataset"), "--output", ngrams, "--order", 2);
    assertReplacedByAnotherKind(run, ngrams);
  }

  private static void assertReplacedByAnotherKind(Path run, Path ngrams) throws IOException {
    seqlm("ngrams", "--input", old("dataset"), "--output", run, "--order", 2, "--overwrite");
    assertThat(ArtifactFiles.manifest(run).kind()).isEqualTo(ArtifactKind.NGRAMS);
    assertThat(ArtifactFiles.strangers(run)).isEmpty();
    // A training takes long: what it would replace would be gone before it is there.
    Outcome outcome = NgramsOutcomes.run(train(ngrams, "--overwrite"));
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.errors()).contains("is of kind ngrams, not a run");
    assertThat(ArtifactFiles.manifest(ngrams).kind()).isEqualTo(ArtifactKind.NGRAMS);
  }

  @Test
  void aReportShowsThemAll() throws IOException {
    Path root = copy(old, "quickstart");
    Manifest manifest =
        Manifest.of(ArtifactKind.QUICKSTART, Map.of(), Map.of(), 1, Map.of("report", "x.html"));
    ObjectNode tree = (ObjectNode) Json.tree(manifest);
    Files.writeString(root.resolve("manifest.json"), Json.pretty(tree.put("format-version", 1)));
    Path page = folder.resolve("page.html");
    Path json = folder.resolve("page.json");
    seqlm("report", "--input", root, "--output", page, "--json", json);
    JsonNode result = Json.mapper().readTree(json.toFile());
    assertThat(result.path("notes")).hasSize(1);
    assertThat(result.path("notes").get(0).asText())
        .startsWith("unfinished: the training is not finished");
    assertThat(Files.readString(page))
        .contains("dataset", "ngrams", "run", "mixture", "scores", "evaluation", "quickstart");
  }
}
