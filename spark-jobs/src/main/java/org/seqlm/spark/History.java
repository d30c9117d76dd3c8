package org.seqlm.spark;

import java.util.Arrays;

/** The last tokens of a stream, with the documents that begin among them. */
final class History {
  private final int reach;
  private int[] ids;
  private int[] documentStarts;

  History(int reach, int[] ids, int[] documentStarts) {
    this.reach = reach;
    this.ids = new int[0];
    this.documentStarts = new int[0];
    read(ids, documentStarts);
  }

  /** The tokens, the nearest last; at most as many as the reach. */
  int[] ids() {
    return ids;
  }

  /** Positions in {@link #ids}, rising. */
  int[] documentStarts() {
    return documentStarts;
  }

  /** The tokens go on; {@code starts} are positions in {@code tokens}. */
  void read(int[] tokens, int[] starts) {
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
  int[] documentStartsWith(int[] starts) {
    return join(documentStarts, starts, ids.length).toArray();
  }

  private static java.util.stream.IntStream join(int[] first, int[] second, int offset) {
    return java.util.stream.IntStream.concat(
        Arrays.stream(first), Arrays.stream(second).map(at -> at + offset));
  }
}
