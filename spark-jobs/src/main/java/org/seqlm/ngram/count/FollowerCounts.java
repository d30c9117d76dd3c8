package org.seqlm.ngram.count;

import org.seqlm.ngram.trie.Bytes;

/**
 * How the counts of a follower stand in a slice: at the highest order its count; below it twice the
 * raw count, plus one where the adjusted count is the same, else followed by it.
 */
public final class FollowerCounts {
  private FollowerCounts() {}

  static void write(Bytes out, boolean highest, long raw, long adjusted) {
    if (highest) {
      out.writeNumber(raw);
      return;
    }
    out.writeNumber(raw << 1 | (raw == adjusted ? 1 : 0));
    if (raw != adjusted) {
      out.writeNumber(adjusted);
    }
  }

  /** The raw count. */
  public static long raw(boolean highest, long number) {
    return highest ? number : number >>> 1;
  }

  /** The adjusted count; reads it where it follows. */
  public static long adjusted(boolean highest, long number, Bytes.Reader in) {
    return highest || (number & 1) != 0 ? raw(highest, number) : in.readNumber();
  }
}
