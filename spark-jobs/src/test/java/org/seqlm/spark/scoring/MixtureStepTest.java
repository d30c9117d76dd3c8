package org.seqlm.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.TestSpark;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Mixture;
import org.seqlm.lm.MixtureBlock;
import org.seqlm.lm.MixtureWeights;
import org.seqlm.spark.models.ModelSupplier;
import org.seqlm.spark.training.CharacterDataset;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

/** Tuning on a cluster against EM in memory, over a text of many pieces. */
class MixtureStepTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String CHARACTERS = "abcdabcddef\n";
  private static final int LENGTH = 70_000;
  private static final MixtureWeights.Rules RULES = new MixtureWeights.Rules(1e-8, 40);

  /** The characters that each model knows: "e" is known to one only, "f" and "\n" to none. */
  private static final List<String> ALPHABETS = List.of("abcd", "abcde", "ab");

  @TempDir static Path folder;

  private static Dataset dataset;
  private static String text;

  @BeforeAll
  static void prepare() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    StringBuilder drawn = new StringBuilder();
    int last = 0;
    while (drawn.length() < LENGTH) {
      // Mostly the next of a, b, c, d; else any character, the rarer ones among them.
      last = random.nextDouble() < 0.5 ? (last + 1) % 4 : random.nextInt(CHARACTERS.length());
      drawn.append(CHARACTERS.charAt(last));
    }
    text = drawn.toString();
    Path corpus = Files.writeString(folder.resolve("corpus.txt"), text);
    String name = folder.resolve("dataset").toString();
    CharacterDataset.write(HADOOP, corpus, name, new SplitRules(SplitMethod.CONTIGUOUS, 1, 0, 0));
    dataset = Dataset.open(HADOOP, name);
  }

  private static MixtureWeights.Fit fit(int partitions) throws IOException {
    List<ModelSupplier> suppliers =
        List.of(() -> new Successors(0), () -> new Successors(1), () -> new Successors(2));
    MixtureSupplier supplier =
        new MixtureSupplier(List.of("0", "1", "2"), suppliers, MixtureWeights.uniform(3));
    Mixture mixture = supplier.model();
    try (MixtureStep step =
        MixtureStep.score(
            TestSpark.context(),
            dataset,
            Split.TRAIN,
            Long.MAX_VALUE,
            supplier,
            VocabularyMapping.of(dataset.vocabulary(), mixture.vocabulary()),
            partitions)) {
      return MixtureWeights.fit(
          MixtureWeights.uniform(3), RULES, step::expectation, iteration -> {});
    }
  }

  @Test
  void aBlockCrossesTheWire() {
    Mixture mixture =
        new Mixture(
            List.of(
                new Mixture.Component("0", new Successors(0), 0.5),
                new Mixture.Component("1", new Successors(1), 0.5)));
    MixtureBlock block = MixtureBlock.of(mixture, new int[] {1, 2, 5, 0}, 1, new int[0]);
    MixtureBlock arrived =
        TestSpark.context().parallelize(List.of(1), 1).map(one -> block).collect().get(0);
    assertThat(arrived.logProbabilities()).isEqualTo(block.logProbabilities()).hasSize(6);
    assertThat(arrived.alone()).isDeepEqualTo(block.alone());
  }

  @Test
  void isTheSameToTheBitForAnyNumberOfPartitions() throws IOException {
    assertSame(7);
  }

  @Test
  @Exhaustive
  void isTheSameToTheBitForOtherNumbersOfPartitions() throws IOException {
    assertSame(2, 3, 0);
  }

  private static void assertSame(int... numbers) throws IOException {
    assertThat(dataset.tokens(Split.TRAIN)).isGreaterThan(4L * ScoringStep.STRETCH);
    int kept = TestSpark.context().getPersistentRDDs().size();
    MixtureWeights.Fit one = fit(1);
    assertThat(one.iterations().size()).isGreaterThan(3);
    for (int partitions : numbers) {
      assertThat(fit(partitions)).isEqualTo(one);
    }
    assertThat(TestSpark.context().getPersistentRDDs()).hasSize(kept);
  }

  /** EM as in a textbook: characters, probabilities, one token after another. */
  @Test
  void equalsEmInMemory() throws IOException {
    MixtureWeights.Fit found = fit(2);
    double[] weights = {1.0 / 3, 1.0 / 3, 1.0 / 3};
    for (MixtureWeights.Iteration iteration : found.iterations()) {
      for (int i = 0; i < 3; i++) {
        assertThat(iteration.weights().get(i)).isCloseTo(weights[i], within(1e-10));
      }
      double logLikelihood = 0;
      double[] posteriors = new double[3];
      for (int t = 0; t < text.length(); t++) {
        double[] joint = new double[3];
        double total = 0;
        boolean known = ALPHABETS.get(1).indexOf(text.charAt(t)) >= 0;
        for (int i = 0; i < 3; i++) {
          boolean lacks = ALPHABETS.get(i).indexOf(text.charAt(t)) < 0;
          joint[i] = known && lacks ? 0 : weights[i] * probability(i, t);
          total += joint[i];
        }
        for (int i = 0; i < 3; i++) {
          posteriors[i] += joint[i] / total;
        }
        logLikelihood += Math.log(total);
      }
      assertThat(iteration.logLikelihood()).isCloseTo(logLikelihood, within(1e-6));
      weights = Arrays.stream(posteriors).map(sum -> sum / text.length()).toArray();
    }
  }

  /** Of the character at {@code t}, by the characters alone. */
  private static double probability(int model, int t) {
    String alphabet = ALPHABETS.get(model);
    int before = t == 0 ? 0 : alphabet.indexOf(text.charAt(t - 1)) + 1;
    return Successors.probability(model, before, alphabet.indexOf(text.charAt(t)) + 1);
  }

  /**
   * A model that looks at one character before: its successors are numbered in the order of the
   * model's alphabet, {@code <unk>} first.
   */
  private static final class Successors implements LanguageModel {
    private final int number;
    private final Vocabulary vocabulary;

    Successors(int number) {
      this.number = number;
      TokenCounts counts = new TokenCounts(8);
      String alphabet = ALPHABETS.get(number);
      for (int i = 0; i < alphabet.length(); i++) {
        counts.add(new byte[] {(byte) alphabet.charAt(i)}, 0, 1, alphabet.length() - i);
      }
      vocabulary = Vocabularies.rank(TokenizerKind.CHAR, counts, 0, VocabularyLimits.NONE);
    }

    static double probability(int model, int before, int token) {
      double sum = 0;
      for (int id = 0; id <= ALPHABETS.get(model).length(); id++) {
        sum += weight(model, before, id);
      }
      return weight(model, before, token) / sum;
    }

    private static double weight(int model, int before, int token) {
      return 1 + (7 * before + 5 * token + 3 * model * before * token) % 11;
    }

    @Override
    public Vocabulary vocabulary() {
      return vocabulary;
    }

    @Override
    public Reading start() {
      return new At(0);
    }

    private final class At implements Reading {
      private int before;

      At(int before) {
        this.before = before;
      }

      @Override
      public double logProbability(int token) {
        return Math.log(probability(number, before, token));
      }

      @Override
      public void logProbabilities(float[] into) {
        for (int id = 0; id < into.length; id++) {
          into[id] = (float) logProbability(id);
        }
      }

      @Override
      public void read(int token) {
        before = token;
      }

      @Override
      public Reading copy() {
        return new At(before);
      }
    }
  }
}
