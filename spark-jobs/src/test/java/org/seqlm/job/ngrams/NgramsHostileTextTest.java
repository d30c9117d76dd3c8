package org.seqlm.job.ngrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.seqlm.job.NgramsOutcomes.ngrams;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.HostileCorpora;
import org.seqlm.job.NgramsOutcomes.Outcome;
import org.seqlm.ngram.arpa.ArpaTable;

/** Texts that are not what one expects are counted right, or refused in one clear line. */
final class NgramsHostileTextTest {
  @TempDir Path folder;

  /** Counts words between spaces, and gives the result record. */
  private JsonNode counted(Path input, Object... more) throws IOException {
    Path json = folder.resolve("result.json");
    List<Object> args =
        new ArrayList<>(List.of("--tokenizer", "whitespace", "--json", json, "--overwrite"));
    args.addAll(List.of("--arpa", folder.resolve("model.arpa")));
    args.addAll(Arrays.asList(more));
    Outcome outcome = ngrams(input, folder.resolve("out"), args.toArray());
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.code()).isZero();
    return Json.mapper().readTree(json.toFile());
  }

  private Map<List<String>, double[]> arpa() {
    return ArpaTable.read(folder.resolve("model.arpa"));
  }

  private static JsonNode order(JsonNode result, int n) {
    return result.at("/report/statistics/orders/" + (n - 1));
  }

  private void assertRefused(int code, String message, Path input, Object... more)
      throws IOException {
    Outcome outcome = ngrams(input, folder.resolve("out"), more);
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(code);
    assertThat(outcome.errors()).contains(message);
    assertThat(outcome.errors().lines()).hasSize(1);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(input);
    }
  }

  @Test
  void emptyLinesOnlyOrOneWord() throws IOException {
    Path text = folder.resolve("text");
    assertRefused(3, "has 0 tokens", HostileCorpora.emptyLines(text, 5000));
    assertRefused(3, "has 1 token (", HostileCorpora.oneWord(text));
    // Two words among them are enough.
    Files.writeString(text, "\n".repeat(3000) + "a b" + "\n".repeat(3000));
    JsonNode result = counted(text);
    assertThat(order(result, 2).path("total").asLong()).isEqualTo(1);
    assertThat(arpa()).containsKeys(List.of("<s>", "</s>"), List.of("<s>", "a", "b")).hasSize(11);
  }

  @Test
  void oneWordAMillionTimes() throws IOException {
    JsonNode result =
        counted(
            HostileCorpora.repeatedWord(folder.resolve("text"), 1_000_000),
            "--set",
            "input.max-record-bytes=10000000");
    assertThat(order(result, 3).path("top").get(0).path("count").asLong()).isEqualTo(999_998);
    assertThat(arpa())
        .containsKeys(List.of("<s>", "word", "word"), List.of("word", "word", "</s>"));
  }

  /** {@link #longLine} counts one whole, too. */
  @Test
  void aLineAboveTheLimitIsRefusedOrLeftOut() throws IOException {
    Path text = HostileCorpora.longLine(folder.resolve("text"), 1_500_000);
    String drop = "input.long-records=drop";
    assertRefused(3, "raise input.max-record-bytes (now 1048576)", text, "--set", drop);
    JsonNode without = counted(text, "--set", "input.bad-records.max-fraction=0.5", "--set", drop);
    assertThat(order(without, 1).path("total").asLong()).isEqualTo(6);
    assertThat(without.path("bad-records")).hasSize(1);
    JsonNode split = counted(text);
    assertThat(order(split, 1).path("total").asLong()).isEqualTo(words(text));
    assertThat(split.path("bad-records")).isEmpty();
  }

  /** Those of the long line and of the lines around it. */
  private static long words(Path text) throws IOException {
    long words = 6;
    for (String word : Files.readString(text, StandardCharsets.US_ASCII).split("\\s+")) {
      words += word.matches("w\\d+") ? 1 : 0;
    }
    return words;
  }

  @Test
  @Exhaustive
  void longLine() throws IOException {
    int bytes = 10_000_000;
    Path text = HostileCorpora.longLine(folder.resolve("text"), bytes);
    String drop = "input.long-records=drop";
    assertRefused(3, "raise input.max-record-bytes (now 1048576)", text, "--set", drop);

    JsonNode without = counted(text, "--set", "input.bad-records.max-fraction=0.5", "--set", drop);
    assertThat(order(without, 1).path("total").asLong()).isEqualTo(6);
    assertThat(without.path("bad-records")).hasSize(1);

    JsonNode whole = counted(text, "--set", "input.max-record-bytes=" + 2 * bytes, "--order", 2);
    long words = words(text);
    assertThat(order(whole, 1).path("total").asLong()).isEqualTo(words);
    assertThat(order(whole, 2).path("total").asLong()).isEqualTo(words - 3);
  }

  @Test
  void distinctWords() throws IOException {
    JsonNode result = counted(HostileCorpora.distinctWords(folder.resolve("text"), 20_000));
    assertThat(order(result, 1).path("types").asLong()).isEqualTo(20_000);
    assertThat(order(result, 3).path("types").asLong()).isEqualTo(16_000);
  }

  @Test
  @Exhaustive
  void manyDistinctWords() throws IOException {
    JsonNode result = counted(HostileCorpora.distinctWords(folder.resolve("text"), 200_000));
    assertThat(order(result, 1).path("types").asLong()).isEqualTo(200_000);
    assertThat(order(result, 1).path("total").asLong()).isEqualTo(200_000);
    assertThat(order(result, 3).path("types").asLong()).isEqualTo(160_000);
    assertThat(result.at("/details/ngrams/0").asLong()).isEqualTo(200_003);
    // With marks.
    assertThat(result.at("/details/ngrams/1").asLong()).isEqualTo(220_000);
    assertThat(result.at("/details/ngrams/2").asLong()).isEqualTo(200_000);
  }

  @Test
  void longWords() throws IOException {
    JsonNode result = counted(HostileCorpora.longWords(folder.resolve("text"), 100_000, 60));
    assertThat(order(result, 1).path("types").asLong()).isEqualTo(61);
    Map<List<String>, double[]> model = arpa();
    assertThat(model.keySet().stream().mapToInt(ngram -> ngram.get(0).length()).max().orElse(0))
        .isEqualTo(100_000);
    assertThat(model).hasSize(64 + 121 + 120);
  }

  @Test
  void controlCharacters() throws IOException {
    Path text = HostileCorpora.controlCharacters(folder.resolve("text"), 3);
    counted(text);
    // KenLM's separators are NUL, tab, line feed, carriage return and space; nothing else is one.
    Map<List<String>, Long> naive = new HashMap<>();
    // The mark at the beginning of the file is none of the text.
    for (String line : Files.readString(text).substring(1).split("\n", -1)) {
      Stream.of(line.split("[\0\t\r ]+", -1))
          .filter(word -> !word.isEmpty())
          .forEach(word -> naive.merge(List.of(word), 1L, Long::sum));
    }
    Map<List<String>, double[]> model = arpa();
    assertThat(model.keySet().stream().filter(ngram -> ngram.size() == 1))
        .hasSize(naive.size() + 3)
        .containsAll(naive.keySet());
  }

  @Test
  void marksInTheText() throws IOException {
    int times = 20;
    JsonNode result = counted(HostileCorpora.marks(folder.resolve("text"), times));
    // Two <unk>, one <UNK>, four <s> and four </s> are no words of the text.
    assertThat(result.at("/details/unknown").asLong()).isEqualTo(times * 11L);
    Map<List<String>, double[]> model = arpa();
    assertThat(model)
        .containsKeys(
            List.of("<S>"), List.of("<s>a</s>"), List.of("\\end\\"), List.of("<s>", "a", "b"))
        .doesNotContainKeys(List.of("<UNK>"), List.of("<s>", "<s>"), List.of("</s>", "</s>"));
    assertThat(model.get(List.of("<s>"))[0]).isZero();
  }

  @Test
  void aHugeFileAndManyTinyOnes() throws IOException {
    Path corpus = HostileCorpora.skewed(folder.resolve("corpus"), 2_000_000, 400);
    JsonNode result = counted(corpus);
    long words = 0;
    try (Stream<Path> files = Files.walk(corpus)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        words +=
            Stream.of(Files.readString(file).split("\\s+")).filter(word -> !word.isEmpty()).count();
      }
    }
    assertThat(order(result, 1).path("total").asLong()).isEqualTo(words);
  }
}
