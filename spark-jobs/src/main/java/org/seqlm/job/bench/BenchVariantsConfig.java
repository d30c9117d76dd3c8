package org.seqlm.job.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.job.bench.place.BenchFolder;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.job.train.TrainConfig;

/**
 * See {@code conf/bench-variants.yaml}.
 *
 * @param variants what of {@code conf/train.yaml} each has of its own, by name; a null is nothing
 * @param train what of it all have
 * @param against by variant, which it is compared with where that is not the first
 * @param learningRates that each is trained with; none leaves it to the variants
 * @param seeds how many, from {@code seed} on
 */
record BenchVariantsConfig(
    String input,
    String folder,
    JsonNode variants,
    JsonNode train,
    Map<String, String> against,
    List<Double> learningRates,
    int seeds,
    long seed,
    int partitions)
    implements JobConfig {

  /** What the comparison decides for all, and how a user says so. */
  private static final Map<String, String> OURS =
      Map.of(
          "input", "give --input to the comparison",
          "output", "leave it out, as trainings are deleted once they are scored",
          "tensorboard", "leave it out, or train the variant by itself",
          "seed", "give --seed and --seeds to the comparison",
          "partitions", "give --partitions to the comparison",
          "validation.max-tokens", "leave it out, as all of the split is scored");

  private static final String RATE = "training.learning-rate";

  private static final int MOST_SEEDS = 1000;

  /**
   * A training to do.
   *
   * @param variant its name
   * @param config of the training
   */
  record Planned(String variant, TrainConfig config) {}

  BenchVariantsConfig {
    against = against == null ? Map.of() : Map.copyOf(against);
    learningRates =
        learningRates == null
            ? List.of()
            : learningRates.stream().filter(Objects::nonNull).toList();
    Problems problems =
        new Problems()
            .present("input", input, "give --input DATASET, a folder that seqlm prepare wrote")
            .inRange("seeds", seeds, 1, MOST_SEEDS)
            .inRange("partitions", partitions, 0, 1_000_000)
            .require(
                learningRates.stream().distinct().count() == learningRates.size(),
                "learning-rates must differ, but are " + learningRates);
    boolean named = variants instanceof ObjectNode all && !all.isEmpty();
    problems.require(
        named,
        "variants is missing: give --config FILE with a name for each and what of conf/train.yaml"
            + " it has of its own, for instance variants: {fixed: {}, random: {training: {window:"
            + " {kind: random}}}}");
    group("train", train, learningRates, problems);
    if (named) {
      for (Map.Entry<String, JsonNode> variant : variants.properties()) {
        group("variants." + variant.getKey(), variant.getValue(), learningRates, problems);
      }
      against.forEach(
          (one, other) ->
              problems.require(
                  variants.has(one) && variants.has(other),
                  "against." + one + " " + other + " must name two of the variants"));
    }
    problems.throwIfAny();
  }

  private static void group(
      String name, JsonNode group, List<Double> learningRates, Problems problems) {
    boolean empty = group == null || group.isNull();
    problems.require(
        empty || group.isObject(),
        name + " must be a group of keys of conf/train.yaml, but is " + group);
    if (empty || !group.isObject()) {
      return;
    }
    OURS.forEach(
        (key, remedy) ->
            problems.require(
                at(group, key).isMissingNode(),
                name + "." + key + " is the same for all variants: " + remedy));
    problems.require(
        learningRates.isEmpty() || at(group, RATE).isMissingNode(),
        name
            + "."
            + RATE
            + " cannot go with learning-rates, with each of which every variant is trained: leave"
            + " one of them out");
  }

  private static JsonNode at(JsonNode group, String key) {
    return group.at("/" + key.replace('.', '/'));
  }

  /** The variants' names, in their order. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    variants.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /**
   * The trainings, all variants and rates of a seed before the next seed. Training k is to write to
   * the folder {@code place.below(k)}.
   *
   * @throws UserException with exit code 2 and every problem of every variant
   */
  List<Planned> trainings(BenchFolder place) {
    List<Planned> all = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    List<Double> rates = new ArrayList<>(learningRates);
    if (rates.isEmpty()) {
      rates.add(null); // each has its own
    }
    for (long each : LongStream.range(seed, seed + seeds).toArray()) {
      for (Map.Entry<String, JsonNode> variant : variants.properties()) {
        for (Double rate : rates) {
          FlagValues keys =
              keys(variant.getValue())
                  .put(RATE, rate)
                  .put("input", input)
                  .put("output", place.below(String.valueOf(all.size())))
                  .put("seed", each)
                  .put("partitions", partitions);
          try {
            all.add(
                new Planned(
                    variant.getKey(), ConfigLoader.load("train", TrainConfig.class, keys.tree())));
          } catch (UserException e) {
            e.problems().forEach(line -> problems.add("variant " + variant.getKey() + ": " + line));
          }
        }
      }
    }
    if (problems.isEmpty()) {
      problems.addAll(alike(all));
    }
    if (problems.isEmpty()
        && all.stream().map(BenchVariantsConfig::kernels).distinct().count() > 1) {
      problems.add(
          "execution.kernels must be the same for all variants, as a process computes with one set:"
              + " set train.execution.kernels, or compare them by bench step --kernels");
    }
    if (!problems.isEmpty()) {
      throw UserException.configuration(problems.stream().distinct().toList());
    }
    return all;
  }

  /** Variants that are the same training under two names. */
  private static List<String> alike(List<Planned> all) {
    Map<JsonNode, String> first = new HashMap<>();
    List<String> problems = new ArrayList<>();
    for (Planned planned : all) {
      ObjectNode tree = (ObjectNode) Json.tree(planned.config());
      tree.remove("output");
      String other = first.putIfAbsent(tree, planned.variant());
      if (other != null) {
        problems.add(
            "variants "
                + other
                + " and "
                + planned.variant()
                + " are the same training: leave one of them out, or look for what was to differ");
      }
    }
    return problems;
  }

  private static Object kernels(Planned planned) {
    return planned.config().execution().kernels();
  }

  /**
   * What a variant and all have. The split is scored at the end, unless the rate or the end of the
   * training hangs on looks at it; nothing is drawn, diagnosed or kept.
   */
  private FlagValues keys(JsonNode variant) {
    FlagValues keys =
        new FlagValues()
            .put("validation.max-tokens", 0)
            .put("validation.sample-length", 0)
            .put("validation.diagnose", false)
            .put("checkpoints.every", Integer.MAX_VALUE)
            .putAll(train)
            .putAll(variant);
    JsonNode tree = keys.tree();
    boolean looks =
        at(tree, "training.schedule.kind").asText().equals("plateau")
            || !at(tree, "validation.patience").asText("0").equals("0");
    if (!looks && at(tree, "validation.every").isMissingNode()) {
      keys.put("validation.every", 0);
    }
    return keys;
  }

  @Override
  public JobFiles files() {
    return new JobFiles().reads("--input", input).writes("--folder", folder);
  }
}
