package org.seqlm.neural.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.lm.LanguageModel;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;

final class VocabularyGrowthTest {
  /** A simple recurrence of width 2 over 5 tokens, of which 3 and 4 are the rarer half. */
  private static LanguageNetwork rnn(InputKind input) {
    return new LanguageNetwork(input, 2, CellKind.RNN, 1, 2, 5, 0, 0);
  }

  /** The parameters 1, 2, 3, … of a network, grown by two tokens. */
  private static float[] grown(LanguageNetwork spec) {
    float[] parameters = new float[spec.layout().size()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = i + 1;
    }
    return VocabularyGrowth.grow(spec, parameters, 7);
  }

  private static float[] tensor(LanguageNetwork spec, float[] parameters, String name) {
    return spec.withVocabulary(7).layout().copy(name, parameters);
  }

  @Test
  void newTokensAreReadLikeUnknownOnesAndPredictedLikeTheMeanOfRareOnes() {
    LanguageNetwork spec = rnn(InputKind.EMBEDDING);
    float[] grown = grown(spec);
    assertThat(tensor(spec, grown, "embedding.weight"))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 1, 2);
    assertThat(tensor(spec, grown, "rnn.weight_ih_l0")).containsExactly(11, 12, 13, 14);
    assertThat(tensor(spec, grown, "rnn.bias_ih_l0")).containsExactly(19, 20);
    // Rows (27, 28) and (29, 30), biases 34 and 35.
    assertThat(tensor(spec, grown, "out.weight"))
        .containsExactly(21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 28, 29, 28, 29);
    assertThat(tensor(spec, grown, "out.bias")).containsExactly(31, 32, 33, 34, 35, 34.5f, 34.5f);
  }

  @Test
  void tiedEmbeddingsAreOutputs() {
    LanguageNetwork spec = rnn(InputKind.EMBEDDING).with(OutputKind.TIED, List.of());
    float[] grown = grown(spec);
    assertThat(tensor(spec, grown, "embedding.weight"))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 8, 9, 8, 9);
    assertThat(tensor(spec, grown, "out.bias")).containsExactly(21, 22, 23, 24, 25, 24.5f, 24.5f);
  }

  @Test
  void unitVectorsGetColumns() {
    LanguageNetwork spec = rnn(InputKind.ONE_HOT);
    assertThat(tensor(spec, grown(spec), "rnn.weight_ih_l0"))
        .containsExactly(1, 2, 3, 4, 5, 1, 1, 6, 7, 8, 9, 10, 6, 6);
  }

  /** Clusters {1} and {2, 3, 4} with projections of width 1. */
  @Test
  void theLastClusterGrowsAlone() {
    LanguageNetwork spec = rnn(InputKind.EMBEDDING).with(OutputKind.ADAPTIVE, List.of(1, 2));
    float[] grown = grown(spec);
    assertThat(spec.withVocabulary(7).cutoffs()).containsExactly(1, 2);
    assertThat(tensor(spec, grown, "out.head.weight")).containsExactly(21, 22, 23, 24, 25, 26);
    assertThat(tensor(spec, grown, "out.tail.0.0.weight")).containsExactly(27, 28);
    assertThat(tensor(spec, grown, "out.tail.0.1.weight")).containsExactly(29);
    assertThat(tensor(spec, grown, "out.tail.1.0.weight")).containsExactly(30, 31);
    // Token 2 is not of the rarer half.
    assertThat(tensor(spec, grown, "out.tail.1.1.weight"))
        .containsExactly(32, 33, 34, 33.5f, 33.5f);
  }

  @Test
  void aNetworkOfTheSameVocabularyStays() {
    LanguageNetwork spec = rnn(InputKind.EMBEDDING);
    float[] parameters = InitialParameters.create(spec, 4);
    assertThat(VocabularyGrowth.grow(spec, parameters, 5))
        .isEqualTo(parameters)
        .isNotSameAs(parameters);
    assertThatThrownBy(() -> VocabularyGrowth.grow(spec, new float[3], 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("35 parameters, but got 3");
  }

  /** Of every cell, input and output, also where three new tokens join a cluster of one. */
  @ParameterizedTest
  @MethodSource("org.seqlm.neural.plain.RecurrentLanguageModelTest#networks")
  void whatOldTokensHaveLearnedStays(LanguageNetwork spec) {
    int old = spec.vocabulary();
    int more = 3;
    float[] parameters = InitialParameters.create(spec, 9);
    RecurrentLanguageModel before =
        new RecurrentLanguageModel(spec, parameters, Letters.vocabulary(old));
    RecurrentLanguageModel after =
        new RecurrentLanguageModel(
            spec.withVocabulary(old + more),
            VocabularyGrowth.grow(spec, parameters, old + more),
            Letters.vocabulary(old + more));
    SplittableRandom random = new SplittableRandom(1);
    LanguageModel.Reading then = before.start();
    LanguageModel.Reading now = after.start();
    boolean readsOldOnly = spec.output() == OutputKind.TIED;
    float[] scores = new float[old + more];
    for (int t = 0; t < 30; t++) {
      int token = random.nextInt(readsOldOnly ? old : old + more);
      then.read(token < old ? token : 0);
      now.read(token);
      check(spec, then, now, more);
      now.logProbabilities(scores);
      double sum = 0;
      for (float score : scores) {
        sum += Math.exp(score);
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
  }

  /** Old tokens lose alike, no more than the bound; those of other clusters nothing. */
  private static void check(
      LanguageNetwork spec, LanguageModel.Reading then, LanguageModel.Reading now, int more) {
    int old = spec.vocabulary();
    int clusters = spec.cutoffs().size();
    int first = clusters == 0 ? 0 : spec.cutoffs().get(clusters - 1);
    for (int token = 0; token < first; token++) {
      assertThat(now.logProbability(token)).isEqualTo(then.logProbability(token));
    }
    int rare = Math.max(first, (old + 1) / 2);
    double ofCluster = 0;
    double ofRare = 0;
    for (int token = first; token < old; token++) {
      double p = Math.exp(then.logProbability(token));
      ofCluster += p;
      ofRare += token >= rare ? p : 0;
    }
    double most = Math.log1p(more * ofRare / ofCluster / (old - rare));
    double loss = then.logProbability(first) - now.logProbability(first);
    assertThat(loss).isBetween(0.0, most + 1e-5);
    for (int token = first; token < old; token++) {
      assertThat(then.logProbability(token) - now.logProbability(token))
          .isCloseTo(loss, within(1e-5));
    }
    for (int token = old; token < old + more; token++) {
      assertThat(now.logProbability(token)).isEqualTo(now.logProbability(old));
    }
  }
}
