package org.seqlm.job.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DocumentLabels;
import org.seqlm.job.NgramsOutcomes;

/** Nights of records with a language; {@link RetrainTest} has slices by source. */
@Exhaustive
class SlicedNightsTest {
  @TempDir Path folder;

  /** A day's records: Persian ones are long, English ones short, each twice in its cluster. */
  private void day(int day) throws IOException {
    Random random = new Random(day);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      boolean english = random.nextInt(3) > 0;
      StringBuilder text = new StringBuilder();
      for (int k = english ? 20 : 120; k > 0; k--) {
        text.append(english ? "dog" : "سگ").append(random.nextInt(4)).append(' ');
      }
      for (String copy : List.of("", "!")) {
        lines
            .append("{\"language\": \"")
            .append(english ? "en" : "fa")
            .append("\", \"story\": \"")
            .append(day)
            .append('-')
            .append(i)
            .append("\", \"text\": \"")
            .append(text)
            .append(copy)
            .append("\"}\n");
      }
    }
    Path partition = Files.createDirectories(folder.resolve("text/dt=2026-03-0" + day));
    Files.writeString(partition.resolve("a.jsonl"), lines.toString());
  }

  private NgramsOutcomes.Outcome night(int day, String... more) {
    List<Object> flags = new ArrayList<>(List.of("--json", folder.resolve(day + ".json")));
    for (String set :
        List.of(
            "prepare.input.document=record",
            "prepare.splits.cluster-field=story",
            "steps={count: false, samples: false, drift: false}",
            "gate.margin=-100")) {
      flags.addAll(List.of("--set", set));
    }
    for (String set : more) {
      flags.addAll(List.of("--set", set));
    }
    return Nights.retrain(
        folder.resolve("text"), folder.resolve("models"), "2026-03-0" + day, flags);
  }

  @Test
  void aSliceHasTheDocumentsOfItsLanguageAndBlocks() throws IOException {
    day(1);
    day(2);
    NgramsOutcomes.Outcome nested = night(1, "gate.slices.by=[meta.language]");
    assertThat(nested.code()).isEqualTo(2);
    assertThat(nested.errors()).contains("gate.slices.by must name length, source or fields");
    assertThat(night(1).code()).isZero();
    NgramsOutcomes.Outcome second =
        night(
            2,
            "gate.slices={by: [length, language, year], most-loss: 0, level: 1.0e-9,"
                + " least-documents: 2, burden: show-no-harm}");
    assertThat(second.code()).as(second.errors()).isZero();
    JsonNode result = Json.mapper().readTree(folder.resolve("2.json").toFile());
    assertThat(result.path("decision").asText()).isEqualTo("kept");
    assertThat(result.path("reasons").get(0).asText())
        .startsWith("language en is not shown to lose less than 0.0000");
    Map<String, JsonNode> slices = new TreeMap<>();
    result.path("contest").path("slices").forEach(one -> slices.put(value(one), one));
    assertThat(slices).containsOnlyKeys("en", "fa", "short", "medium", "(none)");
    // Lengths are those of the languages, so each is of the other's documents.
    Map.of("en", "short", "fa", "medium")
        .forEach(
            (language, length) -> {
              JsonNode one = slices.get(language);
              JsonNode other = slices.get(length);
              assertThat(one.path("documents")).isEqualTo(other.path("documents"));
              assertThat(one.path("gain").asDouble())
                  .isCloseTo(other.path("gain").asDouble(), within(1e-12));
              assertThat(one.path("clusters").asInt() * 2).isEqualTo(one.path("documents").asInt());
            });
    JsonNode all = result.path("contest");
    assertThat(slices.get("(none)").path("documents")).isEqualTo(all.path("documents"));
    assertThat(all.path("clusters").asInt() * 2).isEqualTo(all.path("documents").asInt());
    Dataset dataset =
        Dataset.open(
            new Configuration(), folder.resolve("models-nights/2026-03-02/dataset").toString());
    assertThat(DocumentLabels.of(dataset).stream().map(one -> one.values().get(0)))
        .filteredOn("fa"::equals)
        .hasSize(slices.get("fa").path("documents").asInt());
    assertThat(result.path("summary").get(2).asText())
        .startsWith("Slices: ")
        .contains("not shown unharmed");
  }

  private static String value(JsonNode slice) {
    return slice.path("value").asText();
  }
}
