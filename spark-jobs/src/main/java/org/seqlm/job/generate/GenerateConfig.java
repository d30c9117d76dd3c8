package org.seqlm.job.generate;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.lm.SamplingRules;

/** See {@code conf/generate.yaml}. */
public record GenerateConfig(
    String model,
    String prompt,
    String promptFile,
    int length,
    double temperature,
    int topK,
    double topP,
    long seed,
    int partitions)
    implements JobConfig {

  public GenerateConfig {
    prompt = prompt == null ? "" : prompt;
    new Problems()
        .present("model", model, "give --model PATH, a RUN or what seqlm ngrams wrote")
        .require(
            prompt.isEmpty() || promptFile == null,
            "prompt and prompt-file exclude one another: give one of them")
        .inRange("length", length, 1, 10_000_000)
        .throwIfAny();
    // Checks the rest.
    new SamplingRules(temperature, topK, topP);
  }

  /** The text to begin with, wherever it stands. */
  String promptText(Configuration hadoop) throws IOException {
    return promptFile == null ? prompt : PromptFile.read(hadoop, promptFile);
  }

  SamplingRules rules() {
    return new SamplingRules(temperature, topK, topP);
  }

  @Override
  public JobFiles files() {
    return new JobFiles().readsModel("--model", model).readsOnce("--prompt-file", promptFile);
  }
}
