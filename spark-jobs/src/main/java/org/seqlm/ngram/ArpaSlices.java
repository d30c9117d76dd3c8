package org.seqlm.ngram;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;

/** Writes the n-grams of a slice of a model, and its unigrams, as lines of an ARPA file. */
public final class ArpaSlices {
  private ArpaSlices() {}

  /**
   * Writes the n-grams of the orders 2 to N.
   *
   * @param model file of the slice
   * @param lines by order from 2 on // (N - 1)
   */
  public static void write(
      InputStream model, int order, Runs runs, BackoffExchange.Reader backoffs, ArpaText[] lines)
      throws IOException {
    ModelSlice.read(
        model,
        order,
        (reversed, length, size, words, logProbabilities, logBackoff) -> {
          ArpaText text = lines[length - 1];
          boolean highest = length + 1 == order;
          for (int i = 0; i < size; i++) {
            int word = words[i];
            float backoff =
                highest ? Float.NaN : runs.endsRun(word) ? 0 : backoffs.next(length + 1, word);
            text.ngram(reversed, length, word, logProbabilities[i], backoff);
          }
        });
    if (order > 2) {
      backoffs.finish();
    }
    for (ArpaText text : lines) {
      text.flush();
    }
  }

  /** The ids of all words of a slice's n-grams. */
  public static void addIds(InputStream model, int order, IdSet ids) throws IOException {
    ModelSlice.read(
        model,
        order,
        (reversed, length, size, words, logProbabilities, logBackoff) -> {
          for (int i = 1; i <= length; i++) {
            ids.add(reversed[i]);
          }
          for (int i = 0; i < size; i++) {
            ids.add(words[i]);
          }
        });
  }

  /**
   * Writes the unigrams, {@code <s>} with probability 1 among them.
   *
   * @param words runs of ids, one after the other, all ids together
   * @return how many
   */
  public static long writeUnigrams(
      Unigrams unigrams,
      int order,
      Runs runs,
      BackoffExchange.Reader backoffs,
      Iterator<Spellings> words,
      ArpaText lines)
      throws IOException {
    long written = 0;
    int[] none = new int[0];
    int id = 0;
    while (words.hasNext()) {
      Spellings run = words.next();
      if (run.from() != id) {
        throw new IllegalArgumentException("words from id " + run.from() + ", not " + id);
      }
      lines.words(run);
      for (; id < run.to(); id++) {
        boolean mark = id == runs.runStart();
        if (!mark && Double.isNaN(unigrams.probability(id))) {
          continue;
        }
        float log = mark ? 0 : (float) Math.min(0, Math.log10(unigrams.probability(id)));
        float backoff = order == 1 ? Float.NaN : backoffs.has(1, id) ? backoffs.next(1, id) : 0;
        lines.ngram(none, 0, id, log, backoff);
        written++;
      }
    }
    if (id != unigrams.size()) {
      throw new IllegalArgumentException(id + " words for " + unigrams.size() + " unigrams");
    }
    if (order > 1) {
      backoffs.finish();
    }
    lines.flush();
    return written;
  }
}
