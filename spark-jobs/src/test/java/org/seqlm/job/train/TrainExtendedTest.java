package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.seqlm.job.train.SmallTraining.HADOOP;
import static org.seqlm.job.train.SmallTraining.metrics;
import static org.seqlm.job.train.SmallTraining.parameters;
import static org.seqlm.job.train.SmallTraining.train;
import static org.seqlm.job.train.SmallTraining.trainUntilItDies;
import static org.seqlm.job.train.SmallTraining.with;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.Exhaustive;
import org.seqlm.UserException;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.job.train.SmallTraining.Console;
import org.seqlm.lm.Scorer;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.VocabularyGrowth;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabularies;

/** Night after night: a training that begins with a model whose vocabulary its own extends. */
class TrainExtendedTest {
  private static final SplitRules SPLITS = new SplitRules(SplitMethod.CONTIGUOUS, 0.9, 0.05, 0.05);

  @TempDir static Path folder;
  private static SmallTraining runs;
  private static String second;
  private static String third;

  @BeforeAll
  static void prepare() throws Exception {
    runs =
        new SmallTraining(
            folder,
            150,
            "training.epochs=0.1",
            "network.hidden=12",
            "network.embedding=12",
            "averaging.frequency=4",
            "validation.every=1",
            "validation.sample-length=0",
            "checkpoints.every=1");
    second =
        runs.dataset("second", "the fox jumps\na dog ran\n".repeat(80), SPLITS, runs.dataset());
    third = runs.dataset("third", "quick is the cat\na fox ran\n".repeat(70), SPLITS, second);
  }

  private static TrainConfig config(String input, String run, String... sets) {
    return runs.configOn(input, run, sets);
  }

  private static RecurrentLanguageModel model(TrainConfig run) throws Exception {
    return ModelArtifact.open(HADOOP, run.output());
  }

  /** What a model makes of a validation split, in nats a token. */
  private static double nats(RecurrentLanguageModel model, Dataset dataset) throws Exception {
    int tokens = (int) dataset.tokens(Split.VALID);
    TokenBlock all = dataset.read(Split.VALID, 0, tokens, 0);
    return Scorer.score(model, all.tokens(), 0, new int[0]).natsPerToken();
  }

  /** A model of a dataset's vocabulary that nobody has trained; returns its folder. */
  private static String untrained(String name, String dataset, OutputKind output) throws Exception {
    Dataset of = Dataset.open(HADOOP, dataset);
    LanguageNetwork spec =
        new LanguageNetwork(
                InputKind.EMBEDDING, 12, CellKind.LSTM, 1, 12, of.vocabulary().size(), 0, 0)
            .with(output, List.of());
    ModelArtifact.write(
        HADOOP,
        folder.resolve(name).toString(),
        new RecurrentLanguageModel(spec, InitialParameters.create(spec, 7), of.vocabulary()),
        of.details().rules(),
        Map.of(),
        Map.of(),
        7,
        new ModelArtifact.ModelDetails(spec.title(), 1, of.vocabulary().fingerprint(), 0, 0, null));
    return folder.resolve(name).toString();
  }

  /** The first look is at the model that was grown, before any step. */
  @ParameterizedTest
  @CsvSource({"dl4j, FULL", "torch, TIED", "torch, ADAPTIVE"})
  void aModelGrowsWithItsVocabulary(String engine, OutputKind output) throws Exception {
    String first = untrained("first-" + engine + output, runs.dataset(), output);
    // Output and cutoffs, which depend on the vocabulary's size, are the model's where left open.
    TrainConfig onwards =
        config(second, "on-" + engine + output, "engine=" + engine, "start-from=" + first);
    Console told = new Console();
    train(onwards, told);

    Dataset dataset = Dataset.open(HADOOP, second);
    RecurrentLanguageModel before = ModelArtifact.open(HADOOP, first);
    int now = dataset.vocabulary().size();
    int then = before.spec().vocabulary();
    LanguageNetwork grown = before.spec().withVocabulary(now);
    RecurrentLanguageModel begun =
        new RecurrentLanguageModel(
            grown,
            VocabularyGrowth.grow(before.spec(), before.parameters(), now),
            dataset.vocabulary());
    assertThat(now).isGreaterThan(then);
    double nats = nats(begun, dataset);
    assertThat(metrics(onwards, "validation").get(0).path("nats-per-token").asDouble())
        .isCloseTo(nats, within(1e-4));
    assertThat(told.messages)
        .contains(
            String.format(
                "begins with %s: its %d tokens as it learned them, %d new ones behind them",
                first, then, now - then));
    assertThat(model(onwards).spec()).isEqualTo(grown);
    assertThat(nats(model(onwards), dataset)).isLessThan(nats);

    // What the next night's prepare reads, of a run or of a checkpoint in it.
    for (String place : List.of("", "/model", "/checkpoints/1")) {
      ModelArtifact.Tokens tokens = ModelArtifact.tokens(HADOOP, onwards.output() + place);
      assertThat(tokens.vocabulary().fingerprint()).isEqualTo(dataset.vocabulary().fingerprint());
      assertThat(tokens.rules()).isEqualTo(dataset.details().rules());
    }
  }

  /** In two engines, with a driver that dies in the third night. */
  @Exhaustive
  @ParameterizedTest
  @CsvSource({"dl4j, torch, full", "torch, dl4j, tied", "torch, torch, adaptive"})
  void nightAfterNight(String engine, String next, String output) throws Exception {
    TrainConfig one =
        config(runs.dataset(), output + 1, "engine=" + engine, "network.output=" + output);
    train(one);
    TrainConfig two = config(second, output + 2, "engine=" + next, "start-from=" + one.output());
    train(two);
    String[] more = {"engine=" + next, "start-from=" + two.output(), "training.epochs=0.3"};
    TrainConfig three = config(third, output + 3, more);
    TrainResult undisturbed = train(three);
    TrainConfig killed = config(third, output + 4, more);
    trainUntilItDies(killed, 2);
    Console again = new Console();
    assertThat(parameters(train(killed, again))).isEqualTo(parameters(undisturbed));
    assertThat(again.messages).noneMatch(line -> line.contains("begins with"));
    assertThat(Vocabularies.beginsWith(model(three).vocabulary(), model(one).vocabulary()))
        .isTrue();
    Dataset dataset = Dataset.open(HADOOP, third);
    assertThat(undisturbed.validationNats()).isCloseTo(nats(model(three), dataset), within(1e-4));
  }

  @Test
  void whatDoesNotFitIsRefused() throws Exception {
    String model = untrained("clusters", second, OutputKind.ADAPTIVE);
    String[] sets = {"engine=torch", "start-from=" + model};
    assertThatThrownBy(() -> train(config(third, "no", with(sets, "network.cutoffs=[3,5]"))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("network.cutoffs is [1, 3, 11] there and [3, 5] here");
    // A model cannot forget tokens.
    assertThatThrownBy(() -> train(config(runs.dataset(), "no", sets)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("which the dataset has not")
        .hasMessageContaining("prepare the dataset with --vocabulary-from " + model)
        .hasMessageNotContaining("another network");
    assertThat(folder.resolve("no")).doesNotExist();
  }
}
