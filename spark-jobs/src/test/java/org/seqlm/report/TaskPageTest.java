package org.seqlm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.seqlm.report.HtmlReportTest.assertValid;
import static org.seqlm.report.HtmlReportTest.charts;
import static org.seqlm.report.HtmlReportTest.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.dataset.Split;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.report.ReportModel.ExamplesPart;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.ReportModel.Trained;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Language;
import org.seqlm.report.page.Translation;

/** Pages about labelled examples, and about runs over them. */
class TaskPageTest {
  private static RunPart run(String name) {
    return ReportFixture.taskRun(name, 0.985);
  }

  @Test
  void aRunIsToldInExamplesAndItsMetric() throws Exception {
    String page = HtmlReport.render(ReportFixture.tasks(run("tagger")));
    Files.writeString(Path.of("target", "report-task.html"), page);
    assertValid(page);
    assertThat(text(page))
        .contains("0.9810 accuracy, validation best possible 0.9850")
        .contains("26 k examples trained 1,219 a second")
        .contains("lstm 1x64 both ways, 3 tags 58,986 parameters task tag 6,400 training examples")
        .contains("batches of 32 examples")
        .contains("40 rounds 4.00 epochs 25,600 examples in 21.0 s")
        .contains("best validation accuracy 0.9810 after round 30 best possible 0.9850")
        .contains("500 examples of the validation split")
        .contains("Metric Best, round 30 Last, round 40 Best possible")
        .contains("Accuracy 0.9810 0.9800 0.9850 Macro F1 0.9610 0.9600 – Loss 0.0201 0.0200 –");
    String lower = text(page).toLowerCase(Locale.ROOT);
    assertThat(lower)
        .contains("a target is what the network is to predict: a tag.")
        .doesNotContain("perplexity")
        .doesNotContain("token");
  }

  @Test
  void theMetricIsDrawnBelowTheBestPossible() throws Exception {
    JsonNode charts = charts(HtmlReport.render(ReportFixture.tasks(run("tagger"))));
    JsonNode accuracy = charts.get(1); // the evaluation has the first
    assertThat(accuracy.at("/x/title").asText()).isEqualTo("examples trained");
    assertThat(accuracy.at("/rules/0/name").asText()).isEqualTo("best possible");
    assertThat(accuracy.at("/rules/0/value").asDouble()).isEqualTo(0.985);
    // From 0.95 at round 10 on, a twentieth of what is left below.
    assertThat(accuracy.at("/y/low").asDouble()).isBetween(0.94, 0.951);
    assertThat(accuracy.at("/series/0/points")).hasSize(5);
    JsonNode loss = charts.get(2);
    assertThat(loss.at("/y/title").asText()).isEqualTo("nats a target");
    assertThat(loss.get("series")).hasSize(2);
    assertThat(loss.get("rules")).isEmpty();
  }

  @Test
  void runsOfOneTaskAreComparedAndThoseOfTextForThemselves() throws Exception {
    RunPart text = ReportFixture.run(RunStatus.COMPLETE, "x");
    String page =
        HtmlReport.render(ReportFixture.tasks(text, run("a"), ReportFixture.taskRun("b", 0.99)));
    assertValid(page);
    assertThat(text(page))
        .contains("The runs over examples Run Task Metric Best, validation Best possible Examples")
        .contains("a (best) tag accuracy 0.9810 0.9850 25,600 21.0 finished")
        .contains("b (best) tag accuracy 0.9810 0.9900 25,600 21.0 finished")
        .contains("Validation accuracy of all runs of task tag by the examples trained")
        .doesNotContain("Validation loss of all runs");
    JsonNode charts = charts(page);
    assertThat(charts.get(1).get("series")).hasSize(2);
    assertThat(charts.get(1).get("rules")).isEmpty(); // they do not agree
    assertThat(
            charts(HtmlReport.render(ReportFixture.tasks(run("a"), run("b"))))
                .get(2)
                .at("/rules/0/value")
                .asDouble())
        .isEqualTo(0.985);
  }

  @Test
  void networksOnTheSameExamplesStandBesideTheBestPossible() throws Exception {
    String page = HtmlReport.render(ReportFixture.tasks());
    assertValid(page);
    assertThat(text(page))
        .contains(
            "tagger (lstm 1x64 both ways, 3 tags) has the best accuracy 0.9823 on 1,500 examples of"
                + " the test split; the best possible is 0.9850.")
        .contains("Models on the same labelled examples")
        .contains("The test split of tags : 1,500 examples of the task tag .")
        .contains("Model Kind Accuracy Macro F1")
        .contains("tagger (best) lstm 1x64 both ways, 3 tags 0.9823 0.9710")
        .contains("forward lstm 1x64, 3 tags 0.9612 –")
        .contains("Best possible on this split 0.9850 –")
        .contains("What tagger takes for what: a row what is right, a column what it predicted")
        .contains("Right ADJ NOUN VERB all found ADJ 95 5 0 100 95.0 % NOUN 2 198 0 200 99.0 %")
        .contains("39 of 40 records predicted")
        .contains("Label Count Share NOUN 210 56.8 % VERB 160 43.2 %");
    JsonNode bars = charts(page).get(0);
    assertThat(bars.at("/rules/0/value").asDouble()).isEqualTo(0.985);
    assertThat(bars.get("series").findValuesAsText("name")).containsExactly("tagger", "forward");
  }

  /** Many runs have no tile each, and their units are not added up. */
  @Test
  void tokensAndExamplesAreNotAddedUp() throws Exception {
    RunPart text = ReportFixture.run(RunStatus.COMPLETE, "x");
    assertThat(text(HtmlReport.render(ReportFixture.tasks(text, run("a"), run("b"), run("c")))))
        .contains("77 k examples trained in 3 runs")
        .contains("819 k tokens trained in 1 runs");
  }

  @Test
  void aRunThatHasNotBegunSaysLittle() throws Exception {
    RunPart begun =
        new RunPart(
            "r",
            RunStatus.INCOMPLETE,
            new TrainingMetrics(List.of(), List.of(), List.of(), List.of(), null),
            null,
            run("a").config(),
            Trained.UNKNOWN);
    assertThat(new RunFacts(begun).progress()).isEmpty();
    assertThat(new RunFacts(begun).settings()).containsExactly("batches of 32 examples");
    assertValid(HtmlReport.render(ReportFixture.tasks(begun, begun)));
  }

  @Test
  void examplesAreToldBySplitAndLabel() throws Exception {
    String page = HtmlReport.render(ReportFixture.tasks());
    assertValid(page);
    assertThat(text(page))
        .contains("Labelled examples of the task tag , whose metric is accuracy")
        .contains("The built-in example tags : parts of speech .")
        .contains("input: 251 in the vocabulary tags: 3 different")
        .contains("Split Examples Longest input Mean length of input Unknown in input")
        .contains("train 6,400 72 12.0 0.02 %")
        .contains("best possible 0.9850")
        .contains("Accuracy of the rule.")
        .contains("empty 3");
    JsonNode bars = charts(page).get(1);
    assertThat(bars.get("series").findValuesAsText("name")).containsExactly("NOUN", "VERB", "ADJ");
    assertThat(bars.at("/series/0/points/0/1").asInt()).isEqualTo(7 * 6_400);
  }

  @Test
  void ofManyLabelsTheMostFrequentAreDrawn() throws Exception {
    List<String> names = IntStream.range(100, 150).mapToObj(i -> "label " + i).toList();
    List<Long> counts = IntStream.range(100, 150).mapToObj(i -> (long) i).toList();
    ExamplesDetails details =
        new ExamplesDetails(
            ExampleTask.CLASSIFY,
            "accuracy",
            List.of(ExampleColumn.raggedFloats("input", List.of(4)), ExampleColumn.label("label")),
            null,
            List.of(),
            Map.of("label", names),
            Map.of(),
            Map.of(),
            Map.of(
                Split.TRAIN,
                new ExampleStatistics(
                    6_225,
                    List.of(6_225),
                    Map.of("input", 9),
                    Map.of("input", 6_225L),
                    Map.of(),
                    Map.of("label", counts))),
            Map.of(),
            "c0ffee",
            null);
    Charts charts = new Charts(Translation.into(Language.EN));
    Map<String, Object> view = new ExamplesSection(charts).view(new ExamplesPart("x", details));
    assertThat(view)
        .containsEntry("facts", List.of("input: 4 numbers an item", "label: 50 different"));
    assertThat(view).containsEntry("heads", List.of("Longest input", "Mean length of input"));
    assertThat(view.get("labels").toString())
        .contains(
            "label 149", "label 130", "30 more, which stand 3,435 times in all, are left out.");
  }

  @Test
  void ofASeriesTheGapsAreTold() {
    ExampleColumn values = ExampleColumn.raggedFloats("values", List.of(2));
    ExamplesDetails details =
        new ExamplesDetails(
            ExampleTask.SERIES,
            "rmse",
            List.of(values, ExampleColumn.mask("observed", values)),
            null,
            List.of(),
            Map.of(),
            Map.of(),
            Map.of(
                "values",
                new FeatureStatistics(List.of(90L, 60L), List.of(0.0, 0.0), List.of(1.0, 1.0))),
            Map.of(
                Split.TRAIN,
                new ExampleStatistics(
                    10,
                    List.of(10),
                    Map.of("values", 12, "observed", 12),
                    Map.of("values", 100L, "observed", 100L),
                    Map.of(),
                    Map.of())),
            Map.of(),
            "c0ffee",
            null);
    Map<String, Object> view =
        new ExamplesSection(new Charts(Translation.into(Language.EN)))
            .view(new ExamplesPart("x", details));
    assertThat(view)
        .containsEntry("metric", "RMSE")
        .containsEntry(
            "facts",
            List.of("values: 2 numbers an item", "75.0 % of the train split's values are observed"))
        .containsEntry("heads", List.of("Longest values", "Mean length of values"))
        .containsEntry("labels", List.of());
  }
}
