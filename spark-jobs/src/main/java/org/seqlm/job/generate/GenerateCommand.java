package org.seqlm.job.generate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.dataset.Dataset;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.samples.TrainingSpans;
import org.seqlm.verbatim.RareSpans;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm generate}. */
@Command(
    name = "generate",
    description = {
      "Writes text with a model. The same model, prompt, rules and seed give the same text.",
      "",
      "Example: seqlm generate --model run --prompt 'The cats' --length 50 --temperature 0.8 --seed"
          + " 7"
    })
public final class GenerateCommand extends JobCommand<GenerateConfig, GenerateCommand.Result> {

  /**
   * A generated text.
   *
   * @param model that wrote it
   * @param prompt it began with
   * @param text prompt and continuation; what stands in its place where it is withheld
   * @param tokens drawn
   * @param unknownPromptTokens of the prompt, read as {@code <unk>}
   * @param seed of the draws
   * @param publishable whether nothing of the text is rare in the training text; null if it was not
   *     checked
   * @param rare stretches of it that are, in tokens of the text, the prompt among them; null
   *     likewise
   */
  record Result(
      String model,
      String prompt,
      String text,
      int tokens,
      int unknownPromptTokens,
      long seed,
      Boolean publishable,
      List<RareSpans.Stretch> rare) {}

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description =
          "A RUN, its model or a checkpoint of it, an n-gram folder, a mixture, an ARPA file, a"
              + " compiled model, or a KenLM binary.")
  String model;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "The text begins with it; --prompt=TEXT where it begins with a dash.")
  String promptText;

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      description = "The same from a file, UTF-8; a line end at its very end is left out.")
  String promptFile;

  @Option(names = "--length", paramLabel = "N", description = "Tokens to draw (default: 100).")
  Integer length;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Below 1 safer, above 1 bolder, 0 the likeliest (default: 1).")
  Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K likeliest tokens only; 0 from all (default: 0).")
  Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Draw from the likeliest tokens that hold this probability (default: 1, from all).")
  Double topP;

  @Option(
      names = "--check-against",
      paramLabel = "DATASET",
      description =
          "Withhold the text if a span of it stands in this dataset's train split word for word,"
              + " but rarely; see seqlm check-samples. May be repeated.")
  List<String> checkAgainst;

  GenerateCommand() {
    super(GenerateConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("model", model)
        .put("prompt", promptText)
        .put("prompt-file", promptFile)
        .put("length", length)
        .put("temperature", temperature)
        .put("top-k", topK)
        .put("top-p", topP)
        .put("check-against", checkAgainst);
  }

  @Override
  public String plan(GenerateConfig config, JobContext context) throws IOException {
    String unused = config.promptText(context.hadoop());
    PathModel found = PathModel.open(context.hadoop(), config.model());
    int datasets = datasets(config, context).size();
    return "draw "
        + config.length()
        + " tokens from "
        + found.kind()
        + " in this process"
        + (datasets == 0
            ? ""
            : "\nhold them against the training text of " + datasets + " datasets");
  }

  private static List<Dataset> datasets(GenerateConfig config, JobContext context)
      throws IOException {
    List<Dataset> datasets = new ArrayList<>();
    for (String path : config.checkAgainst()) {
      datasets.add(Dataset.open(context.hadoop(), path));
    }
    return datasets;
  }

  @Override
  public Result run(GenerateConfig config, JobContext context) throws IOException {
    String begin = config.promptText(context.hadoop());
    PathModel found = PathModel.open(context.hadoop(), config.model());
    List<Dataset> datasets = datasets(config, context);
    found.tell(context.progress());
    DrawnText drawn = DrawnText.of(found, begin, config.rules(), config.length(), config.seed());
    if (drawn.unknownPromptTokens() > 0) {
      context
          .progress()
          .message(
              "note: the model does not know "
                  + drawn.unknownPromptTokens()
                  + " of the prompt's tokens and reads them as <unk>");
    }
    String text = drawn.text();
    RareSpans spans =
        datasets.isEmpty()
            ? null
            : TrainingSpans.find(
                    context.sparkContext(),
                    datasets,
                    List.of(text),
                    config.checkLength(),
                    config.checkMinCount())
                .get(0);
    return new Result(
        config.model(),
        begin,
        spans == null || spans.publishable() ? text : spans.withheld(),
        drawn.tokens(),
        drawn.unknownPromptTokens(),
        config.seed(),
        spans == null ? null : spans.publishable(),
        spans == null ? null : spans.rare());
  }

  @Override
  public String summary(GenerateConfig config, Result result) {
    return result.text();
  }
}
