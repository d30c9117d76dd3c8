package org.seqlm.corpus;

import java.util.Arrays;

/** The last tokens of a stream, with the documents that begin among them. */
public final class History {
  private final int reach;
  private int[] ids;
  private int[] documentStarts;

  /**
   * @param reach the most tokens to remember
   * @param ids the tokens so far, the nearest last
   * @param documentStarts positions in {@code ids} at which documents begin, rising
   */
  public History(int reach, int[] ids, int[] documentStarts) {
    this.reach = reach;
    this.ids = new int[0];
    this.documentStarts = new int[0];
    read(ids, documentStarts);
  }

  /** The tokens, the nearest last; at most as many as the reach. */
  public int[] ids() {
    return ids;
  }

  /** Positions in {@link #ids}, rising. */
  public int[] documentStarts() {
    return documentStarts;
  }

  /** The tokens go on; {@code starts} are positions in {@code tokens}. */
  public void read(int[] tokens, int[] starts) {
    int kept = Math.max(0, Math.min(ids.length, reach - tokens.length));
    int taken = Math.min(tokens.length, reach);
    int dropped = ids.length - kept + tokens.length - taken;
    int before = ids.length;
    int[] next = new int[kept + taken];
    System.arraycopy(ids, ids.length - kept, next, 0, kept);
    System.arraycopy(tokens, tokens.length - taken, next, kept, taken);
    ids = next;
    documentStarts =
        join(documentStarts, starts, before)
            .filter(at -> at >= dropped)
            .map(at -> at - dropped)
            .toArray();
  }

  /** {@link #documentStarts} and then {@code starts}, as positions in the tokens of both. */
  public int[] documentStartsWith(int[] starts) {
    return join(documentStarts, starts, ids.length).toArray();
  }

  private static java.util.stream.IntStream join(int[] first, int[] second, int offset) {
    return java.util.stream.IntStream.concat(
        Arrays.stream(first), Arrays.stream(second).map(at -> at + offset));
  }
}
