package org.seqlm.job.corpus.duplicates;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableSchema;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.duplicates.Bands;
import org.seqlm.duplicates.DuplicateSettings.Find;
import org.seqlm.job.analysis.TableOptions;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.spark.duplicates.FoundDuplicates;
import org.seqlm.spark.duplicates.FoundDuplicates.FrequentLine;
import org.seqlm.spark.duplicates.KnownDocuments;
import org.seqlm.spark.duplicates.SourceShare;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm corpus duplicates}. */
@Command(
    name = "duplicates",
    sortOptions = false,
    description = {
      "Finds what stands in a text more than once: documents that are equal or much alike, lines,"
          + " and spans of words; tells where each stands and what it duplicates, and with --remove"
          + " writes the text without it.",
      "",
      "Example: seqlm corpus duplicates --input 'crawl/*.jsonl.gz' --find exact-documents,near"
          + " --output out/duplicates --remove"
    })
public final class DuplicatesCommand extends JobCommand<DuplicatesConfig, DuplicatesResult> {
  /** Lines that are shown. */
  private static final int MOST_LINES = 1000;

  private static final TableSchema SOURCES =
      TableSchema.of(
          "sources",
          "Duplicates by source",
          Column.text("source", "source"),
          Column.whole("documents", "documents"),
          Column.whole("bytes", "bytes"),
          Column.whole("lines", "lines"),
          Column.whole("words", "words"),
          Column.whole("exact_documents", "exact documents"),
          Column.whole("near_documents", "near documents"),
          Column.whole("duplicate_bytes", "bytes of both"),
          Column.whole("duplicate_lines", "duplicate lines"),
          Column.whole("span_words", "words in spans"));

  private static final TableSchema LINES =
      TableSchema.of(
          "frequent-lines",
          "The most frequent lines",
          Column.whole("times", "times"),
          Column.whole("documents", "documents"),
          Column.text("line", "line"));

  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files, folders and globs of text on any Hadoop path.")
  List<String> input;

  @Option(
      names = "--find",
      paramLabel = "KIND",
      split = ",",
      description =
          "What is looked for: exact-documents, near, exact-lines, spans, one or more (default:"
              + " exact-documents,near).")
  List<String> find;

  @Option(
      names = "--threshold",
      paramLabel = "J",
      description = "Jaccard similarity from which documents are near (default: 0.8).")
  Double threshold;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      description = "Show lines that stand at least so often (default: 5).")
  Long minCount;

  @Option(
      names = "--min-documents",
      paramLabel = "N",
      description = "Show lines that stand in at least so many documents (default: 3).")
  Long minDocuments;

  @Option(
      names = "--against",
      paramLabel = "DIR",
      arity = "1..*",
      description =
          "Analyses of earlier text, made with --keep-sketches: their documents come first, and are"
              + " not read again.")
  List<String> against;

  @Option(
      names = "--keep-sketches",
      description = "Keep what --against of later text needs of the documents that are left.")
  boolean keepSketches;

  @Option(
      names = "--remove",
      description = "Also write the text without what was found; first occurrences stay.")
  boolean remove;

  @Mixin private TextOptions text = new TextOptions();

  @Mixin private TableOptions tables = new TableOptions();

  public DuplicatesCommand() {
    super(DuplicatesConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input.paths", input)
        .put("find", find)
        .put("near.threshold", threshold)
        .put("min-count", minCount)
        .put("min-documents", minDocuments)
        .put("against", against)
        .put("keep-sketches", keepSketches ? true : null)
        .put("remove", remove ? true : null);
    text.put(overrides);
    tables.put(overrides);
  }

  @Override
  public String plan(DuplicatesConfig config, JobContext context) throws IOException {
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    requireRemovable(config, plan);
    return plan.describe()
        + String.format(
            Locale.ROOT,
            "%nlooks for %s",
            String.join(", ", config.find().stream().map(Json::name).toList()))
        + (config.find().contains(Find.NEAR)
            ? "\nexpected recall: " + DuplicatesText.recall(config, config.near().bands())
            : "")
        + (config.remove() ? "\nwrites the text without them" : "");
  }

  /** Checks that every file can be written without what is found in it. */
  private static void requireRemovable(DuplicatesConfig config, CorpusPlan plan) {
    if (!config.remove()) {
      return;
    }
    for (CorpusRange range : plan.ranges()) {
      for (CorpusRange.Piece piece : range.pieces()) {
        CorpusFile file = piece.file();
        if (file.format() != CorpusFormat.TEXT && file.document() != DocumentUnit.RECORD) {
          throw UserException.configuration(
              "records are documents where something is removed, but a document of "
                  + file.path()
                  + " is a "
                  + Json.name(file.document())
                  + ": give --document record, or leave --remove out");
        }
      }
    }
  }

  @Override
  public DuplicatesResult run(DuplicatesConfig config, JobContext context) throws IOException {
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    requireRemovable(config, plan);
    try (AnalysisWriter analysis =
            AnalysisWriter.create(
                context.hadoop(), config.output(), context.overwrite(), config.formats());
        FoundDuplicates found =
            FoundDuplicates.of(
                context.sparkContext(),
                plan,
                config.input(),
                config.settings(),
                KnownDocuments.open(context.hadoop(), config.against(), config.settings()),
                config.partitions(),
                context.progress())) {
      List<SourceShare> sources = found.shares();
      SourceShare total = SourceShare.sum(sources);
      if (total.words() == 0) {
        throw UserException.data(
            "the text "
                + String.join(" ", config.input().paths())
                + " has no words: give another --input");
      }
      context.progress().stage("write", 0, "rows");
      List<Object[]> rows = new ArrayList<>();
      sources.forEach(source -> rows.add(row(source)));
      analysis.table(SOURCES, rows);
      List<FrequentLine> lines = List.of();
      if (config.find().contains(Find.EXACT_LINES)) {
        lines = found.frequentLines(config.minCount(), config.minDocuments(), MOST_LINES);
        analysis.table(
            LINES,
            lines.stream()
                .map(line -> new Object[] {line.times(), line.documents(), line.text()})
                .toList());
      }
      FoundDuplicates.Written written = found.write(analysis);
      context.progress().update(written.rows(), "");
      if (config.keepSketches()) {
        found.keepSketches(analysis);
      }
      Long keptFiles = config.remove() ? found.remove(analysis) : null;
      String kept =
          config.remove() ? new Path(analysis.folder(), FoundDuplicates.TEXT).toString() : null;
      Manifest manifest =
          analysis.publish(
              DuplicatesText.details(config, total, sources, written.lessAlike()),
              inputs(config, context, found.total().fingerprint()),
              config.recorded(),
              config.seed());
      boolean near = config.find().contains(Find.NEAR);
      Bands bands = near ? config.near().bands() : null;
      double threshold = config.near().threshold();
      return new DuplicatesResult(
          config.output(),
          manifest.fingerprint(),
          found.total().fingerprint(),
          found.total().records(),
          total,
          sources,
          config.settings().findsDocuments() ? written.groups() : null,
          near ? written.lessAlike() : null,
          written.rows(),
          bands,
          near ? bands.recall(threshold, 1) : null,
          near ? bands.probability(threshold) : null,
          lines.subList(0, Math.min(20, lines.size())),
          BadRecords.byKind(found.total()),
          kept,
          keptFiles);
    }
  }

  /** Fingerprints of the text and of the analyses that it was held against. */
  private static Map<String, String> inputs(
      DuplicatesConfig config, JobContext context, String text) throws IOException {
    Map<String, String> inputs = new LinkedHashMap<>();
    inputs.put("text", text);
    for (String analysis : config.against()) {
      inputs.put(
          "against " + analysis,
          ArtifactReader.open(context.hadoop(), analysis, ArtifactKind.ANALYSIS)
              .manifest()
              .fingerprint());
    }
    return inputs;
  }

  private static Object[] row(SourceShare source) {
    return new Object[] {
      source.source(),
      source.documents(),
      source.bytes(),
      source.lines(),
      source.words(),
      source.exactDocuments(),
      source.nearDocuments(),
      source.duplicateBytes(),
      source.duplicateLines(),
      source.spanWords()
    };
  }

  @Override
  public String summary(DuplicatesConfig config, DuplicatesResult result) {
    return DuplicatesText.summary(config, result);
  }
}
