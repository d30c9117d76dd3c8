package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.seqlm.job.train.SmallTraining.HADOOP;
import static org.seqlm.job.train.SmallTraining.metrics;
import static org.seqlm.job.train.SmallTraining.metricsWithoutTimes;
import static org.seqlm.job.train.SmallTraining.parameters;
import static org.seqlm.job.train.SmallTraining.train;
import static org.seqlm.job.train.SmallTraining.trainUntilItDies;
import static org.seqlm.job.train.SmallTraining.with;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.job.train.SmallTraining.Console;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.files.RunFolder.Resume;
import org.seqlm.task.TaskModel;

/** The whole of {@code train} on labelled examples, through their artifacts and run folders. */
class TrainExamplesTest {
  /** Of 94 examples two workers read 44 each, eleven steps of four; six are left out of a pass. */
  private static final int[] SIZES = {94, 20, 0};

  @TempDir static Path folder;

  private static SmallExampleTraining runs;
  private static String words;
  private static String turned;

  @BeforeAll
  static void prepare() throws Exception {
    runs = new SmallExampleTraining(folder);
    words = runs.prepare("words", "classify", SIZES, SmallExampleTraining::classified);
    turned = runs.prepare("turned", "sequence", SIZES, SmallExampleTraining::reversed);
  }

  private static JsonNode checkpoint(TrainConfig config, int round) throws Exception {
    return Json.mapper()
        .readTree(
            ArtifactReader.open(
                    HADOOP, config.output() + "/checkpoints/" + round, ArtifactKind.CHECKPOINT)
                .readVerified("checkpoint.json"));
  }

  /** A whole run, and one that dies in a round, is averaged by other tasks, and goes on. */
  private static TrainResult assertGoesOnToTheSameBits(String input, String name, String... sets)
      throws Exception {
    TrainConfig config = runs.config(input, name, with(sets, "partitions=1"));
    TrainResult whole = train(config);
    TrainConfig stopped = runs.config(input, name + "-stopped", with(sets, "partitions=4"));
    trainUntilItDies(stopped, 3);
    TrainResult resumed = train(stopped);
    assertThat(resumed.resumedFrom()).isEqualTo(2);
    assertThat(parameters(resumed)).isEqualTo(parameters(whole));
    assertThat(metricsWithoutTimes(stopped)).isEqualTo(metricsWithoutTimes(config));
    assertThat(resumed.validationMetric()).isEqualTo(whole.validationMetric());
    assertThat(resumed.tokens()).isEqualTo(whole.tokens());
    return whole;
  }

  @Test
  void aClassifierGoesOnToTheSameBits() throws Exception {
    TrainResult whole = assertGoesOnToTheSameBits(words, "class", "training.epochs=2");
    assertThat(whole.steps()).isEqualTo(22);
    assertThat(whole.rounds()).isEqualTo(5);
    assertThat(whole.tokens()).isEqualTo(22 * 2 * 4);
    assertThat(whole.skipped()).isZero();
    assertThat(whole.leftOut()).isEqualTo(6);
    assertThat(whole.unit()).isEqualTo("examples");
    assertThat(whole.validationMetric().name()).isEqualTo("accuracy");
    assertThat(whole.validationMetric().direction()).isEqualTo(Metric.Direction.LARGER);
    TrainConfig config = runs.config(words, "class");
    List<JsonNode> looks = metrics(config, "task");
    assertThat(looks.stream().map(look -> look.path("round").asInt()))
        .containsExactly(0, 1, 2, 4, 5);
    // The best is the best by the metric, and of equally good ones that of the least loss.
    double best =
        looks.stream().mapToDouble(look -> look.at("/metrics/accuracy").asDouble()).max().orElse(0);
    assertThat(whole.validationMetric().value()).isEqualTo(best);
    assertThat(whole.validationNats())
        .isEqualTo(
            looks.stream()
                .filter(look -> look.at("/metrics/accuracy").asDouble() == best)
                .mapToDouble(look -> look.path("loss").asDouble())
                .min()
                .orElse(0));
    assertThat(checkpoint(config, 5).path("best-metric").asDouble()).isEqualTo(best);
    assertThat(checkpoint(config, 5).path("best-round").asInt()).isEqualTo(whole.bestRound());

    TaskModel model = TaskModel.load(HADOOP, config.output());
    assertThat(model.content().network().title()).isEqualTo("lstm 1x6 both ways, 2 labels");
    assertThat(model.content().details().labels().get("label")).containsExactly("no", "yes");
    assertThat(model.notice()).isEmpty();
    TaskModel.Details details =
        ArtifactReader.open(HADOOP, whole.model(), ArtifactKind.MODEL)
            .manifest()
            .details(TaskModel.Details.class);
    assertThat(details.value()).isEqualTo(best);
    assertThat(details.task()).isEqualTo("classify");

    // Finished, and its model is whole: nothing is trained or written again.
    TrainConfig again = runs.config(words, "class", "training.epochs=2", "partitions=1");
    assertThatThrownBy(() -> train(again))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("exists: give --resume and more --epochs");
  }

  @Test
  void aSequenceToSequenceGoesOnToTheSameBits() throws Exception {
    TrainResult whole =
        assertGoesOnToTheSameBits(
            turned,
            "turn",
            "training.epochs=1.5",
            "network.dropout=0.2",
            "averaging.overlap=one-round",
            "averaging.outer.kind=nesterov",
            "training.scheduled-sampling.kind=inverse-sigmoid",
            "training.scheduled-sampling.scale=5");
    assertThat(whole.validationMetric().name()).isEqualTo("exact-match");
    assertThat(whole.tokens()).isEqualTo(whole.steps() * 2 * 4);
  }

  /** Whatever is averaged, and however. */
  @Exhaustive
  @ParameterizedTest
  @ValueSource(
      strings = {
        "averaging.mode=gradients averaging.frequency=2",
        "training.accumulate=5 averaging.outer.kind=adam averaging.outer.rate=0.02",
        "averaging.inner-moments=averaged averaging.published=ema averaging.outer.kind=heavy-ball",
        "averaging.interval.kind=growing averaging.interval.first=2 averaging.published=mean",
        "averaging.workers=4 training.batch=3 network.body=attention network.hidden=8"
      })
  void everyAverageGoesOnToTheSameBits(String sets) throws Exception {
    String name = "average-" + sets.hashCode();
    String[] all = with(sets.split(" "), "training.epochs=2");
    TrainResult classifier = assertGoesOnToTheSameBits(words, name, all);
    int batch = sets.contains("batch=3") ? 3 : 4;
    int workers = sets.contains("workers=4") ? 4 : 2;
    assertThat(classifier.tokens()).isEqualTo(classifier.steps() * workers * batch);
    if (!sets.contains("attention")) {
      assertGoesOnToTheSameBits(turned, name + "-turned", all);
    }
  }

  /**
   * From the next pass on; what was left of the one before is skipped, and all is accounted for.
   */
  @Exhaustive
  @Test
  void workersMayChangeAndARunBeMadeLonger() throws Exception {
    String[] sets = {"training.epochs=1", "training.optimizer=momentum"};
    TrainConfig config = runs.config(words, "regrouped", sets);
    trainUntilItDies(config, 3); // after two rounds of five steps
    Console console = new Console();
    TrainConfig three =
        runs.config(words, "regrouped", with(sets, "averaging.workers=3", "training.epochs=3"));
    TrainResult result =
        train(three, Overwrite.REFUSE, Resume.REQUIRED, TrainStart.Workers.MAY_CHANGE, console);
    assertThat(console.messages)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("3 workers in place of 2 from the next pass on", "8 examples"))
        .noneMatch(line -> line.contains("missing or damaged"));
    assertThat(result.resumedFrom()).isEqualTo(2);
    assertThat(result.skipped()).isEqualTo(2 * 4);
    // Ten steps of two workers, then two passes of seven of three.
    assertThat(result.tokens()).isEqualTo(10 * 2 * 4 + 2 * 7 * 3 * 4);
    assertThat(result.leftOut()).isEqualTo(94 - 7 * 3 * 4);
  }

  @Test
  void aDivergenceIsTold() {
    TrainConfig config =
        runs.config(
            words, "diverged", "training.learning-rate=1e6", "training.optimizer=sgd", "seed=3");
    assertThatThrownBy(() -> train(config))
        .isInstanceOfSatisfying(
            UserException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.DIVERGED);
              assertThat(e.problems()).hasSize(1);
            })
        .hasMessageContaining("lower training.learning-rate");
  }

  @Test
  void aRunBeginsWithAModel() throws Exception {
    String[] few = {"training.epochs=0.5"};
    TrainConfig first = runs.config(words, "first", few);
    TrainResult trained = train(first);
    TrainConfig second =
        runs.config(
            words, "second", with(few, "start-from=" + first.output(), "network.dropout=0.1"));
    Console console = new Console();
    train(second, console);
    assertThat(console.messages).contains("begins with the parameters of " + first.output());
    JsonNode begun = metrics(second, "task").get(0);
    assertThat(begun.path("round").asInt()).isZero();
    assertThat(begun.path("loss").asDouble()).isEqualTo(trained.validationNats());
    assertThat(ArtifactReader.open(HADOOP, second.output(), ArtifactKind.RUN).manifest().inputs())
        .containsKeys("examples", "start-from");

    assertThatThrownBy(
            () ->
                train(
                    runs.config(
                        words, "wider", "start-from=" + first.output(), "network.hidden=7")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "is another network: body.hidden is 6 there and 7 here: set the keys");
    assertThatThrownBy(() -> train(runs.config(turned, "other", "start-from=" + first.output())))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("it has task classify, not sequence");
    assertThat(folder.resolve("wider")).doesNotExist();
    assertThat(folder.resolve("other")).doesNotExist();
  }

  @Test
  void aStopIsByTheTasksMetricAndIsRemembered() throws Exception {
    TrainConfig config =
        runs.config(
            runs.prepare("noise", "classify", SIZES, SmallExampleTraining::noise),
            "stops",
            "training.epochs=40",
            "validation.patience=1",
            "validation.every=1",
            "training.learning-rate=0.5");
    TrainResult stopped = train(config);
    assertThat(stopped.stoppedEarly()).isTrue();
    assertThat(stopped.ended()).isEqualTo("patience: 1 looks");
    List<JsonNode> looks = metrics(config, "task");
    JsonNode last = looks.get(looks.size() - 1);
    JsonNode before = looks.get(looks.size() - 2);
    assertThat(before.path("round").asInt()).isEqualTo(stopped.bestRound());
    double accuracy = last.at("/metrics/accuracy").asDouble();
    double best = before.at("/metrics/accuracy").asDouble();
    assertThat(accuracy).isLessThanOrEqualTo(best);
    assertThat(accuracy < best || last.path("loss").asDouble() >= before.path("loss").asDouble())
        .isTrue();
    // As a kill leaves it before its end: it knows that it stopped, and by what.
    ArtifactFiles.unfinish(Path.of(config.output()));
    TrainResult ended = train(config);
    assertThat(ended.rounds()).isEqualTo(stopped.rounds());
    assertThat(ended.stoppedEarly()).isTrue();
    assertThat(ended.validationMetric()).isEqualTo(stopped.validationMetric());
  }

  @Test
  void ofEquallyGoodModelsThatOfTheLesserLossIsBetter() {
    var one = seen(0.7, 0.9, Metric.Direction.LARGER);
    assertThat(seen(0.8, 0.95, Metric.Direction.LARGER).betterThan(one)).isTrue();
    assertThat(seen(0.6, 0.85, Metric.Direction.LARGER).betterThan(one)).isFalse();
    assertThat(seen(0.6, 0.9, Metric.Direction.LARGER).betterThan(one)).isTrue();
    assertThat(seen(0.7, 0.9, Metric.Direction.LARGER).betterThan(one)).isFalse();
    assertThat(
            seen(0.9, 0.8, Metric.Direction.SMALLER)
                .betterThan(seen(0.7, 0.9, Metric.Direction.SMALLER)))
        .isTrue();
    var text = new TrainLooks.ModelLook.Seen(0.7, 1.0, null);
    assertThat(new TrainLooks.ModelLook.Seen(0.6, 1.1, null).betterThan(text)).isTrue();
    assertThat(new TrainLooks.ModelLook.Seen(0.7, 0.9, null).betterThan(text)).isFalse();
  }

  private static TrainLooks.ModelLook.Seen seen(
      double nats, double value, Metric.Direction direction) {
    return new TrainLooks.ModelLook.Seen(nats, null, new Metric("it", value, direction));
  }
}
