package org.seqlm.bench.variants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.bench.variants.PairedComparison.Difference;
import org.seqlm.bench.variants.PairedComparison.Edge;

class PairedComparisonTest {
  private static Trial trial(String variant, double rate, long seed, double valid, double test) {
    return new Trial(variant, rate, seed, valid, test, 1000, 0, 1, null);
  }

  private static List<PairedComparison> compare(List<Trial> trials) {
    return PairedComparison.of(trials, Map.of());
  }

  @Test
  void theRateIsTheBestOnTheValidationSplitWhateverTheTestSplitSays() {
    assertThat(
            compare(
                List.of(
                    trial("first", 0.1, 1, 2.0, 1.0),
                    trial("first", 0.2, 1, 1.9, 3.0),
                    trial("second", 0.1, 1, 1.7, 2.5),
                    trial("second", 0.2, 1, 1.8, 1.5))))
        .containsExactly(
            new PairedComparison("first", "first", 0.2, Edge.HIGHEST, 1.9, 3.0, null),
            new PairedComparison(
                "second", "first", 0.1, Edge.LOWEST, 1.7, 2.5, new Difference(-0.5, null)));
  }

  @Test
  void theRateIsTheBestInTheMeanOverSeeds() {
    PairedComparison found =
        compare(
                List.of(
                    trial("one", 0.1, 1, 1.0, 7.0),
                    trial("one", 0.1, 2, 3.0, 7.0),
                    trial("one", 0.2, 1, 1.5, 4.0),
                    trial("one", 0.2, 2, 2.0, 5.0),
                    trial("one", 0.3, 1, 2.5, 6.0),
                    trial("one", 0.3, 2, 2.5, 6.0)))
            .get(0);
    assertThat(found)
        .isEqualTo(new PairedComparison("one", "one", 0.2, Edge.NONE, 1.75, 4.5, null));
  }

  @Test
  void differencesArePairedBySeedAndHaveStudentsInterval() {
    List<Trial> trials = new ArrayList<>();
    double[] differences = {0.001, 0.001, -0.015, -0.017, -0.006, 0.029};
    for (int seed = 6; seed >= 1; seed--) {
      trials.add(trial("first", 0.1, seed, 1, seed));
    }
    for (int seed = 1; seed <= 6; seed++) {
      trials.add(trial("second", 0.1, seed, 1, seed + differences[seed - 1]));
    }

    Difference found = compare(trials).get(1).difference();

    assertThat(found.mean()).isCloseTo(-0.007 / 6, within(1e-12));
    // s = 0.0166423 with five degrees of freedom, whose t is 2.570582.
    assertThat(found.halfWidth()).isCloseTo(2.570582 * 0.0166423 / Math.sqrt(6), within(1e-5));
  }

  @Test
  void theOrderOfTheTrialsBehindTheFirstDecidesNothing() {
    Random random = new Random(5);
    List<Trial> trials = new ArrayList<>();
    for (int seed = 1; seed <= 5; seed++) {
      for (double rate : new double[] {0.1, 0.2, 0.3}) {
        for (String variant : List.of("a", "b")) {
          trials.add(trial(variant, rate, seed, random.nextDouble(), random.nextDouble()));
        }
      }
    }
    List<PairedComparison> found = compare(trials);
    List<Trial> others = new ArrayList<>(trials.subList(2, trials.size()));
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(others, random);
      List<Trial> all = new ArrayList<>(trials.subList(0, 2));
      all.addAll(others);
      assertThat(compare(all)).isEqualTo(found);
    }
  }

  @Test
  void oneIsComparedWithWhomItNames() {
    List<PairedComparison> rows =
        PairedComparison.of(
            List.of(
                trial("a", 0.1, 1, 1, 1.0),
                trial("b", 0.1, 1, 1, 1.5),
                trial("c", 0.1, 1, 1, 1.75),
                trial("d", 0.1, 1, 1, 2.0)),
            Map.of("c", "b", "d", "d"));
    assertThat(rows)
        .extracting(PairedComparison::difference)
        .containsExactly(null, new Difference(0.5, null), new Difference(0.25, null), null);
  }

  @Test
  void aRateWithWhichASeedFailedIsOut() {
    assertThat(
            compare(
                List.of(
                    trial("first", 0.1, 1, 2.0, 2.0),
                    trial("first", 0.1, 2, 2.0, 2.0),
                    trial("first", 0.2, 1, 1.0, 1.0),
                    Trial.failed("first", 0.2, 2, "diverged"),
                    Trial.failed("second", 0.1, 1, "diverged"),
                    trial("second", 0.1, 2, 1.0, 1.0))))
        .containsExactly(
            new PairedComparison("first", "first", 0.1, Edge.LOWEST, 2.0, 2.0, null),
            new PairedComparison("second", "first", null, Edge.NONE, null, null, null));
  }

  @Test
  void nothingIsComparedWithOneThatFailed() {
    assertThat(
            compare(
                List.of(
                    Trial.failed("first", 0.1, 1, "diverged"), trial("second", 0.1, 1, 1.5, 1.6))))
        .last()
        .isEqualTo(new PairedComparison("second", "first", 0.1, Edge.NONE, 1.5, 1.6, null));
  }
}
