package org.seqlm.ngram.arpa;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.seqlm.text.Log10Number;
import org.seqlm.vocab.Spellings;

/** Lines of text with n-grams in them, collected as bytes. */
public final class NgramLines {
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private Spellings spellings;
  private byte[] line = new byte[BUFFER];
  private int size;
  private byte[] context = new byte[64]; // its words, a space after each
  private int contextSize;
  private int words; // of a line

  private NgramLines(OutputStream out, Spellings spellings) {
    this.out = out;
    this.spellings = spellings;
  }

  /** Lines for each of the streams, which stay open. */
  public static NgramLines[] of(OutputStream[] outs, Spellings spellings) {
    NgramLines[] lines = new NgramLines[outs.length];
    Arrays.setAll(lines, i -> new NgramLines(outs[i], spellings));
    return lines;
  }

  /** Hands on what all of them hold. */
  public static void flush(NgramLines[] lines) throws IOException {
    for (NgramLines text : lines) {
      text.flush();
    }
  }

  /** The next lines have these words. */
  void spell(Spellings next) {
    spellings = next;
  }

  /**
   * The lines that follow hold the n-grams of one context.
   *
   * @param reversed its ids, the nearest first, from place 1 on
   */
  public void context(int[] reversed, int length) {
    words = length + 1;
    contextSize = 0;
    if (context.length < length * (spellings.longest() + 1)) {
      context = new byte[length * (spellings.longest() + 1)];
    }
    for (int i = length; i > 0; i--) {
      contextSize = copy(reversed[i], context, contextSize);
      context[contextSize++] = ' ';
    }
  }

  /** Makes room for a line with an n-gram and 64 bytes more. */
  public void begin() throws IOException {
    int more = words * (spellings.longest() + 1) + 64;
    if (line.length - size < more) {
      flush();
      if (line.length < more) {
        line = new byte[more];
      }
    }
  }

  public void put(char ascii) {
    line[size++] = (byte) ascii;
  }

  /** Puts the words of an n-gram, parted by spaces: the context and this one. */
  public void ngram(int word) {
    System.arraycopy(context, 0, line, size, contextSize);
    size = copy(word, line, size + contextSize);
  }

  private int copy(int id, byte[] into, int at) {
    int place = spellings.place(id);
    int start = spellings.start(place);
    int length = spellings.end(place) - start;
    System.arraycopy(spellings.arena(), start, into, at, length);
    return at + length;
  }

  /** Puts a decimal logarithm; that of zero as -99, as is usual. */
  void log(float value) {
    size = Log10Number.write(Math.max(-99, value), line, size);
  }

  /** Puts a whole number that is not negative. */
  public void number(long value) {
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

  /** Hands on what is collected; the stream stays open. */
  private void flush() throws IOException {
    out.write(line, 0, size);
    size = 0;
  }
}
