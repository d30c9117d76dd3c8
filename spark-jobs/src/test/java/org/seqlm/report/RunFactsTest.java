package org.seqlm.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.metrics.Divergence;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.report.ReportModel.BestModel;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;

/** A run's head, and the table of all runs. */
class RunFactsTest {
  private static final String CONFIG =
      """
      {"input": "data", "output": "OUT", "engine": "dl4j",
       "network": {"cell": "lstm", "layers": 1, "hidden": 128, "dropout": 0.0, "weight-drop": 0.0},
       "training": {"epochs": 5.0, "batch": 16, "time-steps": 32, "optimizer": "adam",
                    "learning-rate": 1.0E-4, "schedule": {"kind": "linear"}},
       "averaging": {"workers": 2, "frequency": 20, "mode": "parameters",
                     "interval": {"kind": "constant", "first": 5},
                     "outer": {"kind": "plain", "rate": 1.0}}}\
      """;

  private static JsonNode config(String... replacements) throws Exception {
    String text = CONFIG;
    for (int i = 0; i < replacements.length; i += 2) {
      assertThat(text).contains(replacements[i]);
      text = text.replace(replacements[i], replacements[i + 1]);
    }
    return Json.mapper().readTree(text);
  }

  /** Of 450 steps to a pass, in rounds of 20. */
  private static TrainingMetrics metrics(int rounds, Divergence divergence) {
    return new TrainingMetrics(
        IntStream.rangeClosed(1, rounds)
            .mapToObj(
                i -> {
                  int steps = Math.min(20 * i, 2250);
                  return new RoundMetrics(
                      i, steps / 450.0, steps, 100L * i, 2, 0.1, 1.5, null, null, null, null);
                })
            .toList(),
        List.of(new ValidationMetrics(1, 100, 2.0, Math.exp(2.0), 1, "", null, null)),
        List.of(),
        divergence);
  }

  private static RunPart run(String name, RunStatus status, int rounds, JsonNode config) {
    return new RunPart(
        name,
        status,
        metrics(rounds, status == RunStatus.DIVERGED ? new Divergence(rounds + 1, "x") : null),
        null,
        config);
  }

  @Test
  void theHeadSaysHowItIsTrained() throws Exception {
    assertThat(new RunFacts(run("r", RunStatus.COMPLETE, 3, config())).settings())
        .containsExactly(
            "lstm 1×128",
            "K = 2 workers",
            "H = 20 steps",
            "adam",
            "learning rate 0.0001, linear schedule",
            "windows of 16 × 32 tokens",
            "dl4j");
    JsonNode other =
        config(
            "\"constant\"", "\"drift\"",
            "\"plain\", \"rate\": 1.0", "\"nesterov\", \"rate\": 0.7");
    assertThat(new RunFacts(run("r", RunStatus.COMPLETE, 3, other)).settings())
        .contains("H = 5 to 20 steps, drift", "outer nesterov, rate 0.7");
    JsonNode gradients = config("\"parameters\"", "\"gradients\"");
    assertThat(new RunFacts(run("r", RunStatus.COMPLETE, 3, gradients)).settings())
        .contains("H = 20 steps, gradients averaged");
    JsonNode warm =
        config(
            "\"engine\"", "\"start-from\": \"m\", \"start\": {\"rate-factor\": 0.5}, \"engine\"");
    assertThat(new RunFacts(run("r", RunStatus.COMPLETE, 3, warm)).settings())
        .contains("learning rate 0.0001 × 0.5, from a model, linear schedule");
    assertThat(new RunFacts(ReportFixture.part("r", RunStatus.COMPLETE)).settings()).isEmpty();
  }

  /** 5 passes of 450 steps are 2,250, in rounds of 20: 112 and half a one. */
  @Test
  void aRunOnItsWaySaysOfHowMuch() throws Exception {
    RunFacts half = new RunFacts(run("r", RunStatus.INCOMPLETE, 41, config()));
    assertThat(half.progress())
        .startsWith("41 of 113 rounds", "1.82 of 5 epochs", "4,100 tokens in 61.5 s");
    assertThat(half.outcome()).isEqualTo("not finished, 1.82 of 5 epochs");
    RunFacts whole = new RunFacts(run("r", RunStatus.COMPLETE, 113, config()));
    assertThat(whole.progress()).startsWith("113 rounds", "5.00 epochs");
    assertThat(whole.outcome()).isEqualTo("finished");
    assertThat(new RunFacts(run("r", RunStatus.COMPLETE, 41, config())).outcome())
        .isEqualTo("ended early, 1.82 of 5 epochs");
    assertThat(new RunFacts(run("r", RunStatus.DIVERGED, 41, config())).outcome())
        .isEqualTo("diverged in round 42");
    // Rounds of other lengths are not counted ahead.
    JsonNode others = config("\"frequency\": 20", "\"frequency\": 30");
    assertThat(new RunFacts(run("r", RunStatus.INCOMPLETE, 41, others)).progress())
        .startsWith("41 rounds", "1.82 of 5 epochs");
    assertThat(new RunFacts(run("r", RunStatus.INCOMPLETE, 0, config())).progress())
        .containsExactly("best validation perplexity 7.389 after round 1");
  }

  @Test
  void dropoutIsAnyOfThem() throws Exception {
    assertThat(new RunFacts(run("r", RunStatus.COMPLETE, 1, config())).drops()).isFalse();
    assertThat(new RunFacts(ReportFixture.part("r", RunStatus.COMPLETE)).drops()).isFalse();
    for (String key : List.of("\"dropout\": 0", "\"weight-drop\": 0")) {
      JsonNode config = config(key, key.replace(": 0", ": 1e-1, \"x\": 0"));
      assertThat(new RunFacts(run("r", RunStatus.COMPLETE, 1, config)).drops()).isTrue();
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> rows(Map<String, Object> view) {
    return (List<Map<String, Object>>) view.get("rows");
  }

  @Test
  void runsStandInATableWithTheKeysByWhichTheyDiffer() throws Exception {
    RunPart better =
        new RunPart(
            "b",
            RunStatus.COMPLETE,
            metrics(113, null),
            BestModel.ofText(7, Math.E),
            config("OUT", "b", "1.0E-4", "0.02"));
    List<RunPart> runs =
        List.of(
            run("a", RunStatus.INCOMPLETE, 41, config("OUT", "a")),
            better,
            ReportFixture.part("old", RunStatus.COMPLETE));
    RunsTable table = new RunsTable(Legend.of(List.of(), List.of(), runs));
    Map<String, Object> view = table.view(runs);
    assertThat(view).containsEntry("keys", List.of("training.learning-rate"));
    assertThat(view).containsEntry("left", null);
    List<Map<String, Object>> rows = rows(view);
    assertThat(rows.get(0))
        .containsEntry("name", "a")
        .containsEntry("score", "2.0000")
        .containsEntry("best", false)
        .containsEntry("units", "4,100")
        .containsEntry("seconds", "61.5")
        .containsEntry("outcome", "not finished, 1.82 of 5 epochs")
        .containsEntry("values", List.of("0.0001"));
    assertThat(rows.get(1))
        .containsEntry("score", "1.0000")
        .containsEntry("best", true)
        .containsEntry("outcome", "finished")
        .containsEntry("colour", 1)
        .containsEntry("values", List.of("0.02"));
    assertThat(rows.get(2))
        .containsEntry("score", "–")
        .containsEntry("units", "–")
        .containsEntry("values", List.of("–"));
    assertThat(table.view(runs.subList(0, 1))).isNull();
    // Of runs on different data none is the best.
    List<RunPart> apart =
        List.of(runs.get(0), run("c", RunStatus.COMPLETE, 3, config("\"data\"", "\"other\"")));
    view = new RunsTable(Legend.of(List.of(), List.of(), apart)).view(apart);
    assertThat(view).containsEntry("keys", List.of("input"));
    assertThat(rows(view)).allSatisfy(row -> assertThat(row).containsEntry("best", false));
  }

  @Test
  void ofManyKeysSomeAreLeft() throws Exception {
    List<RunPart> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      StringBuilder text = new StringBuilder("{\"input\": \"data\"");
      for (int key = 0; key < 12; key++) {
        text.append(", \"k").append(key).append("\": ").append(run);
      }
      runs.add(
          run(
              "r" + run,
              RunStatus.COMPLETE,
              1,
              Json.mapper().readTree(text.append('}').toString())));
    }
    Map<String, Object> view = new RunsTable(Legend.of(List.of(), List.of(), runs)).view(runs);
    assertThat((List<?>) view.get("keys")).hasSize(10);
    assertThat(view).containsEntry("left", 2);
  }
}
