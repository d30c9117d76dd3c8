package org.seqlm.ngram;

import java.io.IOException;
import java.io.OutputStream;

/** Lines of text with n-grams in them, collected as bytes. */
final class NgramLines {
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private Spellings words;
  private byte[] line = new byte[BUFFER];
  private int size;

  NgramLines(OutputStream out, Spellings words) {
    this.out = out;
    this.words = words;
  }

  /** The next lines have these words. */
  void spell(Spellings next) {
    words = next;
  }

  /** Makes room for a line with so many words and 64 bytes more. */
  void begin(int ngram) throws IOException {
    int more = ngram * (words.longest() + 1) + 64;
    if (line.length - size < more) {
      flush();
      if (line.length < more) {
        line = new byte[more];
      }
    }
  }

  void put(char ascii) {
    line[size++] = (byte) ascii;
  }

  /**
   * Puts the words of an n-gram, parted by spaces.
   *
   * @param reversed ids of its context, the nearest first, from place 1 on
   */
  void words(int[] reversed, int length, int word) {
    for (int i = length; i > 0; i--) {
      word(reversed[i]);
      line[size++] = ' ';
    }
    word(word);
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

  /** Puts a whole number that is not negative. */
  void number(long value) {
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    long rest = value;
    for (int at = size + digits; at > size; rest /= 10) {
      line[--at] = (byte) ('0' + rest % 10);
    }
    size += digits;
  }

  /** Puts a fraction in [0, 1) of so many decimals, without zeros at the end; nothing for 0. */
  void fraction(int value, int decimals) {
    if (value == 0) {
      return;
    }
    line[size++] = '.';
    int rest = value;
    for (int at = size + decimals; at > size; rest /= 10) {
      line[--at] = (byte) ('0' + rest % 10);
    }
    size += decimals;
    while (line[size - 1] == '0') {
      size--;
    }
  }

  /** Hands on what is collected; the stream stays open. */
  void flush() throws IOException {
    out.write(line, 0, size);
    size = 0;
  }
}
