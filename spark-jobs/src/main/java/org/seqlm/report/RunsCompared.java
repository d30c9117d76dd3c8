package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.seqlm.metrics.Look;
import org.seqlm.metrics.Metric;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Fit;

/**
 * The runs of the page in one chart, by tokens or examples, and by seconds. Losses a token compare
 * only between runs on one validation text and vocabulary; metrics of a task stand in a chart for
 * each task and metric.
 */
record RunsCompared(Legend legend, Charts charts) {
  private static final Axis LOSS = Axis.of("nats a token", Scale.LINEAR, 4);

  private static final Axis SECONDS =
      Axis.of("seconds of training", Scale.LINEAR, 1).between(0.0, null);

  /** Nothing of a kind of which fewer than two runs have been validated. */
  List<Map<String, Object>> view(List<RunPart> runs) {
    List<RunPart> texts = new ArrayList<>();
    Map<String, List<RunPart>> tasks = new LinkedHashMap<>();
    for (RunPart run : runs) {
      if (!run.validations().isEmpty()) {
        texts.add(run);
      } else if (!run.metrics().tasks().isEmpty()) {
        tasks
            .computeIfAbsent(
                metric(run).name() + " " + run.trained().task(), k -> new ArrayList<>())
            .add(run);
      }
    }
    List<Map<String, Object>> views = new ArrayList<>();
    if (texts.size() > 1) {
      views.addAll(texts(texts));
    }
    tasks.values().stream().filter(of -> of.size() > 1).map(this::task).forEach(views::addAll);
    return views;
  }

  private List<Map<String, Object>> texts(List<RunPart> runs) {
    List<Series> byTokens = series(runs, (run, look) -> look.units(), Look::nats);
    List<Series> bySeconds = series(runs, RunsCompared::seconds, Look::nats);
    return List.of(
        charts.add(
            Kind.LINES,
            "Validation loss of all runs by the tokens trained",
            Axis.of("tokens trained", Scale.LINEAR, 0).between(0.0, null),
            Fit.falling(LOSS, byTokens, List.of()),
            byTokens,
            List.of(),
            List.of()),
        charts.add(
            Kind.LINES,
            "Validation loss of all runs by the seconds of training",
            SECONDS,
            Fit.falling(LOSS, bySeconds, List.of()),
            bySeconds,
            List.of(),
            List.of()));
  }

  /** With the best that any model can do, where all runs have the same. */
  private List<Map<String, Object>> task(List<RunPart> runs) {
    Metric named = metric(runs.get(0));
    Set<Double> floors = new LinkedHashSet<>(runs.stream().map(TaskCurves::floor).toList());
    Double floor = floors.size() == 1 ? floors.iterator().next() : null;
    String task = runs.get(0).trained().task();
    String title =
        "Validation "
            + MetricNames.shown(named.name())
            + " of all runs"
            + (task == null ? "" : " of task " + task)
            + " by the ";
    TaskCurves curves = new TaskCurves(legend, charts);
    List<Map<String, Object>> views = new ArrayList<>();
    List<Series> byExamples =
        series(runs, (run, look) -> look.units(), look -> look.metric().value());
    List<Series> bySeconds = series(runs, RunsCompared::seconds, look -> look.metric().value());
    if (!byExamples.isEmpty()) {
      views.add(
          curves.metric(
              title + "examples trained",
              TaskCurves.EXAMPLES,
              named,
              byExamples,
              floor,
              List.of()));
      views.add(
          curves.metric(
              title + "seconds of training", SECONDS, named, bySeconds, floor, List.of()));
    }
    return views;
  }

  private static Metric metric(RunPart run) {
    return run.metrics().tasks().get(run.metrics().tasks().size() - 1).named();
  }

  private static double seconds(RunPart run, Look look) {
    return run.metrics().seconds(look.round());
  }

  private List<Series> series(
      List<RunPart> runs, ToDoubleBiFunction<RunPart, Look> x, ToDoubleFunction<Look> y) {
    List<Series> series = new ArrayList<>();
    for (RunPart run : runs) {
      List<double[]> points =
          TrainingSection.thin(
              run.metrics().looks().stream()
                  .map(look -> new double[] {x.applyAsDouble(run, look), y.applyAsDouble(look)})
                  .toList());
      if (!points.isEmpty()) {
        series.add(
            Series.given(
                run.name(),
                run.name(),
                legend.colourOfRun(run.name()),
                Mark.LINE_AND_POINTS,
                points));
      }
    }
    return series;
  }
}
