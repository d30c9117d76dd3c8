package org.seqlm.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.metrics.DiagnosisMetrics;
import org.seqlm.metrics.DiagnosisMetrics.Gate;
import org.seqlm.metrics.DiagnosisMetrics.Layer;
import org.seqlm.metrics.DiagnosisMetrics.Matrix;
import org.seqlm.metrics.DiagnosisMetrics.MemoryTerms;
import org.seqlm.metrics.DiagnosisMetrics.Radius;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.RoundTimes;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.metrics.WorkerMetrics;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;
import org.seqlm.report.page.Language;
import org.seqlm.report.page.Translation;

class TrainingCourseTest {
  private final Charts charts = new Charts(Translation.into(Language.EN));

  private static RoundMetrics round(int number, int workers, RoundTimes.Gpu gpu) {
    List<WorkerMetrics> of = new ArrayList<>();
    List<RoundTimes.Worker> times = new ArrayList<>();
    for (int k = 0; k < workers; k++) {
      of.add(
          new WorkerMetrics(k, 2.0 + k, 10, 0.1 * k, new WorkerMetrics.Gradients(4, 1, 0.5, 1.5)));
      times.add(new RoundTimes.Worker(k, 0.1, 0.1, 0.0, 1, 0.1, 0, "executor", gpu));
    }
    return new RoundMetrics(
        number,
        number,
        number,
        number,
        2,
        0.01,
        2,
        0.2,
        null,
        of,
        new RoundTimes(
            0.5,
            0.25 * number, // the run waited longer than it took: that is not what is shown
            4,
            new RoundTimes.Phases(0.1, 0.1, 0.1, 0.0, 1, 0.1, 0.6, 0.3),
            new RoundTimes.Straggler(1, 1.25),
            times));
  }

  private static TrainingMetrics metrics(int workers, RoundTimes.Gpu gpu) {
    return new TrainingMetrics(
        IntStream.rangeClosed(1, 3).mapToObj(i -> round(i, workers, gpu)).toList(),
        List.of(new ValidationMetrics(2, 20, 2, 7.4, 1, "", 0.75, null)),
        List.of(),
        null);
  }

  /** The series of a chart by name, each with its second point's y. */
  private Map<String, Double> second(List<Map<String, Object>> view, String title)
      throws Exception {
    Map<String, Object> chart =
        view.stream()
            .filter(c -> ((String) c.get("title")).startsWith(title))
            .findFirst()
            .orElseThrow();
    for (JsonNode drawn : Json.mapper().readTree(charts.json())) {
      if (drawn.get("id").asText().equals(chart.get("id"))) {
        return StreamSupport.stream(drawn.get("series").spliterator(), false)
            .collect(
                java.util.stream.Collectors.toMap(
                    s -> s.get("label").asText(),
                    s -> {
                      JsonNode points = s.get("points");
                      return points.get(Math.min(1, points.size() - 1)).get(1).asDouble();
                    }));
      }
    }
    throw new AssertionError(title);
  }

  @Test
  void aRunsFiguresAreDrawn() throws Exception {
    List<Map<String, Object>> view =
        new TrainingCourse(charts, metrics(2, new RoundTimes.Gpu(0.8, 3L << 30, 4L << 30)), "token")
            .view();
    assertThat(view).hasSize(9);
    assertThat(second(view, "Training loss")).isEqualTo(Map.of("worker 0", 2.0, "worker 1", 3.0));
    assertThat(second(view, "Drift")).isEqualTo(Map.of("root mean square", 0.2, "largest", 0.1));
    assertThat(second(view, "Updates")).isEqualTo(Map.of("clipped", 25.0));
    assertThat(second(view, "Norm of the gradient")).isEqualTo(Map.of("mean", 0.5, "largest", 1.5));
    assertThat(second(view, "Learning rate")).isEqualTo(Map.of("learning rate", 0.01));
    assertThat(second(view, "Seconds of a round"))
        .isEqualTo(
            Map.of(
                "compute",
                1.0,
                "launch",
                0.1,
                "broadcast",
                0.1,
                "states",
                0.2,
                "average",
                0.6,
                "idle (others' wait)",
                0.3,
                "checkpoint",
                0.5,
                "validation",
                0.75));
    // Each stands where it was taken: after the round before the one that tells it.
    JsonNode checkpoints =
        StreamSupport.stream(Json.mapper().readTree(charts.json()).spliterator(), false)
            .flatMap(chart -> StreamSupport.stream(chart.get("series").spliterator(), false))
            .filter(series -> series.get("label").asText().equals("checkpoint"))
            .findFirst()
            .orElseThrow();
    assertThat(checkpoints.get("points").get(0).get(0).asInt()).isZero();
    assertThat(checkpoints.get("points").get(2).get(0).asInt()).isEqualTo(2);
    assertThat(second(view, "The slowest")).isEqualTo(Map.of("straggler", 1.25));
    assertThat(second(view, "Utilisation")).isEqualTo(Map.of("worker 0", 80.0, "worker 1", 80.0));
    assertThat(second(view, "Memory used")).isEqualTo(Map.of("worker 0", 3.0, "worker 1", 3.0));
  }

  @Test
  void ofManyWorkersTheSpreadIsDrawn() throws Exception {
    List<Map<String, Object>> view = new TrainingCourse(charts, metrics(9, null), "token").view();
    assertThat(view).hasSize(7); // no GPU
    assertThat(second(view, "Training loss"))
        .isEqualTo(Map.of("least", 2.0, "median", 6.0, "most", 10.0));
  }

  @Test
  void aRunOfAnEarlierReleaseHasNone() {
    TrainingMetrics old =
        new TrainingMetrics(
            List.of(new RoundMetrics(1, 1, 1, 1, 2, 0.01, 1, null, null, null, null)),
            List.of(),
            List.of(),
            null);
    assertThat(new TrainingCourse(charts, old, "token").view()).isEmpty();
    assertThat(new TrainingDiagnoses(charts, List.of()).view()).isEmpty();
  }

  private static DiagnosisMetrics look(int round, int layers, Radius kind) {
    return new DiagnosisMetrics(
        round,
        3,
        1,
        0.1,
        IntStream.range(0, layers)
            .mapToObj(
                k ->
                    new Layer(
                        k,
                        List.of(1.0, 0.1 * round, 0.0),
                        List.of(1.0, 0.5, 0.25),
                        IntStream.range(0, 4)
                            .mapToObj(i -> new Matrix("U_" + "ifgo".charAt(i), 2, i, kind, null))
                            .toList(),
                        new MemoryTerms(1, 2, 3, 4 + k, 5),
                        List.of(new Gate("i", 0.2, 0.1))))
            .toList());
  }

  @Test
  void theLooksIntoANetworkAreDrawn() throws Exception {
    List<Map<String, Object>> view =
        new TrainingDiagnoses(charts, List.of(look(0, 1, Radius.EXACT), look(4, 1, Radius.EXACT)))
            .view();
    assertThat(view).hasSize(6);
    // What is 0 has no place on a logarithmic axis.
    assertThat(second(view, "Gradient"))
        .isEqualTo(
            Map.of("h, round 0", 1.0, "c, round 0", 0.5, "h, round 4", 0.4, "c, round 4", 0.5));
    // The first look is dashed, in the legend too.
    JsonNode lines = Json.mapper().readTree(charts.json()).get(0).get("series");
    assertThat(lines.get(0).get("mark").asText()).isEqualTo("dashes");
    assertThat(lines.get(2).get("mark").asText()).isEqualTo("line");
    assertThat(lines.get(2).get("colour")).isEqualTo(lines.get(0).get("colour"));
    assertThat(second(view, "Spectral radius"))
        .isEqualTo(Map.of("U_i", 0.0, "U_f", 1.0, "U_g", 2.0, "U_o", 3.0));
    assertThat(second(view, "Terms"))
        .containsEntry("D, through the new value's input", 4.0)
        .hasSize(5);
    assertThat(second(view, "Units that")).isEqualTo(Map.of("i", 10.0));
    assertThat(second(view, "Saturated")).isEqualTo(Map.of("i", 20.0));
  }

  @Test
  void ofManyMatricesTheLargestOfEachLayerIsDrawn() throws Exception {
    List<Map<String, Object>> view =
        new TrainingDiagnoses(charts, List.of(look(4, 3, Radius.ESTIMATE))).view();
    assertThat(second(view, "Spectral radius of each recurrent matrix (estimated"))
        .isEqualTo(
            Map.of(
                "largest of layer 1", 3.0, "largest of layer 2", 3.0, "largest of layer 3", 3.0));
    assertThat(second(view, "Terms")).containsEntry("D, through the new value's input", 5.0);
  }

  @Test
  void runsStandInOneChartByTokensAndBySeconds() throws Exception {
    List<RunPart> runs =
        List.of(
            ReportFixture.part("a", RunStatus.COMPLETE, metrics(1, null)),
            ReportFixture.part("b", RunStatus.INCOMPLETE, metrics(1, null)),
            ReportFixture.part("none yet", RunStatus.INCOMPLETE));
    RunsCompared compared = new RunsCompared(Legend.of(List.of(), List.of(), runs), charts);
    List<Map<String, Object>> view = compared.view(runs);
    assertThat(view).hasSize(2);
    assertThat(second(view, "Validation loss of all runs by the tokens"))
        .isEqualTo(Map.of("a", 2.0, "b", 2.0));
    JsonNode bySeconds = Json.mapper().readTree(charts.json()).get(1).get("series");
    assertThat(bySeconds.get(0).get("points").get(0).get(0).asDouble()).isEqualTo(0.5);
    assertThat(bySeconds.get(1).get("colour").asInt()).isEqualTo(1);
    assertThat(compared.view(runs.subList(1, 3))).isEmpty();
  }

  private static Map<String, Object> headline(List<RunPart> runs) {
    ReportModel model =
        new ReportModel("t", List.of(), runs, List.of(), List.of(), List.of(), List.of());
    return Headline.view(model, Legend.of(List.of(), List.of(), runs));
  }

  @Test
  void theHeadlineCountsRunsAndNamesThem() {
    RunPart a = ReportFixture.part("a", RunStatus.COMPLETE, metrics(1, null));
    RunPart b = ReportFixture.part("b", RunStatus.COMPLETE, metrics(1, null));
    RunPart none = ReportFixture.part("none yet", RunStatus.INCOMPLETE);
    Map<String, Object> tile =
        Map.of("value", "3", "unit", "tokens trained", "what", "4 a second"); // 3 tokens, 0.75 s
    assertThat(headline(List.of(a)))
        .containsEntry("text", "A finished training run.")
        .containsEntry("tiles", List.of(tile));
    assertThat(headline(List.of(a, none, b)))
        .containsEntry("text", "3 training runs: 2 finished, 1 not finished.")
        .containsEntry(
            "tiles",
            List.of(
                Map.of("value", "3", "unit", "tokens trained", "what", "a, 4 a second"),
                Map.of("value", "3", "unit", "tokens trained", "what", "b, 4 a second")));
    assertThat(headline(List.of(a, a, b, b)))
        .containsEntry(
            "tiles", List.of(Map.of("value", "12", "unit", "tokens trained", "what", "in 4 runs")));
    assertThat(headline(List.of())).doesNotContainKey("text").containsEntry("tiles", List.of());
  }

  /** Where the driver makes the updates, its gradient is the one that was clipped. */
  @Test
  void theGradientOfTheDriversUpdateIsDrawn() throws Exception {
    RoundMetrics of = round(1, 2, null);
    RoundMetrics synchronous =
        new RoundMetrics(
            1,
            1,
            1,
            1,
            2,
            0.01,
            2,
            null,
            new WorkerMetrics.Gradients(1, 1, 0.75, 0.75),
            of.workers(),
            of.times());
    List<Map<String, Object>> view =
        new TrainingCourse(
                charts,
                new TrainingMetrics(List.of(synchronous), List.of(), List.of(), null),
                "token")
            .view();
    assertThat(second(view, "Updates")).isEqualTo(Map.of("clipped", 100.0));
    assertThat(second(view, "Norm of the gradient"))
        .isEqualTo(Map.of("mean", 0.5, "largest", 1.5, "mean of all workers", 0.75));
  }

  /** Of a worker that was rejected there is none; the others' are drawn. */
  @Test
  void gradientsThatAreNotFiniteAreLeftOutAndWaitingIsDrawn() throws Exception {
    RoundMetrics of = round(1, 1, null);
    RoundTimes times = of.times();
    List<WorkerMetrics> workers = new ArrayList<>(of.workers());
    workers.add(
        new WorkerMetrics(
            1, null, 0, null, new WorkerMetrics.Gradients(3, 0, Double.NaN, Double.NaN)));
    RoundMetrics rejected =
        new RoundMetrics(
            1,
            1,
            1,
            1,
            2,
            0.01,
            2,
            null,
            null,
            workers,
            new RoundTimes(
                null,
                null,
                4,
                new RoundTimes.Phases(0.1, 0.1, 0.1, 0.4, 0.6, 0.1, 0.6, 0.3),
                null,
                times.workers()));
    List<Map<String, Object>> view =
        new TrainingCourse(
                charts, new TrainingMetrics(List.of(rejected), List.of(), List.of(), null), "token")
            .view();
    assertThat(second(view, "Norm of the gradient")).isEqualTo(Map.of("mean", 0.5, "largest", 1.5));
    assertThat(second(view, "Seconds of a round")).containsEntry("wait for a GPU", 0.4);
  }

  @Test
  void smallFiguresKeepTheirDigits() {
    assertThat(Figures.significant(0)).isEqualTo("0");
    assertThat(Figures.significant(0.01234)).isEqualTo("0.0123");
    assertThat(Figures.significant(123.4)).isEqualTo("123");
    assertThat(Figures.significant(3.21e-9)).isEqualTo("3.21e−09");
    assertThat(Figures.significant(-1234567)).isEqualTo("−1.23e+06");
    assertThat(Figures.significant(Double.NaN)).isEqualTo("–");
  }
}
