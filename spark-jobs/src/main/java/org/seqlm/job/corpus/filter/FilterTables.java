package org.seqlm.job.corpus.filter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.ChartData;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableSchema;
import org.seqlm.quality.FilterChain;
import org.seqlm.quality.FilterCounts;
import org.seqlm.quality.FilterCounts.OfSource;
import org.seqlm.quality.FilterKinds;
import org.seqlm.quality.FilterSpec;
import org.seqlm.quality.Rule;
import org.seqlm.quality.Scale;

/** The tables of an analysis, and what a report shows of it. */
final class FilterTables {
  private static final TableSchema RULES =
      TableSchema.of(
          "rules",
          "What each rule removed, in the order in which they are asked",
          Column.text("rule", "rule"),
          Column.text("measures", "what it measures"),
          Column.text("keeps", "keeps"),
          Column.text("described_in", "described in"),
          Column.whole("removed_first", "removed first"),
          Column.whole("removed_any", "removed by it"),
          Column.real("share_first", "share removed first"),
          Column.real("share_any", "share removed by it"),
          Column.whole("unmeasured", "nothing to measure"));

  private static final TableSchema LINES =
      TableSchema.of(
          "lines",
          "Why lines of documents that stay were dropped",
          Column.text("reason", "reason"),
          Column.whole("lines", "lines"),
          Column.real("share", "share of their lines"));

  private static final TableSchema SOURCES =
      TableSchema.of(
          "sources",
          "By source",
          Column.text("source", "source"),
          Column.whole("documents", "documents"),
          Column.whole("kept", "kept"),
          Column.real("share", "share kept"),
          Column.whole("bytes", "bytes"),
          Column.whole("kept_bytes", "bytes kept"),
          Column.whole("edited", "lost lines"),
          Column.whole("judged_by_beginning", "judged by their beginning"));

  private static final TableSchema BY_SOURCE =
      TableSchema.of(
          "rules-by-source",
          "What each rule removed of each source",
          Column.text("source", "source"),
          Column.text("rule", "rule"),
          Column.whole("removed_first", "removed first"),
          Column.whole("removed_any", "removed by it"),
          Column.whole("unmeasured", "nothing to measure"));

  private static final TableSchema VALUES =
      TableSchema.of(
          "values",
          "How many documents have which figure, to choose bounds by",
          Column.text("source", "source"),
          Column.text("rule", "rule"),
          Column.real("from", "from"),
          Column.real("to", "below"),
          Column.whole("documents", "documents"));

  private static final TableSchema EXAMPLES =
      TableSchema.of(
          "examples",
          "Some of the removed documents",
          Column.text("rule", "removed first by"),
          Column.real("value", "its figure"),
          Column.text("path", "file"),
          Column.whole("record", "record"),
          Column.text("text", "beginning"));

  private FilterTables() {}

  /** Writes all tables. */
  static void write(
      AnalysisWriter writer, FilterChain chain, FilterCounts counts, FilterResult result)
      throws IOException {
    double documents = result.documents();
    List<Object[]> rules = new ArrayList<>();
    List<Object[]> examples = new ArrayList<>();
    for (FilterResult.OfRule rule : result.rules()) {
      rules.add(
          new Object[] {
            rule.rule(),
            rule.measures(),
            rule.keeps(),
            rule.source(),
            rule.first(),
            rule.any(),
            rule.first() / documents,
            rule.any() / documents,
            rule.unmeasured()
          });
      for (FilterResult.Example example : rule.examples()) {
        examples.add(
            new Object[] {
              rule.rule(), example.value(), example.path(), example.record(), example.text()
            });
      }
    }
    writer.table(RULES, rules);
    OfSource total = counts.total(chain);
    if (!result.lines().isEmpty()) {
      writer.table(
          LINES,
          result.lines().entrySet().stream()
              .map(
                  line ->
                      new Object[] {
                        line.getKey(), line.getValue(), line.getValue() / (double) total.lines()
                      })
              .toList());
    }
    writer.table(SOURCES, sources(counts));
    if (counts.sources().size() > 1) {
      writer.table(BY_SOURCE, bySource(chain, counts));
    }
    writer.table(VALUES, values(chain, counts));
    if (!examples.isEmpty()) {
      writer.table(EXAMPLES, examples);
    }
  }

  private static List<Object[]> sources(FilterCounts counts) {
    List<Object[]> rows = new ArrayList<>();
    counts
        .sources()
        .forEach(
            (name, of) ->
                rows.add(
                    new Object[] {
                      name,
                      of.documents(),
                      of.kept(),
                      of.kept() / (double) of.documents(),
                      of.bytes(),
                      of.keptBytes(),
                      of.editedDocuments(),
                      of.judgedByBeginning()
                    }));
    return rows;
  }

  private static List<Object[]> bySource(FilterChain chain, FilterCounts counts) {
    List<Object[]> rows = new ArrayList<>();
    counts
        .sources()
        .forEach(
            (name, of) -> {
              for (int i = 0; i < chain.rules().size(); i++) {
                if (of.any(i) + of.unmeasured(i) > 0) {
                  rows.add(
                      new Object[] {
                        name, chain.rules().get(i).name(), of.first(i), of.any(i), of.unmeasured(i)
                      });
                }
              }
            });
    return rows;
  }

  /** Bins with documents only. */
  private static List<Object[]> values(FilterChain chain, FilterCounts counts) {
    List<Object[]> rows = new ArrayList<>();
    counts
        .sources()
        .forEach(
            (name, of) -> {
              for (int i = 0; i < chain.rules().size(); i++) {
                Rule rule = chain.rules().get(i);
                Scale scale = rule.scale();
                for (int bin = 0; bin < scale.bins(); bin++) {
                  if (of.histogram(i, bin) > 0) {
                    boolean last = bin + 1 == scale.bins();
                    rows.add(
                        new Object[] {
                          name,
                          rule.name(),
                          scale.lower(bin),
                          last ? null : scale.lower(bin + 1),
                          of.histogram(i, bin)
                        });
                  }
                }
              }
            });
    return rows;
  }

  /** What people read of it. */
  static AnalysisDetails details(FilterConfig config, FilterResult result) {
    List<AnalysisDetails.Fact> facts = new ArrayList<>();
    facts.add(fact("documents", count(result.documents())));
    facts.add(fact("kept", share(result.kept(), result.documents())));
    facts.add(fact("bytes kept", share(result.keptBytes(), result.bytes())));
    if (!result.lines().isEmpty()) {
      facts.add(fact("kept, but lost lines", share(result.edited(), result.documents())));
    }
    if (result.judgedByBeginning() > 0) {
      facts.add(
          fact(
              "judged by their first " + count(config.maxJudgedBytes()) + " bytes",
              count(result.judgedByBeginning())));
    }
    result.badRecords().forEach((kind, bad) -> facts.add(fact("left out: " + kind, count(bad))));
    List<ChartData.Series> bars =
        result.rules().stream()
            .filter(rule -> rule.first() > 0)
            .sorted(Comparator.comparingLong(FilterResult.OfRule::first).reversed())
            .limit(20)
            .map(rule -> ChartData.Series.bar(rule.rule(), rule.first()))
            .toList();
    List<ChartData> charts =
        bars.isEmpty()
            ? List.of()
            : List.of(
                new ChartData(
                    ChartData.Kind.BARS,
                    "Documents that each rule was the first to remove",
                    new ChartData.Axis("rule", ChartData.Scale.LINEAR, 0),
                    new ChartData.Axis("documents", ChartData.Scale.LINEAR, 0),
                    bars,
                    List.of("A document that several rules remove is told of the first of them.")));
    return new AnalysisDetails(
        "filter", "Filters of quality", facts, charts, List.of(), footnotes(config), notes(config));
  }

  private static List<String> footnotes(FilterConfig config) {
    List<String> notes = new ArrayList<>();
    for (FilterSpec spec : config.specs()) {
      notes.add(spec.name() + ": " + FilterKinds.of(spec.name()).source());
    }
    return notes;
  }

  private static List<String> notes(FilterConfig config) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "Every rule is asked of every document, in the order of the table, and of the text that the"
            + " filters before it have left.");
    if (config.sample() > 0) {
      notes.add("The examples are text of the corpus as it stands, however rare.");
    }
    return notes;
  }

  private static AnalysisDetails.Fact fact(String name, String value) {
    return new AnalysisDetails.Fact(name, value);
  }

  private static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String share(long part, long of) {
    return String.format(
        Locale.ROOT, "%,d of %,d (%.1f %%)", part, of, of == 0 ? 0.0 : 100.0 * part / of);
  }

  /** By filter, who has described it where. */
  static Map<String, String> described(List<FilterSpec> specs) {
    Map<String, String> described = new LinkedHashMap<>();
    for (FilterSpec spec : specs) {
      described.put(spec.name(), FilterKinds.of(spec.name()).source());
    }
    return described;
  }
}
