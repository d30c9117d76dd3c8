package org.seqlm.job.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.bench.variants.PairedComparison;
import org.seqlm.bench.variants.Trial;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.bench.place.BenchFolder;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.spark.training.CharacterDataset;

class BenchVariantsCommandTest {
  private static final String SMALL =
      "train: {engine: torch, network: {hidden: 8, embedding: 4},"
          + " training: {batch: 4, time-steps: 8, epochs: 0.2}}\n";

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path dataset;

  @BeforeAll
  static void prepare() throws IOException {
    dataset = dataset("dataset", 0.05);
  }

  /** Of a valid and a test split that differ. */
  private static Path dataset(String name, double test) throws IOException {
    String text =
        "a cat ran home\nthe dog sat on it\nbye bye\n".repeat(100)
            + "the dog sat on it\n".repeat(12)
            + "bye bye\n".repeat(28);
    Path written = shared.resolve(name);
    CharacterDataset.write(
        new Configuration(),
        Files.writeString(shared.resolve(name + ".txt"), text),
        written.toString(),
        new SplitRules(SplitMethod.CONTIGUOUS, 0.95 - test, 0.05, test));
    return written;
  }

  private NgramsOutcomes.Outcome compare(Path input, String config, Object... more)
      throws IOException {
    Path file = Files.writeString(folder.resolve("compare.yaml"), config);
    List<Object> line =
        new ArrayList<>(List.of("bench", "variants", "--input", input, "--config", file));
    line.addAll(Arrays.asList(more));
    return NgramsOutcomes.run(line.toArray());
  }

  private JsonNode compared(String config, Object... more) throws IOException {
    Path json = folder.resolve("all.json");
    List<Object> flags = new ArrayList<>(List.of("--json", json, "--overwrite"));
    flags.addAll(Arrays.asList(more));
    NgramsOutcomes.Outcome outcome = compare(dataset, config, flags.toArray());
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    return Json.mapper().readTree(json.toFile());
  }

  private void assertRefused(String config, String message, Object... more) throws IOException {
    NgramsOutcomes.Outcome outcome = compare(dataset, config, more);
    assertThat(outcome.errors()).contains(message).doesNotContain("valid ");
    assertThat(outcome.code()).isEqualTo(2);
  }

  @Test
  void everyVariantIsTrainedWithEveryRateAndSeedAndGoesOnWhereItWasInterrupted()
      throws IOException {
    Path place = folder.resolve("place");
    String config =
        SMALL + "variants: {one: {averaging: {workers: 1}}, two: {averaging: {workers: 2}}}\n";
    Object[] more = {"--learning-rates", "0.001,0.01", "--seeds", 2, "--folder", place};

    JsonNode result = compared(config, more);

    JsonNode trials = result.path("trials");
    assertThat(trials.findValuesAsText("variant"))
        .containsExactly("one", "one", "two", "two", "one", "one", "two", "two");
    assertThat(trials.findValuesAsText("learning-rate"))
        .containsExactly("0.001", "0.01", "0.001", "0.01", "0.001", "0.01", "0.001", "0.01");
    assertThat(trials.findValuesAsText("seed"))
        .containsExactly("1", "1", "1", "1", "2", "2", "2", "2");
    JsonNode second = result.path("comparisons").path(1);
    assertThat(second.path("learning-rate").asDouble()).isEqualTo(0.01);
    assertThat(second.path("edge").asText()).isEqualTo("highest");
    double difference = (nats(trials, 3) - nats(trials, 1) + nats(trials, 7) - nats(trials, 5)) / 2;
    assertThat(second.path("difference").path("mean").asDouble())
        .isCloseTo(difference, within(1e-12));

    // What has been trained is not trained again; all that is left is a file each.
    try (Stream<Path> left = Files.list(place)) {
      assertThat(left).containsExactly(place.resolve("trials"));
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(place.resolve("trials"))) {
      files = all.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
    }
    assertThat(files).hasSize(8);
    Files.delete(files.get(3));
    JsonNode again = compared(config, more);
    List<String> before = trials.findValuesAsText("seconds");
    List<String> after = again.path("trials").findValuesAsText("seconds");
    assertThat(IntStream.range(0, 8).filter(i -> before.get(i).equals(after.get(i)))).hasSize(7);
    assertThat(withoutTimes(again)).isEqualTo(withoutTimes(result));
  }

  private static double nats(JsonNode trials, int i) {
    return trials.path(i).path("test-nats").asDouble();
  }

  private static String withoutTimes(JsonNode result) {
    result.path("trials").forEach(trial -> ((ObjectNode) trial).remove("seconds"));
    return result.toString();
  }

  @Test
  void aTrialsFiguresAreThoseOfTrainAndEvaluate() throws IOException {
    JsonNode trial =
        compared(SMALL + "variants: {one: {averaging: {workers: 1}}}", "--seed", 3, "--seeds", 1)
            .path("trials")
            .path(0);
    Path run = folder.resolve("run");
    JsonNode trained =
        result(
            "train --engine torch --workers 1 --hidden 8 --embedding 4 --batch 4 --time-steps 8"
                + " --epochs 0.2 --seed 3 --set validation.max-tokens=0 --output "
                + run);
    JsonNode evaluated = result("evaluate --split test --model " + run);

    double valid = trial.path("validation-nats").asDouble();
    double test = trial.path("test-nats").asDouble();
    assertThat(valid).isEqualTo(trained.path("validation-nats").asDouble());
    assertThat(test)
        .isCloseTo(
            evaluated.path("models").path(0).path("nats-per-token").asDouble(), within(1e-5));
    assertThat(test).isNotCloseTo(valid, within(0.05));
  }

  private JsonNode result(String line) throws IOException {
    Path json = folder.resolve("one.json");
    Object[] words = (line + " --input " + dataset + " --overwrite --json " + json).split(" ");
    NgramsOutcomes.Outcome outcome = NgramsOutcomes.run(words);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    return Json.mapper().readTree(json.toFile());
  }

  @Test
  void oneThatDivergesIsToldAndTheOthersGoOn() throws IOException {
    JsonNode result =
        compared(
            SMALL
                + "variants: {wild: {training: {learning-rate: 1e6}, averaging: {overlap:"
                + " one-round}}, sane: {}}\n",
            "--seeds",
            1);
    JsonNode trials = result.path("trials");
    assertThat(trials.path(0).path("failure").asText())
        .contains("diverged")
        .doesNotContain("--start-from");
    assertThat(trials.path(1).path("failure").isNull()).isTrue();
    JsonNode comparisons = result.path("comparisons");
    assertThat(comparisons.path(0).path("test-nats").isNull()).isTrue();
    assertThat(comparisons.path(1).path("test-nats").isNumber()).isTrue();
    assertThat(comparisons.path(1).path("difference").isNull()).isTrue();
  }

  @Test
  void aVariantMayLookAtTheValidationSplitOnItsWay() throws IOException {
    JsonNode result =
        compared(
            SMALL
                + "variants: {plateau: {training: {schedule: {kind: plateau}}}, patient:"
                + " {validation: {patience: 3, every: 2}}}\n",
            "--seeds",
            1);
    assertThat(result.path("trials").findValues("failure")).allMatch(JsonNode::isNull);
  }

  @Test
  void whatIsWrongIsFoundBeforeAnyIsTrained() throws IOException {
    for (Object[] more : List.of(new Object[0], new Object[] {"--dry-run"})) {
      String keys =
          SMALL + "variants: {one: {}, two: {averaging: {workers: 0}}, three: {netwrk: {}}}";
      assertRefused(keys, "variant two: averaging.workers must be 1 to 65536, but is 0", more);
      assertRefused(keys, "variant three: unknown key netwrk", more);
      NgramsOutcomes.Outcome text =
          compare(
              dataset,
              SMALL
                  + "variants: {one: {}, two: {averaging: {workers: 65536}}, three: {averaging:"
                  + " {workers: 65535}}}",
              more);
      assertThat(text.errors()).contains("variant two: ").contains("variant three: ");
      assertThat(text.code()).isNotZero();
      assertRefused(
          SMALL + "variants: {one: {}, two: {execution: {kernels: portable}}}",
          "execution.kernels must be the same for all variants",
          more);
    }
  }

  @Test
  void whatWouldNotCountIsRefused() throws IOException {
    assertRefused("", "variants is missing: give --config FILE");
    assertRefused("variants: [one]", "variants is missing: give --config FILE");
    assertRefused("variants: {one: batch}", "variants.one must be a group of keys of conf/train");
    assertRefused("variants: {one: {}}\ntrain: torch", "train must be a group of keys of conf/tra");
    assertRefused("variants: {one: {}, one: {}}", "the key one stands twice in one group");
    assertRefused("variants: {one: {seed: 3}}", "variants.one.seed is the same for all variants");
    assertRefused(
        "variants: {one: {validation: {max-tokens: 10}}}",
        "variants.one.validation.max-tokens is the same for all variants");
    assertRefused(
        "variants: {one: {training: {learning-rate: 1}}}",
        "variants.one.training.learning-rate cannot go with learning-rates",
        "--learning-rates",
        "0.1");
    assertRefused(
        "variants: {one: {}}",
        "learning-rates must differ, but are [0.1, 0.1]",
        "--learning-rates",
        "0.1,0.10");
    assertRefused(
        "variants: {one: {}, two: {averaging: {workers: 2}}}", "variants one and two are the same");
    assertRefused("variants: {one: {}}\nagainst: {one: two}", "against.one two must name two of");
  }

  @Test
  void aDatasetWithoutATestSplitIsRefused() throws IOException {
    NgramsOutcomes.Outcome outcome = compare(dataset("untested", 0), "variants: {one: {}}\n");
    assertThat(outcome.errors()).contains("the test split of ").contains("has no tokens");
    assertThat(outcome.code()).isEqualTo(3);
  }

  @Test
  void keysMayBeSetBelowTheGroupsOfAFile() throws IOException {
    NgramsOutcomes.Outcome outcome =
        compare(
            dataset,
            SMALL + "variants: {one: {}}\n",
            "--dry-run",
            "--set",
            "train.network.hidden=9",
            "--set",
            "variants.two.averaging.workers=1",
            "--set",
            "variants.one.network.hidden=-7");
    assertThat(outcome.errors())
        .contains("variant one: network.hidden must be 1 to 16384, but is -7")
        .doesNotContain("variant two")
        .doesNotContain("unknown key");
  }

  @Test
  void theFilesOfVariantsAreVariants() throws Exception {
    TestSpark.session();
    try (JobContext context = new JobContext("bench", null, Overwrite.REFUSE, Progress.SILENT);
        BenchFolder place = BenchFolder.open(folder.toString(), context);
        Stream<Path> files = Files.list(Path.of("../conf/variants"))) {
      for (Path file : files.toList()) {
        BenchVariantsConfig config =
            ConfigLoader.load(
                "bench-variants",
                BenchVariantsConfig.class,
                new Configuration(),
                file.toString(),
                List.of(),
                new FlagValues().put("input", "dataset").tree());
        assertThat(config.trainings(place))
            .as(file.toString())
            .hasSize(
                config.names().size()
                    * config.seeds()
                    * Math.max(1, config.learningRates().size()));
      }
    }
  }

  @Test
  void theTablesSayWhatWasFound() {
    Trial one = new Trial("one", 0.01, 1, 1.5, 1.625, 2000, 0, 12, null);
    Trial two = new Trial("two", 0.01, 1, 1.25, 1.5, 1000, 500, 9, null);
    Trial bad = Trial.failed("bad", 0.01, 1, "the training diverged");
    List<Trial> trials = List.of(one, two, bad);
    String text =
        BenchVariantsSummary.of(
            new BenchVariantsCommand.Result(
                "local[2]", "some", trials, PairedComparison.of(trials, Map.of())));
    assertThat(text.lines().map(String::strip))
        .contains(
            "one               0.01     1  1.5000  1.6250   2,000  12",
            "two               0.01     1  1.2500  1.5000   1,000   9  500 tokens skipped",
            "bad               0.01     1       -       -       -   -  the training diverged",
            "two               0.01                           1.2500  1.5000     -0.1250    one")
        .anyMatch(line -> line.startsWith("bad") && line.contains("a seed failed with each"))
        .anyMatch(line -> line.contains("one seed gives no interval"));
  }
}
