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

class BenchFilterCommandTest {
  @TempDir Path folder;

  @Test
  void filtersAreMeasuredOnTheSameDocuments() throws IOException {
    Path json = folder.resolve("result.json");
    Path text = Files.writeString(folder.resolve("text"), "a b\nc {\nd e\n\nf");
    NgramsOutcomes.Outcome outcome =
        NgramsOutcomes.run(
            "bench",
            "filter",
            "--set",
            "filters=[{length: {min-words: 2}}, {c4: {min-sentences: 0}}]",
            "--input",
            text,
            "--lines",
            2,
            "--turns",
            1,
            "--json",
            json);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    JsonNode rows = Json.mapper().readTree(json.toFile()).get("rows");
    // Documents: "a b\nc {", "d e\n", "f"; of these two have two words, and one has a bracket.
    int[] kept = {2, 2, 1};
    assertThat(rows).hasSize(kept.length);
    for (int i = 0; i < kept.length; i++) {
      assertThat(rows.get(i).get("bytes").asInt()).isEqualTo(12);
      assertThat(rows.get(i).get("documents").asInt()).isEqualTo(3);
      assertThat(rows.get(i).get("kept").asInt()).isEqualTo(kept[i]);
    }
  }

  @Test
  void allProblemsAreToldAtOnce() {
    NgramsOutcomes.Outcome outcome =
        NgramsOutcomes.run("bench", "filter", "--turns", 0, "--set", "filters=[]");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.errors())
        .contains("filters is empty")
        .contains("input is missing")
        .contains("turns must be 1 to 1000");
  }
}
