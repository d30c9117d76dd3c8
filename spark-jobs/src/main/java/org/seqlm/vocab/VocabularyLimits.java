package org.seqlm.vocab;

import org.seqlm.Problems;
import org.seqlm.text.TokenizerKind;

/**
 * Which tokens get an id of their own; all others are read as {@code <unk>}.
 *
 * @param maxSize how many ids there may be, reserved ones included; 0 for no limit, otherwise at
 *     least {@value #LEAST_SIZE}
 * @param minCount how often a token must stand in the text, at least 1
 */
public record VocabularyLimits(int maxSize, long minCount) implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  /** Up to three ids are reserved, and a model needs something to tell apart. */
  public static final int LEAST_SIZE = 4;

  /** Every token gets an id. */
  public static final VocabularyLimits NONE = new VocabularyLimits(0, 1);

  public VocabularyLimits {
    new Problems()
        .require(
            maxSize == 0 || maxSize >= LEAST_SIZE,
            "vocabulary.max-size must be 0 (no limit) or at least "
                + LEAST_SIZE
                + ", as it counts the reserved ids (<unk>, and for words <s> and </s>), but is "
                + maxSize)
        .atLeast("vocabulary.min-count", minCount, 1)
        .throwIfAny();
  }

  /**
   * How many of a text's most frequent tokens are enough to fill the ids, though {@link
   * Vocabulary#noWords} may be among them.
   */
  public int candidates(TokenizerKind kind) {
    long most =
        (long) maxSize - Vocabulary.reservedTokens(kind).size() + Vocabulary.noWords(kind).size();
    return maxSize == 0 ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, most);
  }
}
