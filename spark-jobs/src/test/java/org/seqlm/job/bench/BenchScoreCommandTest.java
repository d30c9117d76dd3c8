package org.seqlm.job.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.ngram.arpa.TinyArpa;

class BenchScoreCommandTest {
  @TempDir Path folder;

  @Test
  void formsOfOneModelAreMeasuredOnTheSameText() throws IOException {
    Path arpa = Files.writeString(folder.resolve("tiny.arpa"), TinyArpa.TEXT);
    Path fast = folder.resolve("tiny.fast");
    Path json = folder.resolve("result.json");
    Path text = Files.writeString(folder.resolve("text"), "a b\n\nb a c\na");
    assertThat(NgramsOutcomes.run("compile", "--model", arpa, "--output", fast).code()).isZero();
    NgramsOutcomes.Outcome outcome =
        NgramsOutcomes.run(
            "bench", "score", "--model", arpa, "--model", fast, "--input", text, "--turns", 1,
            "--json", json);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    JsonNode rows = Json.mapper().readTree(json.toFile()).get("rows");
    assertThat(rows).hasSize(4);
    for (JsonNode row : rows) {
      assertThat(row.get("tokens").asInt()).isEqualTo(10);
      assertThat(row.get("perplexity").asDouble())
          .isEqualTo(rows.get(0).get("perplexity").asDouble());
    }
  }

  @Test
  void allProblemsAreToldAtOnce() {
    NgramsOutcomes.Outcome outcome =
        NgramsOutcomes.run("bench", "score", "--threads", 0, "--turns", 0, "--kenlm", "query");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.errors())
        .contains("model is missing")
        .contains("input")
        .contains("threads must be 1 to 1024")
        .contains("turns must be 1 to 1000")
        .contains("kenlm and kenlm-model go together");
  }
}
