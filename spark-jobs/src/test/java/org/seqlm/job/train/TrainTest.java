package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.seqlm.job.train.SmallTraining.HADOOP;
import static org.seqlm.job.train.SmallTraining.metricsWithoutTimes;
import static org.seqlm.job.train.SmallTraining.parameters;
import static org.seqlm.job.train.SmallTraining.resume;
import static org.seqlm.job.train.SmallTraining.train;
import static org.seqlm.job.train.SmallTraining.trainUntilItDies;
import static org.seqlm.job.train.SmallTraining.with;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Overwrite;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.job.train.SmallTraining.Console;
import org.seqlm.metrics.tensorboard.EventFiles;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.files.RunView;
import org.seqlm.neural.plain.RecurrentLanguageModel;

/** The whole of {@code train} on a small text, through datasets and run folders. */
class TrainTest {
  @TempDir static Path folder;

  private static SmallTraining runs;

  @BeforeAll
  static void prepare() throws Exception {
    runs =
        new SmallTraining(
            folder,
            150,
            "training.epochs=1.6",
            "network.hidden=16",
            "network.embedding=8",
            "averaging.frequency=5",
            "validation.every=2",
            "validation.sample-length=20",
            "checkpoints.every=2");
  }

  private static TrainConfig config(String run, String... sets) {
    return runs.config(run, sets);
  }

  /**
   * A driver that dies has shown rounds that the next one trains again; each is shown once. The
   * length of the first of these, which followed the drift of the last one before, is known still.
   */
  @Test
  void tensorboardShowsEachRoundOnce() throws Exception {
    TrainConfig config =
        config(
            "watched",
            "training.epochs=0.9",
            "tensorboard=" + folder.resolve("board"),
            "averaging.interval.kind=drift",
            "averaging.interval.first=1",
            "averaging.interval.target=1000");
    trainUntilItDies(config, 3);
    TrainResult result = train(config);
    assertThat(result.resumedFrom()).isNotNull();
    TreeMap<Long, Object> losses = new TreeMap<>();
    for (JsonNode line : RunView.metrics(HADOOP, config.output())) {
      if (line.path("type").asText().equals("round")) {
        losses.put(line.path("tokens").asLong(), (float) line.path("loss").asDouble());
        assertThat(line.path("steps").asLong())
            .isEqualTo(Math.min(result.steps(), 5 * line.path("round").asLong() - 4));
      }
    }
    Map<String, TreeMap<Long, Object>> shown = EventFiles.shown(folder.resolve("board"));
    assertThat(shown.get("round/loss")).isEqualTo(losses).hasSize(result.rounds());
    // Of each round, and of each look.
    assertThat(shown.get("round/workers/1/drift").keySet()).isEqualTo(losses.keySet());
    assertThat(shown.get("round/workers/1/gradients/max-norm").keySet()).isEqualTo(losses.keySet());
    assertThat(shown.get("round/times/phases/compute").keySet()).isEqualTo(losses.keySet());
    assertThat(shown.get("diagnosis/layers/0/gradients/3").keySet())
        .isEqualTo(shown.get("validation/nats-per-token").keySet());
  }

  @Test
  void trainsPublishesAndResumesToTheSameBits() throws Exception {
    TrainConfig config = config("whole", "training.epochs=1");
    TrainResult whole = train(config);

    assertThat(whole.tokens()).isEqualTo(whole.steps() * 2 * 4 * 8);
    List<JsonNode> metrics = RunView.metrics(HADOOP, config.output());
    List<JsonNode> validations =
        metrics.stream().filter(m -> m.path("type").asText().equals("validation")).toList();
    assertThat(validations.get(0).path("round").asInt()).isZero();
    double untrained = validations.get(0).path("nats-per-token").asDouble();
    assertThat(untrained).isBetween(2.0, 4.0);
    assertThat(whole.validationNats()).isLessThan(0.7 * untrained);
    assertThat(metrics.stream().filter(m -> m.path("type").asText().equals("round")))
        .hasSize(whole.rounds());
    assertThat(validations).allSatisfy(v -> assertThat(v.path("sample").asText()).hasSize(20));

    RecurrentLanguageModel model = ModelArtifact.open(HADOOP, config.output());
    assertThat(model.spec().hidden()).isEqualTo(16);
    ArtifactReader run = ArtifactReader.open(HADOOP, config.output(), ArtifactKind.RUN);
    assertThat(run.manifest().details(TrainResult.class)).isEqualTo(whole);
    assertThat(run.manifest().files())
        .allSatisfy(file -> assertThat(run.readVerified(file.path())).hasSize((int) file.bytes()));

    TrainConfig stopped = config("stopped", "training.epochs=1");
    trainUntilItDies(stopped, 4);
    TrainResult resumed = train(stopped);
    assertThat(resumed.resumedFrom()).isEqualTo(2);
    assertThat(parameters(resumed)).isEqualTo(parameters(whole));
    assertThat(resumed.tokens()).isEqualTo(whole.tokens());
    assertThat(resumed.validationNats()).isEqualTo(whole.validationNats());
    assertThat(metricsWithoutTimes(stopped)).isEqualTo(metricsWithoutTimes(config));
  }

  /**
   * What a plateau knows, and the moments of the one optimiser of synchronous training, are parts
   * of the run: it falls at the same looks after a kill.
   */
  @Exhaustive
  @Test
  void aPlateauSurvivesAKill() throws Exception {
    String[] sets = {
      "training.epochs=0.8",
      "training.optimizer=adamw",
      "training.optimizer-settings.weight-decay=0.05",
      "training.schedule.kind=plateau",
      "training.schedule.patience=1",
      "training.schedule.threshold=0.2",
      "training.schedule.final-fraction=0",
      "averaging.mode=gradients",
      "averaging.frequency=3",
      "validation.every=1",
      "validation.sample-length=0",
      "validation.diagnose=false",
      "checkpoints.every=2"
    };
    TrainConfig config = config("plateau", sets);
    TrainResult whole = train(config);
    List<JsonNode> metrics = RunView.metrics(HADOOP, config.output());
    assertThat(
            metrics.stream()
                .filter(m -> m.path("type").asText().equals("round"))
                .map(m -> m.path("learning-rate").asDouble())
                .distinct())
        .as("the rate falls")
        .hasSizeGreaterThan(2);

    TrainConfig stopped = config("plateau stopped", sets);
    trainUntilItDies(stopped, 5);
    // The looks decide now, and how many tokens they score.
    TrainConfig other = config("plateau stopped", with(sets, "validation.every=2"));
    assertThatThrownBy(() -> train(other))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("validation.every was 1, now is 2");
    TrainResult resumed = train(stopped);
    assertThat(resumed.resumedFrom()).isEqualTo(4);
    assertThat(parameters(resumed)).isEqualTo(parameters(whole));
    assertThat(metricsWithoutTimes(stopped)).isEqualTo(metricsWithoutTimes(config));
  }

  @Test
  void whatCannotBeIsRefusedWithItsRemedy() {
    assertThatThrownBy(() -> config("none", "training.accumulate=3"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "averaging.frequency must be a multiple of training.accumulate 3, but is 5: set it to 3"
                + " or 6");
    assertThatThrownBy(() -> config("none", "training.accumulate=5", "averaging.mode=gradients"))
        .hasMessageContaining("training.accumulate 5 has no effect");
    assertThatThrownBy(() -> config("none", "training.schedule.kind=plateau", "validation.every=0"))
        .hasMessageContaining("training.schedule.kind plateau needs looks");
    assertThatThrownBy(() -> config("none", "training.optimizer-settings.beta1=1"))
        .hasMessageContaining("training.optimizer-settings.beta1 must be 0.0 to 0.999999");
    assertThat(
            config(
                    "none",
                    "training.accumulate=5",
                    "training.optimizer=nesterov",
                    "training.optimizer-settings.momentum=0.5")
                .settings()
                .recipe()
                .optimizer()
                .settings()
                .momentum())
        .isEqualTo(0.5);
  }

  @Test
  void aDivergenceAtTheBeginningIsTrainedAnew() throws Exception {
    TrainConfig config = config("diverged", "training.learning-rate=1e6");
    assertThatThrownBy(() -> train(config))
        .isInstanceOfSatisfying(
            UserException.class,
            problem -> {
              assertThat(problem.exitCode()).isEqualTo(ExitCode.DIVERGED);
              assertThat(problem.problems()).hasSize(1);
              assertThat(problem)
                  .hasMessageContaining("round 1")
                  .hasMessageContaining("learning-rate")
                  .hasMessageEndingWith(
                      "lower training.learning-rate; then start the same command again with the"
                          + " key changed and --overwrite");
            });
    assertThat(ArtifactFiles.checkpoints(Path.of(config.output()))).containsExactly(0);
    assertThat(ArtifactFiles.isComplete(Path.of(config.output()))).isFalse();

    TrainConfig mended = config("diverged", "training.learning-rate=0.01", "training.epochs=0.2");
    assertThatThrownBy(() -> train(mended))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("--overwrite");
    // A fifth of a pass of some 32 windows is six steps: a round of five and one of the rest.
    TrainResult replaced =
        SmallTraining.train(
            mended,
            Overwrite.REPLACE,
            RunFolder.Resume.IF_POSSIBLE,
            TrainStart.Workers.SAME,
            Progress.SILENT);
    assertThat(replaced.rounds()).isEqualTo(2);
    assertThatThrownBy(() -> train(mended))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("exists");
  }

  private interface Damage {
    void to(Path run) throws Exception;
  }

  private static void flipBit(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
  }

  private static void truncate(Path file) throws Exception {
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 40));
  }

  private static void deleteFolder(Path path) throws Exception {
    try (var files = Files.walk(path)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Path checkpointed(Path run, int round, String file) {
    return ArtifactFiles.file(run.resolve("checkpoints/" + round), file);
  }

  /** The worker states of a run that one process wrote. */
  private static Path states(Path run, int round) {
    return run.resolve("state/" + ArtifactFiles.manifest(run).run().writer() + "/" + round);
  }

  private static Path oneOf(Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  /** What is done to a run, the round that it goes on from, and what it says. */
  private record Case(String name, Damage damage, int from, String message) {}

  /** A run goes on from what is whole, says so in one line, to the same bits. */
  @Test
  void damagedCheckpointGivesWayToTheOneBefore() throws Exception {
    assertGoesOn(
        new Case(
            "bit",
            run -> flipBit(checkpointed(run, 4, "parameters.safetensors")),
            3,
            "parameters.safetensors is damaged"));
  }

  /** Whatever else is broken. */
  @Test
  @Exhaustive
  void everyDamageGivesWayToWhatIsWhole() throws Exception {
    assertGoesOn(
        new Case(
            "truncated",
            run -> truncate(checkpointed(run, 4, "velocity.safetensors")),
            3,
            "velocity.safetensors is damaged"),
        new Case(
            "missing",
            run -> Files.delete(checkpointed(run, 4, "checkpoint.json")),
            3,
            "checkpoint.json is missing"),
        new Case(
            "manifest",
            run -> truncate(ArtifactFiles.manifestFile(run.resolve("checkpoints/4"))),
            3,
            "manifest.json is damaged"),
        new Case("state gone", run -> Files.delete(oneOf(states(run, 4))), 3, "is missing"),
        new Case("state flipped", run -> flipBit(oneOf(states(run, 4))), 3, "is damaged"),
        // Before the first round there are none: of that round is the best model so far.
        new Case("all states gone", run -> deleteFolder(run.resolve("state")), 0, "is missing"),
        new Case(
            "nothing left", run -> deleteFolder(run.resolve("checkpoints")), -1, "starts over"));
  }

  private static void assertGoesOn(Case... cases) throws Exception {
    String[] sets = {
      "training.epochs=0.7",
      "checkpoints.every=1",
      "validation.every=0",
      "averaging.outer.kind=nesterov" // which has a velocity
    };
    TrainConfig undamaged = config("undamaged " + cases[0].name, sets);
    TrainResult whole = train(undamaged);
    assertThat(whole.rounds()).isEqualTo(5);
    // Stopped after its fourth round, with the checkpoints of rounds 3 and 4.
    for (Case c : cases) {
      TrainConfig config = config("damaged " + c.name, sets);
      trainUntilItDies(config, 5);
      Path run = Path.of(config.output());
      assertThat(ArtifactFiles.checkpoints(run)).contains(3, 4);
      c.damage.to(run);
      Console console = new Console();
      TrainResult resumed = train(config, console);
      assertThat(resumed.resumedFrom()).as(c.name).isEqualTo(c.from < 0 ? null : c.from);
      assertThat(parameters(resumed)).as(c.name).isEqualTo(parameters(whole));
      assertThat(console.messages)
          .as(c.name)
          .anySatisfy(line -> assertThat(line).contains(c.message).doesNotContain("\n"));
      assertThat(metricsWithoutTimes(config)).as(c.name).isEqualTo(metricsWithoutTimes(undamaged));
    }
  }

  @Test
  void runThatDiffersIsRefusedByItsKeysAndALongerOneExtendsIt() throws Exception {
    // Twenty steps, four rounds of five; at a constant rate nothing depends on the run's length.
    String[] constant = {"training.schedule.kind=constant", "checkpoints.every=3"};
    TrainConfig first = config("extended", with(constant, "training.epochs=0.303"));
    TrainConfig longer = config("extended", with(constant, "training.epochs=0.606"));
    assertThat(train(first).steps()).isEqualTo(10);
    assertThatThrownBy(() -> resume(first))
        .hasMessageContaining("is complete, with 10 local steps")
        .hasMessageContaining("training.epochs must be above that");
    assertThatThrownBy(
            () ->
                resume(
                    config(
                        "extended",
                        with(constant, "training.epochs=0.606", "network.hidden=17", "seed=9"))))
        .hasMessageContaining("network.hidden was 16, now is 17; seed was 1, now is 9");
    TrainResult extended = resume(longer);
    assertThat(extended.steps()).isEqualTo(20);
    assertThat(extended.resumedFrom()).isEqualTo(2);
    TrainResult whole = train(config("unextended", with(constant, "training.epochs=0.606")));
    assertThat(parameters(extended)).isEqualTo(parameters(whole));
    assertThat(extended.tokens()).isEqualTo(whole.tokens());
    ArtifactReader run = ArtifactReader.open(HADOOP, longer.output(), ArtifactKind.RUN);
    assertThat(run.manifest().config().at("/training/epochs").asDouble()).isEqualTo(0.606);

    // One that was stopped takes another length only on request.
    TrainConfig stopped = config("stopped short", with(constant, "training.epochs=0.606"));
    trainUntilItDies(stopped, 3);
    TrainConfig shorter = config("stopped short", with(constant, "training.epochs=0.44"));
    assertThatThrownBy(() -> train(shorter))
        .hasMessageContaining("training.epochs was 0.606, now is 0.44")
        .hasMessageContaining("give --resume");
    assertThat(resume(shorter).rounds()).isEqualTo(3);
  }

  @Test
  void trainingBeginsWithAModelOfTheOtherEngine() throws Exception {
    String[] few = {"training.epochs=0.3", "averaging.frequency=2"};
    TrainConfig first = config("of torch", with(few, "engine=torch"));
    TrainResult trained = train(first);
    TrainConfig second = config("onwards", with(few, "start-from=" + first.output()));
    assertThat(second.engine()).isEqualTo("dl4j");
    train(second);
    JsonNode begun = RunView.metrics(HADOOP, second.output()).get(0);
    assertThat(begun.path("type").asText()).isEqualTo("validation");
    assertThat(begun.path("nats-per-token").asDouble()).isEqualTo(trained.validationNats());
    assertThat(ArtifactReader.open(HADOOP, second.output(), ArtifactKind.RUN).manifest().inputs())
        .containsKeys("dataset", "start-from");

    assertThatThrownBy(
            () ->
                train(
                    config(
                        "wider", with(few, "start-from=" + first.output(), "network.hidden=17"))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "is another network: network.hidden is 16 there and 17 here: set these keys");
    assertThat(folder.resolve("wider")).doesNotExist();

    // The same characters, but others are the frequent ones.
    String reordered =
        runs.dataset(
            "reordered",
            "a dog ran home the cat was full\n\n\n\n".repeat(60),
            new SplitRules(SplitMethod.CONTIGUOUS, 0.9, 0.05, 0.05));
    assertThatThrownBy(
            () ->
                train(
                    runs.configOn(
                        reordered, "on others", with(few, "start-from=" + first.output()))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has the dataset's tokens in another order")
        .hasMessageNotContaining("other tokens");
  }

  @Test
  void earlyStoppingThatCannotActIsRefused() throws Exception {
    assertThatThrownBy(() -> config("idle", "validation.patience=3", "validation.every=0"))
        .isInstanceOfSatisfying(
            UserException.class,
            problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("validation.patience 3")
        .hasMessageContaining("validation.every is 0");
    assertThatThrownBy(
            () -> config("idle", "network.input=one-hot", "network.embedding-dropout=0.5"))
        .hasMessageContaining("network.embedding-dropout 0.5")
        .hasMessageContaining("network.input is one-hot");
    assertThatThrownBy(() -> config("idle", "network.input=one-hot", "network.token-dropout=0.5"))
        .hasMessageContaining("network.token-dropout 0.5")
        .hasMessageContaining("network.input is one-hot");
    String all =
        runs.dataset(
            "without validation",
            "the cat was full\n".repeat(60),
            new SplitRules(SplitMethod.CONTIGUOUS, 1, 0, 0));
    TrainConfig config = runs.configOn(all, "idle", "validation.patience=3");
    assertThatThrownBy(() -> train(config))
        .isInstanceOfSatisfying(
            UserException.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("the valid split of " + all + " has no tokens")
        .hasMessageContaining("validation.patience 3");
    assertThat(folder.resolve("idle")).doesNotExist();
  }

  @Test
  void whatTheRunIsTooShortForIsWarnedOf() throws Exception {
    // 33 windows of a worker: 53 steps, eleven rounds; validations after 1, 2, 4, 6, 8, 10 and 11.
    TrainConfig usual = config("usual", "validation.patience=6", "training.schedule.warm-up=50");
    TrainJob job = TrainJob.of(usual, HADOOP);
    long steps = usual.settings().totalSteps(job.units());
    assertThat(steps).isEqualTo(53);
    assertThat(TrainJob.of(usual, HADOOP).warnings()).isEmpty();
    TrainConfig late =
        config(
            "late",
            "validation.patience=7",
            "training.schedule.kind=constant",
            "training.schedule.warm-up=106",
            "training.learning-rate=0.02");
    assertThat(TrainJob.of(late, HADOOP).warnings())
        .containsExactly(
            "warning: training.schedule.warm-up is 106 steps, but the run has 53: its learning rate"
                + " reaches 0.01000 at most, not 0.02000",
            "warning: validation.patience is 7, but the run looks at the validation split 7 times"
                + " only: it cannot end early");
    TrainConfig synchronous = config("late", "averaging.mode=gradients");
    assertThat(TrainJob.of(synchronous, HADOOP).warnings())
        .containsExactly(
            "warning: averaging.mode gradients makes one update a round, of 5 windows of each"
                + " worker, so the run has 11: set averaging.frequency to 1 for an update of every"
                + " step");
    assertThat(
            TrainJob.of(config("late", "averaging.mode=gradients", "averaging.frequency=1"), HADOOP)
                .warnings())
        .isEmpty();
    assertThat(
            TrainJob.of(
                    config("late", "engine=torch", "training.scheduled-sampling.kind=linear"),
                    HADOOP)
                .warnings())
        .containsExactly(
            "warning: with training.scheduled-sampling.scale 10000.0 the chance to read the text's"
                + " token is still 0.995 after the run's 53 local steps: a smaller scale makes it"
                + " fall");
    Console console = new Console();
    train(config("late", "training.schedule.warm-up=106", "training.epochs=0.15"), console);
    assertThat(console.messages)
        .anyMatch(line -> line.startsWith("warning: training.schedule.warm-up is 106 steps"));
  }

  @Test
  void tooLittleTextIsSaidBeforeAnythingIsWritten() {
    TrainConfig config = config("little", "averaging.workers=1000");
    assertThatThrownBy(() -> train(config))
        .isInstanceOfSatisfying(
            UserException.class,
            problem -> {
              assertThat(problem.exitCode()).isEqualTo(ExitCode.DATA);
              assertThat(problem).hasMessageContaining("averaging.workers 1000");
            });
    assertThat(Path.of(config.output())).doesNotExist();
  }
}
