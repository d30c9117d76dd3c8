package org.seqlm.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.report.ReportModel.BestModel;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Language;
import org.seqlm.report.page.Translation;

class TrainingSectionTest {
  private final Charts charts = new Charts(Translation.into(Language.EN));

  private Map<String, Object> view(RunPart run, Evaluation.Floor... floors) {
    List<EvaluationPart> evaluations = new ArrayList<>();
    for (Evaluation.Floor floor : floors) {
      evaluations.add(
          new EvaluationPart(
              "e", new Evaluation("d", "test", 1, 1, List.of(), List.of(), floor, List.of())));
    }
    return new TrainingSection(Legend.of(evaluations), charts, evaluations).view(run);
  }

  private static RunPart rounds(int count) {
    return ReportFixture.part(
        "run",
        RunStatus.COMPLETE,
        IntStream.rangeClosed(1, count)
            .mapToObj(
                i ->
                    new RoundMetrics(
                        i, i, i, i, i == 4 ? Double.NaN : i, 0.1, 1, null, null, null, null))
            .toList(),
        List.of(),
        null);
  }

  /** A look at another part of the split than the last one's says nothing of the model. */
  @Test
  void theBestIsWhatTheRunSaysOrElseTheBestComparableLook() {
    List<ValidationMetrics> looks =
        List.of(
            new ValidationMetrics(2, 20, 1, 2.72, 1, "", null, 10L),
            new ValidationMetrics(4, 40, 3, 20.1, 1, "", null, 50L),
            new ValidationMetrics(6, 60, 2, Math.exp(2), 1, "", null, 50L));
    RunPart run = ReportFixture.part("run", RunStatus.COMPLETE, List.of(), looks, null);
    assertThat(view(run))
        .containsEntry("facts", List.of("best validation perplexity 7.389 after round 6"));
    RunPart told =
        new RunPart("run", run.status(), run.metrics(), BestModel.ofText(2, 5.5), run.config());
    assertThat(view(told))
        .containsEntry("facts", List.of("best validation perplexity 5.500 after round 2"));
  }

  @Test
  void aLongCurveIsThinnedAndKeepsItsEnds() throws Exception {
    view(rounds(1001));
    JsonNode points = Json.mapper().readTree(charts.json()).get(0).get("series").get(0);
    points = points.get("points");
    // Each third, but for the fourth round, which is no number; and the last.
    assertThat(points).hasSize(334);
    assertThat(points.get(0).get(0).asInt()).isEqualTo(1);
    assertThat(points.get(1).get(0).asInt()).isEqualTo(7);
    assertThat(points.get(333).get(0).asInt()).isEqualTo(1001);
  }

  @Test
  void theFloorIsDrawnWhereAllEvaluationsAgreeOnIt() throws Exception {
    Evaluation.Floor floor = new Evaluation.Floor(3, 0.7, 3.1, 0.8);
    Evaluation.Floor onOtherText = new Evaluation.Floor(3, 0.7, 2.9, 0.6);
    Evaluation.Floor other = new Evaluation.Floor(4, 0.7, 3.1, 0.8);
    view(rounds(2), floor, onOtherText);
    view(rounds(2), floor, other);
    view(rounds(2), floor, null);
    JsonNode drawn = Json.mapper().readTree(charts.json());
    assertThat(drawn.get(0).get("rules").get(0).get("value").asDouble()).isEqualTo(3 * Math.log(2));
    assertThat(drawn.get(1).get("rules")).isEmpty();
    assertThat(drawn.get(2).get("rules")).isEmpty();
  }

  @SuppressWarnings("unchecked")
  private List<String> remarks(Map<String, Object> view) {
    return (List<String>) ((List<Map<String, Object>>) view.get("charts")).get(0).get("remarks");
  }

  @Test
  void thatDropoutRaisesTheTrainingLossIsSaidWhereItDoes() throws Exception {
    RunPart run = ReportFixture.run(RunStatus.COMPLETE, "x");
    for (String dropout : List.of("0.0", "0.2")) {
      RunPart with =
          new RunPart(
              run.name(),
              run.status(),
              run.metrics(),
              null,
              Json.mapper().readTree("{\"network\":{\"dropout\":" + dropout + "}}"));
      assertThat(remarks(view(with)).stream().filter(text -> text.startsWith("Dropout is on")))
          .hasSize(dropout.equals("0.2") ? 1 : 0);
    }
  }

  /** From 5.7 nats at the beginning to 2.2; after two of 40 rounds 4.54 is trained with. */
  @Test
  void theLossIsDrawnFromWhereItHasFallen() throws Exception {
    assertThat(remarks(view(ReportFixture.run(RunStatus.COMPLETE, "x"))))
        .singleElement()
        .asString()
        .startsWith("The beginning, above 4.66,");
    JsonNode drawn = Json.mapper().readTree(charts.json());
    assertThat(drawn.get(0).get("y").get("high").asDouble()).isBetween(4.65, 4.67);
    assertThat(drawn.get(1).get("y").get("high").asDouble())
        .isBetween(35.2, 35.4); // 33.0 and a twentieth more; of 298
    assertThat(drawn.get(0).get("series").get(1).get("points").get(0).get(1).asDouble())
        .isCloseTo(5.7, org.assertj.core.api.Assertions.within(1e-9));
  }

  @Test
  void nothingToDrawIsNoChart() {
    assertThat(view(rounds(0)))
        .containsEntry("charts", List.of())
        .containsEntry("facts", List.of());
    assertThat(charts.isEmpty()).isTrue();
  }
}
