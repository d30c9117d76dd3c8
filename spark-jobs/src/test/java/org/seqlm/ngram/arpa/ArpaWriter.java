package org.seqlm.ngram.arpa;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.text.Log10Number;
import org.seqlm.vocab.Vocabulary;

/**
 * Writes a back-off model as an ARPA file, which KenLM loads and scores the same: log10 values with
 * up to seven decimals, a back-off for every n-gram below the highest order. One process does it
 * all.
 */
public final class ArpaWriter {
  private final BackoffModel model;
  private final Vocabulary vocabulary;
  private final OutputStream out;
  private byte[] line = new byte[1 << 10];
  private int size;

  private ArpaWriter(BackoffModel model, OutputStream out) {
    this.model = model;
    this.vocabulary = model.vocabulary();
    this.out = out;
  }

  /**
   * Writes the whole file: unigrams by id, the n-grams of higher orders by their contexts read
   * backwards, then by their last word.
   *
   * @param out should be buffered; it is not closed
   */
  public static void write(BackoffModel model, OutputStream out) throws IOException {
    new ArpaWriter(model, out).write();
  }

  private void write() throws IOException {
    StringBuilder header = new StringBuilder("\\data\\\n");
    for (int n = 1; n <= model.order(); n++) {
      header.append("ngram ").append(n).append('=').append(model.ngrams(n)).append('\n');
    }
    text(header.toString());
    for (int n = 1; n <= model.order(); n++) {
      text("\n\\" + n + "-grams:\n");
      int order = n;
      int[] reversed = new int[n];
      model.<IOException>walk(
          n,
          (context, words, logProbabilities, from, to) -> {
            System.arraycopy(context, 0, reversed, 1, order - 1);
            for (int i = from; i < to; i++) {
              if (!Float.isNaN(logProbabilities[i])) {
                reversed[0] = words[i];
                ngram(reversed, logProbabilities[i]);
              }
            }
          });
    }
    text("\n\\end\\\n");
  }

  private void text(String ascii) throws IOException {
    out.write(ascii.getBytes(StandardCharsets.US_ASCII));
  }

  private void ngram(int[] reversed, float logProbability) throws IOException {
    int n = reversed.length;
    size = 0;
    number(logProbability);
    for (int k = n - 1; k >= 0; k--) {
      put((byte) (k == n - 1 ? '\t' : ' '));
      byte[] word = vocabulary.token(reversed[k]).getBytes(StandardCharsets.UTF_8);
      room(word.length);
      System.arraycopy(word, 0, line, size, word.length);
      size += word.length;
    }
    if (n < model.order()) {
      put((byte) '\t');
      number(model.backoff(reversed, n));
    }
    put((byte) '\n');
    out.write(line, 0, size);
  }

  private void number(double value) {
    room(Log10Number.MAX_BYTES);
    size = Log10Number.write(value, line, size);
  }

  private void put(byte b) {
    room(1);
    line[size++] = b;
  }

  private void room(int bytes) {
    if (size + bytes > line.length) {
      line = Arrays.copyOf(line, Math.max(size + bytes, line.length * 2));
    }
  }
}
