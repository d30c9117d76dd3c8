package org.seqlm.job;

import org.seqlm.Problems;
import org.seqlm.lm.SamplingRules;

/** See {@code conf/generate.yaml}. */
record GenerateConfig(
    String model,
    String prompt,
    int length,
    double temperature,
    int topK,
    double topP,
    long seed,
    int partitions)
    implements JobConfig {

  GenerateConfig {
    prompt = prompt == null ? "" : prompt;
    new Problems()
        .present("model", model, "give --model PATH, a RUN or what seqlm ngrams wrote")
        .inRange("length", length, 1, 10_000_000)
        .throwIfAny();
    // Checks the rest.
    new SamplingRules(temperature, topK, topP);
  }

  SamplingRules rules() {
    return new SamplingRules(temperature, topK, topP);
  }

  @Override
  public JobFiles files() {
    return new JobFiles().readsModel("--model", model);
  }
}
