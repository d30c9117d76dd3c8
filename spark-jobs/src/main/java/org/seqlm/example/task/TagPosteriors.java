package org.seqlm.example.task;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.example.TaggedGrammar;
import org.seqlm.example.TaggedGrammar.Choice;

/**
 * What the words of a sentence say of their tags, exactly: the forward and backward probabilities
 * of the grammar's states (Rabiner, "A tutorial on hidden Markov models", Proceedings of the IEEE
 * 77, 1989, equations 19 to 27, with words and tags on the arcs).
 */
final class TagPosteriors {
  private final TaggedGrammar grammar;
  private final Map<String, Integer> tags = new LinkedHashMap<>();

  TagPosteriors(TaggedGrammar grammar) {
    this.grammar = grammar;
    for (int s = 0; s < grammar.states(); s++) {
      for (Choice choice : grammar.choices(s)) {
        tags.putIfAbsent(choice.tag(), tags.size());
      }
    }
  }

  /** The index of a tag in what follows. */
  int tag(String tag) {
    return tags.get(tag);
  }

  /** P(tag of word t | the whole sentence), (t, tag). */
  double[][] givenSentence(List<String> words) {
    int length = words.size();
    double[][] after = new double[length + 1][grammar.states()]; // in proportion to P(rest | state)
    for (int s = 0; s < grammar.states(); s++) {
      after[length][s] = grammar.endProbability(s);
    }
    for (int t = length - 1; t >= 0; t--) {
      for (int s = 0; s < grammar.states(); s++) {
        for (Choice choice : grammar.choices(s)) {
          if (choice.word().equals(words.get(t))) {
            after[t][s] += choice.probability() * after[t + 1][choice.target()];
          }
        }
      }
      scale(after[t]);
    }
    return posteriors(words, after);
  }

  /** P(tag of word t | the words up to and including it), (t, tag). */
  double[][] givenBeginning(List<String> words) {
    double[][] after = new double[words.size() + 1][grammar.states()];
    for (double[] row : after) {
      // Any state comes to an end with probability 1, whatever is written on the way.
      Arrays.fill(row, 1);
    }
    return posteriors(words, after);
  }

  /** P(tag | the word alone, wherever in a text it stands), by word: (tag). */
  Map<String, double[]> givenWord() {
    Map<String, double[]> posteriors = new HashMap<>();
    double[] visits = grammar.expectedVisits();
    for (int s = 0; s < grammar.states(); s++) {
      for (Choice choice : grammar.choices(s)) {
        posteriors
                .computeIfAbsent(choice.word(), word -> new double[tags.size()])[
                tag(choice.tag())] +=
            visits[s] * choice.probability();
      }
    }
    posteriors.values().forEach(TagPosteriors::scale);
    return posteriors;
  }

  /**
   * Posteriors.
   *
   * @param after (t, state): in proportion to what the words from t on count for
   */
  private double[][] posteriors(List<String> words, double[][] after) {
    double[][] posteriors = new double[words.size()][tags.size()];
    double[] before = new double[grammar.states()]; // in proportion to P(words before t, state)
    before[0] = 1;
    for (int t = 0; t < words.size(); t++) {
      double[] next = new double[grammar.states()];
      for (int s = 0; s < grammar.states(); s++) {
        if (before[s] == 0) {
          continue;
        }
        for (Choice choice : grammar.choices(s)) {
          if (choice.word().equals(words.get(t))) {
            double weight = before[s] * choice.probability();
            next[choice.target()] += weight;
            posteriors[t][tag(choice.tag())] += weight * after[t + 1][choice.target()];
          }
        }
      }
      scale(next);
      scale(posteriors[t]);
      before = next;
    }
    return posteriors;
  }

  /** To a sum of 1. */
  private static void scale(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    if (sum == 0) {
      throw new IllegalArgumentException("not a sentence of the grammar");
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
  }
}
