package org.seqlm.ngram.arpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.Exhaustive;
import org.seqlm.Shared;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.CountsOfCounts;
import org.seqlm.ngram.model.NaiveBackoff;
import org.seqlm.ngram.smooth.DiscountFallback;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.ngram.smooth.KneserNey;
import org.seqlm.ngram.smooth.SmoothedTable;
import org.seqlm.ngram.smooth.SmoothingFit;
import org.seqlm.ngram.smooth.SmoothingRules;

/** The oracle and the smoothing give what KenLM's lmplz gave for the same lines. */
final class KenlmReferenceTest {
  private static List<String> lines(String name) {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Files.newInputStream(Shared.require("reference/kenlm/" + name))),
                StandardCharsets.UTF_8))) {
      return in.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** log10 p and log10 γ (0 where none is given) by n-gram. */
  private static Map<List<String>, double[]> arpa(String name) {
    Map<List<String>, double[]> entries = new HashMap<>();
    for (String line : lines(name)) {
      String[] fields = line.split("\t", -1);
      if (fields.length > 1) {
        entries.put(
            List.of(fields[1].split(" ")),
            new double[] {
              Double.parseDouble(fields[0]), fields.length > 2 ? Double.parseDouble(fields[2]) : 0
            });
      }
    }
    return entries;
  }

  /**
   * KenLM at 4cb443e counts the last word that is new in the text by how often it appears, not by
   * how many words precede it, when it counts the counts of unigrams (the end of {@code
   * AdjustCounts::Run} adds {@code lower_count}). Here that is z, twice after {@code <s>} alone.
   * Its discounts of these lines are 0.2, 1.7 and 2.2; the formula's are ours.
   */
  @Test
  void adjustedCountsOfTheLastWordAreCountedAsAllOthers() {
    List<List<String>> lines =
        Stream.of("d", "c b", "d", "d", "b c", "b", "d b", "z", "z")
            .map(line -> List.of(line.split(" ")))
            .toList();
    SmoothingRules rules = SmoothingRules.of(Estimator.KNESER_NEY);
    NaiveBackoff naive = NaiveBackoff.of(lines, 2, rules, new int[0]);
    List<CountsOfCounts> raw = naive.countsOfCounts(CountKind.RAW);
    List<CountsOfCounts> adjusted = naive.countsOfCounts(CountKind.ADJUSTED);
    // d and z follow <s> alone; c two words, b three, </s> four.
    assertThat(adjusted.get(0).types()).startsWith(2, 1, 1, 1);
    assertThat(SmoothingFit.of(rules, raw, adjusted).orders().get(0).discounts())
        .containsExactly(0.5, 0.5, 1.0);
    CountsOfCounts kenlm = new CountsOfCounts(new long[] {1, 2, 1, 1, 0, 0, 0, 0}, 12);
    double[] theirs = {0.2, 1.7, 2.2};
    assertThat(KneserNey.discounts(kenlm)).containsExactly(theirs, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"time-machine.o1.arpa.gz, 1, 0", "time-machine.o3.prune011.arpa.gz, 3, 1"})
  void everyProbabilityAndBackOffWeight(String name, int order, int pruning) {
    assertNear(name, order, pruning);
  }

  @Exhaustive
  @ParameterizedTest
  @CsvSource({
    "time-machine.o2.arpa.gz, 2, 0",
    "time-machine.o3.arpa.gz, 3, 0",
    "time-machine.o5.arpa.gz, 5, 0"
  })
  void everyProbabilityAndBackOffWeightOfOtherOrders(String name, int order, int pruning) {
    assertNear(name, order, pruning);
  }

  private static void assertNear(String name, int order, int pruning) {
    Map<List<String>, double[]> expected = arpa(name);
    List<List<String>> sentences = new ArrayList<>();
    for (String line : lines("time-machine.lines.txt.gz")) {
      sentences.add(line.isBlank() ? List.of() : List.of(line.strip().split(" +")));
    }
    SmoothingRules rules =
        new SmoothingRules(Estimator.KNESER_NEY, DiscountFallback.FAIL, 0.4, 0.5, 7);
    NaiveBackoff naive = NaiveBackoff.of(sentences, order, rules, new int[] {0, pruning});
    Map<List<String>, double[]> actual = naive.ngrams();
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    SmoothingFit fit =
        SmoothingFit.of(
            rules, naive.countsOfCounts(CountKind.RAW), naive.countsOfCounts(CountKind.ADJUSTED));
    SmoothedTable table = new SmoothedTable(naive, order, fit.smoothing());
    double worst = 0;
    for (Map.Entry<List<String>, double[]> entry : expected.entrySet()) {
      double[] oracle = actual.get(entry.getKey());
      double[] smoothed = table.entry(entry.getKey());
      for (int i = 0; i < 2; i++) {
        double reference = entry.getValue()[i];
        worst = Math.max(worst, Math.abs(oracle[i] - reference));
        worst = Math.max(worst, Math.abs(smoothed[i] - reference));
      }
    }
    assertThat(worst).isLessThan(1e-5);
  }
}
