package org.seqlm.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

class VocabularyMappingTest {
  /** Words by falling count: ids 3, 4, 5 and so on. */
  private static Vocabulary words(String... words) {
    TokenCounts counts = new TokenCounts(8);
    for (int i = 0; i < words.length; i++) {
      byte[] utf8 = words[i].getBytes(StandardCharsets.UTF_8);
      counts.add(utf8, 0, utf8.length, words.length - i);
    }
    return Vocabularies.rank(TokenizerKind.WORD, counts, 1, VocabularyLimits.NONE);
  }

  @Test
  void tokensAreMatchedByStringAndWhatIsLackingIsCountedBehindTheWarmUp() {
    VocabularyMapping mapping =
        VocabularyMapping.of(words("the", "café", "dog"), words("dog", "the"));
    int[] tokens = {4, 2, 3, 4, 0, 5, 4, 2};
    long[] lacking = mapping.map(tokens, 2);
    // <unk> stays, </s> is </s>, "the" is the other's second word, "dog" its first, "café" has five
    // bytes.
    assertThat(tokens).containsExactly(0, 2, 4, 0, 0, 3, 0, 2);
    assertThat(lacking).containsExactly(2, 10);
  }

  @Test
  void equalVocabulariesMapNothing() {
    VocabularyMapping mapping = VocabularyMapping.of(words("a", "b"), words("a", "b"));
    int[] tokens = {4, 3, 0, 2};
    assertThat(mapping.map(tokens, 0)).containsExactly(0, 0);
    assertThat(tokens).containsExactly(4, 3, 0, 2);
    assertThat(VocabularyMapping.of(mapping.tables()).map(tokens, 0)).containsExactly(0, 0);
  }
}
