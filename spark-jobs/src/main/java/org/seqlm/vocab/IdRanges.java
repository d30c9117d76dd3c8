package org.seqlm.vocab;

import java.io.Serializable;

/**
 * The ids of a vocabulary in consecutive ranges, for what has a value an id and would not fit in
 * one task. All ranges but the last have the same number of ids; how many there are follows from
 * the vocabulary's size and a limit, never from a cluster.
 */
public final class IdRanges implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int size;
  private final int each;

  private IdRanges(int size, int each) {
    this.size = size;
    this.each = each;
  }

  /**
   * As few ranges as stay within a limit; one for an empty vocabulary.
   *
   * @param size ids, from 0
   * @param idBytes what an id takes, at least 1
   * @param limit bytes of one range; where an id takes more, a range has one id
   */
  public static IdRanges of(int size, int idBytes, long limit) {
    int most = (int) Math.max(1, Math.min(Integer.MAX_VALUE, limit / idBytes));
    int count = Math.max(1, (int) (((long) size + most - 1) / most));
    return new IdRanges(size, Math.max(1, (int) (((long) size + count - 1) / count)));
  }

  /** How many ranges there are, at least 1. */
  public int count() {
    return Math.max(1, (int) (((long) size + each - 1) / each));
  }

  /** The range of an id. */
  public int of(int id) {
    return id / each;
  }

  /** The first id of a range. */
  public int from(int range) {
    return (int) Math.min(size, (long) range * each);
  }

  /** The first id behind a range. */
  public int to(int range) {
    return (int) Math.min(size, (range + 1L) * each);
  }
}
