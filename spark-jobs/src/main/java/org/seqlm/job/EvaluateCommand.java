package org.seqlm.job;

import java.io.IOException;
import java.util.List;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.report.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Scores any number of models on the same held-out text: cross-entropy, perplexity, bits a"
          + " character, unknown tokens.",
      "",
      "Example: seqlm evaluate --input dataset --split test --model run --model"
          + " 'ngrams#estimator=add-k,order=3'"
    })
final class EvaluateCommand extends JobCommand<EvaluateConfig, Evaluation> {
  @Option(
      names = "--input",
      paramLabel = "DATASET",
      description = "Folder written by seqlm prepare.")
  String input;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Keep the evaluation there, for the report.")
  String output;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "train, valid or test (default: test).")
  String split;

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description =
          "A RUN, its model, or an n-gram folder, there also DIR#estimator=mle,order=2. May be"
              + " repeated.")
  List<String> models;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of each model in turn (default: its path).")
  List<String> names;

  @Option(names = "--max-tokens", paramLabel = "N", description = "Score only the first N tokens.")
  Long maxTokens;

  @Option(
      names = "--pairs",
      paramLabel = "FILE",
      description = "Minimal pairs as JSON lines: which continuation is preferred?")
  String pairs;

  EvaluateCommand() {
    super(EvaluateConfig.class);
  }

  @Override
  void flags(Overrides overrides) {
    overrides
        .put("input", input)
        .put("output", output)
        .put("split", split)
        .put("models", models)
        .put("names", names)
        .put("max-tokens", maxTokens)
        .put("pairs", pairs);
  }

  @Override
  String plan(EvaluateConfig config, JobContext context) throws IOException {
    ArtifactReader dataset =
        ArtifactReader.open(context.hadoop(), config.input(), ArtifactKind.DATASET);
    if (config.output() != null) {
      ArtifactWriter.checkTarget(context.hadoop(), config.output(), context.overwrite());
    }
    return "score "
        + config.models().size()
        + " models on the "
        + org.seqlm.artifact.Json.name(config.split())
        + " split of "
        + dataset.name();
  }

  @Override
  Evaluation run(EvaluateConfig config, JobContext context) throws IOException {
    return EvaluateJob.run(config, context, null);
  }

  @Override
  String summary(EvaluateConfig config, Evaluation result) {
    return EvaluateJob.table(result)
        + (config.output() == null ? "" : "evaluation: " + config.output() + "\n");
  }
}
