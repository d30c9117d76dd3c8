package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;

/** Names of local files that hold a time of day, in the place of every path there is. */
class ColonsInPathsTest {
  @TempDir private Path folder;

  private Path at(String name) {
    return folder.resolve("10:00 " + name);
  }

  private static void seqlm(Object... args) {
    NgramsOutcomes.Outcome outcome = NgramsOutcomes.run(args);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
  }

  @Test
  void everyCommandTakesThem() throws IOException {
    Path text = Files.writeString(at("text"), "a b a\nb a\n".repeat(100));
    Path config = Files.writeString(at("config"), "order: 2\ntokenizer: {kind: whitespace}\n");
    Path pairs =
        Files.writeString(
            at("pairs"), "{\"group\":\"g\",\"prefix\":\"a\",\"right\":\"b\",\"wrong\":\"a\"}\n");
    seqlm("prepare", "--input", text, "--output", at("data"), "--tokenizer", "whitespace");
    seqlm(
        "ngrams",
        "--input",
        text,
        "--output",
        at("ngrams"),
        "--config",
        config,
        "--arpa",
        at("arpa"),
        "--parquet",
        at("parquet"),
        "--tsv",
        at("tsv"),
        "--json",
        at("json"));
    seqlm("export", "--model", at("ngrams"), "--arpa", at("arpa"), "--overwrite");
    seqlm(
        "train",
        "--input",
        at("data"),
        "--output",
        at("run"),
        "--hidden",
        4,
        "--batch",
        2,
        "--time-steps",
        8,
        "--workers",
        1,
        "--epochs",
        0.2);
    seqlm(
        "interpolate",
        "--input",
        at("data"),
        "--model",
        at("run"),
        "--model",
        at("arpa"),
        "--weights",
        "0.5,0.5",
        "--output",
        at("mixture"));
    seqlm(
        "evaluate",
        "--input",
        at("data"),
        "--model",
        at("mixture"),
        "--pairs",
        pairs,
        "--output",
        at("evaluation"));
    seqlm("score", "--input", text, "--model", at("mixture"), "--output", at("scores"));
    seqlm("report", "--input", folder, "--output", at("page.html"));
    seqlm("report", "--input", folder, "--output", at("page.html"), "--overwrite");
    seqlm("example", "--output", at("example"), "--size", 1000, "--set", "pairs=1");

    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .allMatch(name -> name.startsWith("10:00 "));
    }
    // Hadoop's checksums stand where nobody but us reads.
    for (String forPeople : List.of("example", "parquet", "tsv", "scores", "evaluation")) {
      try (Stream<Path> all = Files.walk(at(forPeople))) {
        assertThat(all.map(path -> path.getFileName().toString()))
            .noneMatch(name -> name.endsWith(".crc"));
      }
    }
    assertThat(ArtifactFiles.file(at("ngrams"), ".top.tsv.crc")).doesNotExist();
  }
}
