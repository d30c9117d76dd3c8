package org.seqlm.gate;

import java.io.Serializable;
import org.seqlm.Problems;

/**
 * Where observations are cut off, on both sides: at a bound of {@code deviations} standard
 * deviations of the clusters before, but at {@code least} at least and at {@code most} at most. It
 * follows from what went before alone, so a test may use it. Without a bound below, nothing can be
 * said of a mean from any number of documents (Bahadur and Savage 1956): a loss that is rare enough
 * was not seen.
 *
 * <p>Cutting gains makes a test more careful only. Cutting losses flatters the challenger by what
 * is cut; so the test is of margin + allowance in place of the margin, which pays for up to {@code
 * allowance} of that in the mean, and what was cut is counted and held against it.
 *
 * @param deviations standard deviations of an observation, at least 1
 * @param least bits a character of a cluster of mean weight, greater than 0
 * @param most likewise, at least {@code least}. Where no loss can be greater than {@code least},
 *     the allowance may be 0, and nothing is left to assume
 * @param allowance bits a character that losses beyond the bound may take from the mean; 0 to
 *     {@code most}
 */
public record Clip(double deviations, double least, double most, double allowance)
    implements Serializable {
  private static final double MOST_DEVIATIONS = 1e6;

  /** Standard deviation before anything was seen, in {@code most}. */
  private static final double PRIOR = 0.1;

  public Clip {
    new Problems()
        .inRange("gate.clip.deviations", deviations, 1, MOST_DEVIATIONS)
        .positive("gate.clip.least", least)
        .positive("gate.clip.most", most)
        .require(
            !(most < least),
            "gate.clip.most must be at least gate.clip.least, " + least + ", but is " + most)
        .inRange("gate.clip.allowance", allowance, 0, Math.max(0, most))
        .throwIfAny();
  }

  /** The variance that stands for an observation that was never seen. */
  double priorVariance() {
    return PRIOR * most * (PRIOR * most);
  }

  /** The bound after observations of a variance. */
  double bound(double variance) {
    return Math.max(least, Math.min(most, deviations * Math.sqrt(variance)));
  }
}
