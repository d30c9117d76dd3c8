package org.seqlm.job.ngrams;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.artifact.Json;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.ngram.files.NgramReport;
import org.seqlm.ngram.heldout.NgramScore;
import org.seqlm.ngram.heldout.Tuning;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.ngram.smooth.OrderFit;
import org.seqlm.ngram.stats.OrderStatistics;
import org.seqlm.ngram.stats.TopNgram;
import org.seqlm.ngram.stats.ZipfFit;
import org.seqlm.text.TokenizerKind;

/** What {@code ngrams} made, as the user reads it. */
public final class NgramsSummary {
  private NgramsSummary() {}

  /**
   * The summary.
   *
   * @param export other forms that were written
   * @param model that was estimated
   */
  public static String of(
      NgramsConfig.Export export, NgramsConfig.Model model, NgramsResult result) {
    StringBuilder out = new StringBuilder();
    NgramDetails details = result.details();
    out.append(
        String.format(
            Locale.ROOT,
            "%s: %,d %s tokens%s, boundary %s, vocabulary %,d%n",
            result.source(),
            details.tokens(),
            details.rules().title(),
            details.rules().kind() == TokenizerKind.CHAR ? "" : ", line ends included",
            Json.name(details.boundary()),
            details.vocabularySize()));
    result
        .badRecords()
        .forEach(
            (kind, count) ->
                out.append(String.format(Locale.ROOT, "left out: %,d %s%n", count, kind)));
    List<OrderStatistics> orders = result.report().statistics().orders();
    out.append(
        String.format(Locale.ROOT, "%n%5s %14s %14s %14s%n", "order", "total", "types", "once"));
    for (OrderStatistics one : orders) {
      out.append(
          String.format(
              Locale.ROOT,
              "%5d %,14d %,14d %,14d%n",
              one.order(),
              one.total(),
              one.types(),
              one.countsOfCounts().get(0)));
    }
    ZipfFit zipf = result.report().statistics().zipf();
    if (zipf.exponent() != null) {
      out.append(
          String.format(
              Locale.ROOT,
              "Zipf exponent of the unigrams %.3f (largest error of the cumulated share %.3f)%n",
              zipf.exponent(),
              zipf.distance()));
    }
    out.append(topTable(orders));
    out.append(fitTable(model, details, result.report()));
    out.append(perplexityTable(result.report()));
    out.append(
        String.format(
            Locale.ROOT,
            "%ncounts, tables and models: %s%s (%.1f s)%n",
            result.output(),
            NgramOutputs.describe(export, "; "),
            result.seconds()));
    result.notes().forEach(note -> out.append("note: ").append(note).append('\n'));
    return out.toString();
  }

  /** How Jelinek-Mercer came by its weights. */
  static String tuningLine(NgramsConfig.Model model, String heldOut, Tuning tuning) {
    return tuning == null
        ? String.format(
            Locale.ROOT,
            "jelinek-mercer: every lambda is %s, as no split is held out to tune them on",
            model.lambda())
        : String.format(
            Locale.ROOT,
            "jelinek-mercer: lambdas tuned on %,d tokens of %s in %d steps, perplexity %.4f to"
                + " %.4f",
            tuning.tokens(),
            heldOut,
            tuning.steps(),
            tuning.before(),
            tuning.after());
  }

  /** What the model holds and what its estimator took from the counts, order by order. */
  private static String fitTable(
      NgramsConfig.Model model, NgramDetails details, NgramReport report) {
    if (details.ngrams().isEmpty()) {
      return "";
    }
    StringBuilder table =
        new StringBuilder(String.format(Locale.ROOT, "%n%s%n", details.model().title()))
            .append(
                String.format(
                    Locale.ROOT,
                    "%5s %14s   %s%n",
                    "order",
                    "n-grams",
                    details.model().estimator() == Estimator.JELINEK_MERCER
                        ? "lambdas after contexts seen 1, 2-3, 4-7, 8-15, ... times"
                        : "discounts"));
    for (OrderFit fit : details.fits()) {
      StringBuilder discounts = new StringBuilder();
      fit.lambdas().stream()
          .limit(8)
          .forEach(lambda -> discounts.append(String.format(Locale.ROOT, "%.3f ", lambda)));
      fit.discounts()
          .forEach(discount -> discounts.append(String.format(Locale.ROOT, "%.4f ", discount)));
      table.append(
          String.format(
              Locale.ROOT,
              "%5d %,14d   %s%s%n",
              fit.order(),
              details.ngrams().get(fit.order() - 1),
              discounts,
              fit.fallback() == null ? "" : "(" + fit.fallback() + ")"));
    }
    if (details.model().estimator() == Estimator.JELINEK_MERCER) {
      table
          .append(tuningLine(model, report.scored(), report.tuning()))
          .append(String.format(Locale.ROOT, "%n"));
    }
    return table.toString();
  }

  /** What the models make of the held-out text: a row an order, then the back-off model. */
  private static String perplexityTable(NgramReport report) {
    if (report.models().isEmpty()) {
      return "";
    }
    StringBuilder table =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%nperplexity on %s, %,d tokens, %,d of them unknown%n%5s %14s %14s%n",
                report.scored(),
                report.scoredTokens(),
                report.scoredUnknown(),
                "order",
                "mle",
                addK(report)));
    for (NgramScore mle : report.models()) {
      if (mle.estimator() == Estimator.MLE) {
        NgramScore addK =
            report.models().stream()
                .filter(one -> one.estimator() == Estimator.ADD_K && one.order() == mle.order())
                .findFirst()
                .orElseThrow();
        table.append(
            String.format(
                Locale.ROOT,
                "%5d %14s %14s%n",
                mle.order(),
                perplexity(mle.perplexity()),
                perplexity(addK.perplexity())));
      }
    }
    for (NgramScore model : report.models()) {
      if (model.estimator().backsOff()) {
        table.append(
            String.format(
                Locale.ROOT,
                "%d-gram %s: perplexity %s, without unknown words %s%n",
                model.order(),
                model.estimator().title(),
                perplexity(model.perplexity()),
                perplexity(model.perplexityWithoutUnknown())));
        StringBuilder hits = new StringBuilder();
        for (NgramScore.OrderHits one : model.orders()) {
          hits.append(
              String.format(
                  Locale.ROOT,
                  "%s%d: %.1f %%",
                  hits.isEmpty() ? "" : ", ",
                  one.order(),
                  100 * one.share()));
        }
        table.append("tokens by the order their probability comes from: ").append(hits);
        table.append(String.format(Locale.ROOT, "%n"));
      }
    }
    return table.toString();
  }

  private static String addK(NgramReport report) {
    return report.models().stream()
        .filter(one -> one.estimator() == Estimator.ADD_K)
        .map(one -> "add-k " + java.math.BigDecimal.valueOf(one.k()).toPlainString())
        .findFirst()
        .orElse("");
  }

  private static String perplexity(Double value) {
    return value == null ? "infinite" : String.format(Locale.ROOT, "%,.4f", value);
  }

  /** The first rows of the most frequent n-grams, up to five orders side by side. */
  private static String topTable(List<OrderStatistics> orders) {
    int columns = Math.min(5, orders.size());
    int rows = orders.stream().mapToInt(one -> Math.min(10, one.top().size())).max().orElse(0);
    if (rows == 0) {
      return "";
    }
    List<List<String>> cells = new ArrayList<>();
    int[] widths = new int[columns];
    for (int row = -1; row < rows; row++) {
      List<String> line = new ArrayList<>();
      for (int c = 0; c < columns; c++) {
        List<TopNgram> top = orders.get(c).top();
        String cell =
            row < 0
                ? (c + 1) + "-grams"
                : row < top.size() ? top.get(row).text() + " " + top.get(row).count() : "";
        widths[c] = Math.max(widths[c], cell.codePointCount(0, cell.length()));
        line.add(cell);
      }
      cells.add(line);
    }
    StringBuilder table = new StringBuilder(System.lineSeparator());
    for (int row = 0; row < cells.size(); row++) {
      StringBuilder line =
          new StringBuilder(row == 0 ? "rank " : String.format(Locale.ROOT, "%4d ", row));
      for (int c = 0; c < columns; c++) {
        String cell = cells.get(row).get(c);
        line.append(' ').append(cell);
        line.append(" ".repeat(widths[c] - cell.codePointCount(0, cell.length()) + 1));
      }
      table.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return table.toString();
  }
}
