package org.seqlm.job.bench.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;

class BenchTextCommandTest {
  @TempDir Path folder;

  @Test
  void tokenizersAreMeasuredOnTheSameText() throws IOException {
    Path json = folder.resolve("result.json");
    Path text = Files.writeString(folder.resolve("text"), "a-b c\n\nD 3/4.");
    Path chain = Files.writeString(folder.resolve("chain.yaml"), "[whitespace, lowercase]\n");
    NgramsOutcomes.Outcome outcome =
        NgramsOutcomes.run(
            "bench",
            "text",
            "--tokenizer",
            "char",
            "--tokenizer",
            "[words]",
            "--tokenizer",
            "chain:" + chain,
            "--input",
            text,
            "--turns",
            1,
            "--json",
            json);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    JsonNode rows = Json.mapper().readTree(json.toFile()).get("rows");
    int[] tokens = {11, 5, 4};
    assertThat(rows).hasSize(tokens.length);
    for (int i = 0; i < tokens.length; i++) {
      assertThat(rows.get(i).get("bytes").asInt()).isEqualTo(11);
      assertThat(rows.get(i).get("tokens").asInt()).isEqualTo(tokens[i]);
    }
  }

  @Test
  void allProblemsAreToldAtOnce() {
    NgramsOutcomes.Outcome outcome =
        NgramsOutcomes.run("bench", "text", "--turns", 0, "--set", "tokenizers=[]");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.errors())
        .contains("tokenizers is empty")
        .contains("input is missing")
        .contains("turns must be 1 to 1000");
    assertThat(
            NgramsOutcomes.run("bench", "text", "--input", "x", "--tokenizer", "sentence").errors())
        .contains("a tokenizer must be char, word, whitespace, chain:FILE or a list of stages");
  }
}
