package org.seqlm.duplicates;

import org.seqlm.Problems;

/**
 * The group {@code near}: when documents are near duplicates, and how surely they are found.
 *
 * @param unit of shingles
 * @param shingle units of one
 * @param threshold Jaccard similarity, above 0, at most 1
 * @param recall of pairs at the threshold, above 0, below 1
 * @param values of a signature at most
 * @param bucket see {@link DuplicateSettings}
 */
public record NearSettings(
    ShingleRules.Unit unit, int shingle, double threshold, double recall, int values, int bucket) {
  public NearSettings {
    new Problems()
        .require(
            threshold > 0 && threshold <= 1,
            "near.threshold (--threshold) must be above 0 and at most 1, but is " + threshold)
        .require(
            recall > 0 && recall < 1, "near.recall must be above 0 and below 1, but is " + recall)
        .inRange("near.values", values, 1, Bands.MOST_VALUES)
        .throwIfAny();
  }

  /** How signatures are cut. */
  public Bands bands() {
    return Bands.of(threshold, recall, values);
  }

  /** What documents are compared by. */
  public ShingleRules shingles() {
    return new ShingleRules(unit, shingle);
  }
}
