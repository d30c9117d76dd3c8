package org.seqlm.job.evaluate;

import java.io.IOException;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.dataset.Dataset;
import org.seqlm.job.cli.Counted;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.metrics.Evaluated;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.TaskEvaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Scores any number of models on the same held-out text: cross-entropy, perplexity, bits a"
          + " character, unknown tokens; or networks on the same labelled examples: the metrics of"
          + " their task.",
      "",
      "Example: seqlm evaluate --input dataset --split test --model run --model"
          + " 'ngrams#estimator=add-k,order=3'"
    })
public final class EvaluateCommand extends JobCommand<EvaluateConfig, Evaluated> {
  @Option(
      names = "--input",
      paramLabel = "DATASET|TEXT",
      arity = "1..*",
      description =
          "Folder written by seqlm prepare, of text or of labelled examples; or files, folders and"
              + " globs of text, which each model cuts by its own rules.")
  List<String> input;

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
          "A RUN, its model or a checkpoint of it, an n-gram folder, there also"
              + " DIR#estimator=mle,order=2, a mixture, an ARPA file, a compiled model, or a KenLM"
              + " binary. May be repeated.")
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

  @Mixin private TextOptions text = new TextOptions();

  EvaluateCommand() {
    super(EvaluateConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input.paths", input)
        .put("output", output)
        .put("split", split)
        .put("models", models)
        .put("names", names)
        .put("max-tokens", maxTokens)
        .put("pairs", pairs);
    text.put(overrides);
  }

  @Override
  public String plan(EvaluateConfig config, JobContext context) throws IOException {
    String what;
    if (ScoringInputs.isExamples(context.hadoop(), config.input())) {
      checkFlags(true);
      return EvaluateExamples.of(config, context).plan();
    }
    Dataset dataset = ScoringInputs.dataset(context.hadoop(), config.input());
    checkFlags(dataset != null);
    config.checkOfText();
    if (dataset != null) {
      EvaluateJob.open(config, context.hadoop(), dataset);
      what = "the " + Json.name(config.split()) + " split of " + dataset.artifact().name();
    } else {
      CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
      ScoringInputs.open(context.hadoop(), config.models());
      what = "the text " + config.inputName() + "\n" + plan.describe();
    }
    if (config.output() != null) {
      OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    }
    return "score " + Counted.of(config.models().size(), "model") + " on " + what;
  }

  @Override
  public Evaluated run(EvaluateConfig config, JobContext context) throws IOException {
    if (ScoringInputs.isExamples(context.hadoop(), config.input())) {
      checkFlags(true);
      return EvaluateExamples.of(config, context).run(context);
    }
    Dataset dataset = ScoringInputs.dataset(context.hadoop(), config.input());
    checkFlags(dataset != null);
    config.checkOfText();
    return EvaluateJob.run(config, context, dataset, null);
  }

  private void checkFlags(boolean prepared) {
    if (prepared && !text.given().isEmpty()) {
      throw UserException.configuration(
          text.given().stream()
              .map(flag -> flag + " does not apply to a dataset: leave it out")
              .toList());
    }
  }

  @Override
  public String summary(EvaluateConfig config, Evaluated result) {
    return (result instanceof TaskEvaluation examples
            ? EvaluateExamples.table(examples)
            : EvaluateJob.table((Evaluation) result))
        + (config.output() == null ? "" : "evaluation: " + config.output() + "\n");
  }
}
