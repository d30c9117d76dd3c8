package org.seqlm.ngram.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.Counting;
import org.seqlm.ngram.count.NaiveCounts;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.heldout.ExactSum;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.vocab.ListVocabulary;
import org.seqlm.vocab.Vocabulary;

final class MarkovModelTest {
  private static final ModelSelector DEFAULT = new ModelSelector(Estimator.ADD_K, 2, 0.5);

  private static MarkovModel model(
      CountTrie trie, Vocabulary words, Passages passages, String selector) {
    return new MarkovModel(trie, words, passages, DEFAULT.parse(selector, trie.order()));
  }

  private static long count(CountTrie trie, int... ngram) {
    int length = ngram.length - 1;
    int node = 0;
    for (int m = 0; m < length; m++) {
      node = trie.longer(m, node, ngram[length - 1 - m]);
    }
    return trie.count(length, node, ngram[length]);
  }

  /** "a b", "a a", "b" on three lines, bigrams: worked by hand. */
  @Test
  void workedByHand() {
    ListVocabulary words = ListVocabulary.words(List.of("a", "b"));
    int[] text = {3, 4, 2, 3, 3, 2, 4, 2};
    Passages passages = Passages.of(Boundary.LINE, words);
    CountTrie trie = Counting.trie(text, new int[] {0}, words, passages, 2);
    assertThat(count(trie, 3)).isEqualTo(3);
    assertThat(count(trie, 4)).isEqualTo(2);
    assertThat(count(trie, 2)).isEqualTo(3);
    assertThat(count(trie, 1)).isZero();
    assertThat(count(trie, 1, 3)).isEqualTo(2);
    assertThat(count(trie, 3, 2)).isEqualTo(1);
    assertThat(count(trie, 2, 1)).isZero();

    LanguageModel mle = model(trie, words, passages, "estimator=mle");
    LanguageModel.Reading reading = mle.start();
    assertThat(Math.exp(reading.logProbability(3))).isCloseTo(2 / 3.0, within(1e-15));
    assertThat(Math.exp(reading.logProbability(4))).isCloseTo(1 / 3.0, within(1e-15));
    assertThat(reading.logProbability(2)).isEqualTo(Double.NEGATIVE_INFINITY);
    reading.read(3);
    // a was followed once each by b, a and the line's end.
    for (int id : new int[] {2, 3, 4}) {
      assertThat(Math.exp(reading.logProbability(id))).isCloseTo(1 / 3.0, within(1e-15));
    }
    LanguageModel.Reading other = reading.copy();
    other.read(2);
    assertThat(Math.exp(other.logProbability(4))).isCloseTo(1 / 3.0, within(1e-15));
    assertThat(reading.logProbability(2)).isNotEqualTo(Double.NEGATIVE_INFINITY);

    // Four tokens can follow: <unk>, </s>, a, b.
    LanguageModel.Reading smooth = model(trie, words, passages, "k=0.5").start();
    assertThat(Math.exp(smooth.logProbability(3))).isCloseTo(2.5 / 5, within(1e-15));
    assertThat(Math.exp(smooth.logProbability(0))).isCloseTo(0.5 / 5, within(1e-15));
    assertThat(smooth.logProbability(1)).isEqualTo(Double.NEGATIVE_INFINITY);
    smooth.read(0);
    assertThat(Math.exp(smooth.logProbability(3))).isCloseTo(1 / 4.0, within(1e-15));

    // The same text as one stream: a b a a b, without line ends.
    Passages stream = Passages.of(Boundary.STREAM, words);
    CountTrie bigrams = Counting.trie(text, new int[] {0}, words, stream, 2);
    assertThat(count(bigrams, 4, 3)).isEqualTo(1);
    assertThat(count(bigrams, 3, 4)).isEqualTo(2);
    MarkovModel unbroken = model(bigrams, words, stream, "estimator=mle");
    assertThat(unbroken.reads(2)).isFalse();
    LanguageModel.Reading at = unbroken.start();
    assertThat(Math.exp(at.logProbability(3))).isCloseTo(3 / 5.0, within(1e-15));
    at.read(4);
    at.read(2);
    assertThat(Math.exp(at.logProbability(3))).isCloseTo(1, within(1e-15));
    assertThat(at.logProbability(2)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @EnumSource
  void probabilitiesOfAContextSumToOne(Boundary boundary) {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 40; round++) {
      int reserved = random.nextBoolean() ? 1 : 3;
      ListVocabulary words = ListVocabulary.numbers(reserved, 6 + random.nextInt(20));
      Passages passages = Passages.of(boundary, words);
      int order = 1 + random.nextInt(4);
      NaiveCounts.Text text = NaiveCounts.Text.random(random, words.size(), reserved, 80);
      CountTrie trie =
          Counting.trie(
              text.tokens(),
              text.documents().stream().mapToInt(i -> i).toArray(),
              words,
              passages,
              order);
      NaiveCounts naive = new NaiveCounts(text.tokens(), text.documents(), passages, order);
      float[] all = new float[words.size()];
      for (Estimator estimator : List.of(Estimator.MLE, Estimator.ADD_K)) {
        MarkovModel model =
            model(
                trie,
                words,
                passages,
                "order="
                    + order
                    + ",estimator="
                    + (estimator == Estimator.MLE ? "mle" : "add-k")
                    + ",k=0.3");
        LanguageModel.Reading reading = model.start();
        List<Integer> context = new ArrayList<>();
        if (passages.passageStart() >= 0) {
          context.add(passages.passageStart());
        }
        for (int i = 0; i < 60; i++) {
          List<Integer> h =
              context.subList(Math.max(0, context.size() - order + 1), context.size());
          double sum = 0;
          double total = 0;
          for (int id = 0; id < words.size(); id++) {
            List<Integer> hw = new ArrayList<>(h);
            hw.add(id);
            total += naive.ngrams.getOrDefault(hw, new long[2])[0];
          }
          reading.logProbabilities(all);
          for (int id = 0; id < words.size(); id++) {
            double p = Math.exp(reading.logProbability(id));
            sum += p;
            assertThat(Math.exp(all[id])).isCloseTo(p, within(1e-6));
            List<Integer> hw = new ArrayList<>(h);
            hw.add(id);
            double count = naive.ngrams.getOrDefault(hw, new long[2])[0];
            double expected =
                !model.reads(id)
                    ? 0
                    : estimator == Estimator.ADD_K
                        ? (count + 0.3) / (total + 0.3 * passages.predictable())
                        : total == 0 ? 0 : count / total;
            assertThat(p).isCloseTo(expected, within(1e-12));
          }
          boolean defined = estimator == Estimator.ADD_K || total > 0;
          assertThat(sum).isCloseTo(defined ? 1 : 0, within(1e-12));

          if (random.nextInt(10) == 0) {
            reading.startDocument();
            if (boundary != Boundary.STREAM) {
              context.clear();
              if (passages.passageStart() >= 0) {
                context.add(passages.passageStart());
              }
            }
          }
          int next = random.nextInt(words.size());
          reading.read(next);
          if (model.reads(next)) {
            context.add(next);
            if (passages.endsPassage(next)) {
              context.clear();
              if (passages.passageStart() >= 0) {
                context.add(passages.passageStart());
              }
            }
          }
        }
      }
    }
  }

  @Test
  void selectors() {
    ModelSelector base = new ModelSelector(Estimator.ADD_K, 3, 0.01);
    assertThat(base.parse(null, 3)).isEqualTo(base);
    assertThat(base.parse(" ", 3)).isEqualTo(base);
    assertThat(base.parse("estimator=mle, order=2", 3))
        .isEqualTo(new ModelSelector(Estimator.MLE, 2, 0.01));
    assertThat(base.parse("k=1e-3", 3).title()).isEqualTo("3-gram add-k 0.001");
    assertThat(base.parse("estimator=mle", 3).title()).isEqualTo("3-gram mle");
    for (String bad :
        List.of("order=4", "order=0", "order=x", "k=0", "k=-1", "estimator=kn", "smoothing=1")) {
      assertThatThrownBy(() -> base.parse(bad, 3))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION));
    }
    assertThatThrownBy(() -> base.parse("order=4,k=0", 3))
        .hasMessageContaining("1 to 3")
        .hasMessageContaining("greater than 0");
    assertThatThrownBy(() -> base.parse("estimator=kneser-ney", 3))
        .hasMessageContaining("a kneser-ney model of order 3 is not among");
  }

  @Test
  void sumsAreExactInAnyOrder() {
    SplittableRandom random = new SplittableRandom(3);
    double[] values = random.doubles(10_000, -60, 0).toArray();
    ExactSum forward = new ExactSum();
    ExactSum backward = new ExactSum();
    double plain = 0;
    for (int i = 0; i < values.length; i++) {
      forward.add(values[i]);
      backward.add(values[values.length - 1 - i]);
      plain += values[i];
    }
    assertThat(forward.value()).isEqualTo(backward.value());
    assertThat(forward.value()).isCloseTo(plain, within(1e-6));
    ExactSum mixed = new ExactSum();
    mixed.add(-3.5);
    mixed.add(5.25);
    assertThat(mixed.value()).isEqualTo(1.75);
    // Doubling it passes 64 bits.
    ExactSum doubled = new ExactSum();
    doubled.add(-1.5);
    for (int i = 0; i < 60; i++) {
      doubled.add(new ExactSum(doubled.high(), doubled.low()));
    }
    assertThat(doubled.value()).isEqualTo(-1.5 * 0x1p60);
  }
}
