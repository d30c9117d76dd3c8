package org.seqlm.ngram.heldout;

import java.io.IOException;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.WindowMerger;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.vocab.Vocabulary;

/**
 * Scores the windows of a held-out text that belong to one slice, in the order of their keys, with
 * the slice's counts and its part of a back-off model, which are read once beside them. Everything
 * but the unigrams is in the slice: a window's context, the shorter ones and what follows them.
 */
public final class WindowScorer implements WindowMerger.Sink {
  private static final double LN10 = Math.log(10);

  private final KeyLayout layout;
  private final int order;
  private final HeldOutSums sums;
  private final int[] context; // reversed, from 1
  private CountModels counts;
  private WindowBackoff model;
  private HeldOutUnigrams unigrams; // of the model
  private int modelAt;

  /** Maximum likelihood and add-k of every order. */
  private record CountModels(
      ContextCursor slice, HeldOutUnigrams unigrams, double k, int predictable) {}

  /**
   * @param order of the highest models, 1 to the layout's
   * @param sums of the models that are asked for, by {@link #scoreCounts} and then {@link
   *     #scoreModel}
   */
  public WindowScorer(KeyLayout layout, int order, HeldOutSums sums) {
    this.layout = layout;
    this.order = order;
    this.sums = sums;
    this.context = new int[layout.order()];
  }

  /**
   * Asks for maximum likelihood of orders 1 to N, the first models of the sums, and add-k of orders
   * 1 to N, the next.
   *
   * @param unigrams with their counts
   * @param predictable V of add-k
   */
  public WindowScorer scoreCounts(
      ContextCursor slice, HeldOutUnigrams unigrams, double k, int predictable) {
    counts = new CountModels(slice, unigrams, k, predictable);
    modelAt = 2 * order;
    return this;
  }

  /**
   * Asks for the back-off model, the last model of the sums.
   *
   * @param slice of it; null at order 1
   * @param unigrams with their probabilities
   */
  public WindowScorer scoreModel(ContextCursor slice, HeldOutUnigrams unigrams) {
    this.model = new WindowBackoff(slice);
    this.unigrams = unigrams;
    return this;
  }

  @Override
  public void window(long[] key, long count) throws IOException {
    int last = layout.order() - 1;
    int word = layout.stored(key, last) - 1;
    if (word < 0) {
      return; // the end of a passage without a mark
    }
    int length = layout.context(key, order - 1, context);
    boolean isUnknown = word == Vocabulary.UNKNOWN;
    sums.token(isUnknown, count);
    if (counts != null) {
      scoreCounts(word, length, isUnknown, count);
    }
    if (unigrams != null) {
      scoreModel(word, length, isUnknown, count);
    }
  }

  private void scoreCounts(int word, int length, boolean isUnknown, long times) throws IOException {
    int seen = length == 0 ? 0 : counts.slice.seek(context, length);
    double mle = 0;
    double addK = 0;
    for (int n = 1; n <= order; n++) {
      int m = n - 1;
      if (m <= length) { // else the passage has begun too near: as at the order before
        long c = 0;
        long total = 0;
        if (m == 0) {
          c = counts.unigrams.count(word);
          total = counts.unigrams.tokens();
        } else if (m <= seen) {
          ContextCursor.Context here = counts.slice.context(m);
          int at = here.find(word);
          c = at < 0 ? 0 : here.count(at);
          total = here.total();
        }
        mle = Estimator.MLE.logProbability(c, total, counts.k, counts.predictable);
        addK = Estimator.ADD_K.logProbability(c, total, counts.k, counts.predictable);
      }
      sums.add(n - 1, mle, isUnknown, 0, times);
      sums.add(order + n - 1, addK, isUnknown, 0, times);
    }
  }

  private void scoreModel(int word, int length, boolean isUnknown, long times) throws IOException {
    int matched = model.seek(context, length, word);
    if (matched > 0) {
      sums.add(modelAt, LN10 * model.logProbability(), isUnknown, matched, times);
      return;
    }
    float unigram = unigrams.logProbability(word);
    double logProbability =
        Float.isNaN(unigram) ? Double.NEGATIVE_INFINITY : LN10 * (model.logProbability() + unigram);
    sums.add(modelAt, logProbability, isUnknown, 1, times);
  }
}
