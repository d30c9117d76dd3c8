package org.seqlm.job.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.job.NgramsOutcomes;

/**
 * A year's last night must cost what its first ones did: disk, but for what is told of each night,
 * heap, and time. The first two are held here; time is printed. {@code -Dseqlm.nights=100} takes
 * more nights than the profile does.
 */
class ManyNightsTest {
  private static final int NIGHTS = Integer.getInteger("seqlm.nights", 9);

  /** Nights and versions that stay; from the night after these on, as much goes as comes. */
  private static final int KEPT = 3;

  /**
   * What a night may leave: its version and decision in the registry (4 KB), its name in later
   * records, and a point in the charts of the pages that stay, of at most 60 nights. Its own folder
   * has ten times as much.
   */
  private static final long MOST_BYTES_A_NIGHT = 32 << 10;

  @TempDir Path folder;

  /** A night's cost. */
  private record Cost(long bytes, long heap, double seconds) {}

  @Exhaustive
  @Test
  void theLastNightCostsWhatAnEarlyOneDid() throws IOException {
    LocalDate first = LocalDate.of(2026, 3, 1);
    List<Cost> costs = new ArrayList<>();
    for (int night = 0; night < NIGHTS; night++) {
      String date = first.plusDays(night).toString();
      text(date, night);
      long start = System.nanoTime();
      retrain(date);
      double seconds = (System.nanoTime() - start) / 1e9;
      Cost cost = new Cost(bytes("models") + bytes("models-nights"), heap(), seconds);
      costs.add(cost);
      System.out.printf(
          Locale.ROOT,
          "night %d: %,d bytes, heap %.1f MB, %.1f s%n",
          night + 1,
          cost.bytes(),
          cost.heap() / 1e6,
          cost.seconds());
    }
    Cost early = costs.get(KEPT + 1);
    Cost last = costs.get(NIGHTS - 1);
    int nights = NIGHTS - 1 - (KEPT + 1);
    assertThat(last.bytes() - early.bytes()).isLessThan(nights * MOST_BYTES_A_NIGHT);
    // Caches of what was read last fill up for some nights; a night's text, in memory, is more.
    assertThat(last.heap() - early.heap()).isLessThan(40_000_000L);
  }

  private void text(String date, int seed) throws IOException {
    Path corpus = folder.resolve("corpus");
    done(
        "example",
        "--output",
        corpus,
        "--size",
        3000,
        "--seed",
        seed,
        "--set",
        "pairs=1",
        "--overwrite");
    Path partition = Files.createDirectories(folder.resolve("text/dt=" + date));
    Files.move(corpus.resolve("corpus.txt"), partition.resolve("a.txt"));
  }

  /** Every challenger wins, so that the line of ancestors is as long as it gets. */
  private void retrain(String date) {
    List<Object> flags = new ArrayList<>();
    for (String set :
        List.of("gate.margin=-100", "keep={nights: " + KEPT + ", versions: " + KEPT + "}")) {
      flags.addAll(List.of("--set", set));
    }
    NgramsOutcomes.Outcome outcome =
        Nights.retrain(folder.resolve("text"), folder.resolve("models"), date, flags);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
  }

  private static void done(Object... line) {
    NgramsOutcomes.Outcome outcome = NgramsOutcomes.run(line);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
  }

  private long bytes(String name) throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve(name))) {
      return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
