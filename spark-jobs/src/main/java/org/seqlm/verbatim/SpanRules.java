package org.seqlm.verbatim;

import org.seqlm.Problems;

/**
 * Which spans matter.
 *
 * @param length tokens of a span, 2 to {@link #MAX_LENGTH}
 * @param minCount a span that stands in the text, but less often than this, is rare; 2 to 1,000
 */
public record SpanRules(int length, int minCount) {
  /** The most that is counted of a span, and in how many documents. */
  public static final int CAP = 1_000;

  /** The most tokens of a span. */
  public static final int MAX_LENGTH = 10_000;

  /** Of words. */
  public static final int WORDS = 8;

  /** Of characters. */
  public static final int CHARACTERS = 40;

  public SpanRules {
    new Problems()
        .inRange("length", length, 2, MAX_LENGTH)
        .inRange("min-count", minCount, 2, CAP)
        .throwIfAny();
  }
}
