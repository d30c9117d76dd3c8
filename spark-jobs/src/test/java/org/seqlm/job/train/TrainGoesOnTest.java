package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.seqlm.job.train.SmallTraining.HADOOP;
import static org.seqlm.job.train.SmallTraining.metrics;
import static org.seqlm.job.train.SmallTraining.resume;
import static org.seqlm.job.train.SmallTraining.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.job.train.SmallTraining.Console;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunFolder.Resume;
import org.seqlm.neural.files.RunView;
import org.seqlm.neural.learner.Shard;

/** A run that goes on otherwise than it began: longer, with other workers, looked at otherwise. */
class TrainGoesOnTest {
  private static final int BATCH = 4;
  private static final int TIME_STEPS = 8;

  @TempDir static Path folder;
  private static SmallTraining runs;
  private static long tokens;

  @BeforeAll
  static void prepare() throws Exception {
    runs =
        new SmallTraining(
            folder,
            150,
            "training.epochs=0.4",
            "network.hidden=16",
            "network.embedding=8",
            "averaging.frequency=5",
            "validation.every=2",
            "validation.sample-length=0",
            "checkpoints.every=1");
    tokens = Dataset.open(HADOOP, runs.dataset()).tokens(Split.TRAIN);
  }

  private static TrainConfig config(String run, String... sets) {
    return runs.config(run, sets);
  }

  /** While a look is taken workers train on: only the training's own clock knows how fast. */
  @Test
  void theCommandAndTheReportTellOneSpeed() throws Exception {
    String delayed = "averaging.overlap=one-round";
    TrainConfig config = config("one-speed", delayed, "training.epochs=0.5");
    TrainResult first = train(config);
    TrainConfig longer = config("one-speed", delayed, "training.epochs=1");
    TrainResult whole = resume(longer);
    // As a kill leaves it between the last checkpoint and the end: no further round is trained.
    ArtifactFiles.unfinish(Path.of(config.output()));
    TrainResult ended = train(longer);
    assertThat(ended.rounds()).isEqualTo(whole.rounds());
    TrainingMetrics metrics =
        TrainingMetrics.read(
            RunView.metrics(HADOOP, config.output()),
            (line, damage) -> {
              throw new AssertionError(line.toString(), damage);
            });
    for (TrainResult result : List.of(first, whole, ended)) {
      assertThat(metrics.seconds(result.rounds())).isEqualTo(result.seconds());
    }
    assertThat(metrics.tokensPerSecond()).isEqualTo(whole.tokensPerSecond());
    double before = 0;
    for (RoundMetrics round : metrics.rounds()) {
      // What was waited for the round lies in it.
      assertThat(round.times().elapsed()).isGreaterThanOrEqualTo(before + round.seconds());
      before = round.times().elapsed();
    }
    assertThat(metrics.validations()).allMatch(look -> look.scored() > 0);
  }

  @Test
  void aRunWhoseBoardCannotBeWrittenDoesNotBegin() throws Exception {
    Path file = Files.writeString(folder.resolve("in-the-way"), "");
    TrainConfig config = config("no-board", "tensorboard=" + file + "/board");
    assertThatThrownBy(() -> train(config))
        .isInstanceOfSatisfying(
            UserException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.PLATFORM))
        .hasMessageContaining("--tensorboard");
    assertThat(Path.of(config.output())).doesNotExist();
  }

  @Exhaustive
  @Test
  void aRunThatIsMadeLongerNeverJumps() throws Exception {
    train(config("longer"));
    for (double epochs = 0.8; epochs < 1.3; epochs += 0.4) {
      TrainConfig config = config("longer", "training.epochs=" + epochs);
      Console told = new Console();
      TrainResult result = resume(config, told);
      assertThat(result.epochs()).isEqualTo(epochs, within(0.03));
      assertThat(told.messages).anyMatch(line -> line.contains("goes on without rising"));
    }
    List<Double> rates =
        metrics(config("longer"), "round").stream()
            .map(line -> line.path("learning-rate").asDouble())
            .toList();
    assertThat(rates).isSortedAccordingTo((one, other) -> Double.compare(other, one));
    assertThat(rates.get(rates.size() - 1)).isEqualTo(rates.get(0) / 10, within(1e-9));

    // Who goes on after a kill goes on with the same rates.
    Path run = Path.of(config("longer").output());
    ArtifactFiles.unfinish(run);
    TrainConfig rest =
        config("longer", "training.epochs=2.4", "training.schedule.on-extend=rewarm");
    Console told = new Console();
    resume(rest, told);
    assertThat(told.messages).anyMatch(line -> line.contains("goes up to"));
    double highest =
        metrics(rest, "round").stream()
            .filter(line -> line.path("epoch").asDouble() > 1.2)
            .mapToDouble(line -> line.path("learning-rate").asDouble())
            .max()
            .orElseThrow();
    assertThat(highest).isEqualTo(rates.get(0), within(rates.get(0) / 3));
  }

  @Test
  void aStopIsRememberedAndTrainsNoFurtherRound() throws Exception {
    TrainConfig config =
        config(
            "stops",
            "training.epochs=30",
            "validation.patience=1",
            "validation.every=1",
            "training.learning-rate=0.3");
    TrainResult whole = train(config);
    assertThat(whole.stoppedEarly()).isTrue();
    Path run = Path.of(config.output());
    ArtifactFiles.unfinish(run); // as a kill leaves it, after the stop and before the end
    TrainResult again = train(config);
    assertThat(again.rounds()).isEqualTo(whole.rounds());
    assertThat(again.stoppedEarly()).isTrue();
    assertThat(again.tokens()).isEqualTo(whole.tokens());
    // Whoever has more patience goes on.
    ArtifactFiles.unfinish(run);
    TrainConfig patient =
        config(
            "stops",
            "training.epochs=30",
            "validation.patience=2",
            "validation.every=1",
            "training.learning-rate=0.3");
    assertThat(train(patient).rounds()).isGreaterThan(whole.rounds());
  }

  /** Longer is another course: the patience of the one before is over, also after a kill. */
  @Test
  void aStoppedRunThatIsMadeLongerHasPatienceAgain() throws Exception {
    String[] sets = {
      "validation.patience=1",
      "validation.every=1",
      "training.learning-rate=0.3",
      "training.epochs=30"
    };
    TrainConfig config = config("again", sets);
    TrainResult stopped = train(config);
    assertThat(stopped.stoppedEarly()).isTrue();
    sets[3] = "training.epochs=31";
    TrainConfig longer = config("again", sets);
    assertThatThrownBy(() -> resume(longer, new Console(0))).hasMessage("the driver dies here");
    TrainResult after = train(longer);
    assertThat(after.rounds()).isGreaterThan(stopped.rounds());
  }

  @Test
  void aBestValueOfAnotherPartOfTheSplitIsScoredAgain() throws Exception {
    TrainConfig few = config("part", "validation.max-tokens=20");
    TrainResult first = train(few);
    TrainConfig all =
        config("part", "training.epochs=0.6", "validation.max-tokens=0", "validation.every=1");
    Console told = new Console();
    TrainResult second = resume(all, told);
    assertThat(told.messages)
        .anyMatch(
            line ->
                line.contains("the best model, of round " + first.bestRound())
                    && line.contains("is scored again on"));
    assertThat(second.validationNats()).isNotEqualTo(first.validationNats());
    // The same part once more needs no second look.
    Console quiet = new Console();
    resume(
        config("part", "training.epochs=0.8", "validation.max-tokens=0", "validation.every=1"),
        quiet);
    assertThat(quiet.messages).noneMatch(line -> line.contains("is scored again"));
  }

  @Test
  void aLostModelIsMadeAgainOrTrainedTo() throws Exception {
    TrainConfig config = config("lost");
    TrainResult whole = train(config);
    float[] parameters = ModelArtifact.open(HADOOP, config.output()).parameters();
    Path run = Path.of(config.output());
    assertThatThrownBy(() -> train(config)).hasMessageContaining("exists");

    Files.delete(ArtifactFiles.file(run.resolve("model"), "network.json"));
    Console told = new Console();
    train(config, told);
    assertThat(told.messages).anyMatch(line -> line.contains("made again from its checkpoint"));
    assertThat(ModelArtifact.open(HADOOP, config.output()).parameters())
        .containsExactly(parameters);

    // Without that checkpoint it starts over, to the same bits.
    Files.delete(ArtifactFiles.file(run.resolve("model"), "network.json"));
    for (int round : ArtifactFiles.checkpoints(run)) {
      Files.delete(ArtifactFiles.file(run.resolve("checkpoints/" + round), "network.json"));
      Files.delete(ArtifactFiles.file(run.resolve("checkpoints/" + round), "checkpoint.json"));
    }
    told.messages.clear();
    TrainResult anew = train(config, told);
    assertThat(told.messages).anyMatch(line -> line.contains("it starts over"));
    assertThat(anew.tokens()).isEqualTo(whole.tokens());
    assertThat(ModelArtifact.open(HADOOP, config.output()).parameters())
        .containsExactly(parameters);
  }

  /** Two workers stop in the middle of a pass, and three go on with the next. */
  @Test
  void otherWorkersBeginWithTheNextPass() throws Exception {
    TrainConfig two = config("workers", "averaging.workers=2");
    TrainResult before = train(two);
    TrainConfig three = config("workers", "training.epochs=2", "averaging.workers=3");
    assertThatThrownBy(() -> resume(three))
        .isInstanceOfSatisfying(
            UserException.class,
            problem -> {
              assertThat(problem.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
              assertThat(problem)
                  .hasMessageContaining("averaging.workers was 2, now is 3")
                  .hasMessageContaining("--change-workers");
            });
    Console told = new Console();
    TrainResult after =
        train(three, Overwrite.REFUSE, Resume.REQUIRED, TrainStart.Workers.MAY_CHANGE, told);

    long left = 0;
    for (int k = 0; k < 2; k++) {
      long windows = Shard.of(k, 2, tokens, BATCH, TIME_STEPS).windows();
      left += (windows - before.steps()) * BATCH * TIME_STEPS;
    }
    long ofPass = Shard.of(0, 3, tokens, BATCH, TIME_STEPS).windows();
    assertThat(left).isPositive();
    String skipped = String.format("%,d tokens", left);
    assertThat(after.skipped()).isEqualTo(left);
    assertThat(after.steps()).isEqualTo(2 * ofPass);
    assertThat(after.tokens()).isEqualTo(before.tokens() + ofPass * 3 * BATCH * TIME_STEPS);
    assertThat(told.messages)
        .anyMatch(
            line ->
                line.contains("3 workers in place of 2 from the next pass on")
                    && line.contains("begins at step " + ofPass)
                    && line.contains(skipped));
    assertThat(after.validationNats()).isLessThanOrEqualTo(before.validationNats());
    // From there on it is a run of three workers, and goes on as one.
    TrainConfig longer = config("workers", "training.epochs=2.2", "averaging.workers=3");
    assertThat(resume(longer).skipped()).isEqualTo(left);
  }
}
