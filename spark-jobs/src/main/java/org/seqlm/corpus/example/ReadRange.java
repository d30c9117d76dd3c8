package org.seqlm.corpus.example;

import java.io.Serializable;
import org.seqlm.dataset.Split;

/** What the driver learns of a range of examples. */
public final class ReadRange implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int PROBLEMS = ExampleProblem.values().length;

  /** Records read, bad ones among them. */
  long records;

  /** By {@link ExampleProblem#index}. */
  final long[] bad = new long[PROBLEMS];

  /** What is wrong with the first one of each problem, or null. */
  final String[] firstBad = new String[PROBLEMS];

  /** Where that is: its piece, in the range, and its place in that. */
  final int[] firstPiece = new int[PROBLEMS];

  final long[] firstPlace = new long[PROBLEMS];

  /** The problem of the first bad record; -1 if there is none. */
  int first = -1;

  /** Lines that begin in each piece; of rows 0. */
  final long[] places;

  /** By split. */
  final long[] examples = new long[Split.values().length];

  /** By split: what its examples have in blocks. */
  final long[] blockBytes = new long[Split.values().length];

  private long fingerprintHigh;
  private long fingerprintLow;

  /**
   * @param pieces of the range
   */
  ReadRange(int pieces) {
    places = new long[pieces];
  }

  void note(ExampleProblem problem, String message, int piece, long place) {
    int p = problem.index();
    if (bad[p]++ == 0) {
      firstBad[p] = message;
      firstPiece[p] = piece;
      firstPlace[p] = place;
    }
    if (problem != ExampleProblem.UNREADABLE_FILE && first < 0) {
      first = p;
    }
  }

  void addToFingerprint(long high, long low) {
    fingerprintLow += low;
    boolean carry = Long.compareUnsigned(fingerprintLow, low) < 0;
    fingerprintHigh += high + (carry ? 1 : 0);
  }

  /** Adds the fingerprint of another range to this one's. */
  void addFingerprint(ReadRange other) {
    addToFingerprint(other.fingerprintHigh, other.fingerprintLow);
  }

  /** Examples of all splits. */
  public long examples() {
    long sum = 0;
    for (long one : examples) {
      sum += one;
    }
    return sum;
  }

  String fingerprint() {
    return String.format(java.util.Locale.ROOT, "%016x%016x", fingerprintHigh, fingerprintLow);
  }
}
