package org.seqlm.ngram.trie;

/** How much this thread has written to the local disk because it did not fit into memory. */
public final class Spills {
  private static final ThreadLocal<long[]> BYTES = ThreadLocal.withInitial(() -> new long[1]);

  private Spills() {}

  /** So many bytes more. */
  public static void add(long bytes) {
    BYTES.get()[0] += bytes;
  }

  /** Bytes so far, since the thread began. */
  public static long bytes() {
    return BYTES.get()[0];
  }
}
