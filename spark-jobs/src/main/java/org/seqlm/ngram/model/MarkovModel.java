package org.seqlm.ngram.model;

import java.util.Arrays;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.Passages;
import org.seqlm.vocab.Vocabulary;

/**
 * A Markov model of order n-1 over counted n-grams: a token depends on the up to n-1 tokens before
 * it in its passage (spec, section A; its "order 0" is {@code order} 1 here). At the start of a
 * passage, where fewer stand, it depends on those.
 */
public final class MarkovModel implements LanguageModel {
  private final CountTrie trie;
  private final Vocabulary vocabulary;
  private final Passages passages;
  private final ModelSelector choice;

  /**
   * @param trie counts of order {@code choice.order()} or more, over the same vocabulary and
   *     passages
   * @param choice which of the models that these counts hold
   */
  public MarkovModel(
      CountTrie trie, Vocabulary vocabulary, Passages passages, ModelSelector choice) {
    if (choice.order() > trie.order()) {
      throw new IllegalArgumentException("order " + choice.order() + " of " + trie.order());
    }
    this.trie = trie;
    this.vocabulary = vocabulary;
    this.passages = passages;
    this.choice = choice;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** For people, for instance {@code 3-gram add-k 0.01}. */
  public String name() {
    return choice.title();
  }

  @Override
  public Memory memory() {
    return PassageReading.memory(passages);
  }

  @Override
  public boolean reads(int token) {
    return passages.reads(token);
  }

  @Override
  public Reading start() {
    return new MarkovReading();
  }

  @Override
  public Reading startUnmarked() {
    MarkovReading reading = new MarkovReading();
    reading.clear();
    return reading;
  }

  private double logProbability(long count, long total) {
    return choice.estimator().logProbability(count, total, choice.k(), passages.predictable());
  }

  private final class MarkovReading extends PassageReading {
    private int node; // the context of all of the history, CountTrie.NONE if it was never seen

    MarkovReading() {
      super(vocabulary, passages, choice.order());
      startPassage();
    }

    private MarkovReading(MarkovReading other) {
      super(other);
      node = other.node;
    }

    @Override
    void seek() {
      node = 0;
      for (int m = 0; m < length; m++) {
        node = trie.longer(m, node, history[m]);
      }
    }

    @Override
    public double logProbability(int token) {
      if (!passages.reads(token)) {
        return Double.NEGATIVE_INFINITY;
      }
      return MarkovModel.this.logProbability(
          trie.count(length, node, token), trie.total(length, node));
    }

    @Override
    public void logProbabilities(float[] into) {
      long total = trie.total(length, node);
      Arrays.fill(
          into, 0, passages.vocabularySize(), (float) MarkovModel.this.logProbability(0, total));
      trie.followers(
          length,
          node,
          (id, count) -> into[id] = (float) MarkovModel.this.logProbability(count, total));
      excludeUnread(into);
    }

    @Override
    public Reading copy() {
      return new MarkovReading(this);
    }
  }
}
