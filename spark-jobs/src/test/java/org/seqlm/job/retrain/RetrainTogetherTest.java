package org.seqlm.job.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.artifact.Claim;
import org.seqlm.artifact.ClaimRules;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.registry.Outcome;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;

/** Two retrains of one registry at once: one does the night, the other hears of it or leaves. */
class RetrainTogetherTest {
  private static final int TURNS = 20;

  @TempDir static Path folder;

  private static void together(Nights nights, Path registry) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<NgramsOutcomes.Outcome>> both = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        both.add(
            threads.submit(
                () ->
                    nights.retrain(
                        registry,
                        "2026-03-01",
                        "--set",
                        "concurrent.beat-seconds=0.1",
                        "--set",
                        "concurrent.missed=600")));
      }
      int again = 0;
      for (Future<NgramsOutcomes.Outcome> one : both) {
        assertThat(one.get().code()).as(one.get().errors()).isZero();
        again += one.get().errors().contains("waits for it") ? 1 : 0;
      }
      assertThat(again).isLessThanOrEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
    RegistryState state = Registry.open(new Configuration(), registry.toString()).state();
    assertThat(state.versions()).hasSize(1);
    assertThat(state.champion()).isEqualTo(1);
    assertThat(state.history())
        .extracting(one -> one.what())
        .containsExactly(Outcome.ADDED, Outcome.PROMOTED);
  }

  @Test
  void oneWins() throws Exception {
    Path place = Files.createDirectory(folder.resolve("once"));
    together(Nights.of(place, 1, 3000), place.resolve("models"));
  }

  @Exhaustive
  @Test
  void oneWinsEachTime() throws Exception {
    Path place = Files.createDirectory(folder.resolve("often"));
    Nights nights = Nights.of(place, 1, 3000);
    for (int turn = 0; turn < TURNS; turn++) {
      together(nights, place.resolve("models-" + turn));
    }
  }

  @Test
  void oneLeaves() throws Exception {
    Path place = Files.createDirectory(folder.resolve("leaves"));
    Nights nights = Nights.of(place, 1, 3000);
    Path registry = place.resolve("models");
    ClaimRules rules = new ClaimRules(ClaimRules.Policy.WAIT, 1, 1, 60);
    org.apache.hadoop.fs.Path claims = new org.apache.hadoop.fs.Path(registry + "/claims");
    try (Claim claim = Claim.take(new Configuration(), claims, "a night", rules, Progress.SILENT)) {
      claim.check();
      NgramsOutcomes.Outcome left = nights.retrain(registry, "2026-03-01", "--concurrent", "leave");
      assertThat(left.code()).isEqualTo(5);
      assertThat(left.errors().lines().filter(line -> !line.startsWith("note")))
          .singleElement()
          .asString()
          .contains("has a night in hand since 20")
          .contains("leaves");
      NgramsOutcomes.Outcome waited =
          nights.retrain(
              registry,
              "2026-03-01",
              "--wait-hours",
              "0.00001",
              "--set",
              "concurrent.beat-seconds=0.05");
      assertThat(waited.code()).isEqualTo(5);
      assertThat(waited.errors()).contains("has waited for it");
    }
    assertThat(registry.resolve("versions")).doesNotExist();
    assertThat(nights.retrain(registry, "2026-03-01", "--wait-hours", "-1").code()).isEqualTo(2);
  }
}
