package org.seqlm.ngram.trie;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** A growing array of bytes with numbers as LEB128: seven bits a byte, the lowest first. */
public final class Bytes {
  private static final String WHAT =
      "the bytes of the n-grams after one context, or of what a slice sends another,";

  private byte[] bytes;
  private int size;

  public Bytes(int capacity) {
    bytes = new byte[capacity];
  }

  public int size() {
    return size;
  }

  public byte[] array() {
    return bytes;
  }

  public void clear() {
    size = 0;
  }

  public byte[] copy() {
    return Arrays.copyOf(bytes, size);
  }

  public void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Growth.of(bytes.length, (long) size + more, WHAT));
    }
  }

  public void writeByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  /** Writes a number from 0. */
  public void writeNumber(long value) {
    ensure(10);
    byte[] to = bytes;
    int at = size;
    if (value >>> 7 == 0) {
      // Most are words of few bits or small counts.
      to[at] = (byte) value;
      size = at + 1;
      return;
    }
    long rest = value;
    while (rest >= 0x80) {
      to[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    to[at++] = (byte) rest;
    size = at;
  }

  /** Writes the bits of a float, the lowest byte first. */
  public void writeFloat(float value) {
    ensure(4);
    int bits = Float.floatToRawIntBits(value);
    bytes[size++] = (byte) bits;
    bytes[size++] = (byte) (bits >>> 8);
    bytes[size++] = (byte) (bits >>> 16);
    bytes[size++] = (byte) (bits >>> 24);
  }

  /** Writes the bits of a double, the lowest byte first. */
  public void writeDouble(double value) {
    ensure(8);
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < 8; i++) {
      bytes[size++] = (byte) (bits >>> 8 * i);
    }
  }

  /** Writes the bits of a float again, those of an int. */
  public void patch(int at, int bits) {
    bytes[at] = (byte) bits;
    bytes[at + 1] = (byte) (bits >>> 8);
    bytes[at + 2] = (byte) (bits >>> 16);
    bytes[at + 3] = (byte) (bits >>> 24);
  }

  public void write(byte[] source, int from, int length) {
    ensure(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  /**
   * Reads what {@link Bytes} wrote, from memory or, a piece at a time, from a stream.
   *
   * <p>A number that is cut short is an error of the array's or, in a stream, one that whoever
   * reads on meets as numbers without sense: files are compared with their digests.
   */
  public static final class Reader {
    /**
     * The longest number, and a little: so much is there before one is read, or the stream ends.
     */
    private static final int LONGEST = 16;

    private final InputStream more; // null where all bytes are here
    private byte[] bytes;
    private int end;
    private int refillAt; // from here on there may be less than a number; never reached in memory
    private int at;

    private static final int BUFFER = 1 << 16;

    public Reader(byte[] bytes) {
      this(bytes, bytes.length);
    }

    /** Of the beginning of an array. */
    public Reader(byte[] bytes, int length) {
      this.bytes = bytes;
      this.end = length;
      this.more = null;
      this.refillAt = Integer.MAX_VALUE;
    }

    /**
     * @param more is read to its end, and not closed
     */
    public Reader(InputStream more) {
      this(more, BUFFER);
    }

    /**
     * @param more is read to its end, and not closed
     * @param buffer bytes at a time
     */
    Reader(InputStream more, int buffer) {
      this.bytes = new byte[Math.max(2 * LONGEST, buffer)];
      this.more = more;
    }

    public boolean hasMore() {
      if (at >= refillAt) {
        refill();
      }
      return at < end;
    }

    private void refill() {
      int left = end - at;
      System.arraycopy(bytes, at, bytes, 0, left);
      at = 0;
      try {
        end = left + more.readNBytes(bytes, left, bytes.length - left);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      refillAt = end < bytes.length ? Integer.MAX_VALUE : end - LONGEST;
    }

    public long readNumber() {
      if (at >= refillAt) {
        refill();
      }
      byte[] from = bytes;
      int next = at;
      byte b = from[next++];
      long value = b;
      if (b < 0) {
        value = b & 0x7f;
        for (int shift = 7; b < 0; shift += 7) {
          b = from[next++];
          value |= (long) (b & 0x7f) << shift;
        }
      }
      at = next;
      return value;
    }

    public int readInt() {
      return (int) readNumber();
    }

    public float readFloat() {
      if (at >= refillAt) {
        refill();
      }
      int bits =
          bytes[at] & 0xff
              | (bytes[at + 1] & 0xff) << 8
              | (bytes[at + 2] & 0xff) << 16
              | bytes[at + 3] << 24;
      at += 4;
      return Float.intBitsToFloat(bits);
    }

    public double readDouble() {
      if (at >= refillAt) {
        refill();
      }
      long bits = 0;
      for (int i = 0; i < 8; i++) {
        bits |= (bytes[at++] & 0xffL) << 8 * i;
      }
      return Double.longBitsToDouble(bits);
    }

    /** Of bytes in memory: the place of the next one. */
    public int position() {
      return at;
    }

    /** Of bytes in memory: how many come. */
    public int left() {
      return end - at;
    }

    /** Of bytes in memory: copies the next ones to {@code [from, from + length)} of an array. */
    public void copy(byte[] to, int from, int length) {
      System.arraycopy(bytes, at, to, from, length);
      at += length;
    }

    /** Of bytes in memory: leaves some out. */
    public void skip(int length) {
      at += length;
    }
  }

  /**
   * Reads a number from a stream; -1 at its end. It is not {@link Reader#readNumber}, which the
   * loops over n-grams call: that one has whole records in memory and does not look for the end.
   *
   * @throws EOFException if the stream ends within it
   */
  public static long readNumber(InputStream in) throws IOException {
    int b = in.read();
    if (b < 0) {
      return -1;
    }
    long value = b & 0x7f;
    for (int shift = 7; (b & 0x80) != 0; shift += 7) {
      b = in.read();
      if (b < 0) {
        throw new EOFException("a number is cut short");
      }
      value |= (long) (b & 0x7f) << shift;
    }
    return value;
  }
}
