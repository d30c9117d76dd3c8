package org.seqlm.duplicates;

import java.io.Serializable;
import org.seqlm.Problems;

/**
 * What a document is for its likeness to others: the set of its shingles (Broder 1997, "On the
 * resemblance and containment of documents").
 *
 * @param unit what a shingle is made of
 * @param length consecutive units of a shingle, 1 to 64
 */
public record ShingleRules(Unit unit, int length) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What stands in a shingle. */
  public enum Unit {
    /** Words in the normal form of {@link org.seqlm.text.WordsHash}. */
    WORDS,
    /** Code points of these words, with one space between two: for text without spaces. */
    CHARACTERS
  }

  /** Five words. */
  public static final ShingleRules DEFAULT = new ShingleRules(Unit.WORDS, 5);

  /** Checks the values. */
  public ShingleRules {
    new Problems()
        .present("near.unit", unit, "give words or characters")
        .inRange("near.shingle", length, 1, 64)
        .throwIfAny();
  }
}
