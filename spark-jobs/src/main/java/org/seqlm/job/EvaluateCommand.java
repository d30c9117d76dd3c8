package org.seqlm.job;

import java.io.IOException;
import java.util.List;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.CorpusPlan;
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
      paramLabel = "DATASET|TEXT",
      description =
          "Folder written by seqlm prepare; or a file, folder or glob of text, which each model"
              + " cuts by its own rules.")
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
          "A RUN, its model, an n-gram folder, there also DIR#estimator=mle,order=2, a"
              + " mixture, or FILE.arpa[.gz]. May be repeated.")
  List<String> models;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of each model in turn (default: its path).")
  List<String> names;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Score only the first N tokens of the split (default: all).")
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
    String what;
    if (ArtifactReader.isArtifact(context.hadoop(), config.input())) {
      ArtifactReader dataset =
          ArtifactReader.open(context.hadoop(), config.input(), ArtifactKind.DATASET);
      what = "the " + Json.name(config.split()) + " split of " + dataset.name();
    } else {
      CorpusPlan plan = CorpusPlan.of(context.hadoop(), EvaluateJob.text(config.input()));
      what = "the text " + config.input() + "\n" + plan.describe();
    }
    if (config.output() != null) {
      ArtifactWriter.checkTarget(context.hadoop(), config.output(), context.overwrite());
    }
    return "score " + config.models().size() + " models on " + what;
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
