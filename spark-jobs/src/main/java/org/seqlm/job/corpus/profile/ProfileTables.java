package org.seqlm.job.corpus.profile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableSchema;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.Coverage;
import org.seqlm.profile.Growth;
import org.seqlm.profile.HeapsFit;
import org.seqlm.profile.WordFindings.Word;
import org.seqlm.profile.WordTrend;
import org.seqlm.profile.text.Histogram;
import org.seqlm.profile.text.Measures;
import org.seqlm.profile.text.Readability;
import org.seqlm.terms.KeynessEvidence.Spread;

/** The tables of a profile, in the order in which they are read. */
final class ProfileTables {
  private static final double[] QUANTILES = {0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1};

  private final CorpusProfile profile;
  private final ProfileLaws laws;
  private final ProfileConfig config;
  private final List<Spread> spread; // of the most frequent words; null where it is not told

  ProfileTables(
      CorpusProfile profile, ProfileLaws laws, ProfileConfig config, List<Spread> spread) {
    this.spread = spread;
    this.profile = profile;
    this.laws = laws;
    this.config = config;
  }

  void write(AnalysisWriter writer) throws IOException {
    words(writer);
    if (spread != null) {
      dispersion(writer);
    }
    if (profile.groups().size() > 1) {
      groups(writer);
      if (!laws.trends().isEmpty()) {
        trends(writer);
      }
    }
    lengths(writer);
    diversity(writer);
    readability(writer);
    characters(writer);
    coverage(writer);
    growth(writer);
    spectrum(writer);
    bad(writer);
  }

  private double perMillion(long count, long of) {
    return 1e6 * count / of;
  }

  private void words(AnalysisWriter writer) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    long rank = 0;
    for (Word word : profile.words().top()) {
      rows.add(
          new Object[] {
            word.text(),
            ++rank,
            word.count(),
            word.documents(),
            perMillion(word.count(), profile.tokens()),
            Math.log((double) profile.documents() / word.documents())
          });
    }
    writer.table(
        TableSchema.of(
            "words",
            "Most frequent words",
            Column.text("word", "word"),
            Column.whole("rank", "rank"),
            Column.whole("count", "count"),
            Column.whole("documents", "documents"),
            Column.real("per_million", "per million"),
            Column.real("idf", "ln(D/d)")),
        rows);
  }

  private void dispersion(AnalysisWriter writer) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < spread.size(); i++) {
      Word word = profile.words().top().get(i);
      rows.add(
          new Object[] {
            word.text(),
            word.count(),
            word.documents(),
            told(spread.get(i).normalisedDp()),
            told(spread.get(i).juillandD())
          });
    }
    writer.table(
        TableSchema.of(
            "dispersion",
            "Dispersion of the most frequent words",
            Column.text("word", "word"),
            Column.whole("count", "count"),
            Column.whole("documents", "documents"),
            Column.real("dp_norm", "DP norm"),
            Column.real("juilland_d", "Juilland's D")),
        rows);
  }

  private static Double told(double value) {
    return Double.isNaN(value) ? null : value;
  }

  private void groups(AnalysisWriter writer) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    for (ToldGroups.Told told : ToldGroups.of(profile, config.minDocuments()).groups()) {
      CorpusProfile.Group group = told.group();
      rows.add(
          new Object[] {
            group.name(),
            group.documents(),
            group.tokens(),
            (double) group.tokens() / profile.tokens(),
            told.types(),
            told.fresh(),
            group.tokens() == 0 ? null : 1e3 * told.fresh() / group.tokens()
          });
    }
    writer.table(
        TableSchema.of(
            "groups",
            "Groups",
            Column.text("name", "group"),
            Column.whole("documents", "documents"),
            Column.whole("tokens", "words"),
            Column.real("share", "share of words"),
            Column.whole("types", "different"),
            Column.whole("new_types", "new"),
            Column.real("new_per_thousand", "new per thousand")),
        rows);
  }

  private void trends(AnalysisWriter writer) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    List<Object[]> counts = new ArrayList<>();
    for (WordTrend word : laws.trends()) {
      rows.add(
          new Object[] {
            word.word(),
            word.count(),
            word.documents(),
            1e6 * word.trend().slope(),
            1e6 * word.trend().error(),
            word.relative(),
            word.trend().dispersion(),
            word.tau(),
            word.p(),
            word.corrected()
          });
      for (int g = 0; g < word.counts().length; g++) {
        CorpusProfile.Group group = profile.groups().get(g);
        if (group.tokens() > 0) {
          long count = word.counts()[g];
          boolean told = config.tells(count);
          counts.add(
              new Object[] {
                word.word(),
                group.name(),
                told ? count : null,
                told ? perMillion(count, group.tokens()) : null
              });
        }
      }
    }
    writer.table(
        TableSchema.of(
            "trends",
            "Words with the clearest trends",
            Column.text("word", "word"),
            Column.whole("count", "count"),
            Column.whole("documents", "documents"),
            Column.real("slope", "slope, per million"),
            Column.real("slope_error", "its error"),
            Column.real("relative_slope", "slope / rate"),
            Column.real("dispersion", "dispersion"),
            Column.real("tau", "tau"),
            Column.real("p", "p"),
            Column.real("p_corrected", "p, corrected")),
        rows);
    writer.table(
        TableSchema.of(
            "trend-counts",
            "Words with the clearest trends, by group",
            Column.text("word", "word"),
            Column.text("name", "group"),
            Column.whole("count", "count"),
            Column.real("per_million", "per million")),
        counts);
  }

  private void coverage(AnalysisWriter writer) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    boolean held = !config.heldOut().isEmpty();
    for (Coverage.Point point : laws.coverage()) {
      rows.add(
          held
              ? new Object[] {point.words(), point.share(), point.unseen(), point.heldOut()}
              : new Object[] {point.words(), point.share(), point.unseen()});
    }
    List<Column> columns =
        new ArrayList<>(
            List.of(
                Column.whole("words", "words"),
                Column.real("share", "share of the text"),
                Column.real("unseen_share", "share of the other half")));
    if (held) {
      columns.add(Column.real("held_out_share", "share of the held-out text"));
    }
    writer.table(new TableSchema("coverage", "Coverage by the most frequent words", columns), rows);
  }

  private void growth(AnalysisWriter writer) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    long[] types = profile.words().growth();
    for (int i = 0; i < types.length; i++) {
      long n = profile.points()[i];
      rows.add(
          new Object[] {
            n,
            types[i],
            Growth.expected(profile.words().frequencies(), n),
            laws.heaps() == null || n < HeapsFit.LEAST_TOKENS ? null : laws.heaps().types(n)
          });
    }
    writer.table(
        TableSchema.of(
            "growth",
            "Growth of the vocabulary",
            Column.whole("tokens", "words"),
            Column.whole("types", "different"),
            Column.real("types_random_order", "in random order"),
            Column.real("types_heaps", "Heaps' law")),
        rows);
  }

  private void spectrum(AnalysisWriter writer) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    long[] falling = profile.words().frequencies().falling();
    for (int i = falling.length - 1; i >= 0; i--) {
      rows.add(new Object[] {falling[i], profile.words().frequencies().types(falling[i])});
    }
    writer.table(
        TableSchema.of(
            "spectrum",
            "Counts of counts",
            Column.whole("count", "count"),
            Column.whole("types", "words that have it")),
        rows);
  }

  private static Object[] quantiles(String name, Histogram histogram, double unit) {
    Object[] row = new Object[4 + QUANTILES.length];
    row[0] = name;
    row[1] = histogram.count();
    if (histogram.count() > 0) {
      row[2] = histogram.mean() / unit;
      row[3] = histogram.count() > 1 ? histogram.deviation() / unit : null;
      for (int i = 0; i < QUANTILES.length; i++) {
        row[4 + i] = histogram.quantile(QUANTILES[i]) / unit;
      }
    }
    return row;
  }

  private static TableSchema quantiles(String name, String title, String of) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.text("measure", "measure"));
    columns.add(Column.whole("counted", of));
    columns.add(Column.real("mean", "mean"));
    columns.add(Column.real("deviation", "deviation"));
    for (double share : QUANTILES) {
      long percent = Math.round(share * 100);
      columns.add(
          Column.real("p" + percent, share == 0 ? "least" : share == 1 ? "most" : percent + " %"));
    }
    return new TableSchema(name, title, columns);
  }

  private Histogram histogram(String name) {
    return profile.tallies().histogram(name);
  }

  private void lengths(AnalysisWriter writer) throws IOException {
    writer.table(
        quantiles("lengths", "Lengths", "counted"),
        List.of(
            quantiles("documents, in words", histogram(Measures.DOCUMENT_WORDS), 1),
            quantiles("lines, in characters", histogram(Measures.LINE_CHARACTERS), 1)));
  }

  private void diversity(AnalysisWriter writer) throws IOException {
    writer.table(
        quantiles("diversity", "Diversity of documents", "documents"),
        List.of(
            quantiles("MATTR", histogram(Measures.MATTR), Measures.PARTS),
            quantiles("MTLD", histogram(Measures.MTLD), Measures.TENTHS),
            quantiles("HD-D", histogram(Measures.HDD), Measures.PARTS)));
  }

  private void readability(AnalysisWriter writer) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    for (Readability formula : Readability.values()) {
      Histogram scores = histogram(Measures.of(formula));
      if (scores.count() > 0) {
        rows.add(quantiles(formula.title(), scores, Measures.TENTHS));
      }
    }
    writer.table(quantiles("readability", "Readability of documents", "documents"), rows);
  }

  private void characters(AnalysisWriter writer) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    for (String prefix : List.of(Measures.SCRIPTS, Measures.CATEGORIES)) {
      var counts = profile.tallies().counts(prefix);
      long all = counts.values().stream().mapToLong(Long::longValue).sum();
      counts.entrySet().stream()
          .sorted(java.util.Map.Entry.<String, Long>comparingByValue().reversed())
          .forEach(
              one ->
                  rows.add(
                      new Object[] {
                        one.getKey(),
                        prefix.equals(Measures.SCRIPTS) ? "script" : "category",
                        one.getValue(),
                        (double) one.getValue() / all
                      }));
    }
    writer.table(
        TableSchema.of(
            "characters",
            "Characters",
            Column.text("name", "name"),
            Column.text("property", "property"),
            Column.whole("characters", "characters"),
            Column.real("share", "share")),
        rows);
  }

  private void bad(AnalysisWriter writer) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    profile.bad().forEach((kind, count) -> rows.add(new Object[] {kind, count}));
    if (!rows.isEmpty()) {
      writer.table(
          TableSchema.of(
              "bad-records",
              "Records left out",
              Column.text("kind", "kind"),
              Column.whole("records", "records")),
          rows);
    }
  }
}
