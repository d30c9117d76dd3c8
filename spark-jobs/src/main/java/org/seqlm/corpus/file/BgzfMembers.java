package org.seqlm.corpus.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The members of a gzip file that bgzip wrote (BGZF, of the SAM/BAM format's specification, section
 * 4.1): each tells its length in its head, in an extra field {@code BC}, and holds up to 64 KiB.
 * Members of other gzip files do not, and nothing that surely tells where one begins stands in
 * them.
 */
public final class BgzfMembers implements PackedUnits {
  /** Bytes of a head with no field but that one, as all such programs write it. */
  public static final int HEAD = 18;

  private static final int TRAILER = 8;

  private final InputStream in;
  private long place;
  private long start;
  private final byte[] member = new byte[1 << 16];
  private final byte[] text = new byte[1 << 16];
  private int at;
  private int length;

  /**
   * @param in the file from the byte {@code from} on, where a member begins
   */
  public BgzfMembers(InputStream in, long from) {
    this.in = in;
    place = from;
  }

  /** Whether bytes are the head of such a member. */
  public static boolean isHead(byte[] bytes, int from) {
    return bytes[from] == 0x1f
        && bytes[from + 1] == (byte) 0x8b
        && bytes[from + 2] == 8
        && bytes[from + 3] == 4 // extra fields, and nothing else
        && bytes[from + 10] == 6
        && bytes[from + 11] == 0
        && bytes[from + 12] == 'B'
        && bytes[from + 13] == 'C'
        && bytes[from + 14] == 2
        && bytes[from + 15] == 0;
  }

  /**
   * The first byte at which such a head stands, or what looks like one; -1 if there is none.
   *
   * @param in the file from the byte {@code from} on
   * @param to the head begins before this byte
   */
  public static long find(InputStream in, long from, long to) throws IOException {
    byte[] window = new byte[1 << 16];
    long first = from; // of the window
    int held = 0;
    while (true) {
      int n = in.readNBytes(window, held, window.length - held);
      held += n;
      for (int i = 0; i + HEAD <= held; i++) {
        if (first + i >= to) {
          return -1;
        }
        if (isHead(window, i)) {
          return first + i;
        }
      }
      if (n == 0) {
        return -1;
      }
      int kept = Math.min(held, HEAD - 1);
      System.arraycopy(window, held - kept, window, 0, kept);
      first += held - kept;
      held = kept;
    }
  }

  @Override
  public boolean next() throws IOException {
    int n = in.readNBytes(member, 0, HEAD);
    if (n == 0) {
      return false;
    }
    int bytes = n < HEAD ? 0 : unsigned(HEAD - 2, 2) + 1;
    if (n < HEAD || !isHead(member, 0) || bytes < HEAD + TRAILER) {
      throw new IOException("no member that bgzip wrote");
    }
    start = place * 8;
    place += bytes;
    if (in.readNBytes(member, HEAD, bytes - HEAD) < bytes - HEAD) {
      throw new EOFException("it breaks off");
    }
    int end = bytes - TRAILER;
    at = 0;
    length = unsigned(end + 4, 4);
    Inflater inflater = new Inflater(/* nowrap= */ true);
    try {
      inflater.setInput(member, HEAD, end - HEAD);
      if (length < 0 || length > text.length || inflater.inflate(text) != length) {
        throw new IOException("a member has not the length stated");
      }
      // What ends it may stand after the last byte.
      if (!inflater.finished() && (inflater.inflate(new byte[1]) != 0 || !inflater.finished())
          || inflater.getRemaining() > 0) {
        throw new IOException("a member has not the length stated");
      }
    } catch (DataFormatException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      inflater.end();
    }
    CRC32 crc = new CRC32();
    crc.update(text, 0, length);
    if ((int) crc.getValue() != unsigned(end, 4)) {
      throw new IOException("the checksum of a member is wrong");
    }
    return true;
  }

  private int unsigned(int from, int bytes) {
    int value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = value << 8 | member[from + i] & 0xFF;
    }
    return value;
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public int read(byte[] into, int from, int most) {
    int n = Math.min(most, length - at);
    System.arraycopy(text, at, into, from, n);
    at += n;
    return n == 0 && most > 0 ? -1 : n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
