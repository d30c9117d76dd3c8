package org.seqlm.profile;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;

/**
 * All that a profile keeps of one word, so that more text can be added to it: by group, its code,
 * how often the word stands there, in how many documents, and its first place in the whole text.
 *
 * <p>In a file it takes the bytes of the word behind their number, the number of groups, and four
 * numbers a group, all of variable length (LEB128); a word without bytes, of which there is none,
 * ends the file.
 *
 * @param utf8 the word
 * @param groups their codes // (groups)
 * @param counts // (groups)
 * @param documents // (groups)
 * @param firsts // (groups)
 */
public record CountedWord(
    byte[] utf8, int[] groups, long[] counts, long[] documents, long[] firsts) {
  /** Takes words in the order of their bytes. */
  @FunctionalInterface
  public interface Sink {
    void word(CountedWord word) throws IOException;
  }

  /** Writes it. */
  void write(DataOutputStream out) throws IOException {
    number(out, utf8.length);
    out.write(utf8);
    number(out, groups.length);
    for (int i = 0; i < groups.length; i++) {
      number(out, groups[i]);
      number(out, counts[i]);
      number(out, documents[i]);
      number(out, firsts[i]);
    }
  }

  /** Ends a file of words. */
  static void end(DataOutputStream out) throws IOException {
    number(out, 0);
    out.flush();
  }

  /**
   * Reads the next one.
   *
   * @param groups that there are
   * @return null at the end
   * @throws IOException if the bytes are none that were written
   */
  public static CountedWord read(DataInputStream in, int groups) throws IOException {
    int length = size(in, Integer.MAX_VALUE - 8);
    if (length == 0) {
      return null;
    }
    byte[] utf8 = in.readNBytes(length);
    if (utf8.length < length) {
      throw new EOFException("counted words are cut short");
    }
    int n = size(in, groups);
    int[] codes = new int[n];
    long[] counts = new long[n];
    long[] documents = new long[n];
    long[] firsts = new long[n];
    for (int i = 0; i < n; i++) {
      codes[i] = size(in, groups - 1);
      counts[i] = number(in);
      documents[i] = number(in);
      firsts[i] = number(in);
    }
    return new CountedWord(utf8, codes, counts, documents, firsts);
  }

  private static void number(DataOutputStream out, long value) throws IOException {
    long left = value;
    while (left > 0x7F) {
      out.write((int) (left & 0x7F) | 0x80);
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static long number(DataInputStream in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int b = in.readUnsignedByte();
      value |= (b & 0x7FL) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new IOException("counted words hold a number above 2^63");
  }

  private static int size(DataInputStream in, int most) throws IOException {
    long size = number(in);
    if (size > most) {
      throw new IOException("counted words say " + size + " where at most " + most + " can be");
    }
    return (int) size;
  }
}
