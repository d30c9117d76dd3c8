package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.files.RunFolder.Resume;
import org.seqlm.neural.files.RunView;
import org.seqlm.spark.training.CharacterDataset;
import org.seqlm.vocab.ExtendedVocabulary;
import org.seqlm.vocab.VocabularyLimits;

/** Runs of {@code train} on a small text, in the shared session and a folder of the test's. */
final class SmallTraining {
  static final Configuration HADOOP = new Configuration();

  private final Path folder;
  private final String dataset;
  private final List<String> defaults;

  /**
   * Writes the dataset.
   *
   * @param lines of the text, of about 16 characters each
   * @param defaults {@code KEY=VALUE} of all runs, beside workers of four streams and eight steps
   */
  SmallTraining(Path folder, int lines, String... defaults) throws Exception {
    this.folder = folder;
    this.defaults = List.of(defaults);
    StringBuilder text = new StringBuilder();
    KeyedRandom random = KeyedRandom.of(5, "text");
    for (int i = 0; i < lines; i++) {
      text.append(random.uniform(i) < 0.5 ? "the cat was full\n" : "a dog ran home\n");
    }
    dataset =
        dataset(
            "dataset", text.toString(), new SplitRules(SplitMethod.CONTIGUOUS, 0.9, 0.05, 0.05));
  }

  /** What {@code prepare} makes of a text. */
  String dataset(String name, String text, SplitRules rules) throws Exception {
    return dataset(name, text, rules, null);
  }

  /** The same where the text's new characters come behind those of a dataset; null for none. */
  String dataset(String name, String text, SplitRules rules, String base) throws Exception {
    Path corpus = Files.writeString(folder.resolve(name + ".txt"), text);
    String written = folder.resolve(name).toString();
    ExtendedVocabulary extended =
        base == null
            ? null
            : new ExtendedVocabulary(
                Dataset.open(HADOOP, base).vocabulary(), VocabularyLimits.NONE, 1000);
    CharacterDataset.write(HADOOP, corpus, written, rules, extended);
    return written;
  }

  String dataset() {
    return dataset;
  }

  /** A run's configuration; later keys win. */
  TrainConfig config(String run, String... sets) {
    return configOn(dataset, run, sets);
  }

  TrainConfig configOn(String input, String run, String... sets) {
    List<String> all = new ArrayList<>(List.of("training.batch=4", "training.time-steps=8"));
    all.addAll(defaults);
    all.addAll(List.of(sets));
    var overrides =
        new FlagValues().put("input", input).put("output", folder.resolve(run).toString());
    return ConfigLoader.load("train", TrainConfig.class, HADOOP, null, all, overrides.tree());
  }

  static String[] with(String[] sets, String... more) {
    List<String> all = new ArrayList<>(List.of(sets));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** What a console would show, of a driver that may die. */
  static final class Console implements Progress {
    final List<String> messages = new ArrayList<>();
    private int updatesLeft;

    /** Of a driver that dies after a number of its updates. */
    Console(int updates) {
      updatesLeft = updates;
    }

    Console() {
      this(-1);
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
    public void message(String line) {
      messages.add(line);
    }
  }

  static TrainResult train(
      TrainConfig config,
      Overwrite overwrite,
      Resume resume,
      TrainStart.Workers workers,
      Progress progress)
      throws Exception {
    TestSpark.session();
    try (JobContext context = new JobContext("train", null, overwrite, progress)) {
      return TrainCommand.run(config, context, resume, workers);
    }
  }

  /** Begins, or goes on if something is there. */
  static TrainResult train(TrainConfig config, Progress progress) throws Exception {
    return train(config, Overwrite.REFUSE, Resume.IF_POSSIBLE, TrainStart.Workers.SAME, progress);
  }

  static TrainResult train(TrainConfig config) throws Exception {
    return train(config, Progress.SILENT);
  }

  /** As with {@code --resume}. */
  static TrainResult resume(TrainConfig config, Progress progress) throws Exception {
    return train(config, Overwrite.REFUSE, Resume.REQUIRED, TrainStart.Workers.SAME, progress);
  }

  static TrainResult resume(TrainConfig config) throws Exception {
    return resume(config, Progress.SILENT);
  }

  /** Trains until the driver dies, after a number of its updates. */
  static void trainUntilItDies(TrainConfig config, int updates) {
    assertThatThrownBy(() -> train(config, new Console(updates)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the driver dies here");
  }

  /** Of a model's or a checkpoint's parameters. */
  static String sha256(String model, ArtifactKind kind) throws IOException {
    return ArtifactReader.open(HADOOP, model, kind).manifest().files().stream()
        .filter(file -> file.path().equals("parameters.safetensors"))
        .findFirst()
        .orElseThrow()
        .sha256();
  }

  static String parameters(TrainResult result) throws IOException {
    return sha256(result.model(), ArtifactKind.MODEL);
  }

  /** The lines of metrics of a type. */
  static List<JsonNode> metrics(TrainConfig config, String type) throws IOException {
    return RunView.metrics(HADOOP, config.output()).stream()
        .filter(line -> line.path("type").asText().equals(type))
        .toList();
  }

  /** All lines of metrics, without what differs from run to run. */
  static List<String> metricsWithoutTimes(TrainConfig config) throws IOException {
    return RunView.metrics(HADOOP, config.output()).stream()
        .map(line -> Json.line(((ObjectNode) line).without(List.of("seconds", "times"))))
        .toList();
  }
}
