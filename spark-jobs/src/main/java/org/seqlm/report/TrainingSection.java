package org.seqlm.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.metrics.Advice;
import org.seqlm.metrics.AdviceRules;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.report.Chart.Axis;
import org.seqlm.report.Chart.Kind;
import org.seqlm.report.Chart.Mark;
import org.seqlm.report.Chart.Rule;
import org.seqlm.report.Chart.Scale;
import org.seqlm.report.Chart.Series;
import org.seqlm.report.ReportModel.BestModel;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;

/**
 * A training: how far it came, its curves above the floor of {@code evaluations}, and what the
 * model wrote meanwhile.
 */
record TrainingSection(Legend legend, Charts charts, List<EvaluationPart> evaluations) {
  private static final double LN2 = Math.log(2);

  /** Points of a curve that a page draws; more only make it slow. */
  private static final int MAX_POINTS = 400;

  /** What the page shows of one run. */
  Map<String, Object> view(RunPart run) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", run.name());
    view.put("incomplete", run.status() == RunStatus.INCOMPLETE);
    view.put("diverged", run.divergence() == null ? null : sentence(run.divergence().reason()));
    view.put("charts", curves(run));
    view.put("facts", facts(run));
    List<Map<String, Object>> advice =
        AdviceRules.of(run.metrics(), run.config()).stream().map(TrainingSection::advice).toList();
    view.put("advice", advice);
    view.put("hasAdvice", !advice.isEmpty());
    List<Map<String, Object>> course = new ArrayList<>();
    course.addAll(new TrainingDiagnoses(charts, run.metrics().diagnoses()).view());
    course.addAll(new TrainingCourse(charts, run.metrics()).view());
    view.put("course", course);
    view.put("hasCourse", !course.isEmpty());
    view.putAll(GeneratedSamples.view(run.validations()));
    return view;
  }

  private static Map<String, Object> advice(Advice advice) {
    return Map.of("id", advice.id(), "text", advice.text(), "keys", advice.keys());
  }

  /** Loss and perplexity by the tokens trained; those that there are no points of are left out. */
  private List<Map<String, Object>> curves(RunPart run) {
    Evaluation.Floor floor = floor();
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
    List<Map<String, Object>> curves = new ArrayList<>();
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
    return curves;
  }

  /** The floor to draw beneath training curves: of the one source all evaluations agree on. */
  private Evaluation.Floor floor() {
    LinkedHashSet<Evaluation.Floor> floors = new LinkedHashSet<>();
    for (EvaluationPart part : evaluations) {
      Evaluation.Floor floor = part.evaluation().floor();
      floors.add(
          floor == null
              ? null
              : new Evaluation.Floor(floor.bitsPerToken(), floor.bitsPerCharacter(), 0, 0));
    }
    return floors.size() == 1 ? floors.iterator().next() : null;
  }

  private static String sentence(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private static List<String> facts(RunPart run) {
    List<String> facts = new ArrayList<>();
    if (!run.rounds().isEmpty()) {
      RoundMetrics last = run.rounds().get(run.rounds().size() - 1);
      double seconds = run.metrics().seconds();
      facts.add(Figures.whole(last.round()) + " rounds");
      facts.add(Figures.decimal(last.epoch(), 2) + " epochs");
      facts.add(Figures.whole(last.tokens()) + " tokens in " + Figures.decimal(seconds, 1) + " s");
    }
    BestModel best = run.best() == null ? bestLook(run) : run.best();
    if (best != null) {
      facts.add(
          "best validation perplexity "
              + Figures.perplexity(best.perplexity())
              + " after round "
              + best.round());
    }
    return facts;
  }

  /** Of the looks that a run has told of so far; null without any. */
  private static BestModel bestLook(RunPart run) {
    return run.metrics().comparable().stream()
        .min(Comparator.comparingDouble(ValidationMetrics::natsPerToken))
        .map(look -> new BestModel(look.round(), look.perplexity()))
        .orElse(null);
  }

  /** Every k-th point, {@link #MAX_POINTS} at most, and the last; those that are finite. */
  static List<double[]> thin(List<double[]> points) {
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
}
