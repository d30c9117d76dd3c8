package org.seqlm.job.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;

class DriftCommandTest {
  @TempDir static Path folder;

  private static String run(int code, String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(SeqLM.run(args, new PrintStream(err, true, StandardCharsets.UTF_8)))
        .as(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(code);
    return err.toString(StandardCharsets.UTF_8);
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private JsonNode drift(String input, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "drift",
                "--from",
                path("old"),
                "--input",
                path(input),
                "--json",
                path("drift.json"),
                "--overwrite"));
    args.addAll(List.of(more));
    if (!args.contains("--document")) {
      args.addAll(List.of("--document", "line"));
    }
    run(0, args.toArray(String[]::new));
    return Json.mapper().readTree(Files.readString(folder.resolve("drift.json")));
  }

  private static String lines(Random random, int n, String also) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < n; i++) {
      for (int w = 4 + random.nextInt(8); w > 0; w--) {
        text.append('w').append((int) (30 * Math.pow(random.nextDouble(), 2))).append(' ');
      }
      text.append(i % 4 == 0 ? also : "").append('\n');
    }
    return text.toString();
  }

  @BeforeAll
  static void prepare() throws IOException {
    TestSpark.session();
    Random random = new Random(6);
    Files.writeString(folder.resolve("old.txt"), lines(random, 1500, ""));
    Files.createDirectories(folder.resolve("same"));
    Files.writeString(folder.resolve("same/a.txt"), lines(random, 200, ""));
    Files.writeString(folder.resolve("same/b.txt"), lines(random, 100, ""));
    Files.writeString(folder.resolve("new.txt"), lines(random, 300, "w25 comet w25 comet"));
    run(
        0,
        "prepare",
        "--input",
        path("old.txt"),
        "--output",
        path("old"),
        "--tokenizer",
        "word",
        "--document",
        "line",
        "--splits",
        "hashed-words:0.6,0.2,0.2");
  }

  @Test
  void tellsDriftFromChance() throws IOException {
    JsonNode same = drift("same", "--set", "sample.documents=250");
    JsonNode chance = same.at("/report/divergence/chance");
    assertThat(chance.get("p").asDouble()).isGreaterThan(0.05);
    assertThat(chance.get("mean").asDouble()).isPositive();
    assertThat(same.at("/report/unknown").asLong()).isZero();
    assertThat(same.at("/report/documents").asLong()).isEqualTo(300);
    assertThat(same.at("/report/divergence/new-documents").asLong()).isEqualTo(250);

    JsonNode drifted = drift("new.txt");
    JsonNode report = drifted.get("report");
    assertThat(report.at("/unknown").asLong()).isEqualTo(150);
    assertThat(report.at("/unknown-rate").asDouble())
        .isEqualTo(150.0 / report.at("/tokens").asLong());
    assertThat(report.at("/divergence/chance/p").asDouble()).isEqualTo(1 / 200.0);
    assertThat(drifted.at("/words/0/word").asText()).isEqualTo("<unk>");
    assertThat(drifted.at("/words/1/word").asText()).isEqualTo("w25");
    assertThat(drifted.at("/words/1/shift/p").asDouble()).isEqualTo(1 / 200.0);
    assertThat(report.get("new-words").toString())
        .isEqualTo("[{\"word\":\"comet\",\"count\":150,\"documents\":75}]");
    assertThat(report.get("champion").isNull()).isTrue();
  }

  /** The same documents are sampled however they are dealt out. */
  @Test
  void noResultDependsOnTasks() throws IOException {
    JsonNode first = drift("same", "--set", "sample.documents=50", "--partitions", "1");
    assertThat(drift("same", "--set", "sample.documents=50", "--partitions", "7")).isEqualTo(first);
    assertThat(drift("same", "--set", "sample.documents=50", "--seed", "2")).isNotEqualTo(first);
  }

  @Test
  void countsAndAModelTellMore() throws IOException {
    run(0, "ngrams", "--input", path("old"), "--output", path("counts"), "--set", "order=2");
    JsonNode report =
        drift("new.txt", "--counts", path("counts"), "--model", path("counts")).get("report");
    JsonNode ngrams = report.at("/new-ngrams/0");
    assertThat(ngrams.get("order").asInt()).isEqualTo(2);
    // Each line's comet, and what follows it, end a 2-gram that is new.
    long unseen = ngrams.get("unseen").asLong();
    assertThat(unseen).isBetween(75L * 4, 75L * 4 + 400);
    assertThat(ngrams.get("share").asDouble())
        .isEqualTo((double) unseen / ngrams.get("tokens").asLong());
    assertThat(ngrams.get("old-share").asDouble()).isLessThan(ngrams.get("share").asDouble());
    assertThat(report.at("/champion/old-perplexity").asDouble()).isBetween(5.0, 40.0);
    assertThat(report.at("/champion/perplexity").asDouble()).isBetween(5.0, 60.0);
    assertThat(report.at("/champion/bits-per-character").asDouble()).isCloseTo(1.7, within(1.0));
  }

  @Test
  void whatCannotBeComparedIsTold() throws IOException {
    JsonNode whole = drift("new.txt", "--document", "file", "--split", "train");
    assertThat(whole.at("/report/divergence/chance").isNull()).isTrue();
    assertThat(run(2, "drift", "--input", path("new.txt"))).contains("give --from DATASET");
    assertThat(run(3, "drift", "--from", path("same"), "--input", path("new.txt")))
        .contains("same");
    assertThat(
            run(
                2,
                "drift",
                "--from",
                path("old"),
                "--input",
                path("new.txt"),
                "--set",
                "orders=[1]"))
        .contains("orders must be 2 to 16, but is 1");
    Files.writeString(folder.resolve("empty.txt"), "");
    assertThat(run(3, "drift", "--from", path("old"), "--input", path("empty.txt")))
        .contains("has no tokens");
  }
}
