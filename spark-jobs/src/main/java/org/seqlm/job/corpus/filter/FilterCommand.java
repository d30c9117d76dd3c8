package org.seqlm.job.corpus.filter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.file.FileFinder;
import org.seqlm.corpus.filtered.PartPlace;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.job.analysis.TableOptions;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.job.cli.TextTable;
import org.seqlm.quality.FilterChain;
import org.seqlm.quality.FilterCounts.OfSource;
import org.seqlm.quality.Rule;
import org.seqlm.spark.quality.CorpusFiltering;
import org.seqlm.spark.quality.FilterSettings;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm corpus filter}. */
@Command(
    name = "filter",
    sortOptions = false,
    description = {
      "Keeps the documents of a text that pass filters of quality, length, script and language, as"
          + " they came, and tells what each rule removed: gopher-quality, gopher-repetition, c4,"
          + " fineweb, length, unicode, script and language, with their papers' bounds unless"
          + " others are given. Rules with their parameters: docs/corpus-filter.md.",
      "",
      "Example: seqlm corpus filter --input 'crawl/*.jsonl.gz' --filters gopher-quality,c4 --output"
          + " out/good"
    })
public final class FilterCommand extends JobCommand<FilterConfig, FilterResult> {
  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Files, folders and globs of text on any Hadoop path; what a filter wrote is text, too.")
  List<String> input;

  @Option(
      names = "--filters",
      paramLabel = "NAME",
      split = ",",
      description =
          "The filters, in their order, with parameters as in length:min-words=50:max-words=1000.")
  List<String> filters;

  @Option(
      names = "--removed",
      description = "Also write the removed documents, each with all its reasons.")
  boolean removed;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Show the beginnings of N removed documents of each rule (default: 0).")
  Integer sample;

  @Mixin private TableOptions tables = new TableOptions();

  @Mixin private TextOptions text = new TextOptions();

  public FilterCommand() {
    super(FilterConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input.paths", input)
        .put("filters", filters)
        .put("removed", removed ? Json.name(FilterSettings.Removed.WRITTEN) : null)
        .put("sample", sample);
    tables.put(overrides);
    text.put(overrides);
  }

  @Override
  public String plan(FilterConfig config, JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    CorpusPlan plan = plan(config, context.hadoop());
    StringBuilder rules = new StringBuilder();
    for (Rule rule : FilterChain.of(config.specs()).rules()) {
      rules.append(
          String.format(Locale.ROOT, "%n  %s: %s, %s", rule.name(), rule.measures(), rule.bound()));
    }
    return plan.describe() + "\nkeeps a document if" + rules + "\nwrites " + config.output();
  }

  private static CorpusPlan plan(FilterConfig config, org.apache.hadoop.conf.Configuration hadoop)
      throws IOException {
    CorpusPlan plan = CorpusPlan.of(hadoop, config.input());
    for (CorpusRange range : plan.ranges()) {
      for (CorpusRange.Piece piece : range.pieces()) {
        requireWholeRecords(piece.file());
      }
    }
    return plan;
  }

  private static void requireWholeRecords(CorpusFile file) {
    if (file.format() != CorpusFormat.TEXT && file.document() != DocumentUnit.RECORD) {
      throw UserException.configuration(
          file.path()
              + " is "
              + Json.name(file.format())
              + ", of which a record is kept or not as a whole, but a document is a "
              + Json.name(file.document())
              + ": give --document record");
    }
  }

  @Override
  public FilterResult run(FilterConfig config, JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    CorpusPlan plan = plan(config, context.hadoop());
    var spark = context.sparkContext();
    FilterChain chain = FilterChain.of(config.specs());
    try (AnalysisWriter writer =
            AnalysisWriter.create(
                context.hadoop(), config.output(), context.overwrite(), config.formats());
        JobContext.Awaited tasks = context.awaitTasks()) {
      CorpusFiltering.Result filtered =
          CorpusFiltering.filter(
              spark,
              plan,
              config.input(),
              config.settings(),
              writer.folder().toString(),
              config.partitions(),
              context.progress());
      FilterResult result = result(config, chain, filtered, writer);
      if (result.documents() == 0) {
        throw UserException.data(
            "the text "
                + String.join(" ", config.input().paths())
                + " has no words: give another --input");
      }
      filtered.files().forEach(writer::add);
      FilterTables.write(writer, chain, filtered.counts(), result);
      Manifest manifest =
          writer.publish(
              FilterTables.details(config, result),
              Map.of("corpus", filtered.total().fingerprint()),
              config.recorded(),
              config.seed());
      return result.published(manifest.fingerprint());
    }
  }

  private static FilterResult result(
      FilterConfig config,
      FilterChain chain,
      CorpusFiltering.Result filtered,
      AnalysisWriter writer) {
    OfSource total = filtered.counts().total(chain);
    Map<String, String> described = FilterTables.described(config.specs());
    List<FilterResult.OfRule> rules = new ArrayList<>();
    for (int i = 0; i < chain.rules().size(); i++) {
      Rule rule = chain.rules().get(i);
      rules.add(
          new FilterResult.OfRule(
              rule.name(),
              rule.measures(),
              rule.bound(),
              described.getOrDefault(rule.name().replaceFirst("\\..*", ""), ""),
              total.first(i),
              total.any(i),
              total.unmeasured(i),
              filtered.examples().of(i).stream()
                  .map(
                      example ->
                          new FilterResult.Example(
                              example.path(), example.record(), example.value(), example.text()))
                  .toList()));
    }
    Map<String, Long> lines = new LinkedHashMap<>();
    for (int i = 0; i < chain.lineReasons().size(); i++) {
      lines.put(chain.lineReasons().get(i), total.dropped(i));
    }
    Map<String, FilterResult.OfSource> sources = new LinkedHashMap<>();
    filtered
        .counts()
        .sources()
        .forEach(
            (name, of) ->
                sources.put(
                    name,
                    new FilterResult.OfSource(
                        of.documents(), of.kept(), of.bytes(), of.keptBytes())));
    return new FilterResult(
        config.output(),
        null,
        total.kept() == 0 ? null : Paths.below(writer.folder(), FileFinder.KEPT).toString(),
        removedFolder(writer, filtered.files()),
        filtered.total().records(),
        total.documents(),
        total.kept(),
        total.editedDocuments(),
        total.judgedByBeginning(),
        total.bytes(),
        total.keptBytes(),
        BadRecords.byKind(filtered.total()),
        rules,
        lines,
        sources);
  }

  @Override
  public String summary(FilterConfig config, FilterResult result) {
    StringBuilder out = new StringBuilder();
    TextTable table = new TextTable("rule", "keeps", "removed first", "by it", "share");
    int idle = 0;
    for (FilterResult.OfRule rule : result.rules()) {
      if (rule.any() == 0) {
        idle++;
        continue;
      }
      table.row(
          rule.rule(),
          rule.keeps(),
          count(rule.first()),
          count(rule.any()),
          percent(rule.any(), result.documents()));
    }
    if (table.hasRows()) {
      out.append(table);
    }
    if (idle > 0) {
      out.append(String.format(Locale.ROOT, "idle       %d rules removed nothing%n", idle));
    }
    TextTable lines = new TextTable("lines dropped for", "lines");
    result
        .lines()
        .forEach(
            (reason, dropped) -> {
              if (dropped > 0) {
                lines.row(reason, count(dropped));
              }
            });
    if (lines.hasRows()) {
      out.append(lines);
    }
    for (FilterResult.OfRule rule : result.rules()) {
      for (FilterResult.Example example : rule.examples()) {
        out.append(
            String.format(
                Locale.ROOT,
                "%s %.4g: record %,d of %s%n  %s%n",
                rule.rule(),
                example.value(),
                example.record(),
                example.path(),
                example.text().replaceAll("[\\p{Cntrl}\\s]+", " ").strip()));
      }
    }
    out.append(
        String.format(
            Locale.ROOT,
            "kept       %,d of %,d documents (%s), %,d of %,d bytes (%s)%n",
            result.kept(),
            result.documents(),
            percent(result.kept(), result.documents()),
            result.keptBytes(),
            result.bytes(),
            percent(result.keptBytes(), result.bytes())));
    if (lacksStopWords(config, result)) {
      out.append(
          String.format(
              Locale.ROOT,
              "hint       gopher-quality.stop-words removes half of the documents or more: its"
                  + " words are English; for another language give stop-words of it (--config), or"
                  + " gopher-quality:min-stop-words=0%n"));
    }
    if (result.judgedByBeginning() > 0) {
      out.append(
          String.format(
              Locale.ROOT,
              "long       %,d documents were judged by their first %,d bytes%n",
              result.judgedByBeginning(),
              config.maxJudgedBytes()));
    }
    result
        .badRecords()
        .forEach(
            (kind, bad) ->
                out.append(String.format(Locale.ROOT, "left out   %,d %s%n", bad, kind)));
    if (result.text() != null) {
      out.append(String.format(Locale.ROOT, "text       %s%n", result.text()));
    }
    if (result.removed() != null) {
      out.append(String.format(Locale.ROOT, "removed    %s%n", result.removed()));
    }
    out.append(String.format(Locale.ROOT, "analysis   %s%n", result.output()));
    return out.toString();
  }

  /**
   * Whether half of the documents lack the stop words, which are still the paper's English ones.
   */
  private static boolean lacksStopWords(FilterConfig config, FilterResult result) {
    return config.specs().stream()
            .anyMatch(
                spec ->
                    spec.name().equals("gopher-quality") && !spec.given().containsKey("stop-words"))
        && result.rules().stream()
            .anyMatch(
                rule ->
                    rule.rule().equals("gopher-quality.stop-words")
                        && rule.any() > 0
                        && rule.any() >= result.documents() - rule.any());
  }

  private static String removedFolder(AnalysisWriter writer, List<FileEntry> files) {
    return files.stream().anyMatch(file -> file.path().startsWith(PartPlace.REMOVED))
        ? Paths.below(writer.folder(), PartPlace.REMOVED).toString()
        : null;
  }

  private static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String percent(long part, long of) {
    return String.format(Locale.ROOT, "%.1f %%", of == 0 ? 0.0 : 100.0 * part / of);
  }
}
