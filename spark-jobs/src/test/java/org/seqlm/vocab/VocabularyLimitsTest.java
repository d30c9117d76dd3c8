package org.seqlm.vocab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.text.TokenizerKind;

class VocabularyLimitsTest {
  /** Reserved ids are none of the text's tokens; of words {@code <UNK>} is none, either. */
  @ParameterizedTest
  @CsvSource({
    "WORD, 4, 5",
    "CHAR, 4, 4",
    "WORD, 0, 2147483647",
    "WORD, 2147483646, 2147483647",
    "WORD, 2147483647, 2147483647",
    "CHAR, 2147483647, 2147483647"
  })
  void candidatesFillTheIds(TokenizerKind kind, int maxSize, int candidates) {
    assertThat(new VocabularyLimits(maxSize, 1).candidates(kind)).isEqualTo(candidates);
  }
}
