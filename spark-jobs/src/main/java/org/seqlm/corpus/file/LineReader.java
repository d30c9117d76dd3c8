package org.seqlm.corpus.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Lines of bytes, each ended by a line feed or the end of the stream. A line that is too long comes
 * in parts, one after the other, where there is a {@link LineCut}; where there is none, or it finds
 * no place, the line, or its rest, is told of, but never held.
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
  private LineCut cut; // null where long lines are not cut
  private int part; // of the line, from 0
  private boolean goesOn; // the line that is being read has another part
  private int restFrom; // of what is held of it, in line
  private int restTo;

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

  /** From now on, lines that are too long come in parts. */
  public void cutBy(LineCut cut) {
    this.cut = cut;
  }

  /** Whether the next line is another part of this one. */
  public boolean goesOn() {
    return goesOn;
  }

  /** Which part of a line that was too long this is, from 0; 0 of a whole one. */
  public int part() {
    return part;
  }

  /** Where the next line begins; not while one goes on. */
  public long position() {
    return bufferOffset + at;
  }

  /** Reads the next line; false at the end of the stream. */
  public boolean next() throws IOException {
    terminated = false;
    overLong = false;
    int held = 0;
    part = goesOn ? part + 1 : 0;
    offset = bufferOffset + at;
    if (goesOn) {
      held = restTo - restFrom;
      offset -= held;
      System.arraycopy(line, restFrom, line, 0, held);
      goesOn = false;
    }
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
        if (!overLong && cut != null && cut(held)) {
          return true;
        }
        overLong = true;
        held = 0;
      } else if (found && held == 0) {
        set(buffer, at, feed);
      } else {
        if (line.length < held + length) {
          room(held + length);
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

  private void room(int length) {
    line = Arrays.copyOf(line, (int) Math.min(maxBytes, Math.max(length, 2L * line.length)));
  }

  /** Sets the longest part that may be; false if the line can be cut nowhere. */
  private boolean cut(int held) {
    if (line.length < maxBytes) {
      room(maxBytes);
    }
    System.arraycopy(buffer, at, line, held, maxBytes - held);
    int end = cut.end(line, 0, maxBytes);
    if (end == LineCut.NONE) {
      return false;
    }
    at += maxBytes - held;
    set(line, 0, end);
    restFrom = end;
    restTo = maxBytes;
    goesOn = true;
    return true;
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

  /** Whether it, or its rest, is longer than allowed; its bytes are not to be had then. */
  public boolean overLong() {
    return overLong;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
