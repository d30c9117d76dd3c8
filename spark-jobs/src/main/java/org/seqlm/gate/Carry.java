package org.seqlm.gate;

import java.io.Serializable;
import org.seqlm.Problems;

/**
 * When evidence suffices, and when it is carried on.
 *
 * @param almost part of the evidence needed, ln(capital) / ln(1/α), from which on a challenger may
 *     come again; 1 for never
 * @param nights it may be tested in at most, the first among them
 */
public record Carry(double almost, int nights) implements Serializable {
  private static final int MOST_NIGHTS = 1000;

  /** What a night's test has shown. */
  public enum Verdict {
    /** The gain is above the margin. */
    SHOWN,
    /** It would be, but losses beyond the clip took more than the allowance. */
    TAIL,
    /** Not yet; the evidence is worth another night. */
    ALMOST,
    /** No. */
    NOT_SHOWN
  }

  public Carry {
    new Problems()
        .require(
            almost > 0 && almost <= 1,
            "gate.carry.almost must be greater than 0 and at most 1, but is " + almost)
        .inRange("gate.carry.nights", nights, 1, MOST_NIGHTS)
        .throwIfAny();
  }

  /**
   * Judges a test at the end of a night.
   *
   * @param share α of the challenger, in (0, 1)
   * @param night of the challenger, from 1
   */
  public Verdict verdict(BettingTest test, Clip clip, double share, int night) {
    double needed = -Math.log(share);
    if (test.peakLogCapital() >= needed) {
      return test.lossesTaken() <= clip.allowance() ? Verdict.SHOWN : Verdict.TAIL;
    }
    return almost < 1 && night < nights && test.logCapital() >= almost * needed
        ? Verdict.ALMOST
        : Verdict.NOT_SHOWN;
  }
}
