package org.seqlm.ngram;

import java.io.IOException;
import java.io.InputStream;

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

  /**
   * Writes the unigrams, {@code <s>} with probability 1 among them.
   *
   * @return how many
   */
  public static long writeUnigrams(
      Unigrams unigrams, int order, Runs runs, BackoffExchange.Reader backoffs, ArpaText lines)
      throws IOException {
    long written = 0;
    int[] none = new int[0];
    for (int id = 0; id < unigrams.size(); id++) {
      boolean mark = id == runs.runStart();
      if (!mark && Double.isNaN(unigrams.probability(id))) {
        continue;
      }
      float log = mark ? 0 : (float) Math.min(0, Math.log10(unigrams.probability(id)));
      float backoff = order == 1 ? Float.NaN : backoffs.has(1, id) ? backoffs.next(1, id) : 0;
      lines.ngram(none, 0, id, log, backoff);
      written++;
    }
    if (order > 1) {
      backoffs.finish();
    }
    lines.flush();
    return written;
  }
}
