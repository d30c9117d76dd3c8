package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Overwrite;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunFolder.Resume;
import org.seqlm.neural.files.RunView;
import org.seqlm.spark.training.CharacterDataset;

/** Ways to average that keep more than the next parameters: what is kept is all that is needed. */
class TrainAveragingTest {
  private static final Configuration HADOOP = new Configuration();

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
  private static String dataset;

  /** Fails the run in a round. */
  private static final class Failing implements Progress {
    private int updatesLeft;

    Failing(int updates) {
      updatesLeft = updates;
    }

    @Override
    public void stage(String name, long total, String unit) {}

    @Override
    public void update(long done, String detail) {
      if (updatesLeft-- == 0) {
        throw new IllegalStateException("the driver dies here");
      }
    }

    @Override
    public void message(String line) {}
  }

  @BeforeAll
  static void prepare() throws Exception {
    StringBuilder text = new StringBuilder();
    KeyedRandom random = KeyedRandom.of(5, "text");
    for (int i = 0; i < 120; i++) {
      text.append(random.uniform(i) < 0.5 ? "the cat was full\n" : "a dog ran home\n");
    }
    Path corpus = Files.writeString(folder.resolve("corpus.txt"), text);
    dataset = folder.resolve("dataset").toString();
    CharacterDataset.write(
        HADOOP, corpus, dataset, new SplitRules(SplitMethod.CONTIGUOUS, 0.9, 0.05, 0.05));
  }

  private static TrainConfig config(String run, String[] sets, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "training.epochs=1.2",
                "network.hidden=12",
                "network.embedding=6",
                "training.batch=4",
                "training.time-steps=8",
                "averaging.frequency=6",
                "validation.every=2",
                "validation.sample-length=0",
                "checkpoints.every=3"));
    all.addAll(List.of(sets));
    all.addAll(List.of(more));
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

  private static TrainResult train(TrainConfig config, Progress progress) throws Exception {
    return train(config, Resume.IF_POSSIBLE, TrainStart.Workers.SAME, progress);
  }

  private static String sha256(String model, ArtifactKind kind) throws Exception {
    return ArtifactReader.open(HADOOP, model, kind).manifest().files().stream()
        .filter(file -> file.path().equals("parameters.safetensors"))
        .findFirst()
        .orElseThrow()
        .sha256();
  }

  private static List<Long> stepsOfRounds(TrainConfig config) throws Exception {
    List<Long> steps = new ArrayList<>();
    long before = 0;
    for (JsonNode line : RunView.metrics(HADOOP, config.output())) {
      if (line.path("type").asText().equals("round")) {
        steps.add(line.path("steps").asLong() - before);
        before = line.path("steps").asLong();
      }
    }
    return steps;
  }

  /** A whole run, and one that dies in a round and goes on. */
  private static TrainConfig assertGoesOnToTheSameBits(String name, int dies, String... sets)
      throws Exception {
    TrainConfig config = config(name, sets);
    TrainResult whole = train(config, Progress.SILENT);
    TrainConfig other = config(name + "-stopped", sets);
    assertThatThrownBy(() -> train(other, new Failing(dies)))
        .isInstanceOf(IllegalStateException.class);
    TrainResult resumed = train(other, Progress.SILENT);
    assertThat(resumed.resumedFrom()).isEqualTo(dies / 3 * 3);
    assertThat(resumed.rounds()).isEqualTo(whole.rounds());
    assertThat(sha256(resumed.model(), ArtifactKind.MODEL))
        .isEqualTo(sha256(whole.model(), ArtifactKind.MODEL));
    assertThat(stepsOfRounds(other)).isEqualTo(stepsOfRounds(config));
    int last = whole.rounds();
    for (String file : List.of("parameters", "next", "base", "velocity", "velocity-2")) {
      Path one = checkpointed(config, last, file);
      assertThat(Files.exists(one)).isEqualTo(Files.exists(checkpointed(other, last, file)));
      if (Files.exists(one)) {
        assertThat(checkpointed(other, last, file)).hasSameBinaryContentAs(one);
      }
    }
    // What a checkpoint is as a model is what was looked at.
    assertThat(sha256(whole.model(), ArtifactKind.MODEL))
        .isEqualTo(
            sha256(config.output() + "/checkpoints/" + whole.bestRound(), ArtifactKind.CHECKPOINT));
    return config;
  }

  private static Path checkpointed(TrainConfig config, int round, String file) throws Exception {
    Path checkpoint = Path.of(config.output(), "checkpoints", Integer.toString(round));
    try (var files = Files.walk(checkpoint)) {
      return files
          .filter(path -> path.getFileName().toString().equals(file + ".safetensors"))
          .findFirst()
          .orElse(checkpoint.resolve("no " + file));
    }
  }

  @Test
  void delayedAveragesGoOnToTheSameBits() throws Exception {
    TrainConfig config = assertGoesOnToTheSameBits("delayed", 5, DELAYED);
    List<Long> steps = stepsOfRounds(config);
    assertThat(steps.get(0)).isEqualTo(2);
    assertThat(steps.subList(0, steps.size() - 1)).isSorted().contains(6L);
    int last = steps.size();
    assertThat(checkpointed(config, last, "velocity-2")).exists();
    for (String other : List.of("next", "base")) {
      assertThat(Files.readAllBytes(checkpointed(config, last, other)))
          .isNotEqualTo(Files.readAllBytes(checkpointed(config, last, "parameters")));
    }
    float[] published =
        ModelArtifact.load(HADOOP, config.output() + "/checkpoints/" + last).model().parameters();
    assertThat(published).doesNotContain(Float.NaN);
  }

  @Test
  @Exhaustive
  void roundsThatFollowTheDriftGoOnToTheSameBits() throws Exception {
    TrainConfig config =
        assertGoesOnToTheSameBits(
            "drift",
            4,
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
    TrainConfig stops = config("stops", sets.toArray(new String[0]));
    TrainResult stopped = train(stops, Progress.SILENT);
    assertThat(stopped.stoppedEarly()).isTrue();
    sets.add("validation.patience=0");
    sets.add("averaging.workers=3");
    sets.add("training.epochs=2");
    TrainConfig longer = config("stops", sets.toArray(new String[0]));
    TrainResult after =
        train(longer, Resume.REQUIRED, TrainStart.Workers.MAY_CHANGE, Progress.SILENT);
    assertThat(after.rounds()).isGreaterThan(stopped.rounds());
    assertThat(after.epochs()).isGreaterThan(1.9);
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
    assertThatThrownBy(() -> config("refused", new String[0], "averaging.published=best"))
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
              TrainConfig config = config("refused", all.toArray(new String[0]));
              TrainJob.of(config, HADOOP).check(config);
            })
        .as(sets.toString())
        .isInstanceOfSatisfying(
            UserException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContainingAll(named.toArray(new String[0]))
        .hasMessageNotContaining("\n");
  }
}
