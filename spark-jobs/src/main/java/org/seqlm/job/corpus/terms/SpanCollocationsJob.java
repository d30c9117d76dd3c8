package org.seqlm.job.corpus.terms;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.ChartData;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableSchema;
import org.seqlm.artifact.Manifest;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.job.cli.JobContext;
import org.seqlm.report.page.Figures;
import org.seqlm.spark.terms.RowTables;
import org.seqlm.spark.terms.SpanCollocations;
import org.seqlm.spark.terms.SpanCollocations.Near;
import org.seqlm.spark.terms.TermText;
import org.seqlm.terms.SpanRules;

/** What stands near some words of a text. */
final class SpanCollocationsJob {
  private static final int CHARTS = 4;

  private final CollocationsConfig config;
  private final JobContext context;

  SpanCollocationsJob(CollocationsConfig config, JobContext context) {
    this.config = config;
    this.context = context;
  }

  CollocationsResult run() throws IOException {
    CorpusSource source = config.input().source(config.input().paths());
    List<String> nodes = Nodes.of(config.around(), config.tokenizer());
    SpanRules rules =
        new SpanRules(
            nodes,
            config.span().left(),
            config.span().right(),
            config.span().boundary(),
            config.minCount(),
            config.minDocuments(),
            config.tokens());
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), source);
    try (AnalysisWriter analysis =
            AnalysisWriter.create(
                context.hadoop(), config.output(), context.overwrite(), config.formats());
        SpanCollocations found =
            SpanCollocations.of(
                context.sparkContext(),
                new TermText(plan, source, null),
                config.tokenizer(),
                rules,
                config.partitions(),
                context.progress())) {
      if (found.tokens() == 0) {
        throw UserException.data(
            "the text " + String.join(" ", source.paths()) + " has no words: give another --input");
      }
      List<Near> top = new ArrayList<>();
      List<ChartData> charts = new ArrayList<>();
      for (String node : nodes) {
        List<Near> near = found.top(node, config.measure(), config.top());
        top.addAll(near);
        if (charts.size() < CHARTS && !near.isEmpty()) {
          charts.add(
              CollocationText.chart(
                  node, near.stream().map(Near::collocation).toList(), config.measure()));
        }
      }
      analysis.table(
          table("collocations", "The strongest by " + CollocationText.title(config.measure())),
          top.stream().map(SpanCollocationsJob::row).toList());
      if (config.all()) {
        context.progress().stage("write", found.candidates(), "pairs");
        RowTables.write(
            context.sparkContext(),
            found.ranked(config.measure()),
            table("all", "All that are frequent enough"),
            analysis);
      }
      Manifest manifest =
          analysis.publish(
              details(found, charts),
              Map.of("text", found.summary().fingerprint()),
              config.recorded(),
              config.seed());
      return new CollocationsResult(
          config.output(),
          manifest.fingerprint(),
          found.summary().fingerprint(),
          found.places(),
          found.candidates(),
          top.stream().map(this::found).toList());
    }
  }

  private CollocationsResult.Found found(Near one) {
    return new CollocationsResult.Found(
        List.of(one.node(), one.word()),
        one.association().joint(),
        one.association().expected(),
        config.measure().of(one.association()),
        one.left(),
        one.right(),
        one.documents());
  }

  private static TableSchema table(String name, String title) {
    List<Column> columns =
        new ArrayList<>(
            List.of(
                Column.text("node", "around"),
                Column.text("word", "word"),
                Column.whole("count", "count"),
                Column.whole("left", "before"),
                Column.whole("right", "behind"),
                Column.whole("documents", "documents"),
                Column.whole("word_count", "count of the word")));
    columns.addAll(CollocationText.measures());
    return new TableSchema(name, title, columns);
  }

  private static Object[] row(Near one) {
    List<Object> values =
        new ArrayList<>(
            List.of(
                one.node(),
                one.word(),
                one.association().joint(),
                one.left(),
                one.right(),
                one.documents(),
                one.count()));
    values.addAll(CollocationText.values(one.association()));
    return values.toArray();
  }

  private AnalysisDetails details(SpanCollocations found, List<ChartData> charts) {
    return new AnalysisDetails(
        "collocations",
        "Words around " + String.join(", ", config.around()),
        List.of(
            AnalysisDetails.Fact.given("text", String.join(" ", config.input().paths())),
            new AnalysisDetails.Fact("tokens", Figures.whole(found.tokens())),
            new AnalysisDetails.Fact("documents", Figures.whole(found.documents())),
            new AnalysisDetails.Fact(
                "span", config.span().left() + " before to " + config.span().right() + " behind"),
            new AnalysisDetails.Fact("pairs of places", Figures.whole(found.places())),
            new AnalysisDetails.Fact("candidates", Figures.whole(found.candidates()))),
        charts,
        List.of(),
        CollocationText.footnotes(
            "how often if what stands at two places near each other were independent,"
                + " f(node at the one) · f(word at the other) / N, which is close to f(node) ·"
                + " f(word) · span / tokens (Evert, Corpora and collocations, 2008)"),
        List.of(
            "Words that stand near one fewer than "
                + Figures.whole(config.minCount())
                + " times, or in fewer than "
                + Figures.whole(config.minDocuments())
                + " documents, are left out. Only those are listed that stand there more often than"
                + " expected."));
  }
}
