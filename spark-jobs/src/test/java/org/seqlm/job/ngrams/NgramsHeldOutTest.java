package org.seqlm.job.ngrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.NgramsOutcomes.Outcome;

/** A count's report of the held-out split against evaluating the folder on that split. */
final class NgramsHeldOutTest {
  @TempDir static Path folder;
  private static Path data;

  @BeforeAll
  static void prepare() throws IOException {
    TestSpark.session();
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 1500; i++) {
      int length = random.nextInt(9);
      for (int j = 0; j < length; j++) {
        // Some words are frequent, some stand in one split only.
        int word = random.nextInt(1 + random.nextInt(1 + random.nextInt(300)));
        lines.append(j == 0 ? "" : " ").append("w").append(word);
      }
      lines.append('\n');
    }
    data = folder.resolve("data");
    seqlm(
        "prepare",
        "--input",
        Files.writeString(folder.resolve("corpus.txt"), lines),
        "--output",
        data,
        "--tokenizer",
        "whitespace");
  }

  private static JsonNode seqlm(Object... line) throws IOException {
    Path json = Files.createTempFile(folder, "result", ".json");
    Object[] args = java.util.Arrays.copyOf(line, line.length + 2);
    args[line.length] = "--json";
    args[line.length + 1] = json;
    Outcome outcome = NgramsOutcomes.run(args);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    return Json.mapper().readTree(json.toFile());
  }

  @ParameterizedTest
  @CsvSource({
    "kneser-ney, 3, '0'",
    "kneser-ney, 1, '0'",
    "kneser-ney, 3, '2,2,2'",
    "jelinek-mercer, 3, '0'"
  })
  void evaluatingTheFolderGivesTheSame(String estimator, int order, String prune)
      throws IOException {
    Path output = folder.resolve(estimator + order + prune);
    JsonNode report =
        seqlm(
                "ngrams",
                "--input",
                data,
                "--output",
                output,
                "--order",
                order,
                "--set",
                "slices=4",
                "--estimator",
                estimator,
                "--prune",
                prune)
            .path("report");
    assertThat(report.path("scored").asText()).isEqualTo("the valid split");
    assertThat(report.path("models")).hasSize(2 * order + 1);
    assertThat(report.path("tuning").isObject()).isEqualTo(estimator.startsWith("jelinek"));
    JsonNode evaluation =
        seqlm(
            "evaluate",
            "--input",
            data,
            "--split",
            "valid",
            "--model",
            output,
            "--model",
            output + "#estimator=add-k,order=1");
    JsonNode backoff = report.path("models").path(2 * order);
    JsonNode evaluated = evaluation.path("models").path(0);
    assertThat(evaluated.path("kind").asText()).isEqualTo(order + "-gram " + estimator);
    same(evaluated, backoff);
    assertThat(evaluated.path("perplexity-without-unknown").asDouble())
        .isLessThan(evaluated.path("perplexity").asDouble());
    for (int n = 0; n < order; n++) {
      assertThat(evaluated.path("orders").path(n).path("tokens"))
          .isEqualTo(backoff.path("orders").path(n).path("tokens"));
      assertThat(backoff.path("orders").path(n).path("tokens").asLong()).isPositive();
    }
    same(evaluation.path("models").path(1), report.path("models").path(1));
    String generated =
        seqlm("generate", "--model", output, "--prompt", "w1 w2", "--length", 20).toString();
    assertThat(generated).contains("w1");
  }

  private static void same(JsonNode evaluated, JsonNode reported) {
    assertThat(evaluated.path("tokens")).isEqualTo(reported.path("tokens"));
    for (String figure : new String[] {"perplexity", "perplexity-without-unknown"}) {
      double expected = evaluated.path(figure).asDouble();
      assertThat(expected).isPositive();
      assertThat(reported.path(figure).asDouble()).isCloseTo(expected, within(expected * 1e-10));
    }
  }

  @Test
  void theReportAndTheSummaryHaveThem() throws IOException {
    Path output = folder.resolve("counted");
    Outcome outcome =
        NgramsOutcomes.run("ngrams", "--input", data, "--output", output, "--order", 2);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    Path page = folder.resolve("report.html");
    seqlm("report", "--input", output, "--output", page);
    assertThat(Files.readString(page)).contains("2-gram kneser-ney", "the valid split");
  }
}
