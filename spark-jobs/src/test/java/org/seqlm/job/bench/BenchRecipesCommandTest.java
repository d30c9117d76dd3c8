package org.seqlm.job.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.spark.training.CharacterDataset;

class BenchRecipesCommandTest {
  @TempDir static Path folder;

  private static Path dataset;

  @BeforeAll
  static void prepare() throws IOException {
    dataset = dataset("dataset", 0.05);
  }

  private static Path dataset(String name, double test) throws IOException {
    Path text = Files.writeString(folder.resolve(name + ".txt"), "a cat ran home\n".repeat(300));
    Path written = folder.resolve(name);
    CharacterDataset.write(
        new Configuration(),
        text,
        written.toString(),
        new SplitRules(SplitMethod.CONTIGUOUS, 0.95 - test, 0.05, test));
    return written;
  }

  private static NgramsOutcomes.Outcome compare(Path input, String config, Object... more)
      throws IOException {
    Path file = Files.writeString(folder.resolve("compare.yaml"), config);
    Object[] line =
        new Object[] {
          "bench",
          "recipes",
          "--input",
          input,
          "--config",
          file,
          "--folder",
          folder.resolve("place")
        };
    Object[] all = Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, all, line.length, more.length);
    return NgramsOutcomes.run(all);
  }

  private static final String SMALL =
      "train: {engine: torch, network: {hidden: 8, embedding: 4},"
          + " training: {batch: 4, time-steps: 8, epochs: 0.2}}\n";

  @Test
  void everyRecipeIsTrainedWithEveryRateAndSeedAndLeavesNothing() throws IOException {
    Path json = folder.resolve("all.json");
    NgramsOutcomes.Outcome outcome =
        compare(
            dataset,
            SMALL
                + "recipes: {one: {averaging: {workers: 1}}, two: {averaging: {workers: 2}}}\n"
                + "seeds: [1, 2]\n",
            "--rates",
            "0.001,0.01",
            "--json",
            json);

    assertThat(outcome.code()).as(outcome.errors()).isZero();
    JsonNode result = Json.mapper().readTree(json.toFile());
    assertThat(result.path("trials").findValuesAsText("recipe"))
        .containsExactly("one", "one", "two", "two", "one", "one", "two", "two");
    assertThat(result.path("trials").findValuesAsText("learning-rate"))
        .containsExactly("0.001", "0.01", "0.001", "0.01", "0.001", "0.01", "0.001", "0.01");
    assertThat(result.path("trials").findValuesAsText("seed"))
        .containsExactly("1", "1", "1", "1", "2", "2", "2", "2");
    for (JsonNode trial : result.path("trials")) {
      assertThat(trial.path("valid").asDouble()).isBetween(0.0, Math.log(20));
      assertThat(trial.path("test").asDouble()).isBetween(0.0, Math.log(20));
    }
    assertThat(result.path("comparisons").findValuesAsText("learning-rate"))
        .containsExactly("0.01", "0.01");
    assertThat(folder.resolve("place")).isEmptyDirectory();
  }

  @Test
  void theModelOfATrialIsThatOfTrain() throws IOException {
    Path json = folder.resolve("same.json");
    compare(
        dataset, SMALL + "recipes: {one: {averaging: {workers: 1}}}\nseeds: [3]", "--json", json);
    Path trained = folder.resolve("trained.json");
    NgramsOutcomes.Outcome train =
        NgramsOutcomes.run(
            "train",
            "--input",
            dataset,
            "--output",
            folder.resolve("run"),
            "--engine",
            "torch",
            "--workers",
            1,
            "--hidden",
            8,
            "--embedding",
            4,
            "--batch",
            4,
            "--time-steps",
            8,
            "--epochs",
            0.2,
            "--seed",
            3,
            "--set",
            "validation.max-tokens=0",
            "--json",
            trained);

    assertThat(train.code()).as(train.errors()).isZero();
    assertThat(Json.mapper().readTree(json.toFile()).path("trials").get(0).path("valid"))
        .isEqualTo(Json.mapper().readTree(trained.toFile()).path("validation-nats"));
  }

  @Test
  void oneThatDivergesIsToldAndTheOthersGoOn() throws IOException {
    Path json = folder.resolve("diverged.json");
    NgramsOutcomes.Outcome outcome =
        compare(
            dataset,
            SMALL + "recipes: {sane: {}, wild: {training: {learning-rate: 1e6}}}\nseeds: [1]\n",
            "--json",
            json);

    assertThat(outcome.code()).as(outcome.errors()).isZero();
    JsonNode trials = Json.mapper().readTree(json.toFile()).path("trials");
    assertThat(trials.get(0).path("failure").isNull()).isTrue();
    assertThat(trials.get(1).path("failure").asText()).contains("diverged");
  }

  @Test
  void whatIsWrongWithARecipeIsFoundBeforeAnyIsTrained() throws IOException {
    for (Object[] more : List.of(new Object[0], new Object[] {"--dry-run"})) {
      NgramsOutcomes.Outcome keys =
          compare(
              dataset,
              SMALL + "recipes: {one: {}, two: {averaging: {workers: 0}}, three: {netwrk: {}}}",
              more);
      assertThat(keys.errors())
          .contains("recipe two: averaging.workers must be 1 to 65536, but is 0")
          .contains("recipe three: unknown key netwrk")
          .contains("did you mean network?")
          .doesNotContain("recipe one");
      assertThat(keys.code()).isEqualTo(2);

      NgramsOutcomes.Outcome text =
          compare(dataset, SMALL + "recipes: {one: {}, two: {averaging: {workers: 65536}}}", more);
      assertThat(text.errors()).contains("recipe two: ").containsOnlyOnce("\n");
      assertThat(text.code()).isNotZero();
    }
  }

  @Test
  void aDatasetWithoutATestSplitIsRefused() throws IOException {
    NgramsOutcomes.Outcome outcome =
        compare(dataset("untested", 0), SMALL + "recipes: {one: {}}\n");
    assertThat(outcome.errors()).contains("the test split of ").contains("has no tokens");
    assertThat(outcome.code()).isEqualTo(3);
  }

  @Test
  void theFilesOfRecipesAreRecipes() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/recipes"))) {
      for (Path file : files.toList()) {
        BenchRecipesConfig config =
            ConfigLoader.load(
                "bench-recipes",
                BenchRecipesConfig.class,
                new Configuration(),
                file.toString(),
                List.of(),
                new FlagValues().put("input", "dataset").tree());
        assertThat(config.trainings("place"))
            .as(file.toString())
            .hasSize(
                config.recipes().size()
                    * config.seeds().size()
                    * Math.max(1, config.rates().size()));
      }
    }
  }

  @Test
  void recipesAreAskedFor() throws IOException {
    NgramsOutcomes.Outcome outcome = compare(dataset, "");
    assertThat(outcome.errors()).contains("recipes is missing: give --config FILE");
    assertThat(outcome.code()).isEqualTo(2);
  }
}
