package org.seqlm.corpus.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The bits of a file, of each byte the highest first. */
final class BitInput {
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int filled;
  private long read; // bytes, with those in the buffer, from the file's beginning
  private long bits; // the lowest `held` of them are next
  private int held;

  /**
   * @param in the file from the byte {@code from} on
   */
  BitInput(InputStream in, long from) {
    this.in = in;
    read = from;
  }

  /** The next bits, as a number. */
  int take(int n) throws IOException {
    require(n);
    held -= n;
    return (int) (bits >>> held) & (1 << n) - 1;
  }

  /** The next bits, which stay; {@link #require} has been asked for as many. */
  int peek(int n) {
    return (int) (bits >>> held - n) & (1 << n) - 1;
  }

  /** Goes on past bits that were seen. */
  void skip(int n) {
    held -= n;
  }

  /**
   * Holds at least so many bits.
   *
   * @throws EOFException if there are not so many
   */
  void require(int n) throws IOException {
    if (held < n) {
      fill(n);
    }
  }

  private void fill(int n) throws IOException {
    while (held <= 48) {
      if (at == filled && (held >= n || !more())) {
        if (held < n) {
          throw new EOFException("it breaks off");
        }
        return;
      }
      bits = bits << 8 | buffer[at++] & 0xFF;
      held += 8;
    }
  }

  /** Goes to the next byte's first bit, if it is not at one. */
  void align() {
    held -= held & 7;
  }

  /** Whether nothing follows; at a byte's first bit. */
  boolean isAtEnd() throws IOException {
    return held == 0 && !more();
  }

  private boolean more() throws IOException {
    if (at == filled) {
      at = 0;
      filled = Math.max(0, in.read(buffer, 0, buffer.length));
      read += filled;
    }
    return at < filled;
  }

  /** The next bit's place in the file. */
  long place() {
    return (read - (filled - at)) * 8 - held;
  }
}
