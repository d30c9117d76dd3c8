package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.seqlm.job.train.SmallTraining.HADOOP;
import static org.seqlm.job.train.SmallTraining.metrics;
import static org.seqlm.job.train.SmallTraining.metricsWithoutTimes;
import static org.seqlm.job.train.SmallTraining.parameters;
import static org.seqlm.job.train.SmallTraining.resume;
import static org.seqlm.job.train.SmallTraining.train;
import static org.seqlm.job.train.SmallTraining.trainUntilItDies;
import static org.seqlm.job.train.SmallTraining.with;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.job.train.SmallTraining.Console;
import org.seqlm.neural.files.RunView;

/** What a night needs: old text beside the new, a gentle beginning, and an end in time. */
class TrainWarmTest {
  private static final SplitRules SPLITS = new SplitRules(SplitMethod.CONTIGUOUS, 0.9, 0.05, 0.05);

  @TempDir static Path folder;
  private static SmallTraining runs;
  private static String old;
  private static long fresh;

  @BeforeAll
  static void prepare() throws Exception {
    runs =
        new SmallTraining(
            folder,
            150,
            "training.epochs=1.2",
            "network.hidden=12",
            "network.embedding=8",
            "averaging.frequency=5",
            "validation.every=3",
            "validation.diagnose=false",
            "validation.sample-length=0");
    fresh = Dataset.open(HADOOP, runs.dataset()).tokens(Split.TRAIN);
    // Lines of the train split in another order: their tokens have the same ranks.
    List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("dataset.txt")));
    Collections.reverse(lines.subList(0, 130));
    old = runs.dataset("old", String.join("\n", lines) + "\n", SPLITS);
  }

  private static String[] replaying(String... more) {
    return with(new String[] {"replay.inputs=[" + old + "]", "replay.share=0.3"}, more);
  }

  private static TrainConfig config(String run, String... sets) {
    return runs.config(run, sets);
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch", "dl4j"})
  void aRunThatReplaysIsKilledAndGoesOnToTheSameBits(String engine) throws Exception {
    String[] sets = replaying("engine=" + engine, "training.streams=shuffled");
    TrainConfig config = config("whole-" + engine, sets);
    Console told = new Console();
    TrainResult whole = train(config, told);
    TrainConfig broken = config("broken-" + engine, sets);
    trainUntilItDies(broken, 4);
    TrainResult after = train(broken);
    assertThat(after.resumedFrom()).isPositive();
    assertThat(parameters(after)).isEqualTo(parameters(whole));
    assertThat(metricsWithoutTimes(broken)).isEqualTo(metricsWithoutTimes(config));

    // What was read is what the share says, and all of it is accounted for.
    assertThat(after.replayed()).isEqualTo(whole.replayed());
    assertThat((double) whole.replayed() / whole.tokens()).isEqualTo(0.3, within(0.02));
    assertThat(whole.steps() * 2 * 4 * 8).isEqualTo(whole.tokens() + whole.skipped());
    assertThat(whole.epochs()).isEqualTo(1.2, within(0.02));
    assertThat(whole.tokens() / (1.2 * fresh / 0.7)).isEqualTo(1, within(0.03));
    assertThat(told.messages).anyMatch(line -> line.contains("a pass reads "));
    List<JsonNode> rounds = metrics(config, "round");
    assertThat(rounds.get(rounds.size() - 1).path("replayed").asLong()).isEqualTo(whole.replayed());
    assertThat(RunView.find(HADOOP, config.output()).manifest().inputs())
        .containsEntry("replay-1", Dataset.open(HADOOP, old).fingerprint());
    assertThat(whole.ended()).isEqualTo("epochs: 1.2");
  }

  /** Hadoop's settings are large; a line's nights are many. */
  @Test
  void tasksGetTheSettingsOnceHoweverManyTextsAreReplayed() throws Exception {
    int one = task(old);
    int five = task(String.join(", ", Collections.nCopies(5, old)));
    assertThat(five - one).isBetween(1, one / 10);
  }

  /** The bytes by which a task gets its text. */
  private static int task(String inputs) throws Exception {
    Dataset dataset = Dataset.open(HADOOP, runs.dataset());
    TrainConfig config = config("task", "replay.inputs=[" + inputs + "]", "replay.share=0.3");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(TrainText.of(config, HADOOP, dataset).feed(config, HADOOP));
    }
    return bytes.size();
  }

  @Test
  void oldTextOfOtherTokensIsRefused() throws Exception {
    String other = runs.dataset("other", "xyz\n".repeat(200), SPLITS);
    assertThatThrownBy(() -> train(config("refused", "replay.inputs=[" + other + "]")))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("replay.inputs: " + other + " has a vocabulary of ")
        .hasMessageContaining("replay datasets whose vocabulary is the input's");
    assertThat(Path.of(config("refused").output())).doesNotExist();
    // Nothing is asked of what is not read.
    Console told = new Console();
    train(
        config(
            "no-share", "replay.inputs=[" + other + "]", "replay.share=0", "training.epochs=0.2"),
        told);
    assertThat(told.messages)
        .contains("warning: replay.inputs has no effect where replay.share is 0");
  }

  /** Its first tokens are the old one's, so old ids mean what they meant. */
  @Test
  void aVocabularyThatExtendsTheOldOneReplaysIt() throws Exception {
    String more = runs.dataset("more", "aaaa aaa aa\nbbb aab\nabc\n".repeat(40), SPLITS);
    String less = runs.dataset("less", "aaaa aaa aa\nbbb aab\nab\n".repeat(40), SPLITS);
    assertThat(Dataset.open(HADOOP, more).details().vocabularySize())
        .isEqualTo(Dataset.open(HADOOP, less).details().vocabularySize() + 1);
    String few = "training.epochs=0.5";
    TrainResult result =
        train(runs.configOn(more, "extended", few, "replay.inputs=[" + less + "]"));
    assertThat(result.replayed()).isPositive();
    assertThatThrownBy(
            () -> train(runs.configOn(less, "shrunk", few, "replay.inputs=[" + more + "]")))
        .hasMessageContaining("the input's is none");
  }

  @Test
  void aModelIsTakenUpGently() throws Exception {
    TrainConfig first = config("first", "training.epochs=0.4");
    train(first);
    String[] sets = {"start-from=" + first.output(), "training.schedule.kind=constant"};
    TrainConfig second = config("second", with(sets, "averaging.frequency=1"));
    Console told = new Console();
    train(second, told);
    assertThat(told.messages)
        .anyMatch(line -> line.startsWith("begins with the parameters of " + first.output()));
    List<JsonNode> rounds = metrics(second, "round");
    double rate = second.training().learningRate();
    int warm = (int) Math.round(second.start().rewarm() * rounds.size());
    assertThat(warm).isGreaterThan(1);
    for (int i = 0; i < rounds.size(); i++) {
      assertThat(rounds.get(i).path("learning-rate").asDouble())
          .isEqualTo(
              second.start().rateFactor() * rate * Math.min(1, (i + 1.0) / warm), within(1e-9));
    }
    // As releases before went: the rate of any run.
    String[] plain = {"start.rate-factor=1", "start.rewarm=0", "training.epochs=0.1"};
    TrainConfig before = config("before", with(sets, plain));
    assertThat(train(before).replayed()).isNull();
    assertThat(metrics(before, "round").get(0).path("replayed").isNull()).isTrue();
    assertThat(metrics(before, "round").get(0).path("learning-rate").asDouble()).isEqualTo(rate);
  }

  /** Planned with: the rate comes down in it, and a larger one goes on. */
  @Test
  void aBudgetOfTokensIsPlannedWith() throws Exception {
    int ofStep = 2 * 4 * 8;
    TrainConfig config = config("tokens", "budget.tokens=" + (23 * ofStep + 17));
    TrainResult result = train(config);
    assertThat(result.steps()).isEqualTo(23);
    assertThat(result.tokens()).isEqualTo(23L * ofStep);
    assertThat(result.ended()).isEqualTo(String.format("budget: %,d tokens", 23 * ofStep + 17));
    assertThat(result.stoppedEarly()).isFalse();
    List<JsonNode> told = metrics(config, "round");
    assertThat(told.get(told.size() - 1).path("learning-rate").asDouble())
        .isLessThan(0.3 * config.training().learningRate());
    assertThatThrownBy(() -> resume(config))
        .hasMessageContaining("and budget.tokens must allow for it");
    assertThat(resume(config("tokens", "budget.tokens=" + 30 * ofStep)).steps()).isEqualTo(30);
    String[] rounds = {"budget.rounds=7", "budget.tokens=" + 100 * ofStep};
    TrainResult seven = resume(config("tokens", rounds));
    assertThat(seven.steps()).isEqualTo(7L * config.averaging().frequency());
    assertThat(seven.ended()).isEqualTo("budget: 7 rounds");
    assertThatThrownBy(() -> resume(config("tokens", rounds)))
        .hasMessageContaining("and budget.tokens must allow for it, but is " + 100 * ofStep)
        .hasMessageContaining("and budget.rounds must allow for it, but is 7");
    TrainResult whole = resume(config("tokens"));
    assertThat(whole.ended()).isEqualTo("epochs: 1.2");
    assertThat(whole.epochs()).isEqualTo(1.2, within(0.03));
  }

  /** The round that runs is finished, looked at and kept, and the run can go on. */
  @Test
  void timeEndsARunAfterItsRound() throws Exception {
    String[] late = {"budget.hours=1e-9", "checkpoints.every=2", "averaging.overlap=one-round"};
    TrainConfig config = config("hours", late);
    TrainResult result = train(config);
    assertThat(result.rounds()).isEqualTo(1);
    assertThat(result.ended()).isEqualTo("budget: 1.0E-9 h");
    assertThat(result.stoppedEarly()).isFalse();
    assertThat(metrics(config, "validation")).hasSize(2);
    assertThat(RunView.find(HADOOP, config.output()).isComplete()).isTrue();
    TrainConfig rest = config("hours", "checkpoints.every=2", "averaging.overlap=one-round");
    TrainResult whole = resume(rest);
    TrainConfig alone = config("hours-alone", "averaging.overlap=one-round");
    assertThat(whole.ended()).isEqualTo("epochs: 1.2");
    assertThat(parameters(whole)).isEqualTo(parameters(train(alone)));
    // As a kill leaves it: a round more, for the last one's look is not known to be over.
    ArtifactFiles.unfinish(Path.of(config.output()));
    assertThat(train(rest).rounds()).isEqualTo(whole.rounds());
  }

  @Test
  void aDeadlineIsATimeToCome() throws Exception {
    TrainConfig past = config("past", "budget.until=2020-01-01T00:00:00+02:00");
    assertThatThrownBy(() -> train(past))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("budget.until 2020-01-01T00:00:00+02:00 is past");
    assertThat(Path.of(past.output())).doesNotExist();
    assertThatThrownBy(() -> config("bad", "budget.until=tomorrow", "budget.tokens=0"))
        .hasMessageContaining("budget.tokens must be at least 1, but is 0")
        .hasMessageContaining("budget.until must be a time with its offset");
    Budget budget = new Budget(null, null, 2.0, "2026-05-01T05:30:00+02:00", 10);
    Instant before = Instant.parse("2026-05-01T03:29:59Z");
    assertThat(budget.spent(7199, before)).isNull();
    assertThat(budget.spent(7200, before)).isEqualTo("budget: 2.0 h");
    assertThat(budget.spent(0, before.plusSeconds(1)))
        .isEqualTo("budget: until 2026-05-01T05:30:00+02:00");
  }
}
