package org.seqlm.ngram.walk;

import java.io.IOException;
import java.util.List;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.model.ModelSlice;
import org.seqlm.ngram.smooth.BackoffExchange;
import org.seqlm.ngram.smooth.Unigrams;
import org.seqlm.ngram.trie.Growth;

/**
 * Walks through the counts of a slice, its part of a back-off model, or both side by side, and
 * hands every n-gram to some sinks. A model's n-grams are among the counts', in the same order; the
 * back-off weights come from an exchange.
 */
public final class NgramWalk {
  /** As many unigrams at most are handed on at a time. */
  private static final int UNIGRAMS = 1 << 16;

  private final int order;
  private final Passages passages;
  private final BackoffExchange.Weights backoffs;
  private final NgramSink[] sinks;
  private final ContextNgrams shown = new ContextNgrams();
  private float[] probabilities = new float[16];
  private float[] weights = new float[16];
  private int spreadOf; // followers that the model shows whose probabilities are taken

  /**
   * @param order N of what is wanted
   * @param backoffs of the model's n-grams of the walk; null where only counts are read
   */
  public NgramWalk(
      int order,
      Passages passages,
      BackoffExchange.Weights backoffs,
      List<? extends NgramSink> sinks) {
    this.order = order;
    this.passages = passages;
    this.backoffs = backoffs;
    this.sinks = sinks.toArray(NgramSink[]::new);
  }

  /**
   * Walks through the n-grams of the orders from 2 on.
   *
   * @param counts their highest order may be above N; null where only the model is read
   * @param model null where only counts are read
   */
  public void slice(CountSlice counts, ModelSlice model) throws IOException {
    boolean more = model != null && model.next();
    if (counts == null) {
      for (; more; more = model.next()) {
        emit(
            model.reversed(),
            model.length(),
            model.size(),
            model.words(),
            null,
            model.logProbabilities());
      }
    } else {
      while (counts.next()) {
        if (counts.length() >= order) {
          continue;
        }
        leaveOut(counts.size());
        if (more && same(counts, model)) {
          spread(counts, model);
          if (!counts.hasMore()) {
            more = nextContext(model);
          }
        }
        emit(
            counts.reversed(),
            counts.length(),
            counts.size(),
            counts.words(),
            counts.raw(),
            model == null ? null : probabilities);
      }
    }
    if (more) {
      throw new IOException("a slice of a model has contexts that its counts lack");
    }
    finish(model != null && order > 2);
  }

  /**
   * Walks through the unigrams: those that were seen, those that the model can predict, and {@code
   * <s>} where passages begin with it.
   *
   * @param counts null where only the model is read
   * @param started how often {@code <s>} begins a passage
   * @param model null where only counts are read
   */
  public void unigrams(UnigramCounts.Cursor counts, long started, Unigrams.Cursor model)
      throws IOException {
    int vocabularySize = passages.vocabularySize();
    int[] words = new int[UNIGRAMS];
    long[] raw = new long[UNIGRAMS];
    probabilities = new float[UNIGRAMS];
    boolean more = counts != null && counts.next();
    int size = 0;
    for (int id = 0; id < vocabularySize; id++) {
      boolean seen = more && counts.id() == id;
      double p = model == null ? Double.NaN : model.next();
      boolean mark = id == passages.passageStart();
      if (seen || mark || !Double.isNaN(p)) {
        words[size] = id;
        raw[size] = mark ? started : seen ? counts.raw() : 0;
        probabilities[size++] =
            mark || Double.isNaN(p) ? Float.NaN : (float) Math.min(0, Math.log10(p));
      }
      more = seen ? counts.next() : more;
      if (size == UNIGRAMS || id + 1 == vocabularySize) {
        emit(
            new int[1],
            0,
            size,
            words,
            counts == null ? null : raw,
            model == null ? null : probabilities);
        size = 0;
      }
    }
    finish(model != null && order > 1);
  }

  private static boolean same(CountSlice counts, ModelSlice model) {
    if (counts.length() != model.length()) {
      return false;
    }
    for (int i = counts.length(); i > 0; i--) {
      if (counts.reversed()[i] != model.reversed()[i]) {
        return false;
      }
    }
    return true;
  }

  /** Puts a context's probabilities where those of its counts are that are shown. */
  private void spread(CountSlice counts, ModelSlice model) throws IOException {
    for (int i = 0; i < counts.size(); i++) {
      if (spreadOf == model.size() && model.hasMore()) {
        model.next();
        spreadOf = 0;
      }
      if (spreadOf < model.size() && counts.words()[i] == model.words()[spreadOf]) {
        probabilities[i] = model.logProbabilities()[spreadOf++];
      }
    }
  }

  /** Goes to a model's next context after the counts of this one. */
  private boolean nextContext(ModelSlice model) throws IOException {
    if (spreadOf < model.size() || model.hasMore()) {
      throw new IOException("a slice of a model has n-grams that its counts lack");
    }
    spreadOf = 0;
    return model.next();
  }

  private void leaveOut(int size) {
    if (probabilities.length < size) {
      probabilities =
          new float[Growth.of(probabilities.length, size, "the n-grams of one context")];
    }
    java.util.Arrays.fill(probabilities, 0, size, Float.NaN);
  }

  private void emit(
      int[] reversed, int length, int size, int[] words, long[] counts, float[] logProbabilities)
      throws IOException {
    if (size == 0) {
      return;
    }
    float[] logBackoffs =
        logProbabilities == null ? null : weigh(length, size, words, logProbabilities);
    shown.show(reversed, length, size, words, counts, logProbabilities, logBackoffs);
    for (NgramSink sink : sinks) {
      sink.context(shown);
    }
  }

  /** Takes the n-grams' back-off weights from the exchange. */
  private float[] weigh(int length, int size, int[] words, float[] logProbabilities) {
    if (weights.length < size) {
      weights = new float[Growth.of(weights.length, size, "the n-grams of one context")];
    }
    boolean highest = length + 1 == order;
    for (int i = 0; i < size; i++) {
      int word = words[i];
      boolean mark = length == 0 && word == passages.passageStart();
      if (highest || (Float.isNaN(logProbabilities[i]) && !mark)) {
        weights[i] = Float.NaN;
      } else if (length == 0) {
        weights[i] = backoffs.has(1, word) ? backoffs.next(1, word) : 0;
      } else {
        weights[i] = passages.endsPassage(word) ? 0 : backoffs.next(length + 1, word);
      }
    }
    return weights;
  }

  private void finish(boolean weighted) throws IOException {
    if (weighted) {
      backoffs.finish();
    }
    for (NgramSink sink : sinks) {
      sink.finish();
    }
  }
}
