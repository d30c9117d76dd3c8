package org.seqlm.drift;

import org.seqlm.Problems;

/**
 * How much is compared; the group {@code sample} of a job's configuration.
 *
 * @param documents of each side at most, 2 to 100,000
 * @param words that are told apart, the most frequent of both sides; the others are one
 * @param permutations of the documents between the sides, which show what chance makes of it; 0 for
 *     none
 * @param shown words that are listed
 */
public record DriftSettings(int documents, int words, int permutations, int shown) {
  /** A thousand documents a side. */
  public static final DriftSettings DEFAULT = new DriftSettings(1000, 10_000, 199, 20);

  public DriftSettings {
    new Problems()
        .inRange("sample.documents", documents, 2, 100_000)
        .inRange("sample.words", words, 1, 1_000_000)
        .inRange("sample.permutations", permutations, 0, 100_000)
        .inRange("sample.shown", shown, 0, 1000)
        .throwIfAny();
  }
}
