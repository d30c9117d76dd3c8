package org.seqlm.dataset;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.seqlm.store.Sha256;

/**
 * Where the parts of a large segment lie in its file. A segment of more tokens than a {@link
 * Segment} holds is several of them, all but the last full, and then: of each its bytes (32-bit,
 * little-endian) and their SHA-256; and the SHA-256 of all that. So a part is read, and checked,
 * without the others.
 */
record SegmentParts(long[] starts, byte[][] digests) {
  private static final int DIGEST = 32;
  private static final int ENTRY = 4 + DIGEST;

  /** Parts of a segment with so many tokens; what follows is for those with more than one. */
  static int count(int tokens) {
    return (int) (((long) tokens + Segment.MAX_TOKENS - 1) / Segment.MAX_TOKENS);
  }

  /** Bytes that stand at the end of a segment with so many parts. */
  static int indexBytes(int parts) {
    return parts * ENTRY + DIGEST;
  }

  /** What stands at the end. */
  static byte[] index(List<Integer> lengths, List<byte[]> digests) {
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    for (int i = 0; i < lengths.size(); i++) {
      index.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(lengths.get(i)).array());
      index.writeBytes(digests.get(i));
    }
    index.writeBytes(digest(index.toByteArray()));
    return index.toByteArray();
  }

  /** Reads it; null if it is damaged. */
  static SegmentParts of(byte[] index) {
    int parts = (index.length - DIGEST) / ENTRY;
    byte[] entries = Arrays.copyOf(index, parts * ENTRY);
    if (!Arrays.equals(digest(entries), Arrays.copyOfRange(index, entries.length, index.length))) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(entries).order(ByteOrder.LITTLE_ENDIAN);
    long[] starts = new long[parts + 1];
    byte[][] digests = new byte[parts][DIGEST];
    for (int i = 0; i < parts; i++) {
      starts[i + 1] = starts[i] + buffer.getInt();
      buffer.get(digests[i]);
    }
    return new SegmentParts(starts, digests);
  }

  static byte[] digest(byte[] bytes) {
    return Sha256.digest().digest(bytes);
  }
}
