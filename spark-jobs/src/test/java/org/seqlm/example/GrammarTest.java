package org.seqlm.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GrammarTest {
  /** "Go (on)* ." with P(on) = 1/4: geometric, so everything has a closed form. */
  private static Grammar geometric() {
    return Grammar.builder("start")
        .word("start", "Go", 1, "going")
        .word("going", "on", 1, "going")
        .word("going", ".", 3, "end")
        .end("end", 1)
        .build();
  }

  @Test
  void aGrammarWorkedByHand() {
    Grammar.Entropy entropy = geometric().entropy();
    // Visits of "going": 1 / (1 - 1/4) = 4/3, each with the entropy of (1/4, 3/4).
    double choice = -0.25 * Math.log(0.25) - 0.75 * Math.log(0.75);
    assertThat(entropy.nats()).isCloseTo(4.0 / 3 * choice, within(1e-12));
    assertThat(entropy.tokens()).isCloseTo(3 + 1.0 / 3, within(1e-12)); // Go . </s> and on
    assertThat(entropy.characters()).isCloseTo(4 + 3 * 1.0 / 3, within(1e-12)); // Go . LF and " on"
    assertThat(entropy.bitsPerToken())
        .isCloseTo(4.0 / 3 * choice / Math.log(2) / (10.0 / 3), within(1e-12));
    assertThat(geometric().logProbability("Go on on."))
        .isCloseTo(Math.log(0.25 * 0.25 * 0.75), within(1e-12));
  }

  /** The solver's figures are sums over all sentences; here they are summed. */
  @Test
  void enumerationOfAllSentencesGivesTheSolversFigures() {
    Grammar grammar =
        Grammar.builder("start")
            .word("start", "The", 3, "noun")
            .words("start", Words.zipf("Two", "Some"), 2, "plural")
            .words("noun", Words.zipf("cat", "dog", "bird"), 5, "verb.sg")
            .words("noun", Words.zipf("cats", "dogs", "birds"), 4, "verb.pl")
            .words("plural", Words.zipf("cats", "dogs", "birds"), 1, "verb.pl")
            .word("verb.sg", "was", 20, "state")
            .word("verb.pl", "were", 20, "state")
            .word("verb.sg", "with", 1, "noun.sg")
            .word("verb.pl", "with", 1, "noun.pl")
            .words("noun.sg", Words.zipf("cats", "bird"), 1, "verb.sg")
            .words("noun.pl", Words.zipf("cats", "bird"), 1, "verb.pl")
            .words("state", Words.zipf("full", "tired"), 1, "end")
            .word("end", ".", 29, "stop")
            .word("end", "and", 1, "state")
            .end("stop", 1)
            .build();
    double[] sums = new double[4]; // probability, nats, tokens, characters
    enumerate(grammar, new ArrayList<>(), 0, 1, sums, 30);
    assertThat(sums[0]).isCloseTo(1, within(1e-7));
    Grammar.Entropy entropy = grammar.entropy();
    assertThat(entropy.nats()).isCloseTo(sums[1], within(1e-5));
    assertThat(entropy.tokens()).isCloseTo(sums[2], within(1e-6));
    assertThat(entropy.characters()).isCloseTo(sums[3], within(1e-5));
  }

  private static void enumerate(
      Grammar grammar, List<String> tokens, int state, double p, double[] sums, int depth) {
    if (depth == 0 || p < 1e-12) {
      return;
    }
    double end = p * grammar.endProbability(state);
    if (end > 0) {
      String line = Grammar.write(tokens);
      assertThat(grammar.logProbability(line)).isCloseTo(Math.log(end), within(1e-9));
      sums[0] += end;
      sums[1] -= end * Math.log(end);
      sums[2] += end * (tokens.size() + 1);
      sums[3] += end * (line.length() + 1);
    }
    for (Grammar.Arc arc : grammar.arcs(state)) {
      tokens.add(arc.word());
      double next = p * grammar.probability(state, arc);
      enumerate(grammar, tokens, arc.target(), next, sums, depth - 1);
      tokens.remove(tokens.size() - 1);
    }
  }

  @Test
  void anyCutOfATextKeepsItsProbability() {
    Grammar grammar = Example.grammar();
    List<String> text = new ArrayList<>();
    double whole = 0;
    for (int i = 0; i < 20; i++) {
      String line = Example.sentence(5, i);
      text.addAll(Grammar.tokens(line));
      text.add(Grammar.END);
      whole += grammar.logProbability(line);
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 50; i++) {
      int cut = random.nextInt(text.size() + 1);
      double left = grammar.logProbability(List.of(), text.subList(0, cut));
      double right = grammar.logProbability(text.subList(0, cut), text.subList(cut, text.size()));
      assertThat(left + right).isCloseTo(whole, within(1e-9));
    }
  }

  @Test
  void writingIsUndoneByReading() {
    List<String> tokens = List.of("The", "cats", ",", "which", "ran", ",", "were", "full", ".");
    assertThat(Grammar.write(tokens)).isEqualTo("The cats, which ran, were full.");
    assertThat(Grammar.tokens("The cats, which ran, were full.")).isEqualTo(tokens);
    // A line that tokens would not be written as is no sentence.
    assertThat(geometric().logProbability("Go  on.")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(geometric().logProbability("Go on")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(geometric().logProbability("Go off.")).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void refusesWhatWouldMakeTheEntropyWrong() {
    Grammar.Builder twice =
        Grammar.builder("a").word("a", "x", 1, "b").word("a", "x", 1, "c").end("b", 1).end("c", 1);
    assertThatThrownBy(twice::build).hasMessage("state a has two arcs for \"x\"");
    Grammar.Builder endless = Grammar.builder("a").word("a", "x", 1, "b").word("b", "y", 1, "b");
    assertThatThrownBy(endless::build).hasMessageContaining("never comes to an end");
    Grammar.Builder island =
        Grammar.builder("a").word("a", "x", 1, "b").end("b", 1).word("c", "x", 1, "b");
    assertThatThrownBy(island::build).hasMessage("state c is reached from nowhere");
    Grammar.Builder spaced = Grammar.builder("a").word("a", "x y", 1, "b").end("b", 1);
    assertThatThrownBy(spaced::build).hasMessageContaining("has the word \"x y\"");
  }
}
