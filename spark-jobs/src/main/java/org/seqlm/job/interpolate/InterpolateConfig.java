package org.seqlm.job.interpolate;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.lm.MixtureWeights;

/** See {@code conf/interpolate.yaml}. */
record InterpolateConfig(
    String input,
    String output,
    Split split,
    List<String> models,
    List<Double> weights,
    double tolerance,
    int maxIterations,
    long maxTokens,
    long seed,
    int partitions)
    implements JobConfig {
  /** What weights given as decimal fractions may lack of 1. */
  private static final double ROUNDING = 1e-3;

  InterpolateConfig {
    models = models == null ? List.of() : List.copyOf(models);
    weights = weights == null ? List.of() : List.copyOf(weights);
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    Problems problems =
        new Problems()
            .present("input", input, "give --input DATASET, a folder written by seqlm prepare")
            .present("split", split, "give --split train, valid or test")
            .require(
                models.size() >= 2,
                "models must be at least 2, but are "
                    + models.size()
                    + ": give --model PATH, once for each model")
            .atLeast("max-tokens", maxTokens, 0)
            .atLeast("partitions", partitions, 0)
            .inRange("tolerance", tolerance, 0, 1)
            .inRange("max-iterations", maxIterations, 1, 1_000_000);
    if (!weights.isEmpty()) {
      problems
          .require(
              weights.size() == models.size(),
              "weights must be as many as models ("
                  + models.size()
                  + "), but are "
                  + weights.size())
          .require(
              weights.stream().allMatch(weight -> weight >= 0 && weight <= 1),
              "weights must be 0.0 to 1.0 each, but are " + weights)
          .require(
              Math.abs(sum - 1) <= ROUNDING,
              "weights must sum to 1 within 0.001, but sum to " + sum);
    }
    problems.throwIfAny();
  }

  /** The weights to begin with, summing to 1: those given, else all the same. */
  double[] start() {
    if (weights.isEmpty()) {
      return MixtureWeights.uniform(models.size());
    }
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    return weights.stream().mapToDouble(weight -> weight / sum).toArray();
  }

  /** Given weights are not changed. */
  MixtureWeights.Rules rules() {
    return new MixtureWeights.Rules(tolerance, weights.isEmpty() ? maxIterations : 0);
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsModels("--model", models)
        .reads("--input", input)
        .writes("--output", output);
  }
}
