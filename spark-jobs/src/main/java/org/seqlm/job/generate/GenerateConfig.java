package org.seqlm.job.generate;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.lm.SamplingRules;
import org.seqlm.verbatim.SpanRules;

/**
 * See {@code conf/generate.yaml}.
 *
 * @param checkAgainst datasets whose train splits the text is held against; empty for none
 * @param checkLength tokens of a span; 0 for the default of the datasets' tokens
 * @param checkMinCount a span that stands there less often is rare
 */
public record GenerateConfig(
    String model,
    String prompt,
    String promptFile,
    int length,
    double temperature,
    int topK,
    double topP,
    List<String> checkAgainst,
    int checkLength,
    int checkMinCount,
    long seed,
    int partitions)
    implements JobConfig {

  public GenerateConfig {
    prompt = prompt == null ? "" : prompt;
    checkAgainst = checkAgainst == null ? List.of() : List.copyOf(checkAgainst);
    new Problems()
        .present("model", model, "give --model PATH, a RUN or what seqlm ngrams wrote")
        .require(
            prompt.isEmpty() || promptFile == null,
            "prompt and prompt-file exclude one another: give one of them")
        .inRange("length", length, 1, 10_000_000)
        .require(
            checkLength == 0 || checkLength >= 2 && checkLength <= SpanRules.MAX_LENGTH,
            "check-length must be 0 or 2 to " + SpanRules.MAX_LENGTH + ", but is " + checkLength)
        .inRange("check-min-count", checkMinCount, 2, SpanRules.CAP)
        .throwIfAny();
    // Checks the rest.
    new SamplingRules(temperature, topK, topP);
  }

  /** The text to begin with, wherever it stands. */
  String promptText(Configuration hadoop) throws IOException {
    return promptFile == null ? prompt : PromptFile.read(hadoop, promptFile);
  }

  /** How tokens are drawn. */
  public SamplingRules rules() {
    return new SamplingRules(temperature, topK, topP);
  }

  @Override
  public JobFiles files() {
    JobFiles files =
        new JobFiles().readsModel("--model", model).readsOnce("--prompt-file", promptFile);
    checkAgainst.forEach(path -> files.reads("--check-against", path));
    return files;
  }
}
