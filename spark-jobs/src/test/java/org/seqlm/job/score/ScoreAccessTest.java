package org.seqlm.job.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.job.SeqLM;

/** However tasks come by a model, the scores are the same, byte for byte. */
class ScoreAccessTest {
  @TempDir static Path folder;

  @BeforeAll
  static void count() throws IOException {
    TestSpark.session();
    Random random = new Random(8);
    StringBuilder train = new StringBuilder();
    StringBuilder test = new StringBuilder();
    for (int document = 0; document < 300; document++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append('w').append((int) (80 * Math.pow(random.nextDouble(), 3)));
        text.append(random.nextInt(9) == 0 ? "\n" : " ");
      }
      if (document % 3 == 0) {
        test.append(Json.mapper().writeValueAsString(Map.of("text", text.toString())));
        test.append('\n');
      } else {
        train.append(text).append('\n');
      }
    }
    Files.writeString(folder.resolve("train.txt"), train);
    Files.writeString(folder.resolve("test.jsonl"), test);
    done("ngrams", "--input", path("train.txt"), "--output", path("lm"), "--set", "slices=5");
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private record Outcome(int code, String errors) {}

  private static Outcome run(String... args) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code = SeqLM.run(args, new PrintStream(errors, true, StandardCharsets.UTF_8));
    return new Outcome(code, errors.toString(StandardCharsets.UTF_8));
  }

  private static String done(String... args) {
    Outcome outcome = run(args);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    return outcome.errors();
  }

  private static Outcome score(String access, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "score",
                "--model",
                path("lm"),
                "--input",
                path("test.jsonl"),
                "--output",
                path("scores"),
                "--overwrite",
                "--access",
                access,
                "--set",
                "compiled-folder=" + path("compiled")));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  /** The files' digests by their names, and the manifest without its time and place. */
  private static Map<String, String> files() {
    Manifest manifest = ArtifactFiles.manifest(folder.resolve("scores"));
    Map<String, String> files = new TreeMap<>();
    manifest.files().forEach(file -> files.put(file.path(), file.sha256()));
    assertThat(files).isNotEmpty();
    files.put("config", manifest.config().toString());
    files.put("inputs", manifest.inputs().toString());
    return files;
  }

  @Test
  void theSameFilesInEveryWay() throws IOException {
    for (String[] more :
        new String[][] {
          {"--unit", "line", "--tokens", "--format", "tsv"},
          {"--unit", "document", "--no-eos", "--no-bos", "--format", "jsonl", "--keep", "columns"},
        }) {
      Map<String, String> expected = null;
      for (String access : List.of("heap", "slices", "compiled", "auto")) {
        Outcome outcome = score(access, more);
        assertThat(outcome.code()).as(outcome.errors()).isZero();
        expected = expected == null ? files() : expected;
        assertThat(files()).as(access).isEqualTo(expected);
      }
    }
    // Compiled once, and found by auto.
    try (var compiled = Files.list(folder.resolve("compiled"))) {
      assertThat(compiled).hasSize(1);
    }
    // Too large for that, it stays in its slices, which cannot do this.
    Outcome large =
        score("auto", "--set", "compiled-most-gib=0", "--carry", "document", "--unit=document");
    assertThat(large.errors()).contains("cannot be asked of slices");
    assertThat(large.code()).isEqualTo(2);
  }

  @Test
  void whatSlicesCannotAnswerIsToldBeforeAnyWork() {
    assertThat(score("slices", "--unit", "document", "--carry", "document"))
        .matches(outcome -> outcome.code() == 2)
        .matches(outcome -> outcome.errors().contains("past its lines"));
    assertThat(score("slices", "--buckets", "a,b", "--cutoffs", "quantiles"))
        .matches(outcome -> outcome.code() == 2)
        .matches(outcome -> outcome.errors().contains("give --cutoffs FILE"));
    assertThat(score("slices", "--model", path("lm")))
        .matches(outcome -> outcome.code() == 2)
        .matches(outcome -> outcome.errors().contains("one at a time"));
    assertThat(score("compiled", "--model", path("train.txt")))
        .matches(outcome -> outcome.code() != 0);
  }
}
