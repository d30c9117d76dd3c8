package org.seqlm.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.lm.Score;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.dl4j.Dl4jEngine;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.neural.torch.TorchEngine;
import org.seqlm.spark.training.CharacterDataset;

/** A split scored by engines, against the plain model stretch by stretch. */
class EngineScoringTest {
  private static final Configuration HADOOP = new Configuration();

  /** More stretches than a task reads, the last one short. */
  private static final int LENGTH = EngineScoring.TOGETHER * ScoringStep.STRETCH + 5_000;

  @TempDir static Path folder;

  private static Dataset dataset;
  private static RecurrentLanguageModel model;

  @BeforeAll
  static void prepare() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    StringBuilder drawn = new StringBuilder();
    while (drawn.length() < LENGTH + 1_000) {
      // Characters that the train split lacks are unknown in the other.
      String characters = drawn.length() < 1_000 ? "abcdabc\n" : "abcdabcdxyz\n";
      drawn.append(characters.charAt(random.nextInt(characters.length())));
    }
    Path corpus = Files.writeString(folder.resolve("corpus.txt"), drawn.toString());
    String name = folder.resolve("dataset").toString();
    double train = 1_000.0 / drawn.length();
    CharacterDataset.write(
        HADOOP, corpus, name, new SplitRules(SplitMethod.CONTIGUOUS, train, 1 - train, 0));
    dataset = Dataset.open(HADOOP, name);
    LanguageNetwork spec =
        new LanguageNetwork(
            InputKind.ONE_HOT, 0, CellKind.GRU, 1, 8, dataset.details().vocabularySize(), 0.2, 0);
    float[] parameters = InitialParameters.create(spec, 3);
    KeyedRandom spread = KeyedRandom.of(6, "spread");
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] += (float) (0.5 * spread.normal(i));
    }
    model = new RecurrentLanguageModel(spec, parameters, dataset.vocabulary());
  }

  private static Score score(Engine<?> engine, long max) {
    return EngineScoring.score(
        TestSpark.context(), dataset, Split.VALID, max, model, engine, Execution.CPU);
  }

  private static Score plain(long max) {
    return ScoringStep.score(TestSpark.context(), dataset, Split.VALID, max, () -> model(), null)
        .score();
  }

  private static RecurrentLanguageModel model() {
    return model;
  }

  @Test
  void figuresAreThoseOfThePlainModel() {
    Score plain = plain(Long.MAX_VALUE);
    assertThat(plain.tokens()).isBetween((long) LENGTH - 1, (long) LENGTH + 1);
    assertThat(plain.unknown()).isBetween(LENGTH / 10L, LENGTH / 2L);
    for (Engine<?> engine : new Engine<?>[] {new TorchEngine(), new Dl4jEngine()}) {
      Score score = score(engine, Long.MAX_VALUE);
      assertThat(score.tokens()).isEqualTo(plain.tokens());
      assertThat(score.unknown()).isEqualTo(plain.unknown());
      assertThat(score.zeroProbability()).isZero();
      assertThat(score.orders()).isEmpty();
      assertThat(score.natsPerToken()).isCloseTo(plain.natsPerToken(), within(1e-6));
      assertThat(score.unknownNats() / score.unknown())
          .isCloseTo(plain.unknownNats() / plain.unknown(), within(1e-6));
      assertThat(score(engine, Long.MAX_VALUE)).as("again, to the bit").isEqualTo(score);
    }
  }

  /** The task ends well: nothing that a user must mend gets better by another attempt. */
  @Test
  void whatATaskRefusesReachesTheUserAsItIs() {
    Assumptions.assumeFalse(torch.hasCUDA(), "libtorch on this class path is with CUDA");
    Execution cuda = new Execution(Execution.Device.CUDA, Precision.FLOAT32);
    assertThatThrownBy(
            () ->
                EngineScoring.score(
                    TestSpark.context(), dataset, Split.VALID, 10, model, new TorchEngine(), cuda))
        .isInstanceOf(UserException.class)
        .hasNoCause()
        .hasMessageContaining("execution.device is cuda");
  }

  @Test
  void scoresNoMoreThanItIsAskedFor() {
    for (long max : new long[] {0, 1, ScoringStep.STRETCH + 7L}) {
      Score plain = plain(max);
      Score score = score(new TorchEngine(), max);
      assertThat(score.tokens()).isEqualTo(max);
      assertThat(score.unknown()).isEqualTo(plain.unknown());
      assertThat(score.nats()).isCloseTo(plain.nats(), within(1e-6 * max));
    }
  }
}
