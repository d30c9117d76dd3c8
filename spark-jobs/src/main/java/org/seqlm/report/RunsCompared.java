package org.seqlm.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Fit;

/**
 * All runs of the page in one chart, by tokens and by seconds. Losses a token compare only between
 * runs on one validation text and vocabulary.
 */
record RunsCompared(Legend legend, Charts charts) {
  private static final Axis LOSS = Axis.of("nats a token", Scale.LINEAR, 4);

  /** Nothing unless two runs or more have been validated. */
  List<Map<String, Object>> view(List<RunPart> runs) {
    List<RunPart> validated = runs.stream().filter(run -> !run.validations().isEmpty()).toList();
    if (validated.size() < 2) {
      return List.of();
    }
    List<Series> byTokens = series(validated, (run, look) -> look.tokens());
    List<Series> bySeconds = series(validated, (run, look) -> run.metrics().seconds(look.round()));
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
            Axis.of("seconds of training", Scale.LINEAR, 1).between(0.0, null),
            Fit.falling(LOSS, bySeconds, List.of()),
            bySeconds,
            List.of(),
            List.of()));
  }

  private List<Series> series(
      List<RunPart> runs, ToDoubleBiFunction<RunPart, ValidationMetrics> x) {
    List<Series> series = new ArrayList<>();
    for (RunPart run : runs) {
      List<double[]> points =
          TrainingSection.thin(
              run.validations().stream()
                  .map(look -> new double[] {x.applyAsDouble(run, look), look.natsPerToken()})
                  .toList());
      if (!points.isEmpty()) {
        series.add(
            new Series(run.name(), legend.colourOfRun(run.name()), Mark.LINE_AND_POINTS, points));
      }
    }
    return series;
  }
}
