package org.seqlm.corpus.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.hadoop.conf.Configuration;

/**
 * The frames of a zstd file that ends with a table of them (the seekable format of zstd's contrib:
 * a frame to be skipped, of entries of two or three 32-bit numbers: bytes as stored and unpacked,
 * and a checksum). In other files a frame's beginning shows only to who has read all before it.
 */
public final class ZstdFrames implements PackedUnits {
  /** Bytes that the table ends with: the number of frames, a byte of flags, a magic number. */
  public static final int FOOTER = 9;

  private static final int MAGIC = 0x8F92EAB1;
  private static final int SKIPPED = 0x184D2A5E;
  private static final int SKIPPED_HEAD = 8;
  private static final int CHECKSUMS = 0x80;
  private static final int RESERVED = 0x7C;

  /**
   * Where frames lie.
   *
   * @param starts of each in the file, and at last the end of the last one
   * @param texts bytes of each, unpacked
   */
  public record Table(long[] starts, long[] texts) {
    /** The first frame that begins at a byte or after it. */
    public int first(long from) {
      int first = 0;
      while (first < texts.length && starts[first] < from) {
        first++;
      }
      return first;
    }
  }

  private final Configuration conf;
  private final int windowLog;
  private final InputStream in;
  private final Table table;
  private int frame;
  private InputStream text;
  private long read;

  /**
   * @param in the file from that frame on
   * @param first the first frame to read
   */
  public ZstdFrames(Configuration conf, int windowLog, InputStream in, Table table, int first) {
    this.conf = conf;
    this.windowLog = windowLog;
    this.in = in;
    this.table = table;
    frame = first - 1;
  }

  /**
   * Bytes of the table by a file's last ones; 0 if it has none.
   *
   * @param footer the last {@link #FOOTER} bytes
   */
  public static long tableBytes(byte[] footer) {
    ByteBuffer end = ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN);
    long frames = end.getInt(0) & 0xFFFFFFFFL;
    int flags = footer[4];
    return end.getInt(5) != MAGIC || (flags & RESERVED) != 0
        ? 0
        : SKIPPED_HEAD + frames * ((flags & CHECKSUMS) != 0 ? 12 : 8) + FOOTER;
  }

  /**
   * Reads the table.
   *
   * @param bytes the file's last ones, as many as {@link #tableBytes}
   * @param length of the file
   * @return null if it is none of that file's
   */
  public static Table table(byte[] bytes, long length) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt() != SKIPPED || buffer.getInt() != bytes.length - SKIPPED_HEAD) {
      return null;
    }
    int frames = buffer.getInt(bytes.length - FOOTER);
    int entry = (bytes.length - SKIPPED_HEAD - FOOTER) / Math.max(1, frames);
    long[] starts = new long[frames + 1];
    long[] texts = new long[frames];
    for (int i = 0; i < frames; i++) {
      starts[i + 1] = starts[i] + (buffer.getInt(SKIPPED_HEAD + i * entry) & 0xFFFFFFFFL);
      texts[i] = buffer.getInt(SKIPPED_HEAD + i * entry + 4) & 0xFFFFFFFFL;
    }
    return starts[frames] == length - bytes.length ? new Table(starts, texts) : null;
  }

  @Override
  public boolean next() throws IOException {
    frame++;
    if (frame >= table.texts.length) {
      return false;
    }
    read = 0;
    text =
        Compression.ZSTD.unpack(
            conf, new Bounded(in, table.starts[frame + 1] - table.starts[frame]), windowLog);
    return true;
  }

  @Override
  public long start() {
    return table.starts[frame] * 8;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int n = text.read(into, from, length);
    read += Math.max(0, n);
    if (n < 0) {
      text.close();
      if (read != table.texts[frame]) {
        throw new IOException("a frame has not the length that the table of frames says");
      }
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    if (text != null) {
      text.close();
    }
    in.close();
  }

  /** The next bytes of a stream, which stays open. */
  private static final class Bounded extends BulkInput {
    private long left;

    Bounded(InputStream in, long bytes) {
      super(in);
      left = bytes;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (left == 0) {
        return length == 0 ? 0 : -1;
      }
      int n = in.read(into, from, (int) Math.min(left, length));
      if (n < 0) {
        throw new EOFException("it breaks off");
      }
      left -= n;
      return n;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(left, in.available());
    }

    @Override
    public void close() {}
  }
}
