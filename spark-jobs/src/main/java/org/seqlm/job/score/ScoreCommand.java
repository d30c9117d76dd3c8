package org.seqlm.job.score;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.scores.Buckets;
import org.seqlm.corpus.scores.CutoffSettings;
import org.seqlm.corpus.scores.Cutoffs;
import org.seqlm.corpus.scores.TextSample;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.job.cli.TextTable;
import org.seqlm.lm.Score;
import org.seqlm.lm.TextScore;
import org.seqlm.lm.files.ScoreDetails;
import org.seqlm.spark.scoring.LearntCutoffs;
import org.seqlm.spark.scoring.TextScoring;
import org.seqlm.spark.scoring.lines.LineRules;
import org.seqlm.spark.scoring.lines.PieceModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm score}. */
@Command(
    name = "score",
    description = {
      "Gives each line or document of a text its log-probability (log10, as KenLM prints it), its"
          + " tokens, unknown words and characters under one or more models, as Parquet, TSV or"
          + " JSON lines: what web text is filtered with, and models are compared by.",
      "",
      "Example: seqlm score --model model.arpa.gz --input 'crawl/*.jsonl.gz' --output scores --unit"
          + " document"
    })
public final class ScoreCommand extends JobCommand<ScoreConfig, ScoreCommand.Result> {

  /**
   * What a model makes of the text.
   *
   * @param model path
   * @param kind for instance {@code 3-gram arpa}
   * @param tokens scored, line ends among them
   * @param unknown of them
   * @param characters code points of the text as the model's rules normalise it
   * @param log10 sum of log10 p of all tokens; null if the model excludes any
   * @param spellingLog10 what the unknown words' spelling adds to it
   * @param perplexity unknown words included; null if infinite
   * @param perplexityWithoutUnknown leaves out the unknown words' own terms
   * @param bitsPerCharacter with the unknown words' spelling; null if infinite
   */
  record OfModel(
      String model,
      String kind,
      long tokens,
      long unknown,
      long characters,
      Double log10,
      double spellingLog10,
      Double perplexity,
      Double perplexityWithoutUnknown,
      Double bitsPerCharacter) {}

  /**
   * What a text came to. What stands beside {@code models} is of the first of them.
   *
   * @param scores folder
   * @param fingerprint of its manifest
   * @param model path
   * @param kind for instance {@code 3-gram arpa}
   * @param records read, bad ones among them
   * @param documents scored
   * @param lines scored
   * @param tokens scored, line ends among them
   * @param unknown of them
   * @param log10 sum of log10 p of all tokens; null if the model excludes any
   * @param perplexity unknown words included; null if infinite
   * @param perplexityWithoutUnknown leaves out the unknown words' own terms
   * @param badRecords left out, by kind
   * @param buckets how many rows each has, the likeliest first; null where there are none
   * @param bounds perplexities below which the rows of each bucket but the last lie; null there
   * @param models all of them
   */
  record Result(
      String scores,
      String fingerprint,
      String model,
      String kind,
      long records,
      long documents,
      long lines,
      long tokens,
      long unknown,
      Double log10,
      Double perplexity,
      Double perplexityWithoutUnknown,
      Map<String, Long> badRecords,
      Map<String, Long> buckets,
      List<Double> bounds,
      List<OfModel> models) {}

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description =
          "A RUN, its model or a checkpoint of it, an n-gram folder, a mixture, an ARPA file, a"
              + " compiled model, or a KenLM binary. Give several to score the same text with"
              + " each.")
  List<String> models;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files, folders and globs of text on any Hadoop path.")
  List<String> input;

  @Option(names = "--output", paramLabel = "DIR", description = "The scores' folder.")
  String output;

  @Option(
      names = "--format",
      paramLabel = "parquet|tsv|jsonl",
      description = "How the scores are written (default: parquet).")
  String format;

  @Option(
      names = "--unit",
      paramLabel = "line|document",
      description = "What a row is for (default: line).")
  String unit;

  @Mixin private ScoreOptions options = new ScoreOptions();

  @Mixin private TextOptions text = new TextOptions();

  ScoreCommand() {
    super(ScoreConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("model", models)
        .put("input.paths", input)
        .put("output", output)
        .put("format", format)
        .put("unit", unit);
    options.put(overrides);
    text.put(overrides);
  }

  @Override
  public String plan(ScoreConfig config, JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    KeptFiles.require(config, plan);
    if (config.cutoffsFile() != null) {
      Cutoffs.read(context.hadoop(), config.cutoffsFile(), config.buckets());
    }
    List<String> kinds = new ArrayList<>();
    for (ScoredModel model : open(config, context)) {
      kinds.add(model.describe(config, context));
    }
    return plan.describe()
        + "\nscores each "
        + Json.name(config.unit())
        + " with "
        + String.join(", ", kinds)
        + (config.buckets().isEmpty()
            ? ""
            : "\nparts the rows by perplexity: " + String.join(", ", config.buckets()))
        + "\nwrites "
        + config.output();
  }

  /** Opens every model before the first is scored: a typo in the last costs nothing. */
  private static List<ScoredModel> open(ScoreConfig config, JobContext context) throws IOException {
    List<ScoredModel> models = new ArrayList<>();
    for (String path : config.model()) {
      models.add(ScoredModel.of(config, path, context));
    }
    return models;
  }

  @Override
  public Result run(ScoreConfig config, JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    KeptFiles.require(config, plan);
    Cutoffs cutoffs =
        config.cutoffsFile() == null
            ? null
            : Cutoffs.read(context.hadoop(), config.cutoffsFile(), config.buckets());
    List<ScoredModel> found = open(config, context);
    var spark = context.sparkContext();
    List<TextScoring.Scorer> scorers = new ArrayList<>();
    for (ScoredModel model : found) {
      scorers.add(model.scorer(config, context));
    }
    try (ArtifactWriter writer =
            ArtifactWriter.create(context.hadoop(), config.output(), context.overwrite());
        JobContext.Awaited tasks = context.awaitTasks()) {
      PieceModel pieces = config.pieces() == null ? null : PieceModel.open(spark, config.pieces());
      LineRules rules = config.rules().with(pieces);
      CutoffSettings settings = config.settings(found.get(0), pieces);
      if (config.quantiles() != null) {
        cutoffs = learnt(config, context, plan, scorers.get(0), rules, settings);
      } else if (cutoffs != null) {
        tell(cutoffs.differences(config.buckets(), settings), config, context);
        cutoffs = cutoffs.named(config.buckets());
      }
      TextScoring.Result result =
          TextScoring.score(
              spark,
              plan,
              config.input(),
              scorers,
              rules,
              new TextScoring.Output(
                  writer.folder().toString(),
                  config.unit(),
                  config.format(),
                  config.tokens() ? TextScoring.Tokens.WRITTEN : TextScoring.Tokens.NONE,
                  config.keep(),
                  cutoffs == null ? Buckets.NONE : new Buckets(config.buckets(), cutoffs.bounds())),
              context.progress());
      result.files().forEach(writer::add);
      if (cutoffs != null) {
        writer.write(Cutoffs.FILE, Json.pretty(cutoffs));
      }
      Manifest manifest =
          writer.publish(
              Manifest.of(
                  ArtifactKind.SCORES,
                  inputs(config, found, pieces, result.fingerprint()),
                  config.recorded(),
                  config.seed(),
                  new ScoreDetails(
                      config.columns(),
                      config.model(),
                      config.unit(),
                      config.format(),
                      result.records(),
                      result.documents(),
                      result.lines(),
                      result.bad())));
      List<OfModel> models = new ArrayList<>();
      for (int m = 0; m < found.size(); m++) {
        models.add(ofModel(config.model().get(m), found.get(m), result.models().get(m)));
      }
      OfModel first = models.get(0);
      return new Result(
          config.output(),
          manifest.fingerprint(),
          first.model(),
          first.kind(),
          result.records(),
          result.documents(),
          result.lines(),
          first.tokens(),
          first.unknown(),
          first.log10(),
          first.perplexity(),
          first.perplexityWithoutUnknown(),
          result.bad(),
          cutoffs == null ? null : rows(config.buckets(), result.rows()),
          cutoffs == null ? null : cutoffs.bounds(),
          models);
    }
  }

  private static Cutoffs learnt(
      ScoreConfig config,
      JobContext context,
      CorpusPlan plan,
      TextScoring.Scorer model,
      LineRules rules,
      CutoffSettings settings)
      throws IOException {
    double[] sample =
        LearntCutoffs.sample(
            context.sparkContext(),
            plan,
            config.input(),
            model,
            rules,
            config.unit(),
            TextSample.of(config.seed(), config.cutoffsSample(), plan.bytes()),
            context.progress());
    return new Cutoffs(
        config.buckets(),
        Cutoffs.bounds(sample, config.quantiles()),
        config.quantiles(),
        (long) sample.length,
        config.seed(),
        settings);
  }

  /** Cutoffs hold for what they were learnt from; whoever uses them otherwise is told. */
  private static void tell(List<String> differences, ScoreConfig config, JobContext context) {
    if (!differences.isEmpty()) {
      context
          .progress()
          .message(
              "note: the cutoffs of "
                  + config.cutoffsFile()
                  + " were learnt with "
                  + String.join("; ", differences)
                  + ": buckets may have other shares of a text");
    }
  }

  private static Map<String, Long> rows(List<String> buckets, long[] rows) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (int b = 0; b < buckets.size(); b++) {
      counts.put(buckets.get(b), rows.length == 0 ? 0 : rows[b]);
    }
    return counts;
  }

  /** Fingerprints, for the manifest. */
  private static Map<String, String> inputs(
      ScoreConfig config, List<ScoredModel> models, PieceModel pieces, String corpus) {
    Map<String, String> inputs = new HashMap<>();
    inputs.put("corpus", corpus);
    if (pieces != null) {
      inputs.put("tokenizer", pieces.sha256());
    }
    for (int m = 0; m < models.size(); m++) {
      String name = models.size() == 1 ? "model" : "model " + config.model().get(m);
      inputs.put(name, models.get(m).fingerprint());
    }
    return inputs;
  }

  private static OfModel ofModel(String path, ScoredModel model, TextScoring.OfModel of) {
    Score score = of.score();
    boolean finite = score.zeroProbability() == 0;
    TextScore text =
        TextScore.of(
            score.tokens(), score.unknown(), -score.nats(), of.characters(), of.unknownBytes());
    return new OfModel(
        path,
        model.kind(),
        score.tokens(),
        score.unknown(),
        of.characters(),
        finite ? text.log10() : null,
        text.spellingLog10(),
        finite(score.perplexity()),
        finite(score.perplexityWithoutUnknown()),
        finite ? finite(text.bitsPerCharacter()) : null);
  }

  private static String perplexity(OfModel model) {
    if (model.perplexity() == null) {
      return "perplexity infinite: the model excludes some tokens";
    }
    return String.format(Locale.ROOT, "perplexity %.4f", model.perplexity())
        + (model.perplexityWithoutUnknown() == null
            ? ""
            : String.format(
                Locale.ROOT, ", %.4f without unknown words", model.perplexityWithoutUnknown()))
        + (model.bitsPerCharacter() == null
            ? ""
            : String.format(Locale.ROOT, "; %.4f bits a character", model.bitsPerCharacter()));
  }

  private static String number(Double value) {
    return value == null ? "infinite" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  @Override
  public String summary(ScoreConfig config, Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "scored     %,d lines in %,d documents: %,d tokens, %,d unknown%n",
            result.lines(),
            result.documents(),
            result.tokens(),
            result.unknown()));
    if (result.models().size() == 1) {
      text.append(perplexity(result.models().get(0))).append(String.format(Locale.ROOT, "%n"));
    } else {
      TextTable table =
          new TextTable("model", "kind", "tokens", "unknown", "perplexity", "bits/char");
      for (OfModel model : result.models()) {
        table.row(
            model.model(),
            model.kind(),
            String.format(Locale.ROOT, "%,d", model.tokens()),
            String.format(Locale.ROOT, "%,d", model.unknown()),
            number(model.perplexity()),
            number(model.bitsPerCharacter()));
      }
      text.append(table);
    }
    if (result.buckets() != null) {
      int bucket = 0;
      for (Map.Entry<String, Long> rows : result.buckets().entrySet()) {
        boolean last = bucket == result.bounds().size();
        text.append(
            String.format(
                Locale.ROOT,
                "bucket     %s: %,d, perplexity %s%n",
                rows.getKey(),
                rows.getValue(),
                last
                    ? String.format(Locale.ROOT, "%.4f and more", result.bounds().get(bucket - 1))
                    : String.format(Locale.ROOT, "below %.4f", result.bounds().get(bucket))));
        bucket++;
      }
    }
    result
        .badRecords()
        .forEach(
            (kind, count) ->
                text.append(String.format(Locale.ROOT, "left out   %,d %s%n", count, kind)));
    text.append(String.format(Locale.ROOT, "scores     %s%n", result.scores()));
    return text.toString();
  }
}
