package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.ModelScore;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;

/** Models on the same held-out text: their scores beside the floor, as tables and as bars. */
record EvaluationSection(Legend legend, Charts charts) {

  /** What the page shows of one evaluation. */
  Map<String, Object> view(EvaluationPart part) {
    Evaluation evaluation = part.evaluation();
    Evaluation.Floor floor = evaluation.floor();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", part.name());
    view.put("dataset", evaluation.dataset());
    view.put("ofSplit", evaluation.ofSplit());
    view.put("split", evaluation.split());
    view.put("tokens", Figures.whole(evaluation.tokens()));
    view.put("characters", Figures.whole(evaluation.characters()));
    List<Map<String, Object>> groups = groups(evaluation);
    view.put("groups", groups);
    view.put("several", groups.size() > 1);
    if (floor != null) {
      view.put("floor", floorRow(evaluation, floor));
    }
    view.put("hasFloor", floor != null);
    List<Map<String, Object>> orders = new ArrayList<>();
    for (ModelScore score : evaluation.models()) {
      for (ModelScore.OrderHits hits : score.orders()) {
        orders.add(orderRow(score, hits));
      }
    }
    view.put("orders", orders);
    view.put("hasOrders", !orders.isEmpty());
    view.put("notes", evaluation.notes());
    view.put("hasNotes", !evaluation.notes().isEmpty());
    view.put("chart", barChart(evaluation));
    return view;
  }

  /** Perplexities compare only among equal vocabularies and equal token counts. */
  private List<Map<String, Object>> groups(Evaluation evaluation) {
    Map<String, List<ModelScore>> comparable = new LinkedHashMap<>();
    for (ModelScore score : evaluation.models()) {
      comparable
          .computeIfAbsent(score.vocabulary() + " " + score.tokens(), key -> new ArrayList<>())
          .add(score);
    }
    List<Map<String, Object>> groups = new ArrayList<>();
    for (List<ModelScore> scores : comparable.values()) {
      Map<String, Object> group = new LinkedHashMap<>();
      group.put("groupTitle", comparable.size() > 1 ? groupTitle(scores.get(0)) : null);
      double lowest =
          scores.stream()
              .filter(score -> score.perplexity() != null)
              .mapToDouble(ModelScore::perplexity)
              .min()
              .orElse(Double.NaN);
      List<Map<String, Object>> rows = new ArrayList<>();
      for (ModelScore score : scores) {
        rows.add(modelRow(score, evaluation.floor(), lowest));
      }
      group.put("rows", rows);
      groups.add(group);
    }
    return groups;
  }

  private static String groupTitle(ModelScore score) {
    String vocabulary = score.vocabulary() == null ? "?" : score.vocabulary();
    return "Vocabulary "
        + vocabulary.substring(0, Math.min(12, vocabulary.length()))
        + ", "
        + Figures.whole(score.tokens())
        + " tokens";
  }

  private Map<String, Object> modelRow(ModelScore score, Evaluation.Floor floor, double lowest) {
    Map<String, Object> row = legend.row(score.name());
    row.put("kind", score.kind());
    row.put("tokens", Figures.whole(score.tokens()));
    row.put(
        "unknown",
        score.tokens() == 0 ? "–" : Figures.percent((double) score.unknown() / score.tokens(), 2));
    row.put("zero", Figures.whole(score.zeroProbability()));
    row.put("warn", score.zeroProbability() > 0);
    row.put("perplexity", Figures.orInfinite(score.perplexity(), Figures::perplexity));
    row.put("natsPerToken", Figures.orInfinite(score.natsPerToken(), v -> Figures.decimal(v, 4)));
    row.put("bitsPerToken", Figures.orInfinite(score.bitsPerToken(), v -> Figures.decimal(v, 4)));
    row.put(
        "bitsPerCharacter",
        Figures.orInfinite(score.bitsPerCharacter(), v -> Figures.decimal(v, 4)));
    row.put("best", score.perplexity() != null && score.perplexity() == lowest);
    if (floor != null) {
      row.put(
          "above",
          score.bitsPerCharacter() == null
              ? "∞"
              : "+"
                  + Figures.percent(
                      score.bitsPerCharacter() / floor.bitsPerCharacterOnSplit() - 1, 2));
    }
    row.put("hasFloor", floor != null);
    return row;
  }

  /** A token's figures have a meaning only where all models cut the text into the same tokens. */
  private static Map<String, Object> floorRow(Evaluation evaluation, Evaluation.Floor floor) {
    boolean sameTokens =
        evaluation.models().stream().allMatch(score -> score.tokens() == evaluation.tokens());
    Map<String, Object> row = new LinkedHashMap<>();
    row.put(
        "perplexity",
        sameTokens ? Figures.perplexity(Math.pow(2, floor.bitsPerTokenOnSplit())) : "–");
    row.put("bitsPerToken", sameTokens ? Figures.decimal(floor.bitsPerTokenOnSplit(), 4) : "–");
    row.put("bitsPerCharacter", Figures.decimal(floor.bitsPerCharacterOnSplit(), 4));
    row.put("source", Figures.decimal(floor.bitsPerCharacter(), 4));
    return row;
  }

  private Map<String, Object> orderRow(ModelScore score, ModelScore.OrderHits hits) {
    Map<String, Object> row = legend.row(score.name());
    row.put("first", hits.order() == 1);
    row.put("rows", score.orders().size());
    row.put("without", Figures.orInfinite(score.perplexityWithoutUnknown(), Figures::perplexity));
    row.put("order", hits.order());
    row.put("share", Figures.percent(hits.share(), 2));
    row.put("tokens", Figures.whole(hits.tokens()));
    row.put("bits", hits.bitsPerToken() == null ? "–" : Figures.decimal(hits.bitsPerToken(), 4));
    return row;
  }

  private Map<String, Object> barChart(Evaluation evaluation) {
    List<Series> series = new ArrayList<>();
    for (ModelScore score : evaluation.models()) {
      if (score.bitsPerCharacter() != null) {
        series.add(
            Series.given(
                score.name(),
                legend.label(score.name()),
                legend.colour(score.name()),
                Mark.LINE,
                List.of(new double[] {0, score.bitsPerCharacter()})));
      }
    }
    List<Rule> rules =
        evaluation.floor() == null
            ? List.of()
            : List.of(new Rule("floor", evaluation.floor().bitsPerCharacterOnSplit()));
    return charts.add(
        Kind.BARS,
        "Bits a character of each model on the same text; shorter is better",
        Axis.of("model", Scale.LINEAR, 0),
        Axis.of("bits a character", Scale.LINEAR, 4).between(0.0, null),
        series,
        rules);
  }
}
