package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.seqlm.job.train.SmallTraining.HADOOP;
import static org.seqlm.job.train.SmallTraining.metrics;
import static org.seqlm.job.train.SmallTraining.parameters;
import static org.seqlm.job.train.SmallTraining.train;
import static org.seqlm.job.train.SmallTraining.trainUntilItDies;
import static org.seqlm.job.train.SmallTraining.with;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Overwrite;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.neural.files.RunFolder.Resume;
import org.seqlm.neural.learner.Shard;
import org.seqlm.store.FileEntry;

/** Ways to average that keep more than the next parameters: what is kept is all that is needed. */
class TrainAveragingTest {
  private static final String[] DELAYED = {
    "averaging.overlap=one-round",
    "averaging.published=ema",
    "averaging.ema-decay=0.5",
    "averaging.outer.kind=adam",
    "averaging.outer.rate=0.02",
    "averaging.interval.kind=growing",
    "averaging.interval.first=2"
  };

  @TempDir static Path folder;
  private static SmallTraining runs;

  @BeforeAll
  static void prepare() throws Exception {
    runs =
        new SmallTraining(
            folder,
            120,
            "training.epochs=1.2",
            "network.hidden=12",
            "network.embedding=6",
            "averaging.frequency=6",
            "validation.every=2",
            "validation.sample-length=0",
            "checkpoints.every=3");
  }

  private static List<Long> stepsOfRounds(TrainConfig config) throws Exception {
    List<Long> steps = new ArrayList<>();
    long before = 0;
    for (JsonNode line : metrics(config, "round")) {
      steps.add(line.path("steps").asLong() - before);
      before = line.path("steps").asLong();
    }
    return steps;
  }

  /** The tensors of a round's checkpoint: SHA-256 by name. */
  private static Map<String, String> checkpointed(TrainConfig config, int round)
      throws IOException {
    Map<String, String> tensors = new TreeMap<>();
    String checkpoint = config.output() + "/checkpoints/" + round;
    for (FileEntry file :
        ArtifactReader.open(HADOOP, checkpoint, ArtifactKind.CHECKPOINT).manifest().files()) {
      if (file.path().endsWith(".safetensors")) {
        tensors.put(file.path().replace(".safetensors", ""), file.sha256());
      }
    }
    return tensors;
  }

  /**
   * A whole run, and one that dies in a round and goes on.
   *
   * @param kept what a checkpoint holds beside the parameters
   */
  private static TrainConfig assertGoesOnToTheSameBits(
      String name, int dies, List<String> kept, String... sets) throws Exception {
    TrainConfig config = runs.config(name, sets);
    TrainResult whole = train(config);
    TrainConfig other = runs.config(name + "-stopped", sets);
    trainUntilItDies(other, dies);
    TrainResult resumed = train(other);
    assertThat(resumed.resumedFrom()).isEqualTo(dies / 3 * 3);
    assertThat(resumed.rounds()).isEqualTo(whole.rounds());
    assertThat(parameters(resumed)).isEqualTo(parameters(whole));
    assertThat(stepsOfRounds(other)).isEqualTo(stepsOfRounds(config));
    Map<String, String> last = checkpointed(config, whole.rounds());
    assertThat(last).containsOnlyKeys(with(kept.toArray(new String[0]), "parameters"));
    assertThat(last.values()).as("each is something else").doesNotHaveDuplicates();
    assertThat(checkpointed(other, whole.rounds())).isEqualTo(last);
    // What a checkpoint is as a model is what was looked at.
    assertThat(checkpointed(config, whole.bestRound()))
        .containsEntry("parameters", parameters(whole));
    return config;
  }

  @Test
  void delayedAveragesGoOnToTheSameBits() throws Exception {
    TrainConfig config =
        assertGoesOnToTheSameBits(
            "delayed", 5, List.of("next", "base", "velocity", "velocity-2"), DELAYED);
    List<Long> steps = stepsOfRounds(config);
    assertThat(steps.get(0)).isEqualTo(2);
    assertThat(steps.subList(0, steps.size() - 1)).isSorted().contains(6L);
  }

  @Test
  @Exhaustive
  void roundsThatFollowTheDriftGoOnToTheSameBits() throws Exception {
    TrainConfig config =
        assertGoesOnToTheSameBits(
            "drift",
            4,
            List.of("next", "velocity"),
            "averaging.published=mean",
            "averaging.outer.kind=heavy-ball",
            "averaging.interval.kind=drift",
            "averaging.interval.first=2",
            "averaging.interval.target=0.15");
    assertThat(stepsOfRounds(config)).startsWith(2L).contains(6L);
  }

  /** What is in flight when a run ends early is thrown away, and what comes after begins anew. */
  @Test
  @Exhaustive
  void aDelayedRunStopsAndGoesOnWithOtherWorkers() throws Exception {
    String[] patient = {"validation.patience=1", "training.learning-rate=1e-12"};
    List<String> sets = new ArrayList<>(List.of(DELAYED));
    sets.addAll(List.of(patient));
    sets.add("averaging.published=next");
    sets.add("averaging.outer.kind=plain");
    TrainConfig stops = runs.config("stops", sets.toArray(new String[0]));
    TrainResult stopped = train(stops);
    assertThat(stopped.stoppedEarly()).isTrue();
    sets.add("validation.patience=0");
    sets.add("averaging.workers=3");
    sets.add("training.epochs=2");
    TrainConfig longer = runs.config("stops", sets.toArray(new String[0]));
    TrainResult after =
        train(
            longer,
            Overwrite.REFUSE,
            Resume.REQUIRED,
            TrainStart.Workers.MAY_CHANGE,
            Progress.SILENT);
    long tokens = Dataset.open(HADOOP, runs.dataset()).tokens(Split.TRAIN);
    long left = 0;
    for (int k = 0; k < 2; k++) {
      left += Shard.of(k, 2, tokens, 4, 8).windows() - stopped.steps();
    }
    long ofPass = Shard.of(0, 3, tokens, 4, 8).windows();
    assertThat(left).as("windows of the first pass, in which it stopped").isPositive();
    // Of the round in flight nothing counts, and the three begin with the second pass.
    assertThat(after.skipped()).isEqualTo(left * 4 * 8);
    assertThat(after.steps()).isEqualTo(2 * ofPass);
    assertThat(after.tokens()).isEqualTo(stopped.tokens() + ofPass * 3 * 4 * 8);
    List<JsonNode> rounds = metrics(longer, "round");
    assertThat(rounds.stream().map(line -> line.path("round").asInt()))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, after.rounds()).boxed().toList());
    assertThat(rounds.get(stopped.rounds() - 1).path("steps").asLong()).isEqualTo(stopped.steps());
  }

  /** One message for what cannot be, naming the keys that cannot go together. */
  @Test
  void whatCannotGoTogetherIsRefused() {
    String gradients = "averaging.mode=gradients";
    String delayed = "averaging.overlap=one-round";
    assertRefused(List.of(delayed, "averaging.inner-moments=averaged"));
    assertRefused(List.of(delayed, "averaging.interval.kind=drift"));
    assertRefused(List.of(gradients, delayed));
    assertRefused(List.of(gradients, "averaging.interval.kind=drift"));
    assertRefused(List.of(gradients, "averaging.published=mean"));
    assertRefused(List.of(gradients, "averaging.published=ema"));
    assertRefused(List.of("training.schedule.kind=plateau", delayed));
    assertRefused(List.of("training.accumulate=4"), "averaging.frequency");
    assertRefused(List.of("training.accumulate=6", gradients));
    for (String changing : List.of("growing", "drift")) {
      assertRefused(List.of("training.accumulate=2", "averaging.interval.kind=" + changing));
    }
    String random = "training.window.kind=random";
    assertRefused(List.of("training.accumulate=2", random), "training.window.deviation=1");
    assertRefused(List.of(random, gradients), "training.window.deviation=1", "averaging.frequency");
    assertRefused(
        List.of("training.label-smoothing=0.1", "network.output=adaptive"), "engine=torch");
    for (String torchOnly :
        List.of(
            "network.dropout-kind=variational",
            "network.token-dropout=0.1",
            "network.weight-drop=0.1",
            "network.layer-norm=true",
            "training.label-smoothing=0.1",
            "training.scheduled-sampling.kind=linear",
            "training.truncation.kind=randomised")) {
      assertRefused(List.of(torchOnly), "--engine torch");
    }
    assertThatThrownBy(() -> runs.config("refused", "averaging.published=best"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("next, mean, ema");
  }

  /**
   * @param sets whose keys the message names
   * @param more further texts in it; {@code KEY=VALUE} is set and not named
   */
  private static void assertRefused(List<String> sets, String... more) {
    List<String> all = new ArrayList<>(sets);
    List<String> named = new ArrayList<>(sets.stream().map(set -> set.split("=")[0]).toList());
    for (String text : more) {
      (text.contains("=") ? all : named).add(text);
    }
    assertThatThrownBy(
            () -> {
              TrainConfig config = runs.config("refused", all.toArray(new String[0]));
              TrainJob.of(config, HADOOP).check();
            })
        .as(sets.toString())
        .isInstanceOfSatisfying(
            UserException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContainingAll(named.toArray(new String[0]))
        .hasMessageNotContaining("\n");
  }
}
