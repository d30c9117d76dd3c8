package org.seqlm.job.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.job.train.TrainConfig;

/**
 * See {@code conf/bench-recipes.yaml}.
 *
 * @param recipes what of {@code conf/train.yaml} each has of its own, by name
 * @param train what of it all have
 */
record BenchRecipesConfig(
    String input,
    String folder,
    LinkedHashMap<String, JsonNode> recipes,
    JsonNode train,
    List<Double> rates,
    List<Long> seeds,
    long seed,
    int partitions)
    implements JobConfig {

  /** A training to do. */
  record Planned(String recipe, TrainConfig config) {}

  BenchRecipesConfig {
    rates = rates == null ? List.of() : List.copyOf(rates);
    seeds = seeds == null ? List.of() : List.copyOf(seeds);
    new Problems()
        .present("input", input, "give --input DATASET, a folder that seqlm prepare wrote")
        .require(
            recipes != null && !recipes.isEmpty(),
            "recipes is missing: give --config FILE with what of conf/train.yaml each has of its"
                + " own, for instance recipes: {fixed: {}, random: {training: {window: {kind:"
                + " random}}}}")
        .present("seeds", seeds, "for instance [1, 2, 3]")
        .require(
            seeds.size() == seeds.stream().distinct().count(),
            "seeds must differ, but are " + seeds)
        .inRange("partitions", partitions, 0, 1_000_000)
        .throwIfAny();
  }

  /**
   * The trainings, all recipes and rates of a seed before the next seed.
   *
   * @param folder that they write to
   * @throws UserException with exit code 2 and every problem of every recipe
   */
  List<Planned> trainings(String folder) {
    List<Planned> all = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (long each : seeds) {
      for (Map.Entry<String, JsonNode> recipe : recipes.entrySet()) {
        int rate = 0;
        do {
          FlagValues keys = heldOutAtTheEnd().putAll(train).putAll(recipe.getValue());
          if (!rates.isEmpty()) {
            keys.put("training.learning-rate", rates.get(rate));
          }
          keys.put("input", input)
              .put("output", folder + "/" + all.size())
              .put("seed", each)
              .put("partitions", partitions);
          try {
            all.add(
                new Planned(
                    recipe.getKey(), ConfigLoader.load("train", TrainConfig.class, keys.tree())));
          } catch (UserException e) {
            e.problems().forEach(line -> problems.add("recipe " + recipe.getKey() + ": " + line));
          }
        } while (++rate < rates.size());
      }
    }
    if (!problems.isEmpty()) {
      throw UserException.configuration(problems.stream().distinct().toList());
    }
    return all;
  }

  /** All of the split and once, unless a recipe says otherwise. */
  private static FlagValues heldOutAtTheEnd() {
    return new FlagValues()
        .put("validation.every", 0)
        .put("validation.max-tokens", 0)
        .put("validation.sample-length", 0)
        .put("validation.diagnose", false);
  }

  @Override
  public JobFiles files() {
    return new JobFiles().reads("--input", input);
  }
}
