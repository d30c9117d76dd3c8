package org.seqlm.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.vocab.ListVocabulary;
import org.seqlm.vocab.Vocabulary;

class MixtureTest {
  // Ids: 0 <unk>, 1 a, 2 b. The last row is the start's.
  private static final TableModel AB =
      new TableModel(
          "ab",
          new double[][] {{0.2, 0.4, 0.4}, {0.1, 0.1, 0.8}, {0.25, 0.25, 0.5}, {0.5, 0.25, 0.25}});

  // Ids: 0 <unk>, 1 b, 2 c.
  private static final TableModel BC =
      new TableModel(
          "bc",
          new double[][] {{0.5, 0.25, 0.25}, {0.25, 0.25, 0.5}, {0.5, 0.4, 0.1}, {0.1, 0.6, 0.3}});

  private static Mixture mix(double weight, LanguageModel one, LanguageModel other) {
    return new Mixture(
        List.of(
            new Mixture.Component("one", one, weight),
            new Mixture.Component("other", other, 1 - weight)));
  }

  private static TableModel random(SplittableRandom random, String characters) {
    int size = characters.length() + 1;
    double[][] rows = new double[size + 1][size];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> random.nextDouble() < 0.1 ? 0 : random.nextDouble());
      row[0] += 0.1;
      double sum = Arrays.stream(row).sum();
      Arrays.setAll(row, i -> row[i] / sum);
    }
    return new TableModel(characters, rows);
  }

  @Test
  void knowsTheUnionOfTheVocabularies() {
    Vocabulary union = mix(0.5, AB, BC).vocabulary();
    assertThat(union.size()).isEqualTo(4);
    assertThat(List.of("<unk>", "a", "b", "c"))
        .allSatisfy(token -> assertThat(union.token(union.id(token))).isEqualTo(token));
    assertThat(union.id("a")).isEqualTo(AB.vocabulary().id("a"));
    assertThat(union.reserved()).isEqualTo(1);
    assertThat(union.count(union.id("c"))).isEqualTo(BC.vocabulary().count(2));
    assertThat(mix(0.5, AB, AB).vocabulary()).isSameAs(AB.vocabulary());
  }

  @Test
  void addsProbabilitiesByHand() {
    Mixture mixture = mix(0.75, AB, BC);
    int a = mixture.vocabulary().id("a");
    int b = mixture.vocabulary().id("b");
    int c = mixture.vocabulary().id("c");
    LanguageModel.Reading reading = mixture.start();
    assertProbability(reading, 0, 0.75 * 0.5 + 0.25 * 0.1);
    assertProbability(reading, a, 0.75 * 0.25);
    assertProbability(reading, b, 0.75 * 0.25 + 0.25 * 0.6);
    assertProbability(reading, c, 0.25 * 0.3);
    // The second model reads "a", which it does not know, as its <unk>.
    reading.read(a);
    assertProbability(reading, b, 0.75 * 0.8 + 0.25 * 0.25);
    LanguageModel.Reading copy = reading.copy();
    copy.read(c);
    assertProbability(copy, b, 0.75 * 0.4 + 0.25 * 0.4);
    assertProbability(reading, c, 0.25 * 0.25);
    reading.startDocument();
    assertProbability(reading, a, 0.75 * 0.25);
  }

  private static void assertProbability(LanguageModel.Reading reading, int token, double expected) {
    assertThat(Math.exp(reading.logProbability(token))).isCloseTo(expected, within(1e-14));
  }

  @Test
  void sumsToOneInEveryContextWhateverTheVocabularies() {
    List<String> alphabets = List.of("abc", "abc", "cdefg", "a", "xyz");
    for (long seed = 1; seed <= 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TableModel[] models = new TableModel[3];
      Arrays.setAll(models, i -> random(random, alphabets.get(random.nextInt(5))));
      double[] weights = {0.2, 0.5, 0.3};
      if (seed % 4 == 0) {
        weights = new double[] {0, 0.75, 0.25};
      }
      double[] chosen = weights;
      Mixture mixture =
          new Mixture(
              Arrays.stream(new int[] {0, 1, 2})
                  .mapToObj(i -> new Mixture.Component("m" + i, models[i], chosen[i]))
                  .toList());
      LanguageModel.Reading reading = mixture.start();
      float[] all = new float[mixture.vocabulary().size()];
      for (int step = 0; step < 20; step++) {
        reading.logProbabilities(all);
        double sum = 0;
        for (int id = 0; id < all.length; id++) {
          double one = Math.exp(reading.logProbability(id));
          assertThat(Math.exp(all[id])).isCloseTo(one, within(1e-6));
          sum += one;
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
        reading.read(random.nextInt(all.length));
      }
    }
  }

  @Test
  void aBlockHoldsWhatEachModelMakesOfTheText() {
    Mixture mixture = mix(0.5, AB, BC);
    // b | a c b <unk>, of which the first is only read.
    int[] text = {2, 1, 3, 2, 0};
    MixtureBlock block = MixtureBlock.of(mixture, text, 1, new int[] {0, 3});
    double none = Double.NEGATIVE_INFINITY;
    assertThat(block.logProbabilities())
        .containsExactly(
            new double[] {
              Math.log(0.25),
              none,
              none,
              Math.log(0.25),
              Math.log(0.25),
              Math.log(0.6),
              Math.log(0.25),
              Math.log(0.25)
            },
            within(1e-14));
    // Alone, a model scores what it lacks as its <unk>, as evaluating it would.
    Score[] alone = Arrays.stream(block.alone()).map(Score::unpack).toArray(Score[]::new);
    assertThat(alone[0])
        .isEqualTo(Scorer.score(AB, new int[] {2, 1, 0, 2, 0}, 1, new int[] {0, 3}));
    assertThat(alone[1])
        .isEqualTo(Scorer.score(BC, new int[] {1, 0, 2, 1, 0}, 1, new int[] {0, 3}));
    // The E-step's likelihood is the mixture's own.
    Score score = Scorer.score(mixture, text, 1, new int[] {0, 3});
    double[] sums = MixtureWeights.expectation(new double[] {0.5, 0.5}, block.logProbabilities());
    assertThat(sums[2]).isCloseTo(-score.nats(), within(1e-13));
  }

  @Test
  void drawsText() {
    Mixture mixture = mix(0.5, AB, BC);
    int[] drawn = new Sampler(mixture, new int[] {1}, SamplingRules.PLAIN, 7).draw(200);
    assertThat(Arrays.stream(drawn).distinct().sorted()).containsExactly(1, 2, 3);
  }

  @Test
  void charactersAndWordsAreRefused() {
    assertThatThrownBy(() -> mix(0.5, AB, new UniformWords(true)))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("the one reads characters, the other words");
  }

  @Test
  void lineEndsAndNoneAreRefused() {
    assertThatThrownBy(() -> mix(0.5, new UniformWords(false), new UniformWords(true)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "other predicts where lines end, but one reads an unbroken stream; count its n-grams"
                + " with --boundary line");
    Mixture mixture = mix(0.5, new UniformWords(false), new UniformWords(false));
    assertThat(mixture.reads(mixture.vocabulary().sentenceEnd())).isFalse();
    assertThat(mixture.reads(mixture.vocabulary().sentenceStart())).isFalse();
  }

  @Test
  void weightsOffTheSimplexAreRefused() {
    assertThatThrownBy(() -> new Mixture(List.of(new Mixture.Component("one", AB, 0.9))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Every word is as likely as any other. */
  private static final class UniformWords implements LanguageModel {
    private final ListVocabulary vocabulary = ListVocabulary.words(List.of("x", "y"));
    private final boolean lineEnds;

    UniformWords(boolean lineEnds) {
      this.lineEnds = lineEnds;
    }

    @Override
    public Vocabulary vocabulary() {
      return vocabulary;
    }

    @Override
    public boolean reads(int token) {
      return token != 1 && (lineEnds || token != 2);
    }

    @Override
    public Reading start() {
      return new Reading() {
        @Override
        public double logProbability(int token) {
          return reads(token) ? -Math.log(lineEnds ? 4 : 3) : Double.NEGATIVE_INFINITY;
        }

        @Override
        public void logProbabilities(float[] into) {
          for (int id = 0; id < into.length; id++) {
            into[id] = (float) logProbability(id);
          }
        }

        @Override
        public void read(int token) {}

        @Override
        public Reading copy() {
          return this;
        }
      };
    }
  }
}
