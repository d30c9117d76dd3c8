package org.seqlm.job.corpus.terms;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableSchema;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.job.cli.JobContext;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.report.page.Figures;
import org.seqlm.spark.terms.NgramCollocations;
import org.seqlm.spark.terms.RowTables;
import org.seqlm.terms.AssociationMeasure;
import org.seqlm.terms.Collocation;

/** Collocations of counted n-grams. */
final class NgramCollocationsJob {
  /** Rows of each measure beside the one that is asked for. */
  private static final int OTHERS = 6;

  private static final TableSchema BY_MEASURE =
      TableSchema.of(
          "by-measure",
          "The strongest by each measure",
          Column.text("measure", "measure"),
          Column.whole("rank", "rank"),
          Column.text("words", "words"),
          Column.whole("count", "count"),
          Column.real("expected", "expected"),
          Column.real("value", "value"));

  private final CollocationsConfig config;
  private final JobContext context;

  NgramCollocationsJob(CollocationsConfig config, JobContext context) {
    this.config = config;
    this.context = context;
  }

  CollocationsResult run(NgramArtifact counts) throws IOException {
    try (AnalysisWriter analysis =
            AnalysisWriter.create(
                context.hadoop(), config.output(), context.overwrite(), config.formats());
        NgramCollocations found =
            NgramCollocations.of(
                context.sparkContext(),
                counts,
                config.rules(),
                config.partitions(),
                context.progress())) {
      AssociationMeasure measure = config.measure();
      List<Collocation> top = found.top(measure, config.top());
      analysis.table(
          table("collocations", "The strongest by " + CollocationText.title(measure)),
          top.stream().map(NgramCollocationsJob::row).toList());
      analysis.table(BY_MEASURE, byMeasure(found));
      if (config.all()) {
        context.progress().stage("write", found.candidates(), "n-grams");
        RowTables.write(
            context.sparkContext(),
            found.ranked(measure),
            table("all", "All that are frequent enough"),
            analysis);
      }
      Manifest manifest =
          analysis.publish(
              details(counts, found, top),
              Map.of("counts", counts.artifact().manifest().fingerprint()),
              config.recorded(),
              config.seed());
      return new CollocationsResult(
          config.output(),
          manifest.fingerprint(),
          counts.artifact().manifest().fingerprint(),
          found.windows(),
          found.candidates(),
          top.stream()
              .map(
                  one ->
                      new CollocationsResult.Found(
                          one.words(),
                          one.association().observed(),
                          one.association().expected(),
                          measure.of(one.association()),
                          null,
                          null,
                          null))
              .toList());
    }
  }

  private TableSchema table(String name, String title) {
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= config.order(); i++) {
      columns.add(Column.text("word" + i, "word " + i));
    }
    columns.add(Column.whole("count", "count"));
    columns.addAll(CollocationText.measures());
    return new TableSchema(name, title, columns);
  }

  private static Object[] row(Collocation one) {
    List<Object> values = new ArrayList<>(one.words());
    values.add(one.association().observed());
    values.addAll(CollocationText.values(one.association()));
    return values.toArray();
  }

  private static List<Object[]> byMeasure(NgramCollocations found) {
    List<Object[]> rows = new ArrayList<>();
    for (AssociationMeasure measure : AssociationMeasure.values()) {
      long rank = 0;
      for (Collocation one : found.top(measure, OTHERS)) {
        rows.add(
            new Object[] {
              Json.name(measure),
              ++rank,
              one.phrase(),
              one.association().observed(),
              one.association().expected(),
              measure.of(one.association())
            });
      }
    }
    return rows;
  }

  private AnalysisDetails details(
      NgramArtifact counts, NgramCollocations found, List<Collocation> top) {
    boolean pairs = config.order() == 2;
    List<String> notes = new ArrayList<>();
    notes.add(
        "N-grams that appear fewer than "
            + Figures.whole(config.minCount())
            + " times are left out. In how many documents they appear is not known of counts.");
    notes.add(
        "f is how often words stand in their place in windows of "
            + config.order()
            + " words, those with unknown words among them, without <s> and </s>. Only n-grams that"
            + " appear more often than expected are listed.");
    return new AnalysisDetails(
        "collocations",
        "Collocations of " + config.order() + " words",
        List.of(
            AnalysisDetails.Fact.given("counts", counts.artifact().name()),
            new AnalysisDetails.Fact("windows", Figures.whole(found.windows())),
            new AnalysisDetails.Fact("different n-grams", Figures.whole(found.types())),
            new AnalysisDetails.Fact("frequent enough", Figures.whole(found.frequent())),
            new AnalysisDetails.Fact("of them with words only", Figures.whole(found.candidates())),
            new AnalysisDetails.Fact(
                "null model", pairs ? "independent words" : Json.name(config.nullModel()))),
        CollocationText.charts(top, config.measure()),
        List.of(),
        CollocationText.footnotes(
            pairs
                ? "how often if the words were independent, f(first) · f(second) / N"
                : config.nullModel().formula()),
        notes);
  }
}
