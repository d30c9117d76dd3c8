package org.seqlm.example.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.seqlm.example.TaggedGrammar;
import org.seqlm.example.TaggedGrammar.Choice;

class TagsTaskTest {
  private final TaggedGrammar grammar = TaggedGrammar.english();
  private final TagPosteriors posteriors = new TagPosteriors(grammar);

  /** Every derivation of some words, one after the other: sums of their weights by (t, tag). */
  private void derive(
      List<String> words, int t, int state, double weight, String[] tags, boolean ends, Sums sums) {
    if (t == words.size()) {
      sums.add(tags, ends ? weight * grammar.endProbability(state) : weight);
      return;
    }
    for (Choice choice : grammar.choices(state)) {
      if (choice.word().equals(words.get(t))) {
        tags[t] = choice.tag();
        derive(words, t + 1, choice.target(), weight * choice.probability(), tags, ends, sums);
      }
    }
  }

  private static final class Sums {
    private final Map<String, Double> byTag = new HashMap<>();
    private double all;

    void add(String[] tags, double weight) {
      for (int t = 0; t < tags.length; t++) {
        byTag.merge(t + tags[t], weight, Double::sum);
      }
      all += weight;
    }

    double share(int t, String tag) {
      return byTag.getOrDefault(t + tag, 0.0) / all;
    }
  }

  @Test
  void posteriorsAreThoseOfAllDerivations() {
    int several = 0;
    for (TagsTask.Sentence sentence : Drawn.of(new TagsTask(), 9, TaskSplit.VALID, 60)) {
      List<String> words = sentence.input();
      double[][] whole = posteriors.givenSentence(words);
      double[][] beginning = posteriors.givenBeginning(words);
      Sums sums = new Sums();
      derive(words, 0, 0, 1, new String[words.size()], true, sums);
      for (int t = 0; t < words.size(); t++) {
        Sums sofar = new Sums();
        derive(words.subList(0, t + 1), 0, 0, 1, new String[t + 1], false, sofar);
        for (String tag : List.of("NOUN", "ADJ", "VERB", "ADP", "ADV", "DET", "AUX", "CONJ")) {
          int k = posteriors.tag(tag);
          assertThat(whole[t][k]).isCloseTo(sums.share(t, tag), within(1e-9));
          assertThat(beginning[t][k]).isCloseTo(sofar.share(t, tag), within(1e-9));
          several += beginning[t][k] > 0.01 && beginning[t][k] < 0.99 ? 1 : 0;
        }
      }
    }
    assertThat(several).isGreaterThan(20);
  }

  @Test
  void ambiguitiesByHand() {
    // Left context decides, at once.
    assertThat(tag(List.of("The", "cat", "saw", "the", "saw", "."), 2, "VERB")).isEqualTo(1);
    assertThat(tag(List.of("The", "cat", "saw", "the", "saw", "."), 4, "NOUN")).isEqualTo(1);
    // Right context decides.
    assertThat(tag(List.of("The", "young", "were", "full", "."), 1, "NOUN")).isEqualTo(1);
    assertThat(tag(List.of("The", "young", "cat", "was", "full", "."), 1, "ADJ")).isEqualTo(1);
    assertThat(tag(List.of("The", "cat", "outside", "was", "full", "."), 2, "ADV")).isEqualTo(1);
    double before = posteriors.givenBeginning(List.of("The", "young"))[1][posteriors.tag("NOUN")];
    assertThat(before).isBetween(0.2, 0.8);
    // Nothing decides.
    assertThat(tag(List.of("The", "cat", "was", "missing", "."), 3, "ADJ")).isBetween(0.2, 0.8);
  }

  private double tag(List<String> words, int t, String tag) {
    return Math.rint(1e12 * posteriors.givenSentence(words)[t][posteriors.tag(tag)]) / 1e12;
  }

  /** Not by the grammar, but by counting: in which share of a text a word has its commonest tag. */
  @Test
  void theWordAloneByCounting() {
    Map<String, double[]> byWord = posteriors.givenWord();
    SplittableRandom random = new SplittableRandom(4);
    int adjectives = 0;
    int all = 0;
    for (int i = 0; i < 20_000; i++) {
      TaggedGrammar.Tagged tagged = grammar.sample(random);
      for (int t = 0; t < tagged.words().size(); t++) {
        if (tagged.words().get(t).equals("young")) {
          all++;
          adjectives += tagged.tags().get(t).equals("ADJ") ? 1 : 0;
        }
      }
    }
    double share = byWord.get("young")[posteriors.tag("ADJ")];
    assertThat((double) adjectives / all).isCloseTo(share, within(Drawn.interval(share, all)));
  }

  @Test
  void moreContextIsBetterByAComputedMargin() {
    TagsTask task = new TagsTask();
    List<TagsTask.Sentence> test = Drawn.of(task, 1, TaskSplit.TEST, 800);
    int tokens = test.stream().mapToInt(sentence -> sentence.input().size()).sum();
    Floor floor = task.floor(test);
    Map<String, Double> figures = floor.figures();
    assertThat(floor.floor())
        .isCloseTo(
            figures.get("expected"), within(Drawn.interval(figures.get("expected"), tokens)));
    for (String context : List.of("left-to-right", "word-alone")) {
      double expected = figures.get("expected-" + context);
      assertThat(figures.get("floor-" + context))
          .isCloseTo(expected, within(Drawn.interval(expected, tokens)));
    }
    assertThat(floor.floor()).isLessThan(1);
    assertThat(figures.get("expected")).isGreaterThan(0.02 + figures.get("expected-left-to-right"));
    assertThat(figures.get("expected-left-to-right"))
        .isGreaterThan(0.02 + figures.get("expected-word-alone"));
  }

  @Test
  void everyWordHasATag() {
    for (int s = 0; s < grammar.states(); s++) {
      assertThat(grammar.choices(s)).allMatch(choice -> choice.tag() != null);
    }
  }
}
