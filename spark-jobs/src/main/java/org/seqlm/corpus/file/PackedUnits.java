package org.seqlm.corpus.file;

import java.io.Closeable;
import java.io.IOException;

/**
 * What a packed file is made of, blocks, members or frames, one after the other: each can be
 * unpacked without those before it.
 */
public interface PackedUnits extends Closeable {
  /**
   * Goes to the next one; the one before is read to its end.
   *
   * @return false at the file's end
   * @throws IOException if something else stands there
   */
  boolean next() throws IOException;

  /** Where it begins, in bits from the file's beginning. */
  long start();

  /**
   * Reads what it holds.
   *
   * @return how many bytes, or -1 at its end
   * @throws IOException if it is damaged
   */
  int read(byte[] into, int from, int length) throws IOException;

  /** What those read so far add to checksums that go on; null where there are none. */
  default Bzip2Blocks.Streams streams() {
    return null;
  }
}
