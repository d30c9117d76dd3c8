package org.seqlm.job.prepare;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.dataset.VocabularyExtension;
import org.seqlm.dataset.VocabularySource;
import org.seqlm.job.cli.BuiltInExample;
import org.seqlm.job.cli.CorpusOptions;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.spark.tokens.DatasetBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm prepare}: text becomes a dataset, records with labels become examples. */
@Command(
    name = "prepare",
    sortOptions = false,
    description =
        "Turn text into a dataset: tokens, a vocabulary, and train, valid and test splits; or"
            + " records with labels into labelled examples (--task).",
    footerHeading = "%nExample:%n",
    footer = {
      "  seqlm prepare --input corpus/ --output data/words --tokenizer word --lowercase"
          + " --vocabulary-size 50000",
      "  seqlm prepare --input reviews.csv --task classify --columns input=review,label=stars"
          + " --tokenizer word --output data/reviews"
    })
public final class PrepareCommand extends JobCommand<PrepareConfig, Prepared> {
  /** What the manifest calls the vocabulary that is extended. */
  private static final String BASE = "vocabulary-base";

  @Mixin private CorpusOptions corpus = new CorpusOptions();

  @Option(names = "--output", paramLabel = "DATASET", description = "The dataset's folder.")
  String output;

  @Option(
      names = "--splits",
      paramLabel = "METHOD:TRAIN,VALID,TEST",
      description =
          "contiguous:0.9,0.05,0.05 (default) cuts the stream; hashed:0.9,0.05,0.05 deals out whole"
              + " documents; hashed-words:0.9,0.05,0.05 does so by their words, each the same on"
              + " any day.")
  String splits;

  @Option(
      names = "--vocabulary-size",
      paramLabel = "N",
      description = "At most N ids, reserved ones included (default: no limit).")
  Integer vocabularySize;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      description = "Rarer tokens become <unk> (default: 1).")
  Long minCount;

  @Option(
      names = "--vocabulary-from",
      paramLabel = "MODEL",
      description =
          "A run, model, checkpoint or dataset whose tokens keep their ids; the text's new ones are"
              + " appended, so that train --start-from goes on with the model.")
  String vocabularyFrom;

  @Option(
      names = "--max-appended",
      paramLabel = "N",
      description = "At most N tokens are appended to that vocabulary (default: no limit).")
  Integer maxAppended;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "The input holds labelled examples: classify, tag, sequence, grid, frames or series. A"
              + " folder of seqlm example names its task itself.")
  String task;

  @Option(
      names = "--columns",
      paramLabel = "ROLE=NAME",
      split = ",",
      description =
          "Columns of the examples that are not called like their roles: input=review,label=stars."
              + " The role split is of a column that holds train, valid or test.")
  Map<String, String> columns;

  public PrepareCommand() {
    super(PrepareConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    corpus.put(overrides);
    overrides
        .put("output", output)
        .put("vocabulary.max-size", vocabularySize)
        .put("vocabulary.min-count", minCount)
        .put("vocabulary.base", vocabularyFrom)
        .put("vocabulary.max-appended", maxAppended)
        .put("examples.task", task)
        .put("examples.columns", columns);
    splits(overrides, splits);
  }

  /**
   * {@code METHOD:TRAIN,VALID,TEST} as the keys of the group {@code splits}.
   *
   * @throws UserException with exit code 2 if it does not read like that
   */
  static void splits(FlagValues overrides, String given) {
    if (given == null) {
      return;
    }
    String[] parts = given.split(":", -1);
    String[] fractions = parts.length == 2 ? parts[1].split(",", -1) : new String[0];
    if (fractions.length != 3) {
      throw malformed(given);
    }
    overrides.put("splits.method", parts[0].strip());
    String[] keys = {"splits.train", "splits.valid", "splits.test"};
    for (int i = 0; i < keys.length; i++) {
      try {
        overrides.put(keys[i], Double.parseDouble(fractions[i]));
      } catch (NumberFormatException e) {
        throw malformed(given);
      }
    }
  }

  private static UserException malformed(String given) {
    return UserException.configuration(
        "--splits takes METHOD:TRAIN,VALID,TEST, for instance contiguous:0.9,0.05,0.05, but got "
            + given);
  }

  @Override
  public String plan(PrepareConfig config, JobContext context) throws IOException {
    BuiltInExample folder = BuiltInExample.find(context.hadoop(), config.input().paths());
    return isOfText(config, folder)
        ? planText(text(config, folder), context)
        : examples(config, folder).plan(context);
  }

  /** Whether text is read: no task is named, neither by the user nor by a folder that is read. */
  private static boolean isOfText(PrepareConfig config, BuiltInExample folder) {
    return config.examples().task() == null && (folder == null || folder.task() == null);
  }

  private ExamplesJob examples(PrepareConfig config, BuiltInExample folder) {
    if (splits != null && splits.strip().startsWith(Json.name(SplitMethod.CONTIGUOUS))) {
      throw UserException.configuration(
          "--splits contiguous is of text, and there are labelled examples: give hashed:"
              + "TRAIN,VALID,TEST, for instance hashed:0.8,0.1,0.1");
    }
    return ExamplesJob.of(config, folder);
  }

  /** The configuration of text; of the built-in example its text alone is read. */
  private static PrepareConfig text(PrepareConfig config, BuiltInExample folder) {
    new Problems()
        .require(
            config.examples().columns().isEmpty(),
            "examples.columns is of labelled examples, and there is text: give --task, or leave"
                + " --columns out")
        .throwIfAny();
    return folder == null ? config : config.with(folder.source(config.input()));
  }

  private static String planText(PrepareConfig config, JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    VocabularyBase base = base(config, context);
    return plan.describe()
        + (base == null
            ? ""
            : String.format(
                Locale.ROOT, "%nextends the %,d ids of %s", base.vocabulary().size(), base.path()))
        + PrepareNotes.meant(config, plan).map(note -> "\n" + note).orElse("")
        + "\nwrites the dataset "
        + config.output();
  }

  /**
   * Whether a dataset would be the same if it were made anew of a corpus that has not changed.
   *
   * @param manifest of the dataset
   */
  public static boolean isOf(Manifest manifest, PrepareConfig config, Configuration hadoop)
      throws IOException {
    String base = config.vocabulary().base();
    return Json.isOf(manifest.config(), config.recorded())
        && Objects.equals(
            manifest.inputs().get(BASE),
            base == null ? null : VocabularyBase.open(hadoop, base).fingerprint());
  }

  /** The vocabulary that is extended; null if none is. */
  private static VocabularyBase base(PrepareConfig config, JobContext context) throws IOException {
    if (config.vocabulary().base() == null) {
      return null;
    }
    VocabularyBase base = VocabularyBase.open(context.hadoop(), config.vocabulary().base());
    base.check(config.tokenizer());
    config.vocabulary().extended(base.vocabulary());
    return base;
  }

  @Override
  public Prepared run(PrepareConfig config, JobContext context) throws IOException {
    BuiltInExample folder = BuiltInExample.find(context.hadoop(), config.input().paths());
    return isOfText(config, folder)
        ? runText(text(config, folder), context)
        : examples(config, folder).run(context);
  }

  private static PrepareResult runText(PrepareConfig config, JobContext context)
      throws IOException {
    // Before Spark starts: what can be told at once is told at once.
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    VocabularyBase base = base(config, context);
    Map<String, String> inputs = new TreeMap<>();
    if (base != null) {
      inputs.put(BASE, base.fingerprint());
    }
    DatasetBuilder.Request request =
        new DatasetBuilder.Request(
            config.input(),
            config.tokenizer(),
            config.splits(),
            config.labels(),
            config.vocabulary().limits(),
            config.vocabulary().from(),
            base == null ? null : config.vocabulary().extended(base.vocabulary()),
            config.partitions(),
            config.seed());
    PrepareNotes.meant(config, plan).ifPresent(context.progress()::message);
    var spark = context.sparkContext();
    try (ArtifactWriter writer =
            ArtifactWriter.create(context.hadoop(), config.output(), context.overwrite());
        JobContext.Awaited tasks = context.awaitTasks()) {
      DatasetBuilder.Built built =
          DatasetBuilder.build(spark, plan, request, writer, context.progress());
      inputs.put("corpus", built.details().corpusFingerprint());
      Manifest manifest =
          writer.publish(
              Manifest.of(
                  ArtifactKind.DATASET, inputs, config.recorded(), config.seed(), built.details()));
      return result(config.output(), manifest, built);
    }
  }

  private static PrepareResult result(
      String dataset, Manifest manifest, DatasetBuilder.Built built) {
    Map<Split, SplitStatistics> splits = built.details().splits();
    Map<Split, Double> unknownRates = new EnumMap<>(Split.class);
    splits.forEach((split, statistics) -> unknownRates.put(split, statistics.unknownRate()));
    return new PrepareResult(
        dataset,
        manifest.fingerprint(),
        sum(splits, SplitStatistics::documents),
        sum(splits, SplitStatistics::lines),
        sum(splits, SplitStatistics::tokens),
        sum(splits, SplitStatistics::characters),
        built.types(),
        built.details().vocabularySize(),
        built.details().vocabularyFingerprint(),
        built.details().corpusFingerprint(),
        built.details().extended(),
        splits,
        unknownRates,
        built.records(),
        built.details().badRecords(),
        notes(built));
  }

  private static Map<String, Long> notes(DatasetBuilder.Built built) {
    Map<String, Long> notes = new TreeMap<>();
    notes.put("reserved-spelling", built.reservedSpellings());
    notes.put(BadRecords.SPLIT, built.split());
    notes.values().removeIf(count -> count == 0);
    return notes;
  }

  private static long sum(
      Map<Split, SplitStatistics> splits, ToLongFunction<SplitStatistics> value) {
    return splits.values().stream().mapToLong(value).sum();
  }

  @Override
  public String summary(PrepareConfig config, Prepared result) {
    return result instanceof ExamplesResult examples
        ? ExamplesSummary.of(examples) + notes(config, examples)
        : summaryOfText(config, (PrepareResult) result);
  }

  /** What was left open; nobody chooses the tokenizer of a built-in example. */
  private String notes(PrepareConfig config, ExamplesResult result) {
    return result.origin() != null || corpus.givesTokenizer("kind")
        ? ""
        : PrepareNotes.cut(config, result);
  }

  private static String summaryOfText(PrepareConfig config, PrepareResult result) {
    StringBuilder text = new StringBuilder();
    String row = "%-8s %,12d %,12d %,14d %,14d %11.3f %%%n";
    text.append(
        String.format(
            Locale.ROOT,
            "%-8s %12s %12s %14s %14s %13s%n",
            "split",
            "documents",
            "lines",
            "tokens",
            "characters",
            "unknown"));
    result
        .splits()
        .forEach(
            (split, s) ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        row,
                        Json.name(split),
                        s.documents(),
                        s.lines(),
                        s.tokens(),
                        s.characters(),
                        100 * s.unknownRate())));
    long unknown = sum(result.splits(), SplitStatistics::unknown);
    text.append(
        String.format(
            Locale.ROOT,
            row,
            "all",
            result.documents(),
            result.lines(),
            result.tokens(),
            result.characters(),
            percent(unknown, result.tokens())));
    text.append(
        String.format(Locale.ROOT, "types      %,d in %s%n", result.types(), counted(config)));
    text.append(String.format(Locale.ROOT, "vocabulary %,d ids%n", result.vocabularySize()));
    if (result.extended() != null) {
      extended(text, config, result);
    }
    result
        .badRecords()
        .forEach(
            (kind, count) ->
                text.append(String.format(Locale.ROOT, "left out   %,d %s%n", count, kind)));
    result
        .notes()
        .forEach(
            (kind, count) ->
                text.append(String.format(Locale.ROOT, "note       %,d %s%n", count, kind)));
    text.append(String.format(Locale.ROOT, "dataset    %s%n", result.dataset()));
    return text.toString();
  }

  /** The text that new tokens come from. */
  private static String counted(PrepareConfig config) {
    return config.vocabulary().from() == VocabularySource.TRAIN ? "the train split" : "all splits";
  }

  /** What the vocabulary that is extended makes of the text. */
  private static void extended(StringBuilder text, PrepareConfig config, PrepareResult result) {
    VocabularyExtension extended = result.extended();
    long appended = extended.appendedTokens().values().stream().mapToLong(Long::longValue).sum();
    long unknown = sum(result.splits(), SplitStatistics::unknown);
    text.append(
        String.format(
            Locale.ROOT,
            "known      %,d ids of %s: %,d of its tokens stand in %s, %.3f %% of all tokens are"
                + " unknown to it%n",
            extended.size(),
            config.vocabulary().base(),
            extended.known(),
            counted(config),
            percent(appended + unknown, result.tokens())));
    text.append(
        String.format(
            Locale.ROOT,
            "appended   %,d ids: %.3f %% of all tokens stay unknown%n",
            extended.appended(),
            percent(unknown, result.tokens())));
  }

  private static double percent(long some, long all) {
    return all == 0 ? 0 : 100.0 * some / all;
  }
}
