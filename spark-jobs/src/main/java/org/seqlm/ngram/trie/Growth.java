package org.seqlm.ngram.trie;

import org.seqlm.UserException;

/** How much room an array gets that grows with a text, and that it never needs more than it can. */
public final class Growth {
  /** Elements of an array at most. */
  public static final int MOST = Integer.MAX_VALUE - 8;

  private Growth() {}

  /**
   * Room for {@code least} elements and more: twice what there is, beyond 2^30 half as much again.
   *
   * @param what the elements, for the message
   * @throws UserException with exit code 2 if no array has that room
   */
  public static int of(int length, long least, String what) {
    if (least > MOST) {
      throw UserException.configuration(
          what
              + " are "
              + least
              + ", more than the "
              + MOST
              + " that one task can hold together: limit the vocabulary, or raise slices");
    }
    return (int) Math.max(least, Math.min(MOST, length < 1 << 30 ? length * 2L : length * 3L / 2));
  }
}
