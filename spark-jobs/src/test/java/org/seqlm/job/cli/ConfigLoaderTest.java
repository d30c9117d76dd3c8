package org.seqlm.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.dataset.Split;
import org.seqlm.job.bench.BenchNgramsConfig;
import org.seqlm.job.evaluate.EvaluateConfig;
import org.seqlm.job.generate.GenerateConfig;
import org.seqlm.job.train.TrainConfig;

class ConfigLoaderTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private static EvaluateConfig load(String file, List<String> sets, FlagValues flags) {
    return ConfigLoader.load("evaluate", EvaluateConfig.class, HADOOP, file, sets, flags.tree());
  }

  private static FlagValues flags() {
    return new FlagValues().put("input.paths", List.of("d")).put("models", List.of("m"));
  }

  private static UserException failure(String file, List<String> sets, FlagValues flags) {
    return catchThrowableOfType(UserException.class, () -> load(file, sets, flags));
  }

  private String write(String yaml) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, yaml);
    return file.toUri().toString();
  }

  @Test
  void flagsWinOverSetsOverFileOverDefaults() throws IOException {
    String file = write("split: valid\nmax-tokens: 1\nseed: 1\npartitions: 1\n");
    EvaluateConfig config = load(file, List.of("max-tokens=2", "seed=2"), flags().put("seed", 3L));
    assertThat(config.split()).isEqualTo(Split.VALID);
    assertThat(config.partitions()).isEqualTo(1);
    assertThat(config.maxTokens()).isEqualTo(2);
    assertThat(config.seed()).isEqualTo(3);
    assertThat(config.pairs()).isNull();
  }

  @Test
  void aByteOrderMarkIsNoPartOfAKey() throws IOException {
    EvaluateConfig config = load(write("\uFEFFsplit: valid\nseed: 1\n"), List.of(), flags());
    assertThat(config.split()).isEqualTo(Split.VALID);
  }

  @Test
  void tellsEveryProblemAtOnce() throws IOException {
    String file = write("spilt: valid\nmax-tokens: many\nsplit: tset\n");
    UserException failure = failure(file, List.of("partitions=-1"), new FlagValues());
    assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(String.join("\n", failure.problems()))
        .contains("unknown key spilt")
        .contains("did you mean split?")
        .contains("max-tokens must be a whole number, but is")
        .contains("split must be one of train, valid, test (did you mean test?), but is tset")
        .contains("input.paths is missing")
        .contains("partitions must be at least 0, but is -1")
        .doesNotContain("input is missing");
  }

  @Test
  void namesTheFileThatIsMissingOrNoYaml() throws IOException {
    assertThat(
            failure(folder.resolve("none.yaml").toUri().toString(), List.of(), flags()).problems())
        .singleElement()
        .asString()
        .contains("does not exist");
    assertThat(failure(write("a: [1\nb: 2"), List.of(), flags()).problems())
        .singleElement()
        .asString()
        .contains("is no YAML at line 2");
  }

  private static GenerateConfig generate(String file, String... sets) {
    FlagValues model = new FlagValues().put("model", "m");
    return ConfigLoader.load(
        "generate", GenerateConfig.class, HADOOP, file, List.of(sets), model.tree());
  }

  /** What a value is, its key decides. */
  @Test
  void textIsTextAsItIsWritten() throws IOException {
    for (String text :
        List.of(
            "no",
            "Yes",
            "on",
            "off",
            "y",
            "True",
            "1.10",
            "007",
            "1e3",
            "0x1F",
            "1_000",
            "2024-01-01",
            ".5")) {
      assertThat(generate(write("prompt: " + text)).prompt()).isEqualTo(text);
      assertThat(generate(null, "prompt=" + text).prompt()).isEqualTo(text);
      assertThat(generate(write("prompt: \"" + text + "\"")).prompt()).isEqualTo(text);
    }
    assertThat(load(null, List.of("names=[1.10]"), flags()).names()).containsExactly("1.10");
    GenerateConfig config = generate(null, "prompt=no");
    assertThat(generate(write(ConfigText.yaml(config)))).isEqualTo(config);
  }

  @Test
  void numbersAreNumbersInAllOfYamlsForms() throws IOException {
    GenerateConfig config =
        generate(write("length: 1_000\ntemperature: .5\ntop-k: 0x10\nseed: \"7\"\ntop-p: 1e-1\n"));
    assertThat(config.length()).isEqualTo(1000);
    assertThat(config.temperature()).isEqualTo(0.5);
    assertThat(config.topK()).isEqualTo(16);
    assertThat(config.seed()).isEqualTo(7);
    assertThat(config.topP()).isEqualTo(0.1);
    for (String wrong : List.of("2.5", "many", "no", "99999999999", "\"\"")) {
      UserException failure =
          catchThrowableOfType(UserException.class, () -> generate(write("length: " + wrong)));
      assertThat(failure.problems()).as(wrong).singleElement().asString().contains("length");
    }
  }

  @Test
  void aBooleanIsTrueOrFalse() {
    assertThat(bench("estimate=true").estimate()).isTrue();
    assertThat(bench("estimate=false").estimate()).isFalse();
    for (String wrong : List.of("yes", "on", "1")) {
      UserException failure =
          catchThrowableOfType(UserException.class, () -> bench("estimate=" + wrong));
      assertThat(failure.problems())
          .containsExactly("estimate must be true or false, but is \"" + wrong + "\"");
    }
  }

  private static BenchNgramsConfig bench(String set) {
    return ConfigLoader.load(
        "bench-ngrams",
        BenchNgramsConfig.class,
        HADOOP,
        null,
        List.of(set, "generate=1000"),
        new FlagValues().tree());
  }

  private List<String> train(String file, String... sets) {
    return catchThrowableOfType(
            UserException.class,
            () ->
                ConfigLoader.load(
                    "train",
                    TrainConfig.class,
                    HADOOP,
                    file,
                    List.of(sets),
                    new FlagValues().put("input", "d").put("output", "r").tree()))
        .problems();
  }

  @Test
  void aGroupThatIsGivenAValueNamesTheKeyThatTakesIt() throws IOException {
    assertThat(train(null, "training.schedule=cosine"))
        .containsExactly(
            "training.schedule (--set) is a group of keys, but got the value \"cosine\": did you"
                + " mean training.schedule.kind=cosine?");
    String file = write("training: {schedule: cosine}");
    assertThat(train(file).get(0)).endsWith("did you mean training: {schedule: {kind: cosine}}?");
    assertThat(train(null, "checkpoints=3").get(0)).endsWith("its keys are every, keep");
  }

  @Test
  void aKeyOfAnotherGroupIsNamedInFull() throws IOException {
    assertThat(train(null, "scheduled-sampling.kind=linear"))
        .containsExactly(
            "unknown key scheduled-sampling (--set): did you mean"
                + " training.scheduled-sampling.kind?");
    assertThat(train(null, "learning-rate=1").get(0))
        .endsWith("did you mean training.learning-rate?");
    assertThat(train(null, "training.frequency=9").get(0))
        .endsWith("did you mean averaging.frequency?");
    // The same group's first; then all there are.
    assertThat(train(null, "training.warm-up=9").get(0))
        .endsWith("did you mean training.schedule.warm-up?");
    assertThat(train(null, "every=2").get(0))
        .endsWith("did you mean training.schedule.every, validation.every or checkpoints.every?");
    assertThat(train(null, "kind=2").get(0))
        .contains("the keys here are averaging, budget, checkpoints");
    assertThat(train(write("schedule: {kind: step}")).get(0))
        .endsWith("did you mean training.schedule.kind?");
  }

  @Test
  void inAFileKeysAreNested() throws IOException {
    String file = write("averaging.outer.kind: nesterov\ntraining: {window.kind: random}");
    assertThat(train(file))
        .containsExactly(
            "unknown key averaging.outer.kind ("
                + file
                + "): in a file keys are nested: averaging: {outer: {kind: nesterov}}",
            "unknown key training.window.kind ("
                + file
                + "): in a file keys are nested: training: {window: {kind: random}}");
    assertThat(train(write("averaging.outer: {kind: nesterov}")).get(0))
        .endsWith("averaging: {outer: ...}");
  }

  @Test
  void aSetWithoutAValueIsRefused() {
    assertThat(failure(null, List.of("seed"), flags()).problems())
        .singleElement()
        .asString()
        .startsWith("--set takes key=value");
  }

  @Test
  void theEffectiveConfigurationReadsBackAsItself() throws IOException {
    EvaluateConfig config = load(null, List.of("names=[one]"), flags());
    EvaluateConfig again = load(write(ConfigText.yaml(config)), List.of(), new FlagValues());
    assertThat(again).isEqualTo(config);
  }
}
