package org.seqlm.ngram.count;

import java.io.Serializable;
import org.seqlm.ngram.trie.Bytes;

/** What one slice saw after a context that it shares with others, or some of it. */
public final class ContextShare implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 2L;

  private final int[] context;
  private final byte[] followers;

  /**
   * @param context stored ids, the nearest token first
   * @param followers some, as {@link #write} writes them, the first as if after 0
   */
  ContextShare(int[] context, byte[] followers) {
    this.context = context;
    this.followers = followers;
  }

  /**
   * Writes a follower behind those of lower ids.
   *
   * @param more by how much its stored id exceeds that of the one before; the empty word is among
   *     them
   * @param raw how often it was seen
   * @param adjusted after how many longer contexts of this slice alone
   */
  static void write(Bytes out, int more, long raw, long adjusted) {
    out.writeNumber(more);
    out.writeNumber(raw);
    out.writeNumber(adjusted);
  }

  /** Id of the nearest token. */
  public int nearest() {
    return context[0] - 1;
  }

  int[] context() {
    return context;
  }

  byte[] followers() {
    return followers;
  }
}
