package org.seqlm.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.metrics.Divergence;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.ModelScore;
import org.seqlm.metrics.PairScore;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.ReportModel.TopNgram;

class HtmlReportTest {
  private static final ReportModel FULL = ReportFixture.full();

  /** The page without its scripts and styles: what a reader without a script gets. */
  private static String body(String page) {
    return page.replaceAll("(?s)<(script|style)[^>]*>.*?</\\1>", "");
  }

  static String text(String page) {
    return body(page).replaceAll("<[^>]*>|&#10;", " ").replaceAll("\\s+", " ");
  }

  private static ReportModel only(ReportModel model, EvaluationPart evaluation) {
    return new ReportModel(
        model.title(), List.of(), List.of(), List.of(evaluation), List.of(), List.of(), List.of());
  }

  @Test
  void showsEveryPartWithoutAScript() throws Exception {
    String page = HtmlReport.render(FULL);
    // For a look at it in a browser.
    Files.writeString(Path.of("target", "report-fixture.html"), page);
    assertValid(page);
    String text = text(page);
    assertThat(text)
        .contains("Quickstart: agreement across a clause")
        .contains("lstm (lstm 1x128) predicts the held-out text best, at 0.7610 bits a character")
        .contains("1.36 % above 0.7508") // 3.1456 / 4.1336 / 0.7508
        .contains("The floor")
        .contains("8.59") // 2 ^ 3.1034
        .contains("117.1") // 2 ^ 6.871, the unigram's perplexity
        .contains("Round 40 819 k tokens perplexity")
        .contains("Every singer, who often saw two dogs, is quite happy.")
        .contains("count ∝ rank^−1.050")
        .contains("Trigrams")
        .contains("6 × or more")
        .contains("24,190")
        .contains("invalid-utf-8 2")
        .contains("5d41402abc4b2a76b9719d911017c592")
        .contains("tokenizer: kind: word");
    // Agreement: the LSTM at 20 tokens, and a unigram at chance.
    assertThat(text).containsPattern("lstm 99\\.2 .* 82\\.9").containsPattern("1-gram 50\\.0");
    // Each curve's numbers stand in a table too.
    assertThat(body(page)).contains("<canvas id=\"chart-5\"").contains("<summary>The numbers");
    assertThat(page).doesNotContainPattern("(src|href)=\"(https?:)?//").doesNotContain("@import");
    assertThat(page).contains("Chart.js v").doesNotContain("sourceMappingURL");
  }

  @Test
  void anAnalysisIsASection() throws Exception {
    ReportModel model =
        new ReportModel(
            "Corpus",
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(new ReportModel.AnalysisPart("k", ReportFixture.analysis())),
            List.of(),
            List.of());
    String page = HtmlReport.render(model);
    assertValid(page);
    assertThat(text(page))
        .contains("The corpus")
        .contains("documents 120")
        .contains("سلام 2.50 (1.75 to 3.25)")
        .contains("سلام 1,234 2.50")
        .contains("ship 5 Infinity")
        .contains("(Hardie 2014)")
        .contains("fewer than 3 documents");
    JsonNode bar = charts(page).get(0).get("series").get(0);
    assertThat(bar.get("points").get(0)).extracting(JsonNode::asDouble).contains(2.5, 1.75, 3.25);
  }

  @Test
  void aPlainTextHasNoSplit() throws Exception {
    assertThat(text(HtmlReport.render(FULL)))
        .contains("The test split of quickstart/dataset : 24,190 tokens")
        .contains("24,190 test tokens");
    Evaluation split = ReportFixture.evaluation();
    Evaluation plain =
        new Evaluation(
            "heldout.txt",
            Evaluation.TEXT,
            split.tokens(),
            split.characters(),
            split.models(),
            split.pairs(),
            null,
            split.notes());
    assertThat(text(HtmlReport.render(only(FULL, new EvaluationPart("evaluation", plain)))))
        .contains("The text heldout.txt : 24,190 tokens, 100,006 characters")
        .contains("perplexity 24,190 tokens")
        .doesNotContain("split");
  }

  @Test
  void theDataOfTheChartsAreTheModels() throws Exception {
    JsonNode charts = charts(HtmlReport.render(FULL));
    assertThat(charts).hasSize(5); // bars, loss, perplexity, agreement, Zipf
    Set<String> ids = new HashSet<>();
    charts.forEach(chart -> ids.add(chart.get("id").asText()));
    assertThat(ids).hasSize(5);
    JsonNode bars = charts.get(0);
    assertThat(bars.get("series").get(4).get("points").get(0).get(1).asDouble())
        .isEqualTo(FULL.evaluations().get(0).evaluation().models().get(4).bitsPerCharacter());
    assertThat(bars.get("rules").get(0).get("value").asDouble()).isEqualTo(0.7508);
    JsonNode loss = charts.get(1);
    assertThat(loss.get("series").get(0).get("points")).hasSize(40);
    assertThat(loss.get("rules").get(0).get("value").asDouble()).isEqualTo(3.1009 * Math.log(2));
    // A model keeps its colour: in the bars, in its training, in the agreement.
    int colour = bars.get("series").get(4).get("colour").asInt();
    assertThat(loss.get("series").get(1).get("colour").asInt()).isEqualTo(colour);
    assertThat(charts.get(3).get("series").get(4).get("colour").asInt()).isEqualTo(colour);
  }

  @Test
  void aLongNameLeavesRoomForItsNumbers() throws Exception {
    String path = "runs/" + "very-long-folder/".repeat(6) + "seed-1/the-model";
    ModelScore score =
        new ModelScore(path, "lstm 1x64", "v", 100, 0, 0, 460.5, 4.605, 6.644, 100.0, 1.5);
    Evaluation evaluation =
        new Evaluation(
            "d",
            "test",
            100,
            300,
            List.of(score),
            List.of(new PairScore(path, "3", 10, 5)),
            null,
            List.of());
    String page = HtmlReport.render(only(FULL, new EvaluationPart("e", evaluation)));
    assertValid(page);
    String shown = "runs/very-lon…ng-folder/seed-1/the-model";
    assertThat(page)
        .contains(
            " title=\"" + path + "\">" + shown + "</span><span class=\"sr\"> (best)</span></th>")
        .contains("<dt dir=\"auto\">" + shown + "</dt><dd dir=\"auto\">" + path + "</dd>");
    assertThat(text(page)).contains(shown + " (best) lstm 1x64 100.0 6.6440 1.5000");
    JsonNode series = charts(page).get(0).get("series").get(0);
    assertThat(series.get("name").asText()).isEqualTo(path);
    assertThat(series.get("label").asText()).isEqualTo(shown);
    assertThat(charts(page).get(1).get("series").get(0).get("label").asText()).isEqualTo(shown);
    assertThat(HtmlReport.render(FULL)).doesNotContain("in full</summary>");
  }

  @Test
  void aRunThatDivergedSaysSo() throws Exception {
    ReportModel.RunPart run = ReportFixture.run(RunStatus.INCOMPLETE, "x");
    ReportModel diverged =
        new ReportModel(
            "t",
            List.of(),
            List.of(
                ReportFixture.part(
                    "run",
                    RunStatus.DIVERGED,
                    run.rounds(),
                    run.validations(),
                    new Divergence(41, "the training diverged in round 41 at worker 1: <b>"))),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    String page = HtmlReport.render(diverged);
    assertValid(page);
    assertThat(text(page))
        .contains("A training run that diverged in round 41.")
        .contains("The training diverged in round 41 at worker 1: &lt;b&gt;")
        .contains("40 rounds")
        .contains(
            "What its figures advise Lower training.learning-rate, set training.clip-norm above 0")
        .doesNotContain("exploded in round")
        .doesNotContain("so far");
  }

  /** With nothing beside it a model is not the best of any. */
  @Test
  void oneModelIsNotTheBest() {
    Evaluation e = ReportFixture.evaluation();
    Evaluation one =
        new Evaluation(
            e.dataset(),
            e.split(),
            e.tokens(),
            e.characters(),
            e.models().subList(4, 5),
            List.of(),
            null,
            List.of());
    assertThat(text(HtmlReport.render(only(FULL, new EvaluationPart("e", one)))))
        .contains("lstm (lstm 1x128) predicts the held-out text at 0.7610 bits a character.");
  }

  @Test
  void equalModelsGiveEqualBytes() {
    assertThat(HtmlReport.render(ReportFixture.full())).isEqualTo(HtmlReport.render(FULL));
  }

  @Test
  void hostileTextStaysText() throws Exception {
    String evil = "</script><script>alert(1)</script><img src=x onerror='a'>\"&\u2028]]>{{title}}";
    List<ModelScore> models = new ArrayList<>();
    for (ModelScore m : ReportFixture.evaluation().models()) {
      models.add(
          new ModelScore(
              evil + m.name(),
              evil,
              evil,
              m.tokens(),
              0,
              0,
              m.nats(),
              m.natsPerToken(),
              m.bitsPerToken(),
              m.perplexity(),
              m.bitsPerCharacter()));
    }
    Evaluation e = ReportFixture.evaluation();
    Evaluation hostile =
        new Evaluation(
            evil,
            evil,
            24_190,
            1,
            models,
            List.of(new PairScore(evil, evil, 10, 5)),
            e.floor(),
            List.of(evil));
    ReportModel model =
        new ReportModel(
            evil,
            List.of(new ReportModel.DatasetPart(evil, ReportFixture.dataset())),
            List.of(ReportFixture.run(RunStatus.INCOMPLETE, evil)),
            List.of(new EvaluationPart(evil, hostile)),
            List.of(
                new ReportModel.NgramsPart(
                    evil,
                    List.of(),
                    List.of(new TopNgram(1, 1, evil, 3)),
                    List.of(),
                    List.of(),
                    null,
                    null,
                    List.of())),
            List.of(
                new ReportModel.Source(
                    evil, evil, evil, 1, evil, java.util.Map.of(evil, evil), evil, evil)),
            List.of(evil));
    String page = HtmlReport.render(model);
    assertValid(page);
    assertThat(body(page)).doesNotContain("<img").doesNotContain("alert(1)</script>");
    assertThat(count(page, "<script")).isEqualTo(3);
    // The text arrives whole where it is read, and the data in the script decode to it.
    assertThat(body(page)).contains("&lt;/script&gt;&lt;script&gt;alert(1)");
    assertThat(charts(page).get(0).get("series").get(0).get("name").asText())
        .isEqualTo(models.get(0).name());
    assertThat(body(page)).contains("{{title}}");
  }

  @Test
  void perplexitiesAreComparedWithinOneVocabularyOnly() {
    Evaluation e = ReportFixture.evaluation();
    List<ModelScore> models = new ArrayList<>(e.models());
    models.add(
        new ModelScore(
            "chars",
            "lstm 1x128",
            "77aa77aa77aa77aa",
            100_006,
            0,
            0,
            5.4e4,
            0.54,
            0.78,
            1.716,
            0.78));
    String page =
        HtmlReport.render(
            only(
                FULL,
                new EvaluationPart(
                    "e",
                    new Evaluation(
                        "d", "test", 24_190, 100_006, models, List.of(), e.floor(), List.of()))));
    String text = text(page);
    assertThat(text)
        .contains("Perplexities compare only within one vocabulary")
        .contains("Vocabulary a3f5c0ffee12, 24,190 tokens")
        .contains("Vocabulary 77aa77aa77aa, 100,006 tokens");
    // One best a group.
    assertThat(count(page, "<tr class=\"best\">")).isEqualTo(2);
    assertThat(text(HtmlReport.render(FULL))).doesNotContain("Perplexities compare only");
  }

  @Test
  void ordersOfABackoffModelAreShown() throws Exception {
    ModelScore score =
        new ModelScore(
            "kn",
            "2-gram arpa",
            "v",
            100,
            10,
            0,
            460.5,
            4.605,
            6.644,
            100.0,
            1.5,
            81.25,
            List.of(
                new ModelScore.OrderHits(1, 25, 0.25, 9.5),
                new ModelScore.OrderHits(2, 75, 0.75, null)));
    String page =
        HtmlReport.render(
            only(
                FULL,
                new EvaluationPart(
                    "e",
                    new Evaluation(
                        "d", "text", 100, 300, List.of(score), List.of(), null, List.of()))));
    assertValid(page);
    assertThat(text(page)).contains("kn 81.25 1 25.00 % 25 9.5000 2 75.00 % 75 –");
    assertThat(text(HtmlReport.render(FULL))).doesNotContain("From n-grams of order");
  }

  @Test
  void anInfiniteScoreIsSaidAndNotDrawn() throws Exception {
    ModelScore mle =
        new ModelScore("mle", "3-gram mle", "v", 100, 0, 17, null, null, null, null, null);
    ModelScore fine = new ModelScore("fine", "x", "v", 100, 0, 0, 100.0, 1.0, 1.44, 2.718, 0.5);
    String page =
        HtmlReport.render(
            only(
                FULL,
                new EvaluationPart(
                    "e",
                    new Evaluation(
                        "d", "test", 100, 300, List.of(mle, fine), List.of(), null, List.of()))));
    assertValid(page);
    assertThat(text(page)).contains("mle 3-gram mle ∞ ∞ ∞ 0.00 % 17 100");
    assertThat(charts(page).get(0).get("series")).hasSize(1);
    assertThat(text(page)).doesNotContain("The floor");
  }

  @Test
  void showsOnlyWhatIsThere() throws Exception {
    ReportModel empty =
        new ReportModel(
            "t",
            List.of(),
            List.of(ReportFixture.part("run", RunStatus.INCOMPLETE)),
            List.of(),
            List.of(),
            List.of(),
            List.of("run is not finished"));
    String page = HtmlReport.render(empty);
    assertValid(page);
    assertThat(text(page))
        .contains("Not finished")
        .doesNotContain("N-grams")
        .doesNotContain("Zipf");
    assertThat(page).doesNotContain("Chart.js v");
  }

  @Test
  void charactersThatCannotBeSeenAreShownAsSigns() {
    ReportModel.NgramsPart part =
        new ReportModel.NgramsPart(
            "chars",
            List.of(),
            List.of(
                new TopNgram(1, 1, " ", 9),
                new TopNgram(1, 2, "\\n", 8),
                new TopNgram(3, 1, "e   t", 7),
                new TopNgram(2, 1, ". \\n", 6),
                new TopNgram(2, 2, "سلام دنیا", 5),
                new TopNgram(2, 3, "a\\\\n b", 4)),
            List.of(),
            List.of(),
            null,
            null,
            List.of());
    String page =
        HtmlReport.render(
            new ReportModel(
                "t", List.of(), List.of(), List.of(), List.of(part), List.of(), List.of()));
    assertThat(page)
        .contains("dir=\"auto\">␣<")
        .contains("dir=\"auto\">⏎<")
        .contains("dir=\"auto\">e ␣ t<")
        .contains("dir=\"auto\">. ⏎<")
        .contains("dir=\"auto\">سلام دنیا<")
        .contains("dir=\"auto\">a\\n b<");
  }

  static JsonNode charts(String page) throws Exception {
    Matcher data =
        Pattern.compile("<script type=\"application/json\" id=\"charts\">(.*?)</script>")
            .matcher(page);
    assertThat(data.find()).isTrue();
    return Json.mapper().readTree(data.group(1));
  }

  static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  /** Every element is closed in order, ids are unique and links lead somewhere. */
  static void assertValid(String page) {
    assertThat(page).startsWith("<!DOCTYPE html>");
    Set<String> empty = Set.of("meta", "link", "br", "img", "hr");
    Deque<String> open = new ArrayDeque<>();
    Matcher tags = Pattern.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>").matcher(body(page));
    Set<String> ids = new HashSet<>();
    List<String> links = new ArrayList<>();
    while (tags.find()) {
      String name = tags.group(2);
      if (tags.group(1).isEmpty()) {
        Matcher id = Pattern.compile(" id=\"([^\"]*)\"").matcher(tags.group(3));
        if (id.find()) {
          assertThat(ids.add(id.group(1))).as(id.group(1)).isTrue();
        }
        Matcher link = Pattern.compile(" href=\"#([^\"]*)\"").matcher(tags.group(3));
        if (link.find()) {
          links.add(link.group(1));
        }
        if (!empty.contains(name)) {
          open.push(name);
        }
      } else {
        assertThat(open).as("</" + name + ">").isNotEmpty();
        assertThat(open.pop()).isEqualTo(name);
      }
    }
    assertThat(open).isEmpty();
    assertThat(ids).containsAll(links);
  }
}
