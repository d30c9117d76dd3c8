package org.seqlm.corpus;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a zstd file, which ends with a frame or is cut: the library's stream does not notice
 * a frame that is cut after another one's end. It follows the lengths that frames and blocks begin
 * with (RFC 8878, section 3.1) and unpacks nothing.
 */
final class ZstdFrames extends FilterInputStream {
  private static final int FRAME = 0xFD2FB528;
  private static final int SKIPPABLE = 0x184D2A50; // to ...5F

  /** What the next bytes that tell a length are. */
  private enum At {
    MAGIC(4),
    SKIPPABLE_LENGTH(4),
    DESCRIPTOR(1),
    BLOCK(3),
    /** A format of which nothing is known here. */
    OTHER(0);

    private final int bytes;

    At(int bytes) {
      this.bytes = bytes;
    }
  }

  private At at = At.MAGIC;
  private int value; // of what was read of them, little-endian
  private int read; // of them
  private long pass; // bytes before the next of them
  private boolean checksum; // ends the frame

  ZstdFrames(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int n = in.read(into, from, length);
    if (n < 0) {
      if (at != At.OTHER && (at != At.MAGIC || read > 0 || pass > 0)) {
        throw new EOFException("it breaks off within a zstd frame");
      }
      return n;
    }
    follow(into, from, from + n);
    return n;
  }

  private void follow(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && at != At.OTHER) {
      int passed = (int) Math.min(pass, to - i);
      pass -= passed;
      i += passed;
      if (i < to) {
        value |= (bytes[i++] & 0xFF) << (8 * read++);
        if (read == at.bytes) {
          int told = value;
          value = 0;
          read = 0;
          next(told);
        }
      }
    }
  }

  private void next(int told) {
    switch (at) {
      case MAGIC ->
          at =
              told == FRAME
                  ? At.DESCRIPTOR
                  : (told & ~0xF) == SKIPPABLE ? At.SKIPPABLE_LENGTH : At.OTHER;
      case SKIPPABLE_LENGTH -> {
        pass = told & 0xFFFFFFFFL;
        at = At.MAGIC;
      }
      case DESCRIPTOR -> {
        boolean single = (told & 0x20) != 0;
        int contentSize = told >> 6 == 0 ? (single ? 1 : 0) : 1 << (told >> 6);
        int dictionary = (told & 3) == 3 ? 4 : told & 3;
        pass = (single ? 0 : 1) + dictionary + contentSize;
        checksum = (told & 4) != 0;
        at = At.BLOCK;
      }
      case BLOCK -> {
        boolean repeated = (told >> 1 & 3) == 1;
        boolean last = (told & 1) != 0;
        pass = (repeated ? 1 : told >> 3) + (last && checksum ? 4 : 0);
        at = last ? At.MAGIC : At.BLOCK;
      }
      case OTHER -> {}
    }
  }
}
