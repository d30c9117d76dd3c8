package org.seqlm.vocab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.text.TokenizerKind;

final class JoinedVocabularyTest {
  /** Of words, ranked by their counts: {@code <unk>}, {@code <s>} and {@code </s>} stand first. */
  private static Vocabulary words(long lineEnds, Map<String, Integer> words) {
    TokenCounts counts = new TokenCounts(8);
    words.forEach(
        (word, count) -> {
          byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
          counts.add(utf8, 0, utf8.length, count);
        });
    return Vocabularies.rank(TokenizerKind.WORD, counts, lineEnds, VocabularyLimits.NONE);
  }

  private static List<String> tokens(Vocabulary vocabulary) {
    List<String> tokens = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      tokens.add(vocabulary.token(id) + " " + vocabulary.count(id));
    }
    return tokens;
  }

  private final Vocabulary first = words(5, Map.of("the", 7, "cat", 3, "sat", 1));
  private final JoinedVocabulary joined = new JoinedVocabulary(first);

  /** Old ones keep their ids, though "dog" is more frequent now. */
  @Test
  void newTokensComeBehind() {
    int[] ids = joined.add(words(2, Map.of("dog", 9, "cat", 4, "ran", 2)));
    assertThat(ids).containsExactly(0, 1, 2, 6, 4, 7);
    Vocabulary all = joined.vocabulary();
    assertThat(tokens(all))
        .containsExactly("<unk> 0", "<s> 0", "</s> 7", "the 7", "cat 7", "sat 1", "dog 9", "ran 2");
    assertThat(all.reserved()).isEqualTo(3);
    assertThat(all.id("dog")).isEqualTo(6);
    assertThat(joined.present().cardinality()).isEqualTo(8);
  }

  /** More tokens than the first has room for. */
  @Test
  void manyTextsAreAdded() {
    for (int text = 0; text < 40; text++) {
      int[] ids = joined.add(words(1, Map.of("the", 1, "w" + text, 2)));
      assertThat(ids).containsExactly(0, 1, 2, 6 + text, 3);
    }
    Vocabulary all = joined.vocabulary();
    assertThat(all.size()).isEqualTo(46);
    assertThat(all.count(3)).isEqualTo(47);
    assertThat(all.count(2)).isEqualTo(45);
    assertThat(all.token(45)).isEqualTo("w39");
    assertThat(all.count(45)).isEqualTo(2);
    assertThat(tokens(first)).contains("the 7", "</s> 5").hasSize(6);
  }

  /** Of "sat" nothing is left; it keeps its id, but does not appear. */
  @Test
  void whatIsTakenAwayKeepsItsId() {
    int[] ids = joined.subtract(words(4, Map.of("sat", 1, "the", 2)));
    assertThat(ids).containsExactly(0, 1, 2, 3, 5);
    assertThat(tokens(joined.vocabulary()))
        .containsExactly("<unk> 0", "<s> 0", "</s> 1", "the 5", "cat 3", "sat 0");
    assertThat(joined.present().stream()).containsExactly(0, 1, 2, 3, 4);
    // What was taken away may come back, under its id.
    assertThat(joined.add(words(1, Map.of("sat", 6)))).containsExactly(0, 1, 2, 5);
    assertThat(joined.vocabulary().count(5)).isEqualTo(6);
    assertThat(joined.present().get(5)).isTrue();
  }

  /** Counts of which something was taken away may hold tokens that never appear. */
  @Test
  void tokensThatDoNotAppearNeedNotBeThere() {
    JoinedVocabulary rest = new JoinedVocabulary(words(1, Map.of("dog", 1, "the", 2)));
    rest.subtract(words(0, Map.of("dog", 1)));
    assertThat(joined.subtract(rest.vocabulary())).startsWith(0, 1, 2, 3).hasSize(5);
    assertThat(tokens(joined.vocabulary())).contains("the 5", "</s> 4");
  }

  @Test
  void whatIsNoPartIsRefused() {
    assertRefused(words(0, Map.of("cow", 2)), "holds \"cow\" 2 times, the counts 0 times");
    assertRefused(words(0, Map.of("cat", 4)), "holds \"cat\" 4 times, the counts 3 times");
    assertRefused(words(6, Map.of("cat", 1)), "holds \"</s>\" 6 times, the counts 5 times");
  }

  private void assertRefused(Vocabulary part, String message) {
    assertThatThrownBy(() -> new JoinedVocabulary(first).subtract(part))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining(message)
        .hasMessageContaining("it is no part of them");
  }
}
