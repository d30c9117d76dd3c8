package org.seqlm.corpus.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Lines of bytes, each ended by a line feed or the end of the stream. A line that is too long is
 * told of, but never held.
 */
public final class LineReader implements Closeable {
  private final InputStream in;
  private final int maxBytes;
  private final long stop;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int filled;
  private long bufferOffset; // of buffer[0] in the stream

  private byte[] line = new byte[0];
  private byte[] bytes;
  private int from;
  private int to;
  private long offset;
  private boolean terminated;
  private boolean overLong;

  /**
   * @param offset of the stream's first byte
   * @param maxBytes the longest line
   * @param stop a line that is too long need not be read to its end past this offset
   */
  public LineReader(InputStream in, long offset, int maxBytes, long stop) {
    this.in = in;
    this.bufferOffset = offset;
    this.maxBytes = maxBytes;
    this.stop = stop;
  }

  /** Where the next line begins. */
  public long position() {
    return bufferOffset + at;
  }

  /** Reads the next line; false at the end of the stream. */
  public boolean next() throws IOException {
    offset = bufferOffset + at;
    terminated = false;
    overLong = false;
    int held = 0;
    while (true) {
      if (at == filled && !fill()) {
        if (held == 0 && !overLong) {
          return false;
        }
        set(line, 0, held);
        return true;
      }
      int feed = at;
      while (feed < filled && buffer[feed] != '\n') {
        feed++;
      }
      boolean found = feed < filled;
      int length = feed - at;
      if (overLong || (long) held + length > maxBytes) {
        overLong = true;
        held = 0;
      } else if (found && held == 0) {
        set(buffer, at, feed);
      } else {
        if (line.length < held + length) {
          line =
              Arrays.copyOf(
                  line, (int) Math.min(maxBytes, Math.max(held + length, 2L * line.length)));
        }
        System.arraycopy(buffer, at, line, held, length);
        held += length;
        if (found) {
          set(line, 0, held);
        }
      }
      at = found ? feed + 1 : feed;
      if (found) {
        terminated = true;
        return true;
      }
      if (overLong && bufferOffset + at >= stop) {
        at = filled;
        return true;
      }
    }
  }

  private boolean fill() throws IOException {
    bufferOffset += filled;
    at = 0;
    filled = 0;
    int n = in.read(buffer, 0, buffer.length);
    filled = Math.max(0, n);
    return n > 0;
  }

  private void set(byte[] array, int start, int end) {
    bytes = array;
    from = start;
    to = end;
  }

  /** Holds the line, valid until the next call. */
  public byte[] bytes() {
    return bytes;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /** Where the line begins in the stream. */
  public long offset() {
    return offset;
  }

  /** Whether a line feed ends it. */
  public boolean terminated() {
    return terminated;
  }

  /** Whether it is longer than allowed; its bytes are not to be had then. */
  public boolean overLong() {
    return overLong;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
