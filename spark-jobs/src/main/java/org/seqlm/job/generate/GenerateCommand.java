package org.seqlm.job.generate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Sampler;
import org.seqlm.spark.scoring.PathModel;
import org.seqlm.text.Tokenizer;
import org.seqlm.vocab.ShortText;
import org.seqlm.vocab.Vocabulary;
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
   * @param text prompt and continuation
   * @param tokens drawn
   * @param unknownPromptTokens of the prompt, read as {@code <unk>}
   * @param seed of the draws
   */
  record Result(
      String model, String prompt, String text, int tokens, int unknownPromptTokens, long seed) {}

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description =
          "A RUN, its model or a checkpoint of it, an n-gram folder, a mixture, or FILE.arpa.")
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
        .put("top-p", topP);
  }

  @Override
  public String plan(GenerateConfig config, JobContext context) throws IOException {
    String unused = config.promptText(context.hadoop());
    PathModel found = PathModel.open(context.hadoop(), config.model());
    return "draw " + config.length() + " tokens from " + found.kind() + " in this process";
  }

  @Override
  public Result run(GenerateConfig config, JobContext context) throws IOException {
    String begin = config.promptText(context.hadoop());
    PathModel found = PathModel.open(context.hadoop(), config.model());
    found.tell(context.progress());
    LanguageModel languageModel = found.model();
    Vocabulary vocabulary = languageModel.vocabulary();
    Tokenizer tokenizer = Tokenizer.of(found.rules());
    ShortText prompt = ShortText.of(tokenizer, vocabulary, begin);
    if (prompt.unknown() > 0) {
      context
          .progress()
          .message(
              "note: the model does not know "
                  + prompt.unknown()
                  + " of the prompt's tokens and reads them as <unk>");
    }
    int[] drawn =
        new Sampler(languageModel, prompt.ids(), config.rules(), config.seed())
            .draw(config.length());
    List<String> tokens = new ArrayList<>(prompt.tokens());
    for (int id : drawn) {
      tokens.add(vocabulary.token(id));
    }
    String text = tokenizer.detokenize(tokens);
    return new Result(config.model(), begin, text, drawn.length, prompt.unknown(), config.seed());
  }

  @Override
  public String summary(GenerateConfig config, Result result) {
    return result.text();
  }
}
