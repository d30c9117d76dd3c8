package org.seqlm.corpus.plan;

import org.seqlm.Problems;

/**
 * How much of a corpus may be bad before the job fails. What is bad is always left out, counted by
 * kind and reported.
 *
 * @param maxFraction of all records, 0 to 1
 * @param maxUnreadableFiles files that cannot be opened or end too early
 */
public record BadRecordLimits(double maxFraction, int maxUnreadableFiles)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  /** One record in a thousand, no unreadable file. */
  public static final BadRecordLimits DEFAULT = new BadRecordLimits(0.001, 0);

  public BadRecordLimits {
    new Problems()
        .inRange("input.bad-records.max-fraction", maxFraction, 0, 1)
        .atLeast("input.bad-records.max-unreadable-files", maxUnreadableFiles, 0)
        .throwIfAny();
  }
}
