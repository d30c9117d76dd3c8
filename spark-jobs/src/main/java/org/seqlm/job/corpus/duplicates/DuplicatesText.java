package org.seqlm.job.corpus.duplicates;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisDetails.Fact;
import org.seqlm.analysis.ChartData;
import org.seqlm.analysis.ChartData.Axis;
import org.seqlm.analysis.ChartData.Mark;
import org.seqlm.analysis.ChartData.Scale;
import org.seqlm.analysis.ChartData.Series;
import org.seqlm.duplicates.Bands;
import org.seqlm.duplicates.DuplicateSettings.Find;
import org.seqlm.job.cli.TextTable;
import org.seqlm.spark.duplicates.SourceShare;

/** What people read of duplicates: in a report, and on the terminal. */
final class DuplicatesText {
  private static final int MOST_SOURCES = 20;

  private DuplicatesText() {}

  /** A figure: how it is called, and what a source has of it. */
  private record Figure(String name, String header, Find find, Of of) {}

  private interface Of {
    double share(SourceShare source);
  }

  private static final List<Figure> FIGURES =
      List.of(
          new Figure(
              "documents with the text of an earlier one",
              "exact documents",
              Find.EXACT_DOCUMENTS,
              s -> part(s.exactDocuments(), s.documents())),
          new Figure(
              "documents near another",
              "near documents",
              Find.NEAR,
              s -> part(s.nearDocuments(), s.documents())),
          new Figure(
              "lines that stood before",
              "lines",
              Find.EXACT_LINES,
              s -> part(s.duplicateLines(), s.lines())),
          new Figure(
              "words in spans that stood before",
              "words in spans",
              Find.SPANS,
              s -> part(s.spanWords(), s.words())));

  private static double part(long some, long all) {
    return all == 0 ? 0 : (double) some / all;
  }

  private static List<Figure> figures(DuplicatesConfig config) {
    return FIGURES.stream()
        .filter(
            figure ->
                config.find().contains(figure.find())
                    || figure.find() == Find.EXACT_DOCUMENTS && config.find().contains(Find.NEAR))
        .toList();
  }

  static AnalysisDetails details(
      DuplicatesConfig config, SourceShare total, List<SourceShare> sources, long lessAlike) {
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "text",
            String.format(
                Locale.ROOT,
                "%,d documents, %,d lines, %,d words, %,d bytes",
                total.documents(),
                total.lines(),
                total.words(),
                total.bytes())));
    List<ChartData> charts = new ArrayList<>();
    for (Figure figure : figures(config)) {
      facts.add(new Fact(figure.name(), percent(figure.of().share(total))));
      if (sources.size() > 1) {
        charts.add(bars(figure, sources));
      }
    }
    if (config.find().contains(Find.NEAR)) {
      Bands bands = config.near().bands();
      facts.add(
          new Fact(
              "less like the one that is kept than " + config.near().threshold(),
              String.format(Locale.ROOT, "%,d documents", lessAlike)));
      facts.add(new Fact("expected recall of near pairs", recall(config, bands)));
      charts.add(curve(config, bands));
    }
    return new AnalysisDetails(
        "duplicates", "Duplicates", facts, charts, List.of(), footnotes(config), notes(config));
  }

  private static ChartData bars(Figure figure, List<SourceShare> sources) {
    List<SourceShare> shown =
        sources.stream()
            .sorted(
                java.util.Comparator.comparingDouble(
                        (SourceShare source) -> -figure.of().share(source))
                    .thenComparing(SourceShare::source))
            .limit(MOST_SOURCES)
            .toList();
    return new ChartData(
        ChartData.Kind.BARS,
        "Share of " + figure.name(),
        new Axis("source", Scale.LINEAR, -1),
        new Axis("per cent", Scale.LINEAR, 2),
        shown.stream()
            .map(source -> Series.bar(name(source), 100 * figure.of().share(source)))
            .toList(),
        sources.size() > shown.size()
            ? List.of("Of " + sources.size() + " sources those with the largest shares are shown.")
            : List.of());
  }

  private static String name(SourceShare source) {
    return source.source().isEmpty() ? "(no folder)" : source.source();
  }

  private static ChartData curve(DuplicatesConfig config, Bands bands) {
    List<List<Double>> points = new ArrayList<>();
    for (int i = 0; i <= 50; i++) {
      points.add(List.of(i / 50.0, bands.probability(i / 50.0)));
    }
    double threshold = config.near().threshold();
    return new ChartData(
        ChartData.Kind.LINES,
        "How likely two documents are compared",
        new Axis("Jaccard similarity", Scale.LINEAR, 2),
        new Axis("probability", Scale.LINEAR, 4),
        List.of(
            new Series(bands.bands() + " bands of " + bands.rows() + " rows", Mark.LINE, points),
            new Series(
                "threshold",
                Mark.DASHES,
                List.of(List.of(threshold, 0.0), List.of(threshold, 1.0)))),
        List.of("What is compared and is less alike than the threshold is left out."));
  }

  static String recall(DuplicatesConfig config, Bands bands) {
    double threshold = config.near().threshold();
    return String.format(
        Locale.ROOT,
        "%.4f at %s, %.4f where similarities are evenly spread from there to 1 (%d bands of %d)",
        bands.probability(threshold),
        threshold,
        bands.recall(threshold, 1),
        bands.bands(),
        bands.rows());
  }

  private static List<String> footnotes(DuplicatesConfig config) {
    List<String> notes = new ArrayList<>();
    if (config.find().contains(Find.EXACT_DOCUMENTS) || config.find().contains(Find.NEAR)) {
      notes.add("Equal documents have the same lines, byte by byte, by a hash of 128 bits.");
    }
    if (config.find().contains(Find.NEAR)) {
      notes.add(
          "Similarity is Jaccard's, |A and B| / |A or B|, of the sets of shingles ("
              + config.near().shingle()
              + " consecutive "
              + config.near().unit().name().toLowerCase(Locale.ROOT)
              + " of the normalised text; Broder 1997), computed of the sets themselves; of a"
              + " document with more than 262,144 shingles it is estimated. Candidates are found"
              + " by MinHash (Broder et al. 1998) in bands: 1 - (1 - J^rows)^bands.");
    }
    if (config.find().contains(Find.EXACT_LINES)) {
      notes.add("Equal lines are the same byte by byte, but for white space at their ends.");
    }
    if (config.find().contains(Find.SPANS)) {
      notes.add(
          "Spans are at least "
              + config.spans().words()
              + " consecutive words of a document, as white space parts them, that stand more than"
              + " once (Lee et al. 2022).");
    }
    return notes;
  }

  private static List<String> notes(DuplicatesConfig config) {
    List<String> notes = new ArrayList<>();
    notes.add("The first occurrence, in the order of the paths, is no duplicate.");
    if (config.find().contains(Find.NEAR)) {
      notes.add(
          "Documents that are connected by near pairs are one group, of which the first is kept: a"
              + " document may be less like that one than the threshold, which kept_similarity"
              + " tells.");
    }
    notes.add(
        "Text that stands twice makes rare n-grams frequent: discounts that are fitted to such"
            + " counts of counts are too small for new text.");
    return notes;
  }

  /** What the terminal shows. */
  static String summary(DuplicatesConfig config, DuplicatesResult result) {
    SourceShare total = result.total();
    StringBuilder out =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%,d documents, %,d lines, %,d words, %,d bytes%n",
                total.documents(),
                total.lines(),
                total.words(),
                total.bytes()));
    List<Figure> figures = figures(config);
    if (config.settings().findsDocuments()) {
      line(out, "exact documents", total.exactDocuments(), total.documents());
    }
    if (config.find().contains(Find.NEAR)) {
      line(out, "near documents", total.nearDocuments(), total.documents());
      out.append(
          String.format(
              Locale.ROOT,
              "%-16s %,d documents than %s to the one that is kept%n",
              "less alike",
              result.lessAlike(),
              config.near().threshold()));
      out.append(
          String.format(
              Locale.ROOT, "%-16s %s%n", "expected recall", recall(config, result.bands())));
    }
    if (config.settings().findsDocuments()) {
      line(out, "bytes of both", total.duplicateBytes(), total.bytes());
      out.append(String.format(Locale.ROOT, "%-16s %,d%n", "groups", result.groups()));
    }
    if (config.find().contains(Find.EXACT_LINES)) {
      line(out, "lines", total.duplicateLines(), total.lines());
    }
    if (config.find().contains(Find.SPANS)) {
      line(out, "words in spans", total.spanWords(), total.words());
    }
    if (result.sources().size() > 1) {
      List<String> header = new ArrayList<>(List.of("source", "documents"));
      figures.forEach(figure -> header.add(figure.header()));
      TextTable table = new TextTable(header.toArray(String[]::new));
      for (SourceShare source :
          result.sources().subList(0, Math.min(MOST_SOURCES, result.sources().size()))) {
        List<String> row = new ArrayList<>();
        row.add(name(source));
        row.add(String.format(Locale.ROOT, "%,d", source.documents()));
        figures.forEach(figure -> row.add(percent(figure.of().share(source))));
        table.row(row.toArray(String[]::new));
      }
      out.append('\n').append(table);
      if (result.sources().size() > MOST_SOURCES) {
        out.append(
            String.format(
                Locale.ROOT,
                "and %,d more: the table sources has all%n",
                result.sources().size() - MOST_SOURCES));
      }
      out.append('\n');
    }
    result
        .badRecords()
        .forEach(
            (kind, count) ->
                out.append(String.format(Locale.ROOT, "left out %,d %s%n", count, kind)));
    out.append(
        String.format(
            Locale.ROOT, "%s: %,d rows of duplicates%n", result.analysis(), result.rows()));
    if (result.kept() != null) {
      out.append(
          String.format(
              Locale.ROOT, "what is kept: %s, %,d files%n", result.kept(), result.keptFiles()));
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String name, long some, long all) {
    out.append(String.format(Locale.ROOT, "%-16s %,d, %s%n", name, some, percent(part(some, all))));
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.3f %%", 100 * share);
  }
}
