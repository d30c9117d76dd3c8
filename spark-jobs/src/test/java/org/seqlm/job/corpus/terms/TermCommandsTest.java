package org.seqlm.job.corpus.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.NgramsOutcomes.Outcome;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;

/** {@code corpus collocations} and {@code corpus keyness} as users run them. */
final class TermCommandsTest {
  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    for (int side = 0; side < 2; side++) {
      Random random = new Random(31 + side);
      List<String> lines = new ArrayList<>();
      StringBuilder json = new StringBuilder();
      for (int i = 0; i < 80; i++) {
        StringBuilder line = new StringBuilder();
        for (int k = 5 + random.nextInt(10); k > 0; k--) {
          int word = random.nextInt(12);
          line.append(
              word == 0
                  ? "strong tea "
                  : word == 1 ? (side == 0 ? "harbour " : "mountain ") : "w" + word + " ");
        }
        lines.add(line.toString().strip());
        json.append(Json.line(java.util.Map.of("text", line.toString(), "kind", "k" + side)));
        json.append('\n');
      }
      Files.write(folder.resolve("text" + side), lines);
      Files.writeString(
          folder.resolve("both.jsonl"),
          json,
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
    }
  }

  private static String run(int code, String... args) {
    Object[] line = Arrays.stream(args).map(arg -> arg.replace("@", folder + "/")).toArray();
    Outcome outcome = NgramsOutcomes.run(line);
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(code);
    return outcome.errors();
  }

  private static JsonNode result(String... args) throws IOException {
    List<String> line = new ArrayList<>(List.of(args));
    line.addAll(List.of("--json", "@result.json", "--overwrite"));
    run(0, line.toArray(String[]::new));
    return Json.mapper().readTree(Files.readString(folder.resolve("result.json")));
  }

  private static AnalysisDetails details(String name) throws IOException {
    return ArtifactReader.open(
            new Configuration(), folder.resolve(name).toString(), ArtifactKind.ANALYSIS)
        .details(AnalysisDetails.class);
  }

  private static void count(int side) {
    run(
        0,
        "ngrams",
        "--input",
        "@text" + side,
        "--order",
        "2",
        "--set",
        "model.estimator=mle",
        "--output",
        "@counts" + side,
        "--overwrite");
  }

  private static CollocationsConfig collocations(FlagValues flags) {
    return config("corpus-collocations", CollocationsConfig.class, flags);
  }

  private static KeynessConfig keyness(FlagValues flags) {
    return config("corpus-keyness", KeynessConfig.class, flags);
  }

  private static <T> T config(String name, Class<T> type, FlagValues flags) {
    return ConfigLoader.load(
        name, type, new Configuration(), null, List.of(), flags.put("output", "o").tree());
  }

  /** Counts know no documents, so an n-gram of theirs is to be more frequent. */
  @Test
  void howOftenWordsMustAppear() {
    assertThat(collocations(new FlagValues().put("counts", "c")).minCount()).isEqualTo(20);
    FlagValues near = new FlagValues().put("input.paths", List.of("t")).put("around", List.of("w"));
    assertThat(collocations(near).minCount()).isEqualTo(5);
    FlagValues given = new FlagValues().put("counts", "c").put("min-count", 7);
    assertThat(collocations(given).minCount()).isEqualTo(7);
    assertThat(collocations(given).recorded().get("min-count").asLong()).isEqualTo(7);
    FlagValues counts = new FlagValues().put("counts", "c").put("reference-counts", "d");
    assertThat(keyness(counts).minCount()).isEqualTo(20);
    FlagValues texts = new FlagValues().put("input.paths", List.of("t"));
    assertThat(keyness(texts.put("reference", List.of("u"))).minCount()).isEqualTo(5);
    assertThat(keyness(counts.put("min-count", 7)).minCount()).isEqualTo(7);
  }

  @Test
  void collocationsOfCounts() throws IOException {
    count(0);
    JsonNode found =
        result(
            "corpus",
            "collocations",
            "--counts",
            "@counts0",
            "--top",
            "3",
            "--min-count",
            "5",
            "--all",
            "--output",
            "@pairs");
    assertThat(found.at("/top/0/words/0").asText()).isEqualTo("strong");
    assertThat(found.at("/top/0/words/1").asText()).isEqualTo("tea");
    assertThat(found.get("top")).hasSize(3);
    AnalysisDetails details = details("pairs");
    assertThat(details.tables())
        .extracting(table -> table.table().name())
        .containsExactly("collocations", "by-measure", "all");
    AnalysisDetails.ShownTable all = details.tables().get(2);
    assertThat(all.rows()).isEqualTo(found.get("candidates").asLong());
    assertThat(String.join(" ", details.notes())).contains("fewer than 5 times");
    assertThat(all.shown().get(0)).isEqualTo(details.tables().get(0).shown().get(0));
    assertThat(details.charts()).hasSize(2);
    assertThat(String.join(" ", details.footnotes())).contains("Dunning").contains("Bouma");
    assertThat(
            run(
                2,
                "corpus",
                "collocations",
                "--counts",
                "@counts0",
                "--order",
                "3",
                "--output",
                "@x"))
        .contains("order is 3")
        .contains("up to order 2");
  }

  @Test
  @Exhaustive
  void wordsAroundOthers() throws IOException {
    JsonNode found =
        result(
            "corpus",
            "collocations",
            "--around",
            "tea,harbour",
            "--span",
            "1",
            "--input",
            "@text0",
            "--document",
            "line",
            "--set",
            "span.boundary=line",
            "--output",
            "@near");
    JsonNode first = found.at("/top/0");
    assertThat(first.at("/words/1").asText()).isEqualTo("strong");
    assertThat(first.get("left").asLong() + first.get("right").asLong())
        .isEqualTo(first.get("count").asLong());
    assertThat(first.get("left").asLong()).isGreaterThan(first.get("right").asLong());
    assertThat(details("near").charts()).hasSizeBetween(1, 2);
    assertThat(
            run(
                2,
                "corpus",
                "collocations",
                "--around",
                "green tea",
                "--input",
                "@text0",
                "--output",
                "@x"))
        .contains("\"green tea\", which is 2 tokens");
    assertThat(run(2, "corpus", "collocations", "--input", "@text0", "--output", "@x"))
        .contains("around is missing");
    assertThat(run(2, "corpus", "collocations", "--output", "@x")).contains("counts is missing");
  }

  @Test
  void wordsOfTwoTexts() throws IOException {
    JsonNode found =
        result(
            "corpus",
            "keyness",
            "--input",
            "@text0",
            "--reference",
            "@text1",
            "--document",
            "line",
            "--bootstrap",
            "40",
            "--output",
            "@keys");
    assertThat(found.at("/target/0/word").asText()).isEqualTo("harbour");
    assertThat(found.at("/reference/0/word").asText()).isEqualTo("mountain");
    assertThat(found.at("/target/0/evidence/log-ratio/low").asDouble()).isGreaterThan(3);
    AnalysisDetails details = details("keys");
    assertThat(details.tables())
        .extracting(table -> table.table().name())
        .containsExactly("target-words", "reference-words", "candidates");
    assertThat(details.charts().get(0).series().get(0).points().get(0)).hasSize(4);
  }

  @Test
  @Exhaustive
  void recordsOfAFieldAndCounts() throws IOException {
    JsonNode by =
        result(
            "corpus",
            "keyness",
            "--input",
            "@both.jsonl",
            "--by",
            "kind=k1",
            "--bootstrap",
            "0",
            "--output",
            "@by");
    assertThat(by.at("/target/0/word").asText()).isEqualTo("mountain");
    assertThat(by.get("target-documents").asLong()).isEqualTo(80);
    count(0);
    count(1);
    JsonNode counts =
        result(
            "corpus",
            "keyness",
            "--counts",
            "@counts1",
            "--reference-counts",
            "@counts0",
            "--output",
            "@byCounts");
    assertThat(counts.at("/target/0/word").asText()).isEqualTo("mountain");
    assertThat(counts.get("target-tokens")).isEqualTo(by.get("target-tokens"));
    assertThat(counts.at("/target/0/counts")).isEqualTo(by.at("/target/0/counts"));
    assertThat(counts.at("/target/0/q").asDouble())
        .isCloseTo(by.at("/target/0/q").asDouble(), within(1e-12));
    assertThat(
            run(
                3,
                "corpus",
                "keyness",
                "--input",
                "@text0",
                "--reference",
                "@text1",
                "--measure",
                "log-ratio-bound",
                "--output",
                "@x"))
        .contains("takes 10 documents on each side");
    assertThat(by("kind=k9")).contains("with kind=k9: the most frequent values of kind are k");
    assertThat(by("kin=k1")).contains("no record has a field kin: give --by with another");
    assertThat(run(2, "corpus", "keyness", "--input", "@text0", "--output", "@x"))
        .contains("two corpora are needed");
    run(
        0,
        "ngrams",
        "--input",
        "@text0",
        "--tokenizer",
        "char",
        "--order",
        "2",
        "--output",
        "@chars");
    assertThat(
            run(
                3,
                "corpus",
                "keyness",
                "--counts",
                "@counts1",
                "--reference-counts",
                "@chars",
                "--output",
                "@x"))
        .contains("was cut by the tokenizer", "\"kind\":\"char\"", "count one of them again");
    run(0, "report", "--input", "@by", "--output", "@report.html");
    assertThat(Files.readString(folder.resolve("report.html")))
        .contains("Key words")
        .contains("Rayson");
  }

  private String by(String records) throws IOException {
    return run(3, "corpus", "keyness", "--input", "@both.jsonl", "--by", records, "--output", "@x");
  }
}
