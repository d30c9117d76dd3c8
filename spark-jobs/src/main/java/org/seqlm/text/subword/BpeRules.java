package org.seqlm.text.subword;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import org.seqlm.Problems;

/**
 * What decides, beside the counts, which merges are learned.
 *
 * @param vocabularySize most tokens: special ones, 256 bytes and what merges make
 * @param minFrequency least count of a pair that is merged
 * @param special tokens that stand for themselves, first in the vocabulary
 */
public record BpeRules(int vocabularySize, long minFrequency, List<String> special) {
  /** More tokens than any vocabulary in use has. */
  public static final int MOST = 1 << 22;

  public BpeRules {
    special = List.copyOf(special);
    Problems problems =
        new Problems()
            .inRange("vocabulary-size", vocabularySize, 256L + special.size(), MOST)
            .atLeast("min-frequency", minFrequency, 1);
    for (String token : special) {
      int bytes = token.getBytes(StandardCharsets.UTF_8).length;
      problems.require(
          bytes >= 2
              && bytes <= 255
              && !(token.length() == 1 && ByteLetters.byteOf(token.charAt(0)) >= 0),
          "special: \""
              + token
              + "\" has "
              + bytes
              + " bytes: a special token has 2 to 255 and is not the letter of a byte");
      problems.require(
          token.strip().equals(token), "special: \"" + token + "\" begins or ends with a space");
    }
    problems.require(
        new HashSet<>(special).size() == special.size(), "special names a token twice");
    problems.throwIfAny();
  }
}
