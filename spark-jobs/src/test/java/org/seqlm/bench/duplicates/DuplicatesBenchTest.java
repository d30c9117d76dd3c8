package org.seqlm.bench.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.duplicates.DuplicateSettings.Find;
import org.seqlm.duplicates.Jaccard;
import org.seqlm.duplicates.NearSettings;
import org.seqlm.duplicates.ShingleRules;
import org.seqlm.duplicates.Shingles;

class DuplicatesBenchTest {
  @TempDir Path folder;

  /** What is planted is near its target, and what our shingles say. */
  @Test
  void pairsAreNearTheirTargets() {
    PlantedDocuments planted = new PlantedDocuments(440, 5, 200, 50_000, 5, 3);
    PlantedDocuments.Drawing drawing = planted.drawing();
    Shingles shingles = new Shingles(ShingleRules.DEFAULT);
    assertThat(planted.pairs()).isEqualTo(44);
    for (long number = 0; number < planted.pairs(); number++) {
      PlantedDocuments.Pair pair = drawing.pair(number);
      assertThat(planted.original(pair.copy())).isEqualTo(pair.original());
      assertThat(pair.similarity())
          .isCloseTo(0.5 + 0.05 * (number % PlantedDocuments.TARGETS), within(0.02));
      long[] one = set(shingles, drawing.text(pair.original()));
      long[] other = set(shingles, drawing.text(pair.copy()));
      assertThat(Jaccard.of(one, other)).isEqualTo(pair.similarity());
      assertThat(drawing.text(pair.original())).isNotEqualTo(drawing.text(pair.copy()));
    }
    assertThat(planted.original(219)).isEqualTo(-1);
    assertThat(planted.original(221)).isEqualTo(-1);
    assertThat(drawing.words(7)).isEqualTo(planted.drawing().words(7));
  }

  private static long[] set(Shingles shingles, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return shingles.clear().add(utf8, 0, utf8.length).end();
  }

  @Test
  void whatIsPlantedIsFound() throws IOException {
    NearSettings near = new NearSettings(ShingleRules.Unit.WORDS, 5, 0.8, 0.99, 128, 64);
    DuplicatesBench.Result result =
        DuplicatesBench.run(
            TestSpark.context(),
            folder.resolve("documents").toString(),
            new PlantedDocuments(1100, 5, 60, 50_000, 5, 3),
            new DuplicateSettings(
                List.of(Find.NEAR), near.shingles(), near.bands(), 0.8, 64, 2, 1, 2, 1),
            2,
            Progress.SILENT);
    assertThat(result.bins().stream().mapToLong(DuplicatesBench.Bin::pairs).sum())
        .isBetween(100L, 110L);
    assertThat(result.pairs()).isBetween(40L, 60L);
    assertThat(result.recall()).isGreaterThanOrEqualTo(0.95);
    assertThat(result.precision()).isEqualTo(1);
    assertThat(result.removed()).isBetween(40L, result.pairs());
    assertThat(result.removedAlike()).isEqualTo(1);
    assertThat(result.expected()).isBetween(0.99, 1.0);
    assertThat(result.bins().get(3).found()).isZero();
  }
}
