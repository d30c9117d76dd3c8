package org.seqlm.report;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.Mustache;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Version;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.report.Chart.Axis;
import org.seqlm.report.Chart.Kind;
import org.seqlm.report.Chart.Mark;
import org.seqlm.report.Chart.Rule;
import org.seqlm.report.Chart.Scale;
import org.seqlm.report.Chart.Series;
import org.seqlm.report.ReportModel.CountOfCounts;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.ReportModel.MarkovScore;
import org.seqlm.report.ReportModel.NgramsPart;
import org.seqlm.report.ReportModel.OrderTotals;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.ReportModel.Source;
import org.seqlm.report.ReportModel.TopNgram;
import org.seqlm.report.ReportModel.ZipfPoint;

/**
 * Writes a {@link ReportModel} as one HTML page that needs nothing else: styles, script, chart
 * library and data are inside. Tables are complete without the script. All text of a corpus is
 * escaped and drawn in its own direction. Equal models give equal bytes.
 */
public final class HtmlReport {
  private static final double LN2 = Math.log(2);

  /** Samples shown at once; the others fold away. */
  private static final int SAMPLES_SHOWN = 6;

  /** Counts of counts in rows of their own; the others share the last. */
  private static final int MAX_COUNT = 12;

  private static final String ESCAPES = "tnr\\";
  private static final String SIGNS = "⇥⏎␍\\";

  /** Points of a curve or a plot that a page draws; more only make it slow. */
  private static final int MAX_POINTS = 400;

  private final ReportModel model;
  private final Legend legend;
  private final Charts charts = new Charts();

  private HtmlReport(ReportModel model) {
    this.model = model;
    legend = Legend.of(model.evaluations());
  }

  /** The page. */
  public static String render(ReportModel model) {
    return new HtmlReport(model).page();
  }

  private String page() {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("title", model.title());
    page.put("version", Version.current());
    page.put("css", Assets.text("report.css"));
    page.put("notes", model.notes());
    page.put("hasNotes", !model.notes().isEmpty());
    page.put("headline", headline());
    page.put("evaluations", model.evaluations().stream().map(this::evaluation).toList());
    List<Map<String, Object>> shortened = legend.shortened();
    page.put("shortened", shortened);
    page.put("hasShortened", !shortened.isEmpty());
    page.put("runs", model.runs().stream().map(this::run).toList());
    page.put(
        "agreements",
        model.evaluations().stream().map(this::agreement).filter(Objects::nonNull).toList());
    page.put("ngrams", model.ngrams().stream().map(this::ngrams).toList());
    page.put("datasets", model.datasets().stream().map(HtmlReport::dataset).toList());
    page.put("sources", model.sources().stream().map(HtmlReport::source).toList());
    for (String section :
        List.of("evaluations", "runs", "agreements", "ngrams", "datasets", "sources")) {
      page.put("has-" + section, !((List<?>) page.get(section)).isEmpty());
    }
    page.put("data", charts.json());
    page.put("chartjs", charts.isEmpty() ? "" : Assets.chartLibrary());
    page.put("js", Assets.text("report.js"));
    Mustache template = new DefaultMustacheFactory("org/seqlm/report").compile("report.mustache");
    StringWriter out = new StringWriter();
    template.execute(out, page);
    return out.toString();
  }

  // ---- headline ----

  private Map<String, Object> headline() {
    Map<String, Object> view = new LinkedHashMap<>();
    List<Map<String, Object>> tiles = new ArrayList<>();
    EvaluationPart first = model.evaluations().isEmpty() ? null : model.evaluations().get(0);
    ModelScore best = first == null ? null : best(first.evaluation());
    if (best != null) {
      Evaluation evaluation = first.evaluation();
      Evaluation.Floor floor = evaluation.floor();
      String text =
          legend.label(best.name())
              + " ("
              + best.kind()
              + ") predicts the held-out text best, at "
              + Figures.decimal(best.bitsPerCharacter(), 4)
              + " bits a character";
      tiles.add(
          tile(
              Figures.decimal(best.bitsPerCharacter(), 4),
              "bits a character",
              legend.label(best.name())));
      if (floor != null) {
        double above = best.bitsPerCharacter() / floor.bitsPerCharacterOnSplit() - 1;
        text +=
            ": "
                + Figures.percent(above, 2)
                + " above "
                + Figures.decimal(floor.bitsPerCharacterOnSplit(), 4)
                + ", the entropy of the source, which no model can beat in expectation";
        tiles.add(tile("+" + Figures.percent(above, 2), "above the floor", "the source's entropy"));
      }
      view.put("text", text + ".");
      if (best.perplexity() != null) {
        tiles.add(
            tile(
                Figures.perplexity(best.perplexity()),
                "perplexity",
                Figures.whole(best.tokens())
                    + (evaluation.ofSplit() ? " " + evaluation.split() : "")
                    + " tokens"));
      }
      PairScore far = farthest(evaluation, best.name());
      if (far != null) {
        tiles.add(
            tile(
                Figures.percent(far.right() / far.pairs(), 1),
                "right verbs",
                "subject " + far.group() + " tokens away"));
      }
    } else if (!model.runs().isEmpty()) {
      RunPart run = model.runs().get(0);
      view.put(
          "text",
          switch (run.status()) {
            case COMPLETE -> "A finished training run.";
            case INCOMPLETE -> "A training run that is not finished: what there is so far.";
            case DIVERGED ->
                "A training run that diverged in round "
                    + Figures.whole(run.divergence().round())
                    + ".";
          });
    }
    if (!model.runs().isEmpty() && !model.runs().get(0).rounds().isEmpty()) {
      RunPart run = model.runs().get(0);
      RoundMetrics last = run.rounds().get(run.rounds().size() - 1);
      double seconds = run.rounds().stream().mapToDouble(RoundMetrics::seconds).sum();
      tiles.add(
          tile(
              Figures.brief(last.tokens()),
              "tokens trained",
              Figures.whole(Math.round(last.tokens() / Math.max(seconds, 1e-9))) + " a second"));
    }
    view.put("tiles", tiles);
    return view;
  }

  private static Map<String, Object> tile(String value, String unit, String what) {
    return Map.of("value", value, "unit", unit, "what", what);
  }

  private static ModelScore best(Evaluation evaluation) {
    return evaluation.models().stream()
        .filter(score -> score.bitsPerCharacter() != null)
        .min(Comparator.comparingDouble(ModelScore::bitsPerCharacter))
        .orElse(null);
  }

  private static PairScore farthest(Evaluation evaluation, String name) {
    return evaluation.pairs().stream()
        .filter(pair -> pair.model().equals(name) && pair.pairs() > 0 && isNumber(pair.group()))
        .max(Comparator.comparingDouble(pair -> Double.parseDouble(pair.group())))
        .orElse(null);
  }

  // ---- models on held-out text ----

  private Map<String, Object> evaluation(EvaluationPart part) {
    Evaluation evaluation = part.evaluation();
    Evaluation.Floor floor = evaluation.floor();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", part.name());
    view.put("named", model.evaluations().size() > 1);
    view.put("dataset", evaluation.dataset());
    view.put("ofSplit", evaluation.ofSplit());
    view.put("split", evaluation.split());
    view.put("tokens", Figures.whole(evaluation.tokens()));
    view.put("characters", Figures.whole(evaluation.characters()));
    // Perplexities compare only among equal vocabularies and equal token counts.
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
        rows.add(modelRow(score, floor, lowest));
      }
      group.put("rows", rows);
      groups.add(group);
    }
    view.put("groups", groups);
    view.put("several", comparable.size() > 1);
    if (floor != null) {
      boolean sameTokens =
          evaluation.models().stream().allMatch(score -> score.tokens() == evaluation.tokens());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put(
          "perplexity",
          sameTokens ? Figures.perplexity(Math.pow(2, floor.bitsPerTokenOnSplit())) : "–");
      row.put("bitsPerToken", sameTokens ? Figures.decimal(floor.bitsPerTokenOnSplit(), 4) : "–");
      row.put("bitsPerCharacter", Figures.decimal(floor.bitsPerCharacterOnSplit(), 4));
      row.put("source", Figures.decimal(floor.bitsPerCharacter(), 4));
      view.put("floor", row);
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
            new Series(
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

  // ---- training ----

  private Map<String, Object> run(RunPart run) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", run.name());
    view.put("incomplete", run.status() == RunStatus.INCOMPLETE);
    view.put("diverged", run.divergence() == null ? null : sentence(run.divergence().reason()));
    view.put("named", model.runs().size() > 1);
    Evaluation.Floor floor = floorOfTraining();
    List<Rule> natsFloor =
        floor == null ? List.of() : List.of(new Rule("floor", floor.bitsPerToken() * LN2));
    List<Rule> perplexityFloor =
        floor == null ? List.of() : List.of(new Rule("floor", Math.pow(2, floor.bitsPerToken())));
    List<double[]> train =
        thin(run.rounds().stream().map(r -> new double[] {r.tokens(), r.loss()}).toList());
    List<double[]> valid =
        thin(
            run.validations().stream()
                .map(v -> new double[] {v.tokens(), v.natsPerToken()})
                .toList());
    List<double[]> perplexity =
        thin(
            run.validations().stream()
                .map(v -> new double[] {v.tokens(), v.perplexity()})
                .toList());
    Axis tokens = Axis.of("tokens trained", Scale.LINEAR, 0).between(0.0, null);
    List<Series> loss = new ArrayList<>();
    if (!train.isEmpty()) {
      loss.add(new Series("training", -1, Mark.LINE, train));
    }
    if (!valid.isEmpty()) {
      loss.add(
          new Series("validation", legend.colourOfRun(run.name()), Mark.LINE_AND_POINTS, valid));
    }
    List<Object> curves = new ArrayList<>();
    if (!loss.isEmpty()) {
      curves.add(
          charts.add(
              Kind.LINES,
              "Loss in nats a token",
              tokens,
              Axis.of("nats a token", Scale.LINEAR, 4),
              loss,
              natsFloor));
    }
    if (!perplexity.isEmpty()) {
      curves.add(
          charts.add(
              Kind.LINES,
              "Perplexity of the validation text, logarithmic",
              tokens,
              Axis.of("perplexity", Scale.LOGARITHMIC, 3),
              List.of(
                  new Series(
                      "validation",
                      legend.colourOfRun(run.name()),
                      Mark.LINE_AND_POINTS,
                      perplexity)),
              perplexityFloor));
    }
    view.put("charts", curves);
    view.put("facts", runFacts(run));
    List<ValidationMetrics> samples =
        run.validations().stream()
            .filter(v -> v.sample() != null && !v.sample().isEmpty())
            .toList();
    List<Integer> shown = chosen(samples.size());
    view.put("samples", shown.stream().map(i -> sample(samples.get(i))).toList());
    view.put("hasSamples", !samples.isEmpty());
    view.put("hasMore", shown.size() < samples.size());
    view.put("allSamples", samples.stream().map(HtmlReport::sample).toList());
    view.put("sampleCount", samples.size());
    return view;
  }

  private static String sentence(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /** The floor to draw beneath training curves: of the one source all evaluations agree on. */
  private Evaluation.Floor floorOfTraining() {
    LinkedHashSet<Evaluation.Floor> floors = new LinkedHashSet<>();
    for (EvaluationPart part : model.evaluations()) {
      Evaluation.Floor floor = part.evaluation().floor();
      floors.add(
          floor == null
              ? null
              : new Evaluation.Floor(floor.bitsPerToken(), floor.bitsPerCharacter(), 0, 0));
    }
    return floors.size() == 1 ? floors.iterator().next() : null;
  }

  private static List<String> runFacts(RunPart run) {
    List<String> facts = new ArrayList<>();
    if (!run.rounds().isEmpty()) {
      RoundMetrics last = run.rounds().get(run.rounds().size() - 1);
      double seconds = run.rounds().stream().mapToDouble(RoundMetrics::seconds).sum();
      facts.add(Figures.whole(last.round()) + " rounds");
      facts.add(Figures.decimal(last.epoch(), 2) + " epochs");
      facts.add(Figures.whole(last.tokens()) + " tokens in " + Figures.decimal(seconds, 1) + " s");
    }
    run.validations().stream()
        .min(Comparator.comparingDouble(ValidationMetrics::natsPerToken))
        .ifPresent(
            best ->
                facts.add(
                    "best validation perplexity "
                        + Figures.perplexity(best.perplexity())
                        + " after round "
                        + best.round()));
    return facts;
  }

  private static Map<String, Object> sample(ValidationMetrics at) {
    return Map.of(
        "round", Figures.whole(at.round()),
        "tokens", Figures.brief(at.tokens()),
        "perplexity", Figures.perplexity(at.perplexity()),
        "lines", at.sample().lines().toList());
  }

  /** First, last, and between them ever more widely spaced: most happens early. */
  private static List<Integer> chosen(int n) {
    TreeSet<Integer> chosen = new TreeSet<>();
    if (n <= SAMPLES_SHOWN) {
      for (int i = 0; i < n; i++) {
        chosen.add(i);
      }
      return List.copyOf(chosen);
    }
    for (int i = 0; i < SAMPLES_SHOWN; i++) {
      int wanted = (int) Math.round(Math.pow(n, i / (SAMPLES_SHOWN - 1.0)) - 1);
      chosen.add(Math.max(i, wanted));
    }
    return List.copyOf(chosen);
  }

  // ---- agreement ----

  private Map<String, Object> agreement(EvaluationPart part) {
    Evaluation evaluation = part.evaluation();
    if (evaluation.pairs().isEmpty()) {
      return null;
    }
    List<String> groups =
        evaluation.pairs().stream()
            .map(PairScore::group)
            .distinct()
            .sorted(
                Comparator.comparingDouble(
                        (String g) -> isNumber(g) ? Double.parseDouble(g) : Double.MAX_VALUE)
                    .thenComparing(g -> g))
            .toList();
    List<String> models = evaluation.pairs().stream().map(PairScore::model).distinct().toList();
    List<Map<String, Object>> rows = new ArrayList<>();
    List<Series> series = new ArrayList<>();
    for (String name : models) {
      List<Map<String, Object>> cells = new ArrayList<>();
      List<double[]> points = new ArrayList<>();
      for (String group : groups) {
        PairScore score =
            evaluation.pairs().stream()
                .filter(p -> p.model().equals(name) && p.group().equals(group) && p.pairs() > 0)
                .findFirst()
                .orElse(null);
        double share = score == null ? Double.NaN : score.right() / score.pairs();
        cells.add(
            Map.of(
                "text",
                score == null ? "–" : Figures.decimal(100 * share, 1),
                "good",
                share > 0.9,
                "chance",
                share < 0.6));
        if (score != null && isNumber(group)) {
          points.add(new double[] {Double.parseDouble(group), 100 * share});
        }
      }
      Map<String, Object> row = legend.row(name);
      row.put("cells", cells);
      rows.add(row);
      if (!points.isEmpty()) {
        series.add(
            new Series(
                name, legend.label(name), legend.colour(name), Mark.LINE_AND_POINTS, points));
      }
    }
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("groups", groups);
    view.put("rows", rows);
    view.put(
        "pairs",
        groups.stream()
            .map(
                group ->
                    Figures.whole(
                        evaluation.pairs().stream()
                            .filter(p -> p.group().equals(group))
                            .mapToLong(PairScore::pairs)
                            .max()
                            .orElse(0)))
            .toList());
    view.put(
        "chart",
        series.isEmpty()
            ? null
            : charts.add(
                Kind.LINES,
                "Right verbs by the distance between subject and verb",
                Axis.of("tokens between subject and verb", Scale.LINEAR, 0).between(0.0, null),
                Axis.of("right, %", Scale.LINEAR, 1).between(0.0, 100.0),
                series,
                List.of(new Rule("chance", 50))));
    return view;
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?");
  }

  // ---- n-grams ----

  private Map<String, Object> ngrams(NgramsPart part) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", part.name());
    view.put("named", model.ngrams().size() > 1);
    if (!part.zipf().isEmpty()) {
      List<ZipfPoint> shown = thinLogarithmically(part.zipf());
      List<Series> series = new ArrayList<>();
      series.add(
          new Series(
              "tokens",
              0,
              Mark.POINTS,
              shown.stream().map(p -> new double[] {p.rank(), p.count()}).toList()));
      // A line on logarithmic axes; the law may fall below one, which the axis need not follow.
      List<double[]> law =
          shown.stream()
              .filter(p -> p.fitted() != null && p.fitted() > 0)
              .map(p -> new double[] {p.rank(), p.fitted()})
              .toList();
      if (!law.isEmpty()) {
        series.add(new Series("fitted law", 1, Mark.DASHES, law));
      }
      if (part.exponent() != null) {
        view.put("fit", "count ∝ rank^−" + Figures.decimal(part.exponent(), 3));
      }
      view.put(
          "zipf",
          charts.add(
              Kind.LINES,
              "Zipf plot: how often the token of each rank was seen",
              Axis.of("rank", Scale.LOGARITHMIC, 0),
              Axis.of("count", Scale.LOGARITHMIC, 0),
              series,
              List.of()));
    }
    Map<Integer, List<TopNgram>> byOrder = new LinkedHashMap<>();
    part.top().forEach(t -> byOrder.computeIfAbsent(t.order(), o -> new ArrayList<>()).add(t));
    List<Map<String, Object>> orders = new ArrayList<>();
    byOrder.forEach(
        (order, top) -> {
          double most = top.stream().mapToLong(TopNgram::count).max().orElse(1);
          List<Map<String, Object>> rows = new ArrayList<>();
          for (TopNgram t : top) {
            rows.add(
                Map.of(
                    "rank", t.rank(),
                    "ngram", visible(t),
                    "count", Figures.whole(t.count()),
                    "share", Figures.decimal(100 * t.count() / most, 2)));
          }
          orders.add(Map.of("title", orderName(order), "rows", rows));
        });
    view.put("orders", orders);
    view.put("hasOrders", !orders.isEmpty());
    view.put("countsOfCounts", countsOfCounts(part.countsOfCounts()));
    List<Map<String, Object>> totals = new ArrayList<>();
    for (OrderTotals o : part.orders()) {
      totals.add(
          Map.of(
              "order", orderName(o.order()),
              "total", Figures.whole(o.total()),
              "types", Figures.whole(o.types())));
    }
    view.put("totals", totals);
    view.put("hasTotals", !totals.isEmpty());
    List<Map<String, Object>> models = new ArrayList<>();
    for (MarkovScore m : part.models()) {
      models.add(
          Map.of(
              "model", m.name(),
              "perplexity", Figures.orInfinite(m.perplexity(), Figures::perplexity),
              "bits", Figures.orInfinite(m.bitsPerToken(), v -> Figures.decimal(v, 4)),
              "zero", Figures.whole(m.zeroProbability()),
              "warn", m.zeroProbability() > 0,
              "tokens", Figures.whole(m.tokens())));
    }
    view.put("models", models);
    view.put("hasModels", !models.isEmpty());
    view.put("scored", part.scored());
    return view;
  }

  /** Rows by count, the high ones added up; columns by order. */
  private static Object countsOfCounts(List<CountOfCounts> all) {
    if (all.isEmpty()) {
      return null;
    }
    List<Integer> orders = all.stream().map(CountOfCounts::order).distinct().sorted().toList();
    long last = all.stream().mapToLong(CountOfCounts::count).max().orElse(1);
    boolean open = all.stream().anyMatch(c -> c.bound() == CountOfCounts.Bound.AT_LEAST);
    if (last > MAX_COUNT) {
      last = MAX_COUNT;
      open = true;
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (long count = 1; count <= last; count++) {
      boolean more = open && count == last;
      long at = count;
      List<String> cells = new ArrayList<>();
      for (int order : orders) {
        cells.add(
            Figures.whole(
                all.stream()
                    .filter(c -> c.order() == order)
                    .filter(c -> c.count() == at || (more && c.count() > at))
                    .mapToLong(CountOfCounts::types)
                    .sum()));
      }
      String label = count + " ×" + (more ? " or more" : "");
      rows.add(Map.of("count", label, "cells", cells));
    }
    return Map.of("orders", orders.stream().map(HtmlReport::orderName).toList(), "rows", rows);
  }

  private static String orderName(int order) {
    return switch (order) {
      case 1 -> "Unigrams";
      case 2 -> "Bigrams";
      case 3 -> "Trigrams";
      default -> order + "-grams";
    };
  }

  /**
   * Characters that would not be seen, as signs. Where every other code point is the space that
   * joins, the tokens are characters, and a space among them is one of the text.
   */
  private static String visible(TopNgram ngram) {
    StringBuilder out = new StringBuilder();
    String text = ngram.ngram();
    for (int i = 0; i < text.length(); i++) {
      int escaped =
          text.charAt(i) == '\\' && i + 1 < text.length()
              ? ESCAPES.indexOf(text.charAt(i + 1))
              : -1;
      out.append(escaped < 0 ? text.charAt(i) : SIGNS.charAt(escaped));
      i += escaped < 0 ? 0 : 1;
    }
    int[] points = out.codePoints().toArray();
    if (points.length == 2 * ngram.order() - 1) {
      for (int i = 0; i < points.length; i += 2) {
        points[i] = points[i] == ' ' ? '␣' : points[i];
      }
    }
    return new String(points, 0, points.length);
  }

  // ---- data ----

  private static Map<String, Object> dataset(ReportModel.DatasetPart part) {
    Map<String, Object> view = new LinkedHashMap<>();
    var details = part.details();
    view.put("name", part.name());
    view.put("vocabulary", Figures.whole(details.vocabularySize()));
    view.put("rules", Json.name(details.rules().kind()));
    view.put("fingerprint", details.corpusFingerprint());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Split split : Split.values()) {
      SplitStatistics s = details.splits().get(split);
      if (s != null) {
        rows.add(
            Map.of(
                "split", Json.name(split),
                "tokens", Figures.whole(s.tokens()),
                "characters", Figures.whole(s.characters()),
                "lines", Figures.whole(s.lines()),
                "documents", Figures.whole(s.documents()),
                "unknown", Figures.whole(s.unknown()),
                "rate", Figures.percent(s.unknownRate(), 2)));
      }
    }
    view.put("rows", rows);
    List<Map<String, Object>> bad = new ArrayList<>();
    new java.util.TreeMap<>(details.badRecords())
        .forEach((kind, n) -> bad.add(Map.of("kind", kind, "count", Figures.whole(n))));
    view.put("bad", bad);
    view.put("noBad", bad.isEmpty());
    return view;
  }

  private static Map<String, Object> source(Source source) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", source.name());
    view.put("kind", source.kind());
    view.put("producer", source.producer());
    view.put("seed", Long.toString(source.seed()));
    view.put("fingerprint", source.fingerprint().isEmpty() ? "–" : source.fingerprint());
    List<Map<String, Object>> inputs = new ArrayList<>();
    source.inputs().forEach((name, print) -> inputs.add(Map.of("name", name, "print", print)));
    view.put("inputs", inputs);
    view.put("details", source.details());
    view.put("hasDetails", !source.details().isBlank());
    view.put("config", source.config());
    view.put("hasConfig", !source.config().isBlank());
    return view;
  }

  /** Every k-th point and the last, so that at most {@link #MAX_POINTS} are left. */
  private static List<double[]> thin(List<double[]> points) {
    int step = (points.size() + MAX_POINTS - 1) / MAX_POINTS;
    List<double[]> kept = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      boolean finite = Double.isFinite(points.get(i)[1]);
      if (finite && (step <= 1 || i % step == 0 || i == points.size() - 1)) {
        kept.add(points.get(i));
      }
    }
    return kept;
  }

  /** Points about evenly spaced on a logarithmic axis. */
  private static List<ZipfPoint> thinLogarithmically(List<ZipfPoint> points) {
    List<ZipfPoint> kept = new ArrayList<>();
    double next = 0;
    for (int i = 0; i < points.size(); i++) {
      ZipfPoint point = points.get(i);
      if (point.rank() >= next || i == points.size() - 1) {
        kept.add(point);
        next = point.rank() * 1.04;
      }
    }
    return kept;
  }
}
