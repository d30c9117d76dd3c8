package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.Published;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunFolder.Resume;
import org.seqlm.neural.files.RunView;
import org.seqlm.neural.learner.Shard;
import org.seqlm.spark.training.CharacterDataset;

/** A run that goes on otherwise than it began: longer, with other workers, looked at otherwise. */
class TrainGoesOnTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int BATCH = 4;
  private static final int TIME_STEPS = 8;

  @TempDir static Path folder;
  private static String dataset;
  private static long tokens;

  /** What a console would show; calls something back with each round. */
  private static class Told implements Progress {
    final List<String> messages = new ArrayList<>();

    @Override
    public void stage(String name, long total, String unit) {}

    @Override
    public void update(long done, String detail) {}

    @Override
    public void message(String line) {
      messages.add(line);
    }
  }

  @BeforeAll
  static void prepare() throws Exception {
    StringBuilder text = new StringBuilder();
    KeyedRandom random = KeyedRandom.of(5, "text");
    for (int i = 0; i < 150; i++) {
      text.append(random.uniform(i) < 0.5 ? "the cat was full\n" : "a dog ran home\n");
    }
    Path corpus = Files.writeString(folder.resolve("corpus.txt"), text);
    dataset = folder.resolve("dataset").toString();
    CharacterDataset.write(
        HADOOP, corpus, dataset, new SplitRules(SplitMethod.CONTIGUOUS, 0.9, 0.05, 0.05));
    tokens = org.seqlm.dataset.Dataset.open(HADOOP, dataset).tokens(org.seqlm.dataset.Split.TRAIN);
  }

  private static TrainConfig config(String run, String... sets) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "training.epochs=1",
                "network.hidden=16",
                "network.embedding=8",
                "training.batch=" + BATCH,
                "training.time-steps=" + TIME_STEPS,
                "averaging.frequency=5",
                "validation.every=2",
                "validation.sample-length=0",
                "checkpoints.every=1"));
    all.addAll(List.of(sets));
    var overrides =
        new FlagValues().put("input", dataset).put("output", folder.resolve(run).toString());
    return ConfigLoader.load("train", TrainConfig.class, HADOOP, null, all, overrides.tree());
  }

  private static TrainResult train(
      TrainConfig config, Resume resume, TrainStart.Workers workers, Progress progress)
      throws Exception {
    TestSpark.session();
    try (JobContext context = new JobContext("train", null, Overwrite.REFUSE, progress)) {
      return TrainCommand.run(config, context, resume, workers);
    }
  }

  private static TrainResult train(TrainConfig config, Resume resume, Progress progress)
      throws Exception {
    return train(config, resume, TrainStart.Workers.SAME, progress);
  }

  /** While a look is taken workers train on: only the training's own clock knows how fast. */
  @Test
  void theCommandAndTheReportTellOneSpeed() throws Exception {
    String delayed = "averaging.overlap=one-round";
    TrainConfig config = config("one-speed", delayed, "training.epochs=0.5");
    TrainResult first = train(config, Resume.IF_POSSIBLE, Progress.SILENT);
    TrainConfig longer = config("one-speed", delayed, "training.epochs=1");
    TrainResult whole = train(longer, Resume.REQUIRED, Progress.SILENT);
    TrainingMetrics metrics =
        TrainingMetrics.read(
            RunView.metrics(HADOOP, config.output()),
            (line, damage) -> {
              throw new AssertionError(line.toString(), damage);
            });
    for (TrainResult result : List.of(first, whole)) {
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
    assertThatThrownBy(() -> train(config, Resume.IF_POSSIBLE, Progress.SILENT))
        .isInstanceOfSatisfying(
            UserException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.PLATFORM))
        .hasMessageContaining("--tensorboard");
    assertThat(Path.of(config.output())).doesNotExist();
  }

  private static List<JsonNode> rounds(TrainConfig config) throws Exception {
    return RunView.metrics(HADOOP, config.output()).stream()
        .filter(line -> line.path("type").asText().equals("round"))
        .toList();
  }

  @Test
  void aRunThatIsMadeLongerNeverJumps() throws Exception {
    train(config("longer"), Resume.IF_POSSIBLE, Progress.SILENT);
    for (int epochs = 2; epochs <= 3; epochs++) {
      TrainConfig config = config("longer", "training.epochs=" + epochs);
      Told told = new Told();
      TrainResult result = train(config, Resume.REQUIRED, told);
      assertThat(result.epochs()).isEqualTo(epochs, within(0.02));
      assertThat(told.messages).anyMatch(line -> line.contains("goes on without rising"));
    }
    List<Double> rates =
        rounds(config("longer")).stream()
            .map(line -> line.path("learning-rate").asDouble())
            .toList();
    assertThat(rates).isSortedAccordingTo((one, other) -> Double.compare(other, one));
    assertThat(rates.get(rates.size() - 1)).isEqualTo(rates.get(0) / 10, within(1e-9));

    // Who goes on after a kill goes on with the same rates.
    Path run = Path.of(config("longer").output());
    Published.unfinish(run);
    TrainConfig rest = config("longer", "training.epochs=4", "training.schedule.on-extend=rewarm");
    Told told = new Told();
    train(rest, Resume.REQUIRED, told);
    assertThat(told.messages).anyMatch(line -> line.contains("goes up to"));
    double highest =
        rounds(rest).stream()
            .filter(line -> line.path("epoch").asDouble() > 3)
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
    TrainResult whole = train(config, Resume.IF_POSSIBLE, Progress.SILENT);
    assertThat(whole.stoppedEarly()).isTrue();
    Path run = Path.of(config.output());
    Published.unfinish(run); // as a kill leaves it, after the stop and before the end
    TrainResult again = train(config, Resume.IF_POSSIBLE, Progress.SILENT);
    assertThat(again.rounds()).isEqualTo(whole.rounds());
    assertThat(again.stoppedEarly()).isTrue();
    assertThat(again.tokens()).isEqualTo(whole.tokens());
    // Whoever has more patience goes on.
    Published.unfinish(run);
    TrainConfig patient =
        config(
            "stops",
            "training.epochs=30",
            "validation.patience=2",
            "validation.every=1",
            "training.learning-rate=0.3");
    assertThat(train(patient, Resume.IF_POSSIBLE, Progress.SILENT).rounds())
        .isGreaterThan(whole.rounds());
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
    TrainResult stopped = train(config, Resume.IF_POSSIBLE, Progress.SILENT);
    assertThat(stopped.stoppedEarly()).isTrue();
    sets[3] = "training.epochs=31";
    TrainConfig longer = config("again", sets);
    Told dies =
        new Told() {
          @Override
          public void update(long done, String detail) {
            throw new IllegalStateException("the driver dies here");
          }
        };
    assertThatThrownBy(() -> train(longer, Resume.REQUIRED, dies))
        .isInstanceOf(IllegalStateException.class);
    TrainResult after = train(longer, Resume.IF_POSSIBLE, Progress.SILENT);
    assertThat(after.rounds()).isGreaterThan(stopped.rounds());
  }

  @Test
  void aBestValueOfAnotherPartOfTheSplitIsScoredAgain() throws Exception {
    TrainConfig few = config("part", "validation.max-tokens=20");
    TrainResult first = train(few, Resume.IF_POSSIBLE, Progress.SILENT);
    TrainConfig all =
        config("part", "training.epochs=1.2", "validation.max-tokens=0", "validation.every=1");
    Told told = new Told();
    TrainResult second = train(all, Resume.REQUIRED, told);
    assertThat(told.messages)
        .anyMatch(
            line ->
                line.contains("the best model, of round " + first.bestRound())
                    && line.contains("is scored again on"));
    assertThat(second.validationNats()).isNotEqualTo(first.validationNats());
    // The same part once more needs no second look.
    Told quiet = new Told();
    train(
        config("part", "training.epochs=1.4", "validation.max-tokens=0", "validation.every=1"),
        Resume.REQUIRED,
        quiet);
    assertThat(quiet.messages).noneMatch(line -> line.contains("is scored again"));
  }

  @Test
  void aLostModelIsMadeAgainOrTrainedTo() throws Exception {
    TrainConfig config = config("lost");
    TrainResult whole = train(config, Resume.IF_POSSIBLE, Progress.SILENT);
    float[] parameters = ModelArtifact.open(HADOOP, config.output()).parameters();
    Path run = Path.of(config.output());
    assertThatThrownBy(() -> train(config, Resume.IF_POSSIBLE, Progress.SILENT))
        .hasMessageContaining("exists");

    Files.delete(Published.file(run.resolve("model"), "network.json"));
    Told told = new Told();
    train(config, Resume.IF_POSSIBLE, told);
    assertThat(told.messages).anyMatch(line -> line.contains("made again from its checkpoint"));
    assertThat(ModelArtifact.open(HADOOP, config.output()).parameters())
        .containsExactly(parameters);

    // Without that checkpoint it starts over, to the same bits.
    Files.delete(Published.file(run.resolve("model"), "network.json"));
    for (int round : Published.checkpoints(run)) {
      Files.delete(Published.file(run.resolve("checkpoints/" + round), "network.json"));
      Files.delete(Published.file(run.resolve("checkpoints/" + round), "checkpoint.json"));
    }
    told.messages.clear();
    TrainResult anew = train(config, Resume.IF_POSSIBLE, told);
    assertThat(told.messages).anyMatch(line -> line.contains("it starts over"));
    assertThat(anew.tokens()).isEqualTo(whole.tokens());
    assertThat(ModelArtifact.open(HADOOP, config.output()).parameters())
        .containsExactly(parameters);
  }

  /** Two workers stop in the middle of their second pass, and three go on with the third. */
  @Test
  void otherWorkersBeginWithTheNextPass() throws Exception {
    TrainConfig two = config("workers", "training.epochs=1.5", "averaging.workers=2");
    TrainResult before = train(two, Resume.IF_POSSIBLE, Progress.SILENT);
    TrainConfig three = config("workers", "training.epochs=3", "averaging.workers=3");
    assertThatThrownBy(() -> train(three, Resume.REQUIRED, Progress.SILENT))
        .isInstanceOfSatisfying(
            UserException.class,
            problem -> {
              assertThat(problem.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
              assertThat(problem)
                  .hasMessageContaining("averaging.workers was 2, now is 3")
                  .hasMessageContaining("--change-workers");
            });
    Told told = new Told();
    TrainResult after = train(three, Resume.REQUIRED, TrainStart.Workers.MAY_CHANGE, told);

    long left = 0;
    for (int k = 0; k < 2; k++) {
      long windows = Shard.of(k, 2, tokens, BATCH, TIME_STEPS).windows();
      left += (2 * windows - before.steps()) * BATCH * TIME_STEPS;
    }
    long ofPass = Shard.of(0, 3, tokens, BATCH, TIME_STEPS).windows();
    assertThat(left).isPositive();
    String skipped = String.format("%,d tokens", left);
    assertThat(after.skipped()).isEqualTo(left);
    assertThat(after.steps()).isEqualTo(3 * ofPass);
    assertThat(after.tokens()).isEqualTo(before.tokens() + ofPass * 3 * BATCH * TIME_STEPS);
    assertThat(told.messages)
        .anyMatch(
            line ->
                line.contains("3 workers in place of 2 from the next pass on")
                    && line.contains("begins at step " + 2 * ofPass)
                    && line.contains(skipped));
    assertThat(after.validationNats()).isLessThanOrEqualTo(before.validationNats());
    // From there on it is a run of three workers, and goes on as one.
    TrainConfig longer = config("workers", "training.epochs=3.2", "averaging.workers=3");
    assertThat(train(longer, Resume.REQUIRED, Progress.SILENT).skipped()).isEqualTo(left);
  }
}
