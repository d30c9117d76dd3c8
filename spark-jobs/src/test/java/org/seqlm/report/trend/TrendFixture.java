package org.seqlm.report.trend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.seqlm.metrics.NightFigures;
import org.seqlm.report.trend.Trend.Contest;
import org.seqlm.report.trend.Trend.Event;
import org.seqlm.report.trend.Trend.Row;
import org.seqlm.report.trend.Trend.Version;

/** Made-up nights. */
public final class TrendFixture {
  private TrendFixture() {}

  static Row row(String night, Event event, int version, Contest contest, NightFigures figures) {
    return new Row(
        night + "T03:00:00Z",
        night,
        event,
        version,
        version - 1,
        List.of("because of " + night),
        contest,
        figures,
        "./" + night + "/report.html");
  }

  static NightFigures figures(int night) {
    return new NightFigures(
        100L * night,
        7_000L + night,
        270 + night,
        night,
        0.01 / night,
        Map.of("divergence", 0.1 * night),
        Map.of("train", 9.0 + night));
  }

  static Contest contest(double gain) {
    return new Contest(120, gain, gain - 0.01, gain + 0.01, 0.002, 1.2, 1.2 - gain, 0.0001, 1);
  }

  /** Three nights: the first model, one that is better, one that is not. */
  public static Trend three() {
    List<Row> rows = new ArrayList<>();
    rows.add(row("2026-11-01", Event.PROMOTED, 1, null, figures(1)));
    rows.add(row("2026-11-02", Event.PROMOTED, 2, contest(0.05), figures(2)));
    rows.add(row("2026-11-03", Event.KEPT, 3, contest(-0.005), figures(3)));
    return new Trend(
        "models",
        2,
        rows,
        List.of(
            new Version(2, "lstm 1x8", "champion", "2026-11-02T03:00:00Z", "2026-11-02", "d2"),
            new Version(1, "lstm 1x8", "retired", "2026-11-01T03:00:00Z", "2026-11-01", "")));
  }
}
