package org.seqlm.job.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.example.Example;
import org.seqlm.example.task.TagsTask;
import org.seqlm.example.task.TaskExample;
import org.seqlm.example.task.TaskSizes;
import org.seqlm.example.task.TaskSplit;
import org.seqlm.job.cli.FailuresTest;
import org.seqlm.job.cli.JobContext;

class ExampleCommandTest {
  @TempDir Path folder;

  private GrammarResult run(String name, long seed, Overwrite overwrite) throws Exception {
    return (GrammarResult) run(grammar(name, "100 kB", seed), overwrite);
  }

  private static ExampleResult run(ExampleConfig config, Overwrite overwrite) throws Exception {
    try (JobContext context = new JobContext("example", null, overwrite, Progress.SILENT)) {
      return new ExampleCommand().run(config, context);
    }
  }

  private ExampleConfig grammar(String name, String size, long seed) {
    return config(ExampleKind.GRAMMAR, folder.resolve(name).toString(), size, seed);
  }

  private static ExampleConfig config(ExampleKind kind, String output, String size, long seed) {
    return new ExampleConfig(
        output,
        kind,
        size,
        12,
        new ExampleConfig.Examples(30, 10, 20),
        new ExampleConfig.Noise(0.5),
        new ExampleConfig.Noise(0.5),
        seed,
        0);
  }

  /** The disk is full after the first file. */
  @Test
  void leavesNothingHalfWritten() {
    Progress full =
        new Progress() {
          @Override
          public void stage(String name, long total, String unit) {}

          @Override
          public void update(long done, String detail) {
            throw FailuresTest.fullDisk();
          }

          @Override
          public void message(String line) {}
        };
    ExampleConfig config = grammar("c", "1 kB", 1);
    try (JobContext context = new JobContext("example", null, Overwrite.REFUSE, full)) {
      assertThatThrownBy(() -> new ExampleCommand().run(config, context))
          .isInstanceOf(FSError.class);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void writesTextPairsAndFigures() throws Exception {
    GrammarResult result = run("a", 5, Overwrite.REFUSE);
    Path a = folder.resolve("a");
    List<String> lines = Files.readAllLines(a.resolve("corpus.txt"));
    assertThat(lines).hasSize((int) result.sentences());
    assertThat(lines.get(7)).isEqualTo(Example.sentence(5, 7));
    assertThat(Files.size(a.resolve("corpus.txt")))
        .isEqualTo(result.bytes())
        .isBetween(100_000L, 100_500L);
    JsonNode figures = Json.mapper().readTree(a.resolve("grammar.json").toFile());
    assertThat(a.resolve("grammar.json")).hasContent(Json.pretty(result));
    assertThat(figures.get("bits-per-token").asDouble())
        .isCloseTo(Example.floor().bitsPerToken(), within(1e-12));
    List<String> pairs = Files.readAllLines(a.resolve("pairs.jsonl"));
    assertThat(pairs).hasSize(result.pairs());
    JsonNode pair = Json.mapper().readTree(pairs.get(pairs.size() - 1));
    assertThat(pair.fieldNames()).toIterable().containsExactly("group", "prefix", "right", "wrong");
    assertThat(Files.readAllLines(a.resolve("grammar.tsv")).get(0))
        .isEqualTo("state\tword\tweight\tnext");

    run("b", 5, Overwrite.REFUSE);
    try (Stream<Path> files = Files.list(a)) {
      List<Path> all = files.toList();
      // And no checksum of Hadoop's, which would be wrong as soon as a person edits a file.
      assertThat(all).hasSize(6);
      for (Path file : all) {
        assertThat(folder.resolve("b").resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
  }

  @Test
  void tellsTheFloorOfTheGrammar() throws Exception {
    run("a", 5, Overwrite.REFUSE);
    Path a = folder.resolve("a");
    JsonNode floor = Json.mapper().readTree(a.resolve("floor.json").toFile());
    assertThat(floor.get("metric").asText()).isEqualTo("perplexity");
    assertThat(floor.get("floor").asDouble()).isEqualTo(Example.floor().perplexity());
    assertThat(a.resolve("task.json"))
        .hasContent(
            """
            {
              "kind" : "grammar",
              "task" : "language"
            }
            """);
  }

  private ExampleConfig tags(String name) {
    return config(ExampleKind.TAGS, folder.resolve(name).toString(), "2MB", 5);
  }

  @Test
  void writesExamplesOfATask() throws Exception {
    TaskResult result = (TaskResult) run(tags("a"), Overwrite.REFUSE);
    Path a = folder.resolve("a");
    List<String> train = Files.readAllLines(a.resolve("examples/train.jsonl"));
    assertThat(train).hasSize(30);
    TaskExample third = new TagsTask().draw(5, TaskSplit.TRAIN, 3);
    assertThat(train.get(3)).isEqualTo(Json.line(third.fields()));
    assertThat(Files.readAllLines(a.resolve("examples/valid.jsonl"))).hasSize(10);
    assertThat(Files.readAllLines(a.resolve("examples/test.jsonl"))).hasSize(20);
    JsonNode task = Json.mapper().readTree(a.resolve("task.json").toFile());
    assertThat(task.fieldNames())
        .toIterable()
        .containsExactly("kind", "task", "metric", "description", "seed", "train", "valid", "test");
    assertThat(task.get("kind").asText()).isEqualTo("tags");
    JsonNode floor = Json.mapper().readTree(a.resolve("floor.json").toFile());
    assertThat(floor.get("metric").asText()).isEqualTo("accuracy");
    assertThat(floor.get("floor").asDouble()).isBetween(0.95, 1.0);
    assertThat(floor.get("floor-left-to-right").asDouble())
        .isLessThanOrEqualTo(floor.get("floor").asDouble());
    assertThat(new ExampleCommand().summary(tags("a"), result))
        .contains("30 training, 10 validation and 20 test examples", "/DET", "floor: accuracy ")
        .contains("floor-left-to-right 0.");
    try (Stream<Path> files = Files.walk(a)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(5);
    }
  }

  @Test
  void replacesExamplesOfAnyKindButNobodyElses() throws Exception {
    run(tags("a"), Overwrite.REFUSE);
    assertThatThrownBy(() -> run("a", 5, Overwrite.REFUSE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("give --overwrite");
    run("a", 5, Overwrite.REPLACE);
    assertThat(folder.resolve("a/examples")).doesNotExist();
    run(tags("a"), Overwrite.REPLACE);
    assertThat(folder.resolve("a/corpus.txt")).doesNotExist();

    // What was broken off may be replaced: it lacks the last file.
    Files.delete(folder.resolve("a/task.json"));
    run(tags("a"), Overwrite.REFUSE);

    Path mine = Files.createDirectories(folder.resolve("b/examples")).resolve("train.jsonl");
    Files.writeString(mine, "mine");
    assertThatThrownBy(() -> run(tags("b"), Overwrite.REPLACE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no example of ours");
    Files.writeString(folder.resolve("a/examples/mine.jsonl"), "mine");
    assertThatThrownBy(() -> run(tags("a"), Overwrite.REPLACE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no example of ours");
    assertThat(mine).hasContent("mine");
  }

  @Test
  void everyKindHasASourceOfItsName() {
    for (ExampleKind kind : ExampleKind.values()) {
      ExampleConfig config = config(kind, "x", "2MB", 1);
      if (kind == ExampleKind.GRAMMAR) {
        assertThatThrownBy(config::task).isInstanceOf(IllegalStateException.class);
      } else {
        assertThat(config.task().kind()).isEqualTo(Json.name(kind));
        assertThat(config.sizes()).isEqualTo(new TaskSizes(30, 10, 20));
      }
    }
  }

  @Test
  void refusesSizesAndNoiseOutOfRange() {
    ExampleConfig.Noise noise = new ExampleConfig.Noise(0.5);
    assertThatThrownBy(
            () ->
                new ExampleConfig(
                    "x",
                    ExampleKind.COPY,
                    "2MB",
                    12,
                    new ExampleConfig.Examples(0, null, 2_000_000),
                    noise,
                    noise,
                    1,
                    0))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("examples.train must be 1 to 1000000, but is 0")
        .hasMessageContaining("examples.test");
    assertThatThrownBy(
            () ->
                new ExampleConfig(
                    "x",
                    ExampleKind.MOTION,
                    "2MB",
                    12,
                    new ExampleConfig.Examples(null, null, null),
                    noise,
                    new ExampleConfig.Noise(-1),
                    1,
                    0))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("motion.noise must be ");
  }

  @Test
  void replacesOnlyAnExampleAndOnlyWhenTold() throws Exception {
    run("a", 5, Overwrite.REFUSE);
    assertThatThrownBy(() -> run("a", 6, Overwrite.REFUSE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("give --overwrite");
    assertThat(run("a", 6, Overwrite.REPLACE).seed()).isEqualTo(6);
    Path precious = Files.createDirectories(folder.resolve("mine")).resolve("corpus.txt");
    Files.writeString(precious, "mine");
    Files.writeString(precious.resolveSibling("thesis.txt"), "mine too");
    assertThatThrownBy(() -> run("mine", 6, Overwrite.REPLACE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no example of ours");
    assertThat(precious).hasContent("mine");
  }

  @Test
  void refusesSizesThatAreNone() {
    for (String size : List.of("2XB", "-1", "0", "", "1.5MB", "999999999999999GB")) {
      assertThatThrownBy(() -> config(ExampleKind.GRAMMAR, "x", size, 1))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("size ");
    }
    assertThat(config(ExampleKind.GRAMMAR, "x", "2MB", 1).bytes()).isEqualTo(2_000_000);
    assertThat(config(ExampleKind.GRAMMAR, "x", "1 kb", 1).bytes()).isEqualTo(1_000);
    assertThat(config(ExampleKind.GRAMMAR, "x", "77", 1).bytes()).isEqualTo(77);
  }
}
