package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.report.ReportCommand;
import org.seqlm.job.report.ReportConfig;
import org.seqlm.metrics.Advice;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.spark.training.CharacterDataset;

/** Networks that are made to fail, each of which its report names; and a sound one. */
class FailingNetworksTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir static Path folder;
  private static String dataset;

  /** Lines of random letters, each said again: what comes depends on what stood 13 before. */
  @BeforeAll
  static void prepare() throws Exception {
    TestSpark.session();
    StringBuilder text = new StringBuilder();
    KeyedRandom random = KeyedRandom.of(5, "text");
    for (int line = 0; line < 200; line++) {
      StringBuilder word = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        word.append((char) ('a' + (int) (6 * random.uniform(12L * line + i))));
      }
      text.append(word).append(' ').append(word).append('\n');
    }
    Path corpus = Files.writeString(folder.resolve("corpus.txt"), text);
    dataset = folder.resolve("dataset").toString();
    CharacterDataset.write(
        HADOOP, corpus, dataset, new SplitRules(SplitMethod.CONTIGUOUS, 0.8, 0.2, 0));
  }

  private static TrainConfig config(String run, String... sets) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "engine=torch",
                "training.epochs=0.5",
                "network.hidden=16",
                "network.embedding=8",
                "training.batch=4",
                "training.time-steps=16",
                "averaging.frequency=5",
                "validation.every=0",
                "validation.sample-length=0",
                "checkpoints.every=3"));
    all.addAll(List.of(sets));
    var overrides =
        new FlagValues().put("input", dataset).put("output", folder.resolve(run).toString());
    return ConfigLoader.load("train", TrainConfig.class, HADOOP, null, all, overrides.tree());
  }

  private static List<String> train(TrainConfig config) throws Exception {
    try (JobContext context = new JobContext("train", null, Overwrite.REFUSE, Progress.SILENT)) {
      TrainResult result =
          TrainCommand.run(config, context, RunFolder.Resume.IF_POSSIBLE, TrainStart.Workers.SAME);
      return result.advice().stream().map(Advice::id).toList();
    }
  }

  private static String report(TrainConfig config) throws Exception {
    Path page = Path.of(config.output() + ".html");
    try (JobContext context = new JobContext("report", null, Overwrite.REFUSE, Progress.SILENT)) {
      new ReportCommand()
          .run(
              new ReportConfig(
                  config.output(), page.toString(), null, org.seqlm.report.page.Language.EN, 1, 0),
              context);
    }
    return Files.readString(page);
  }

  private static String named(String id) {
    return "data-advice=\"" + id + "\"";
  }

  @Test
  void anExplodingNetworkIsNamed() throws Exception {
    TrainConfig config =
        config(
            "exploding",
            "network.cell=rnn",
            "network.activation=identity",
            "training.clip-norm=0",
            "training.optimizer=sgd",
            "training.learning-rate=5");
    assertThatThrownBy(() -> train(config))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("diverged");
    assertThat(report(config)).contains(named("exploding"));
  }

  @Test
  void aVanishingNetworkIsNamed() throws Exception {
    TrainConfig config =
        config(
            "vanishing",
            "network.cell=rnn",
            "network.activation=sigmoid",
            "training.time-steps=64");
    assertThat(train(config)).contains("vanishing").doesNotContain("exploding");
    assertThat(report(config)).contains(named("vanishing")).contains("network.cell lstm or gru");
  }

  @Test
  void deadGatesAreNamed() throws Exception {
    TrainConfig forgetful = config("dead", "network.cell=lstm", "network.forget-bias=-20");
    assertThat(train(forgetful)).contains("dead-gates");
    assertThat(report(forgetful)).contains(named("dead-gates")).contains("network.forget-bias");
  }

  @Test
  void aSoundNetworkHasNoSuchAdvice() throws Exception {
    TrainConfig config = config("sound", "training.time-steps=32", "training.epochs=1");
    assertThat(train(config))
        .doesNotContain("exploding", "vanishing", "dead-gates", "saturated-gates", "overfitting");
    assertThat(report(config))
        .contains(
            "How the training went",
            "Training loss of each worker",
            "Drift of the workers",
            "Updates with a gradient that was scaled down",
            "Norm of the gradient before clipping",
            "Learning rate of each round",
            "Seconds of a round by phase",
            "Gradient of the last step",
            "Spectral radius of each recurrent matrix",
            "Terms of")
        .doesNotContain(named("vanishing"));
  }
}
