package org.seqlm.ngram;

import java.util.Arrays;
import org.seqlm.lm.LanguageModel;
import org.seqlm.vocab.Vocabulary;

/**
 * A Markov model of order n-1 over counted n-grams: a token depends on the up to n-1 tokens before
 * it in its run (spec, section A; its "order 0" is {@code order} 1 here). At the start of a run,
 * where fewer stand, it depends on those.
 */
public final class MarkovModel implements LanguageModel {
  private final NgramTrie trie;
  private final Vocabulary vocabulary;
  private final Runs runs;
  private final ModelSelector choice;

  /**
   * @param trie counts of order {@code choice.order()} or more, over the same vocabulary and runs
   * @param choice which of the models that these counts hold
   */
  public MarkovModel(NgramTrie trie, Vocabulary vocabulary, Runs runs, ModelSelector choice) {
    if (choice.order() > trie.order()) {
      throw new IllegalArgumentException("order " + choice.order() + " of " + trie.order());
    }
    this.trie = trie;
    this.vocabulary = vocabulary;
    this.runs = runs;
    this.choice = choice;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Estimator, order and k. */
  public ModelSelector choice() {
    return choice;
  }

  /** For people, for instance {@code 3-gram add-k 0.01}. */
  public String name() {
    return choice.title();
  }

  @Override
  public boolean reads(int token) {
    return runs.reads(token);
  }

  @Override
  public Reading start() {
    Contexts contexts = new Contexts(trie, choice.order() - 1);
    contexts.startRun(runs.runStart());
    return new MarkovReading(contexts);
  }

  private double logProbability(long count, long total) {
    return choice.estimator().logProbability(count, total, choice.k(), runs.predictable());
  }

  private final class MarkovReading implements Reading {
    private final Contexts contexts;

    MarkovReading(Contexts contexts) {
      this.contexts = contexts;
    }

    @Override
    public double logProbability(int token) {
      if (!runs.reads(token)) {
        return Double.NEGATIVE_INFINITY;
      }
      int m = contexts.length(choice.order() - 1);
      return MarkovModel.this.logProbability(contexts.count(m, token), contexts.total(m));
    }

    @Override
    public void logProbabilities(float[] into) {
      int m = contexts.length(choice.order() - 1);
      int node = contexts.node(m);
      long total = contexts.total(m);
      Arrays.fill(
          into, 0, runs.vocabularySize(), (float) MarkovModel.this.logProbability(0, total));
      for (int i = trie.begin(m, node); i < trie.end(m, node); i++) {
        into[trie.word(m + 1, i)] =
            (float) MarkovModel.this.logProbability(trie.count(m + 1, i), total);
      }
      for (int id = 0; id < vocabulary.reserved(); id++) {
        if (!runs.reads(id)) {
          into[id] = Float.NEGATIVE_INFINITY;
        }
      }
    }

    @Override
    public void read(int token) {
      if (!runs.reads(token)) {
        return;
      }
      if (runs.endsRun(token)) {
        contexts.startRun(runs.runStart());
      } else {
        contexts.read(token);
      }
    }

    @Override
    public void startDocument() {
      if (runs.restartsAtDocuments()) {
        contexts.startRun(runs.runStart());
      }
    }

    @Override
    public Reading copy() {
      return new MarkovReading(new Contexts(contexts));
    }
  }
}
