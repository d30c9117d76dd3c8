package org.seqlm.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingMetricsTest {
  /**
   * Rounds of 2 s each; a look after round 2, a diagnosis after rounds 0 and 2, a checkpoint a
   * round.
   */
  private static TrainingMetrics metrics(Double... elapsed) {
    List<RoundMetrics> rounds = new ArrayList<>();
    for (int i = 1; i <= elapsed.length; i++) {
      rounds.add(
          new RoundMetrics(
              i,
              i,
              i,
              100 * i,
              2,
              0.01,
              2,
              null,
              null,
              List.of(),
              new RoundTimes(
                  0.5,
                  elapsed[i - 1],
                  4,
                  new RoundTimes.Phases(0, 0, 0, 0.0, 2, 0, 0, 0),
                  null,
                  List.of())));
    }
    return new TrainingMetrics(
        rounds,
        List.of(new ValidationMetrics(2, 200, 2, 7.4, 1, "", 0.75, null)),
        List.of(
            new DiagnosisMetrics(0, 8, 1, 0.125, List.of()),
            new DiagnosisMetrics(2, 8, 1, 0.25, List.of())),
        null);
  }

  /** What was waited for the rounds alone is 6 s, while workers trained for 9. */
  @Test
  void aTrainingTakesAsLongAsItsClockSays() {
    TrainingMetrics metrics = metrics(3.0, 6.0, 9.0);
    assertThat(metrics.seconds(0)).isZero();
    assertThat(metrics.seconds(2)).isEqualTo(6);
    assertThat(metrics.seconds(7)).isEqualTo(9);
    assertThat(metrics.seconds()).isEqualTo(9);
    assertThat(metrics.tokensPerSecond()).isEqualTo(300 / 9.0);
  }

  @Test
  void whereNobodyWroteItDownAllThatWasToldIsAddedUp() {
    TrainingMetrics metrics = metrics(null, null, null);
    assertThat(metrics.seconds(1)).isEqualTo(2 + 0.5 + 0.125);
    // The look after round 2 comes after its end.
    assertThat(metrics.seconds(2)).isEqualTo(2 * 2.5 + 0.125);
    assertThat(metrics.seconds()).isEqualTo(3 * 2.5 + 0.125 + 0.75 + 0.25);
    // An earlier release began the run.
    assertThat(metrics(null, 6.5, null).seconds(2)).isEqualTo(6.5);
    TrainingMetrics none = new TrainingMetrics(List.of(), List.of(), List.of(), null);
    assertThat(none.seconds()).isZero();
    assertThat(none.tokensPerSecond()).isZero();
    assertThat(none.comparable()).isEmpty();
  }
}
