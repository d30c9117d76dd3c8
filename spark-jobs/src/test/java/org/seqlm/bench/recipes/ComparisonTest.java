package org.seqlm.bench.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static Trial trial(String recipe, double rate, long seed, double valid, double test) {
    return Trial.trained(recipe, rate, seed, valid, test, 1000, 1);
  }

  @Test
  void theRateIsTheBestOnTheValidationSplitWhateverTheTestSplitSays() {
    List<Comparison> rows =
        Comparison.of(
            List.of(
                trial("first", 0.1, 1, 2.0, 1.0),
                trial("first", 0.2, 1, 1.9, 3.0),
                trial("second", 0.1, 1, 1.7, 2.5),
                trial("second", 0.2, 1, 1.8, 1.5)));

    assertThat(rows)
        .containsExactly(
            new Comparison("first", 0.2, 1.9, 3.0, null),
            new Comparison("second", 0.1, 1.7, 2.5, new Comparison.Difference(-0.5, null)));
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

    Comparison.Difference found = Comparison.of(trials).get(1).difference();

    assertThat(found.mean()).isCloseTo(-0.007 / 6, within(1e-12));
    // s = 0.016642 of five degrees of freedom; t = 2.5706
    assertThat(found.within()).isCloseTo(2.570582 * 0.0166423 / Math.sqrt(6), within(1e-5));
  }

  @Test
  void aRateAtWhichASeedDivergedIsOut() {
    List<Comparison> rows =
        Comparison.of(
            List.of(
                trial("first", 0.1, 1, 2.0, 2.0),
                trial("first", 0.1, 2, 2.0, 2.0),
                trial("first", 0.2, 1, 1.0, 1.0),
                Trial.failed("first", 0.2, 2, "diverged"),
                Trial.failed("second", 0.1, 1, "diverged"),
                trial("second", 0.1, 2, 1.0, 1.0)));

    assertThat(rows)
        .containsExactly(
            new Comparison("first", 0.1, 2.0, 2.0, null),
            new Comparison("second", null, null, null, null));
  }

  @Test
  void nothingIsComparedWithAFirstThatDiverged() {
    List<Comparison> rows =
        Comparison.of(
            List.of(Trial.failed("first", 0.1, 1, "diverged"), trial("second", 0.1, 1, 1.5, 1.6)));

    assertThat(rows.get(1)).isEqualTo(new Comparison("second", 0.1, 1.5, 1.6, null));
  }
}
