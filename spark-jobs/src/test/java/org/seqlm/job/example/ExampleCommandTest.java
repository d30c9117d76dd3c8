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
