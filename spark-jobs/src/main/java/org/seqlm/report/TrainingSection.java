package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.metrics.Advice;
import org.seqlm.metrics.AdviceRules;
import org.seqlm.metrics.Evaluation;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Fit;

/**
 * A training: how far it came, its curves above the floor of {@code evaluations}, and what the
 * model wrote meanwhile.
 */
record TrainingSection(Legend legend, Charts charts, List<EvaluationPart> evaluations) {
  private static final double LN2 = Math.log(2);

  private static final String DROPOUT =
      "Dropout is on while the network trains and off where it is validated, so the validation loss"
          + " may lie below the training loss.";

  /** Points of a curve that a page draws; more only make it slow. */
  private static final int MAX_POINTS = 400;

  /** What the page shows of one run. */
  Map<String, Object> view(RunPart run) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", run.name());
    view.put("incomplete", run.status() == RunStatus.INCOMPLETE);
    view.put("diverged", run.divergence() == null ? null : sentence(run.divergence().reason()));
    List<String> remarks = new RunFacts(run).drops() ? List.of(DROPOUT) : List.of();
    view.put(
        "charts",
        run.trained() == null
            ? curves(run, remarks)
            : new TaskCurves(legend, charts).charts(run, remarks));
    view.put("looks", TaskCurves.table(run));
    RunFacts facts = new RunFacts(run);
    view.put("facts", facts.progress());
    view.put("settings", facts.settings());
    List<Map<String, Object>> advice =
        AdviceRules.of(run.metrics(), run.config()).stream().map(TrainingSection::advice).toList();
    view.put("advice", advice);
    view.put("hasAdvice", !advice.isEmpty());
    List<Map<String, Object>> course = new ArrayList<>();
    course.addAll(new TrainingDiagnoses(charts, run.metrics().diagnoses()).view());
    course.addAll(new TrainingCourse(charts, run.metrics(), run.target()).view());
    view.put("diagnosed", !run.metrics().diagnoses().isEmpty());
    view.put("course", course);
    view.put("hasCourse", !course.isEmpty());
    view.putAll(GeneratedSamples.view(run.validations()));
    return view;
  }

  /** That a run diverged stands above it: of advice without a figure only what to do. */
  private static Map<String, Object> advice(Advice advice) {
    String text = advice.text();
    String shown =
        advice.figure() == null ? sentence(text.substring(text.indexOf(": ") + 1).strip()) : text;
    return Map.of("id", advice.id(), "text", shown, "keys", advice.keys());
  }

  /** Loss and perplexity by the tokens trained; those that there are no points of are left out. */
  private List<Map<String, Object>> curves(RunPart run, List<String> remarks) {
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
              Fit.falling(Axis.of("nats a token", Scale.LINEAR, 4), loss, natsFloor),
              loss,
              natsFloor,
              loss.size() > 1 ? remarks : List.of()));
    }
    if (!perplexity.isEmpty()) {
      List<Series> perplexities =
          List.of(
              new Series(
                  "validation", legend.colourOfRun(run.name()), Mark.LINE_AND_POINTS, perplexity));
      curves.add(
          charts.add(
              Kind.LINES,
              "Perplexity of the validation text, logarithmic",
              tokens,
              Fit.falling(
                  Axis.of("perplexity", Scale.LOGARITHMIC, 3), perplexities, perplexityFloor),
              perplexities,
              perplexityFloor,
              List.of()));
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

  static String sentence(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
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
