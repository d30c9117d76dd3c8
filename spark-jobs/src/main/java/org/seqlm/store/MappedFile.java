package org.seqlm.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A local file of any size, mapped into memory to be read at random: nothing is read before it is
 * asked for, and processes that map the same file share one copy of it. Numbers are little-endian
 * and may lie at any byte. A read outside the file throws {@link IndexOutOfBoundsException}.
 *
 * <p>A buffer of Java's holds less than 2 GiB, so the file is mapped in segments, each of which
 * also holds the first bytes of the next: a number never lies across two. What is mapped stays so
 * until this object is collected; a file must not be cut short meanwhile, which would end the
 * process.
 */
public final class MappedFile {
  /** So many bytes a segment shares with the next one: the largest number's, less one. */
  private static final int OVERLAP = Long.BYTES - 1;

  private static final int SEGMENT_BITS = 30;

  private final ByteBuffer[] segments;
  private final int bits;
  private final int mask;
  private final long size;

  private MappedFile(ByteBuffer[] segments, int bits, long size) {
    this.segments = segments;
    this.bits = bits;
    this.mask = (1 << bits) - 1;
    this.size = size;
  }

  /** Maps a file. */
  public static MappedFile open(Path file) throws IOException {
    return open(file, SEGMENT_BITS);
  }

  /**
   * Maps a file in segments of a stated size.
   *
   * @param bits binary logarithm of the bytes of a segment, 3 to 30
   */
  static MappedFile open(Path file, int bits) throws IOException {
    if (bits < 3 || bits > SEGMENT_BITS) {
      throw new IllegalArgumentException("bits must be 3 to 30, but are " + bits);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer[] segments = new ByteBuffer[(int) ((size + (1L << bits) - 1) >>> bits)];
      for (int i = 0; i < segments.length; i++) {
        long from = (long) i << bits;
        MappedByteBuffer segment =
            channel.map(
                FileChannel.MapMode.READ_ONLY, from, Math.min(size - from, (1L << bits) + OVERLAP));
        segments[i] = segment.order(ByteOrder.LITTLE_ENDIAN);
      }
      return new MappedFile(segments, bits, size);
    }
  }

  /** In bytes. */
  public long size() {
    return size;
  }

  /** The byte at a place. */
  public byte get(long at) {
    return segments[(int) (at >>> bits)].get((int) at & mask);
  }

  /** The 32 bits from a place on. */
  public int getInt(long at) {
    return segments[(int) (at >>> bits)].getInt((int) at & mask);
  }

  /** The 64 bits from a place on. */
  public long getLong(long at) {
    return segments[(int) (at >>> bits)].getLong((int) at & mask);
  }

  /**
   * The 64 bits from each of some places on.
   *
   * @param count of the places
   * @param into receives them
   */
  public void getLongs(long[] at, int count, long[] into) {
    ByteBuffer[] parts = segments;
    int shift = bits;
    int inside = mask;
    for (int i = 0; i < count; i++) {
      into[i] = parts[(int) (at[i] >>> shift)].getLong((int) at[i] & inside);
    }
  }

  /** The float32 from a place on. */
  public float getFloat(long at) {
    return segments[(int) (at >>> bits)].getFloat((int) at & mask);
  }

  /** Copies the bytes from a place on. */
  public void get(long at, byte[] into, int from, int length) {
    if (at < 0 || at + length > size) {
      throw new IndexOutOfBoundsException(
          length + " bytes at " + at + " of a file of " + size + " bytes");
    }
    int done = 0;
    while (done < length) {
      long here = at + done;
      int inside = (int) here & mask;
      int some = Math.min(length - done, (1 << bits) - inside);
      segments[(int) (here >>> bits)].get(inside, into, from + done, some);
      done += some;
    }
  }
}
