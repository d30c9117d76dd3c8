package org.seqlm.job.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;

/** Small nights of the built-in example. */
final class Nights {
  private final Path folder;
  private final Path text;

  private Nights(Path folder) {
    this.folder = folder;
    this.text = folder.resolve("text");
  }

  /**
   * Text of some days, from 2026-03-01.
   *
   * @param size of a day's, in characters
   */
  static Nights of(Path folder, int days, int size) throws IOException {
    Nights nights = new Nights(folder);
    for (int day = 0; day < days; day++) {
      Path corpus = folder.resolve("corpus-" + day);
      NgramsOutcomes.Outcome done =
          NgramsOutcomes.run(
              "example",
              "--output",
              corpus,
              "--size",
              size,
              "--seed",
              Integer.toString(day + 1),
              "--set",
              "pairs=1");
      assertThat(done.code()).as(done.errors()).isZero();
      Path partition =
          Files.createDirectories(nights.text.resolve("dt=" + LocalDate.of(2026, 3, 1 + day)));
      Files.move(corpus.resolve("corpus.txt"), partition.resolve("a.txt"));
    }
    return nights;
  }

  NgramsOutcomes.Outcome retrain(Object registry, String night, Object... more) {
    return retrain(text, registry, night, List.of(more));
  }

  /**
   * A night whose network and training are as small as may be.
   *
   * @param more flags; of a key that is set twice the later one counts
   */
  static NgramsOutcomes.Outcome retrain(
      Path input, Object registry, String night, List<Object> more) {
    List<Object> line = new ArrayList<>(List.of("retrain", "--registry", registry));
    line.addAll(List.of("--input", input, "--night", night));
    for (String set :
        List.of(
            "prepare.input.document=line",
            "prepare.splits={train: 0.6, valid: 0.1, test: 0.3}",
            "train.network={hidden: 4, embedding: 4}",
            "train.training={epochs: 0.5, batch: 2, time-steps: 8}",
            "train.averaging.frequency=4",
            "train.replay.excerpt=64",
            "train.checkpoints.every=100",
            "gate.least-documents=10")) {
      line.addAll(List.of("--set", set));
    }
    line.addAll(more);
    return NgramsOutcomes.run(line.toArray());
  }

  /** The result of a night that ends well. */
  JsonNode night(Object registry, String night, Object... more) throws IOException {
    Path json = Files.createTempFile(folder, "night", ".json");
    Files.delete(json);
    List<Object> with = new ArrayList<>(List.of("--json", json));
    with.addAll(Arrays.asList(more));
    NgramsOutcomes.Outcome outcome = retrain(registry, night, with.toArray());
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    return Json.mapper().readTree(json.toFile());
  }
}
