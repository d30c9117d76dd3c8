package org.seqlm.job.bench;

import java.util.List;
import java.util.Locale;
import org.seqlm.artifact.Json;
import org.seqlm.bench.variants.PairedComparison;
import org.seqlm.bench.variants.Trial;
import org.seqlm.job.cli.TextTable;

/** What {@code seqlm bench variants} measured, as tables for its user. */
final class BenchVariantsSummary {
  private BenchVariantsSummary() {}

  static String of(BenchVariantsCommand.Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(Locale.ROOT, "%non %s, %s%n%n", result.sparkMaster(), result.processor()));
    trials(result.trials(), text);
    long seeds = result.trials().stream().mapToLong(Trial::seed).distinct().count();
    text.append(
        String.format(
            Locale.ROOT,
            "%nnats a token, %s, each variant with the learning rate that is best on valid; the"
                + " difference is%non test, from the variant named%s%n%n",
            seeds == 1 ? "one seed" : "means over " + seeds + " seeds",
            seeds == 1
                ? "; one seed gives no interval"
                : ", seed by seed, with the 95 % interval of its mean over seeds"));
    comparisons(result.comparisons(), text);
    if (result.comparisons().stream().anyMatch(row -> row.edge() != PairedComparison.Edge.NONE)) {
      text.append(
          "\nWhere the lowest or the highest rate tried is the best, a better one may lie beyond:"
              + " give more\nto --learning-rates.\n");
    }
    return text.toString();
  }

  private static void trials(List<Trial> trials, StringBuilder text) {
    TextTable table =
        new TextTable("variant", "learning rate", "seed", "valid", "test", "tokens", "s", "");
    for (Trial trial : trials) {
      boolean known = trial.hasFigures();
      table.row(
          trial.variant(),
          String.valueOf(trial.learningRate()),
          String.valueOf(trial.seed()),
          known ? nats(trial.validationNats()) : "-",
          known ? nats(trial.testNats()) : "-",
          known ? String.format(Locale.ROOT, "%,d", trial.tokens()) : "-",
          known ? String.format(Locale.ROOT, "%.0f", trial.seconds()) : "-",
          known
              ? trial.skipped() == 0
                  ? ""
                  : String.format(Locale.ROOT, "%,d tokens skipped", trial.skipped())
              : trial.failure());
    }
    text.append(table);
  }

  private static void comparisons(List<PairedComparison> rows, StringBuilder text) {
    TextTable table =
        new TextTable(
            "variant", "learning rate", "", "valid", "test", "difference", "", "from", "");
    for (PairedComparison row : rows) {
      boolean known = row.learningRate() != null;
      PairedComparison.Difference difference = row.difference();
      table.row(
          row.variant(),
          known ? String.valueOf(row.learningRate()) : "-",
          known
              ? row.edge() == PairedComparison.Edge.NONE ? "" : Json.name(row.edge())
              : "a seed failed with each",
          known ? nats(row.validationNats()) : "-",
          known ? nats(row.testNats()) : "-",
          difference == null ? "-" : String.format(Locale.ROOT, "%+.4f", difference.mean()),
          difference == null || difference.halfWidth() == null
              ? ""
              : String.format(Locale.ROOT, "± %.4f", difference.halfWidth()),
          row.against().equals(row.variant()) ? "" : row.against(),
          verdict(difference));
    }
    text.append(table);
  }

  private static String verdict(PairedComparison.Difference difference) {
    if (difference == null || difference.halfWidth() == null) {
      return "";
    }
    return Math.abs(difference.mean()) <= difference.halfWidth()
        ? "no difference shown"
        : difference.mean() < 0 ? "better" : "worse";
  }

  private static String nats(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
