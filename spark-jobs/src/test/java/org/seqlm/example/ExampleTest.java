package org.seqlm.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExampleTest {
  private static final Grammar GRAMMAR = Example.grammar();

  /** The law of large numbers finds the solver's figures, within four standard errors. */
  @Test
  void alargeSampleHasTheExactEntropyAndLength() {
    int n = 40_000;
    double[] sum = new double[3];
    double[] squares = new double[3];
    for (int i = 0; i < n; i++) {
      String line = Example.sentence(11, i);
      double[] x = {
        -GRAMMAR.logProbability(line), Grammar.tokens(line).size() + 1, line.length() + 1
      };
      assertThat(x[0]).as(line).isFinite();
      for (int k = 0; k < 3; k++) {
        sum[k] += x[k];
        squares[k] += x[k] * x[k];
      }
    }
    Grammar.Entropy floor = Example.floor();
    double[] exact = {floor.nats(), floor.tokens(), floor.characters()};
    for (int k = 0; k < 3; k++) {
      double mean = sum[k] / n;
      double error = Math.sqrt((squares[k] / n - mean * mean) / n);
      assertThat(mean).isCloseTo(exact[k], within(4 * error));
      assertThat(error).isLessThan(0.01 * exact[k]);
    }
  }

  @Test
  void aSentenceDependsOnSeedAndNumberOnly() throws IOException {
    StringBuilder a = new StringBuilder();
    StringBuilder b = new StringBuilder();
    Example.Written written = Example.write(a, 20_000, 3);
    Example.write(b, 40_000, 3);
    assertThat(b.toString()).startsWith(a.toString());
    List<String> lines = a.toString().lines().toList();
    assertThat(written.sentences()).isEqualTo(lines.size());
    assertThat(lines.get(17)).isEqualTo(Example.sentence(3, 17));
    assertThat(written.bytes()).isEqualTo(a.length()).isBetween(20_000L, 20_500L);
    assertThat(Example.sentence(4, 17)).isNotEqualTo(lines.get(17));
    double nats = 0;
    long tokens = 0;
    for (String line : lines) {
      nats -= GRAMMAR.logProbability(line);
      tokens += Grammar.tokens(line).size() + 1;
    }
    assertThat(written.nats()).isCloseTo(nats, within(1e-6));
    assertThat(written.tokens()).isEqualTo(tokens);
  }

  /** The grammar decides every pair: the right verb may follow, the wrong one may not. */
  @Test
  void pairsAreDecidedByTheGrammar() {
    List<AgreementPairs.Pair> pairs = AgreementPairs.draw(7, 100);
    for (AgreementPairs.Pair pair : pairs) {
      List<String> prefix = Grammar.tokens(pair.prefix());
      assertThat(Grammar.write(prefix)).isEqualTo(pair.prefix());
      assertThat(GRAMMAR.logProbability(prefix, List.of(pair.right()))).isFinite();
      assertThat(GRAMMAR.logProbability(prefix, List.of(pair.wrong())))
          .isEqualTo(Double.NEGATIVE_INFINITY);
      int subject = prefix.size() - 1 - Integer.parseInt(pair.group());
      GrammaticalNumber number = Lexicon.number(prefix.get(subject));
      assertThat(EnglishGrammar.VERBS.stream().map(forms -> forms.get(number.ordinal())))
          .contains(pair.right());
    }
    assertThat(pairs).doesNotHaveDuplicates();
    assertThat(AgreementPairs.draw(7, 100)).isEqualTo(pairs);
    assertThat(AgreementPairs.draw(8, 100)).isNotEqualTo(pairs);
  }

  /** Whoever guesses by the verb alone, or by the nearest noun, is right in half of the pairs. */
  @Test
  void pairsAreBalanced() {
    Map<String, int[]> groups = new HashMap<>();
    for (AgreementPairs.Pair pair : AgreementPairs.draw(7, 100)) {
      List<String> prefix = Grammar.tokens(pair.prefix());
      int subject = prefix.size() - 1 - Integer.parseInt(pair.group());
      boolean plural = Lexicon.number(prefix.get(subject)) == GrammaticalNumber.PLURAL;
      int[] counts = groups.computeIfAbsent(pair.group(), group -> new int[4]);
      counts[0]++;
      counts[1] += plural ? 1 : 0;
      counts[2] += pair.right().equals("was") ? 1 : pair.right().equals("were") ? -1 : 0;
      GrammaticalNumber nearest = null;
      for (String token : prefix.subList(subject + 1, prefix.size())) {
        nearest = Lexicon.number(token) == null ? nearest : Lexicon.number(token);
      }
      boolean agrees = nearest != null && (nearest == GrammaticalNumber.PLURAL) == plural;
      counts[3] += agrees ? 1 : 0;
    }
    assertThat(groups).hasSize(AgreementPairs.DISTANCES.size());
    groups.forEach(
        (group, counts) -> {
          assertThat(counts[0]).as(group).isGreaterThanOrEqualTo(100);
          assertThat(counts[1]).as(group).isEqualTo(counts[0] / 2);
          assertThat(counts[2]).as(group).isZero();
          if (Integer.parseInt(group) >= 3) {
            assertThat(counts[3]).as(group).isEqualTo(counts[0] / 2);
          }
        });
  }

  @Test
  void theVocabularyIsSmallAndItsFrequenciesFallByOrders() throws IOException {
    StringBuilder text = new StringBuilder();
    Example.write(text, 1_000_000, 1);
    Map<String, Integer> counts = new HashMap<>();
    for (String line : text.toString().lines().toList()) {
      Grammar.tokens(line).forEach(token -> counts.merge(token, 1, Integer::sum));
    }
    assertThat(counts.keySet()).hasSameSizeAs(GRAMMAR.words()).hasSizeBetween(150, 300);
    List<Integer> sorted = counts.values().stream().sorted((a, b) -> b - a).toList();
    assertThat(sorted.get(9)).isGreaterThan(10 * sorted.get(200));
  }
}
