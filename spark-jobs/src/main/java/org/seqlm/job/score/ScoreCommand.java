package org.seqlm.job.score;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.lm.Score;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.spark.scoring.PathModel;
import org.seqlm.spark.scoring.TextScoring;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm score}. */
@Command(
    name = "score",
    description = {
      "Gives each line or document of a text its log-probability (log10, as KenLM prints it), its"
          + " tokens and its unknown words under a model, as Parquet or TSV: what web text is"
          + " filtered with.",
      "",
      "Example: seqlm score --model model.arpa.gz --input 'crawl/*.jsonl.gz' --output scores --unit"
          + " document"
    })
public final class ScoreCommand extends JobCommand<ScoreConfig, ScoreCommand.Result> {

  /**
   * What a text came to.
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
      Map<String, Long> badRecords) {}

  /** What the manifest tells of the rows. */
  record Details(
      String columns, long records, long documents, long lines, Map<String, Long> badRecords) {}

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description =
          "A RUN, its model or a checkpoint of it, an n-gram folder, a mixture, or FILE.arpa.")
  String model;

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
      paramLabel = "parquet|tsv",
      description = "How the scores are written (default: parquet).")
  String format;

  @Option(
      names = "--unit",
      paramLabel = "line|document",
      description = "What a row is for (default: line).")
  String unit;

  @Mixin private TextOptions text = new TextOptions();

  ScoreCommand() {
    super(ScoreConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("model", model)
        .put("input.paths", input)
        .put("output", output)
        .put("format", format)
        .put("unit", unit);
    text.put(overrides);
  }

  @Override
  public String plan(ScoreConfig config, JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    PathModel found = PathModel.open(context.hadoop(), config.model());
    return plan.describe()
        + "\nscores each "
        + Json.name(config.unit())
        + " with "
        + found.kind()
        + "\nwrites "
        + config.output();
  }

  @Override
  public Result run(ScoreConfig config, JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    PathModel found = PathModel.open(context.hadoop(), config.model());
    found.tell(context.progress());
    var spark = context.sparkContext();
    try (ArtifactWriter writer =
            ArtifactWriter.create(context.hadoop(), config.output(), context.overwrite());
        JobContext.Awaited tasks = context.awaitTasks()) {
      TextScoring.Result result =
          TextScoring.score(
              spark,
              plan,
              config.input(),
              found.rules(),
              found.supplier(spark),
              new TextScoring.Output(writer.folder().toString(), config.unit(), config.format()),
              context.progress());
      result.files().forEach(writer::add);
      String line = config.unit() == ScoreFiles.Unit.LINE ? "line" : "lines";
      Manifest manifest =
          writer.publish(
              Manifest.of(
                  ArtifactKind.SCORES,
                  Map.of("corpus", result.fingerprint(), "model", found.fingerprint()),
                  config.recorded(),
                  config.seed(),
                  new Details(
                      "path record " + line + " tokens oov log10",
                      result.records(),
                      result.documents(),
                      result.lines(),
                      result.bad())));
      Score score = result.score();
      return new Result(
          config.output(),
          manifest.fingerprint(),
          config.model(),
          found.kind(),
          result.records(),
          result.documents(),
          result.lines(),
          score.tokens(),
          score.unknown(),
          score.zeroProbability() > 0 ? null : -score.nats() / Math.log(10),
          finite(score.perplexity()),
          finite(score.perplexityWithoutUnknown()),
          result.bad());
    }
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
    text.append(
        result.perplexity() == null
            ? String.format(Locale.ROOT, "perplexity infinite: the model excludes some tokens%n")
            : String.format(
                Locale.ROOT,
                "perplexity %.4f%s%n",
                result.perplexity(),
                result.perplexityWithoutUnknown() == null
                    ? ""
                    : String.format(
                        Locale.ROOT,
                        ", %.4f without unknown words",
                        result.perplexityWithoutUnknown())));
    result
        .badRecords()
        .forEach(
            (kind, count) ->
                text.append(String.format(Locale.ROOT, "left out   %,d %s%n", count, kind)));
    text.append(String.format(Locale.ROOT, "scores     %s%n", result.scores()));
    return text.toString();
  }
}
