package org.seqlm.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;

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

  private static final String TASK =
      """
      {"type": "task", "round": %d, "tokens": %d, "loss": %s, "metric": "accuracy",
       "direction": "larger", "metrics": {"accuracy": %s, "loss": %3$s}, "floor": 0.95,
       "seconds": 0.5, "scored": %d}\
      """;

  private static JsonNode task(int round, double loss, Object accuracy, long scored)
      throws JsonProcessingException {
    return Json.mapper().readTree(TASK.formatted(round, 64 * round, loss, accuracy, scored));
  }

  @Test
  void looksAtATaskAreLooks() throws Exception {
    List<JsonNode> lines =
        List.of(
            task(0, 0.7, 0.9, 50),
            task(1, 0.6, 0.5, 100),
            task(2, 0.5, 0.8, 100), // told again below
            Json.mapper().readTree("{\"type\": \"task\", \"round\": 3}"),
            task(2, 0.4, 0.75, 100));
    List<JsonNode> damaged = new ArrayList<>();
    TrainingMetrics metrics = TrainingMetrics.read(lines, (line, why) -> damaged.add(line));
    assertThat(damaged).hasSize(1);
    assertThat(metrics.tasks()).extracting(TaskValidation::round).containsExactly(0, 1, 2);
    assertThat(metrics.tasks().get(2).metrics()).containsOnlyKeys("accuracy", "loss");
    assertThat(metrics.looks().get(2))
        .isEqualTo(
            new Look(
                2,
                128,
                0.4,
                new Metric("accuracy", 0.75, Metric.Direction.LARGER),
                0.95,
                0.5,
                100L));
    // The first one scored less.
    assertThat(metrics.comparable()).extracting(Look::round).containsExactly(1, 2);
  }

  @Test
  void looksAtATaskTakeTheirTime() throws Exception {
    List<RoundMetrics> rounds = metrics(null, null, null).rounds();
    List<TaskValidation> looks =
        TrainingMetrics.read(List.of(task(0, 1, 0, 9), task(2, 1, 0, 9)), (line, why) -> {})
            .tasks();
    TrainingMetrics metrics = new TrainingMetrics(rounds, List.of(), looks, List.of(), null);
    assertThat(metrics.seconds(2)).isEqualTo(2 * 2.5 + 0.5);
    assertThat(metrics.seconds()).isEqualTo(3 * 2.5 + 2 * 0.5);
  }

  @Test
  void theMetricDecidesAndBetweenEqualOnesTheLoss() throws Exception {
    List<Look> looks =
        TrainingMetrics.read(
                List.of(
                    task(0, 0.1, 0.5, 9),
                    task(1, 0.9, 0.8, 9),
                    task(2, 0.7, 0.8, 9),
                    task(3, 0.8, 0.8, 9)),
                (line, why) -> {})
            .looks();
    assertThat(looks.stream().sorted(Look.BEST_FIRST).map(Look::round).toList())
        .containsExactly(2, 3, 1, 0);
    List<Look> texts = metrics(1.0).looks();
    assertThat(texts.get(0).metric()).isNull();
    Look lower = new Look(3, 300, 1.5, null, null, null, null);
    assertThat(List.of(texts.get(0), lower).stream().min(Look.BEST_FIRST)).contains(lower);
  }
}
