package org.seqlm.ngram;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Lines of an ARPA file, as bytes. Numbers have up to seven decimals, of which zeros at the end are
 * left out; a probability or weight of zero is written as -99, as is usual.
 */
public final class ArpaText {
  private static final int DECIMALS = 7;
  private static final long SCALE = 10_000_000;
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private Spellings words;
  private byte[] line = new byte[BUFFER];
  private int size;

  /**
   * @param words that the lines will have; more may follow with {@link #words}
   */
  public ArpaText(OutputStream out, Spellings words) {
    this.out = out;
    this.words = words;
  }

  /** The next lines have these words. */
  void words(Spellings next) {
    words = next;
  }

  /**
   * Writes the line of an n-gram.
   *
   * @param reversed ids of its context, the nearest first, from place 1 on
   * @param length of the context
   * @param backoff decimal logarithm; NaN where the order has none
   */
  void ngram(int[] reversed, int length, int word, float logProbability, float backoff)
      throws IOException {
    room((length + 1) * (words.longest() + 1) + 64);
    number(logProbability);
    line[size++] = '\t';
    for (int i = length; i > 0; i--) {
      word(reversed[i]);
      line[size++] = ' ';
    }
    word(word);
    if (!Float.isNaN(backoff)) {
      line[size++] = '\t';
      number(backoff);
    }
    line[size++] = '\n';
  }

  /** The lines before the first n-gram's. */
  public static byte[] head(long[] ngrams) {
    StringBuilder text = new StringBuilder("\\data\\\n");
    for (int n = 1; n <= ngrams.length; n++) {
      text.append("ngram ").append(n).append('=').append(ngrams[n - 1]).append('\n');
    }
    return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The line before the n-grams of an order. */
  public static byte[] section(int n) {
    return ("\\" + n + "-grams:\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The line after the last n-gram. */
  public static byte[] end() {
    return "\\end\\\n".getBytes(StandardCharsets.UTF_8);
  }

  private void word(int id) {
    int place = words.place(id);
    int start = words.start(place);
    int length = words.end(place) - start;
    byte[] arena = words.arena();
    if (length < 16) {
      for (int i = 0; i < length; i++) {
        line[size + i] = arena[start + i];
      }
    } else {
      System.arraycopy(arena, start, line, size, length);
    }
    size += length;
  }

  private void number(float value) {
    if (!(value > -99)) {
      line[size++] = '-';
      line[size++] = '9';
      line[size++] = '9';
      return;
    }
    long scaled = Math.round((double) value * SCALE);
    if (scaled < 0) {
      line[size++] = '-';
      scaled = -scaled;
    }
    long whole = scaled / SCALE;
    int fraction = (int) (scaled - whole * SCALE);
    if (whole >= 10) {
      line[size++] = (byte) ('0' + whole / 10);
    }
    line[size++] = (byte) ('0' + whole % 10);
    if (fraction == 0) {
      return;
    }
    line[size++] = '.';
    int at = size + DECIMALS;
    for (int i = 0; i < DECIMALS; i++) {
      line[--at] = (byte) ('0' + fraction % 10);
      fraction /= 10;
    }
    size += DECIMALS;
    while (line[size - 1] == '0') {
      size--;
    }
  }

  private void room(int more) throws IOException {
    if (line.length - size < more) {
      flush();
      if (line.length < more) {
        line = new byte[more];
      }
    }
  }

  /** Hands on what is written; the stream stays open. */
  public void flush() throws IOException {
    out.write(line, 0, size);
    size = 0;
  }
}
