package org.seqlm.job.predict;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.example.AskedRules;
import org.seqlm.job.cli.Counted;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm predict}. */
@Command(
    name = "predict",
    description = {
      "Says what a network over examples makes of each record: a label with probabilities, tags, a"
          + " target, or the next values of a series; as JSON lines or Parquet, in the order of the"
          + " records.",
      "",
      "Example: seqlm predict --model run --input new.jsonl --columns input=review --output"
          + " predicted"
    })
public final class PredictCommand extends JobCommand<PredictConfig, PredictResult> {
  @Option(
      names = "--model",
      paramLabel = "RUN",
      description = "A run that seqlm train made of examples, its model or a checkpoint of it.")
  String model;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files, folders and globs of records: JSON lines, Parquet or CSV.")
  List<String> input;

  @Option(names = "--output", paramLabel = "DIR", description = "The predictions' folder.")
  String output;

  @Option(
      names = "--columns",
      paramLabel = "ROLE=NAME",
      split = ",",
      description = "Columns that are not called like the roles of the network's examples.")
  Map<String, String> columns;

  @Option(
      names = "--keep",
      paramLabel = "NAME",
      split = ",",
      description = "Fields of the records that are kept beside what is predicted; id always is.")
  List<String> keep;

  @Option(
      names = "--format",
      paramLabel = "jsonl|parquet",
      description = "How the predictions are written (default: jsonl).")
  String format;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Tell the probabilities of the N likeliest labels only (default: 0, all).")
  Integer top;

  @Option(
      names = "--beam",
      paramLabel = "N",
      description =
          "Write targets by a beam search that keeps N (default: 1, the likeliest token).")
  Integer beam;

  PredictCommand() {
    super(PredictConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("model", model)
        .put("input.paths", input)
        .put("output", output)
        .put("examples.columns", columns)
        .put("keep", keep)
        .put("format", format)
        .put("top", top)
        .put("decoding.beam", beam);
  }

  @Override
  public String plan(PredictConfig config, JobContext context) throws IOException {
    return PredictJob.of(config, context).plan(context);
  }

  @Override
  public PredictResult run(PredictConfig config, JobContext context) throws IOException {
    return PredictJob.of(config, context).run(context);
  }

  @Override
  public String summary(PredictConfig config, PredictResult result) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "predicted",
        String.format(
            Locale.ROOT,
            "%,d of %,d records with %s, task %s",
            result.predicted(),
            result.records(),
            result.kind(),
            Json.name(result.task())));
    result
        .badRecords()
        .forEach(
            (kind, count) -> line(text, "bad", String.format(Locale.ROOT, "%,d %s", count, kind)));
    if (result.unknown() > 0) {
      line(
          text,
          "unknown",
          String.format(
              Locale.ROOT,
              "%s of %,d, which the model read as <unk>",
              Counted.of(result.unknown(), "token"),
              result.tokens()));
    }
    String role = AskedRules.told(result.task());
    if (result.metrics() != null) {
      result
          .metrics()
          .forEach((name, value) -> line(text, name, String.format(Locale.ROOT, "%.4f", value)));
    } else if (result.told() > 0) {
      long lacking = result.predicted() - result.told();
      line(
          text,
          "no metrics",
          String.format(
              Locale.ROOT,
              "%,d of the records %s no %s that the model knows",
              lacking,
              lacking == 1 ? "has" : "have",
              role));
    }
    line(text, "written", result.predictions());
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-10s %s%n", name, value));
  }
}
