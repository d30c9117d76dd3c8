package org.seqlm.report;

import java.util.Locale;
import org.seqlm.metrics.Metric;
import org.seqlm.report.page.Figures;

/** The figures of tasks as people read them. */
final class MetricNames {
  /** The line that no model comes beyond, in expectation. */
  static final String BEST_POSSIBLE = "best possible";

  private MetricNames() {}

  /** A name within a sentence, for instance {@code macro F1}; of others as it is. */
  static String shown(String name) {
    return switch (name) {
      case "macro-f1" -> "macro F1";
      case "span-f1" -> "span F1";
      case "exact-match" -> "exact match";
      case "chrf" -> "chrF";
      case "rmse" -> "RMSE";
      case "negative-log-likelihood" -> "negative log-likelihood";
      default -> name;
    };
  }

  /** The same at the beginning of one. */
  static String title(String name) {
    String shown = shown(name);
    return shown.equals("chrF")
        ? shown
        : shown.substring(0, 1).toUpperCase(Locale.ROOT) + shown.substring(1);
  }

  /** A value of it; a dash where there is none. */
  static String figure(String name, Double value) {
    if (value == null) {
      return "–";
    }
    return name.equals("perplexity") ? Figures.perplexity(value) : Figures.decimal(value, 4);
  }

  /** Its value. */
  static String figure(Metric metric) {
    return figure(metric.name(), metric.value());
  }
}
