package org.seqlm.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VariationTest {
  private static final int SENTENCES = 3000;

  private static List<String> tokens(Variation variation, long i) {
    return Grammar.tokens(variation.sentence(5, i));
  }

  private static Map<String, Integer> counts(Variation variation) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < SENTENCES; i++) {
      tokens(variation, i).forEach(token -> counts.merge(token, 1, Integer::sum));
    }
    return counts;
  }

  @Test
  void plainIsTheExample() {
    for (int i = 0; i < 100; i++) {
      assertThat(Variation.PLAIN.sentence(5, i)).isEqualTo(Example.sentence(5, i));
    }
  }

  /**
   * The grammar still writes it, so the words agree as they did; only which are frequent differs.
   */
  @Test
  void reversedTextHasTheSameWordsWithOtherFrequencies() {
    for (int i = 0; i < SENTENCES; i++) {
      String sentence = Variation.RANKS_REVERSED.sentence(5, i);
      assertThat(Example.grammar().logProbability(sentence)).as(sentence).isFinite();
      assertThat(tokens(Variation.RANKS_REVERSED, i)).hasSameSizeAs(tokens(Variation.PLAIN, i));
    }
    Map<String, Integer> plain = counts(Variation.PLAIN);
    Map<String, Integer> reversed = counts(Variation.RANKS_REVERSED);
    assertThat(reversed.get("hawk")).isEqualTo(plain.get("cat"));
    assertThat(reversed.get("cats")).isEqualTo(plain.get("hawks"));
    assertThat(reversed.get("the")).isEqualTo(plain.get("the"));
    assertThat(plain.get("cat")).isGreaterThan(5 * plain.get("hawk"));
  }

  /** Words of lists that overlap would not be swapped but lost. */
  @Test
  void reversingTakesEachWordToOne() {
    Map<String, Integer> plain = counts(Variation.PLAIN);
    Map<String, Integer> reversed = counts(Variation.RANKS_REVERSED);
    List<Integer> counted = plain.values().stream().sorted().toList();
    assertThat(reversed.values().stream().sorted().toList()).isEqualTo(counted);
  }

  @Test
  void aTopicBringsWordsOfItsOwnToEverySecondSentence() {
    Set<String> known = new HashSet<>(Example.grammar().words());
    assertThat(Variation.topicWords()).hasSize(32).doesNotContainAnyElementsOf(known);
    Set<String> met = new HashSet<>();
    for (int i = 0; i < SENTENCES; i++) {
      List<String> tokens = tokens(Variation.NEW_TOPIC, i);
      if (i % 2 == 0) {
        assertThat(tokens).isEqualTo(tokens(Variation.PLAIN, i));
      }
      assertThat(tokens).hasSameSizeAs(tokens(Variation.PLAIN, i));
      met.addAll(tokens);
    }
    assertThat(met).containsAll(Variation.topicWords());
    met.removeAll(known);
    assertThat(met).isEqualTo(Variation.topicWords());
  }
}
