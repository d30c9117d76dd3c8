package org.seqlm.vocab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.text.TokenizerKind;

final class ExtendedVocabularyTest {
  private static final TokenizerKind WORD = TokenizerKind.WORD;

  private static TokenCounts counts(Map<String, Integer> words) {
    TokenCounts counts = new TokenCounts(8);
    words.forEach(
        (word, count) -> {
          byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
          counts.add(utf8, 0, utf8.length, count);
        });
    return counts;
  }

  private static Vocabulary words(Map<String, Integer> words) {
    return Vocabularies.rank(WORD, counts(words), 5, VocabularyLimits.NONE);
  }

  private static List<String> tokens(Vocabulary vocabulary) {
    List<String> tokens = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      tokens.add(vocabulary.token(id) + " " + vocabulary.count(id));
    }
    return tokens;
  }

  /** The vocabulary of words that tasks were dealt. */
  private static Vocabulary extend(ExtendedVocabulary extended, List<TokenCounts> parts) {
    int most = extended.candidates(WORD);
    return extended.of(
        WORD,
        parts.stream()
            .map(
                part ->
                    ExtendedVocabulary.Part.of(
                        extended.base(), part, extended.limits().minCount(), most))
            .toList(),
        7);
  }

  private final Vocabulary base = words(Map.of("the", 9, "cat", 4, "sat", 4));
  private final Map<String, Integer> text =
      Map.of("the", 1, "sat", 3, "ox", 2, "dog", 5, "ant", 2, "rare", 1, "</s>", 8, "<UNK>", 9);

  /** Known ones keep their ids, however rare they are now; what only looks like a mark is none. */
  @Test
  void newTokensComeBehindByCountThenBytes() {
    Vocabulary all =
        extend(
            new ExtendedVocabulary(base, new VocabularyLimits(0, 2), Integer.MAX_VALUE),
            List.of(counts(text)));
    assertThat(tokens(all))
        .containsExactly(
            "<unk> 0", "<s> 0", "</s> 7", "the 1", "cat 0", "sat 3", "dog 5", "ant 2", "ox 2");
    assertThat(all.id("dog")).isEqualTo(6);
    assertThat(Vocabularies.beginsWith(all, base)).isTrue();
    assertThat(Vocabularies.beginsWith(base, base)).isTrue();
    assertThat(Vocabularies.beginsWith(base, all)).isFalse();
    assertThat(Vocabularies.beginsWith(all, words(Map.of("the", 9, "cat", 4, "set", 4)))).isFalse();
    assertThat(Vocabularies.beginsWith(all, words(Map.of("the", 9, "cat", 4, "sat", 5)))).isFalse();
    assertThat(Vocabularies.beginsWith(all, ListVocabulary.characters("abc"))).isFalse();
  }

  @Test
  void noMoreAreAppendedThanTheLimitsAllow() {
    List<TokenCounts> part = List.of(counts(text));
    VocabularyLimits any = VocabularyLimits.NONE;
    assertThat(tokens(extend(new ExtendedVocabulary(base, any, 2), part)).subList(6, 8))
        .containsExactly("dog 5", "ant 2");
    assertThat(extend(new ExtendedVocabulary(base, any, 0), part).fingerprint())
        .isEqualTo(base.fingerprint());
    assertThat(tokens(extend(new ExtendedVocabulary(base, new VocabularyLimits(7, 1), 2), part)))
        .hasSize(7)
        .endsWith("dog 5");
    assertThat(extend(new ExtendedVocabulary(base, new VocabularyLimits(6, 1), 9), part).size())
        .isEqualTo(6);
    assertThatThrownBy(() -> new ExtendedVocabulary(base, new VocabularyLimits(5, 1), 9))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("vocabulary.max-size is 5")
        .hasMessageContaining("has 6 ids")
        .hasMessageContaining("or to 0");
    assertThatThrownBy(() -> new ExtendedVocabulary(base, any, -1))
        .hasMessageContaining("vocabulary.max-appended must be at least 0, but is -1");
  }

  /** Night after night, against sets and sorting; in how many parts the words come is all one. */
  @Test
  void generationsEqualASlowReference() {
    SplittableRandom random = new SplittableRandom(3);
    List<String> reference = new ArrayList<>(List.of("<unk>", "<s>", "</s>", "the", "cat", "sat"));
    Vocabulary vocabulary = base;
    for (int night = 0; night < 12; night++) {
      Map<String, Integer> words = new TreeMap<>();
      for (int n = 0; n < 60; n++) {
        words.merge("w" + random.nextInt(20 * (night + 1)), 1, Integer::sum);
      }
      long minCount = 1 + random.nextInt(2);
      int most = random.nextInt(12);
      int parts = List.of(1, 2, 7).get(night % 3);
      List<Map<String, Integer>> dealt = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        dealt.add(new TreeMap<>());
      }
      words.forEach((word, count) -> dealt.get(word.hashCode() % parts).put(word, count));
      Vocabulary before = vocabulary;
      vocabulary =
          extend(
              new ExtendedVocabulary(before, new VocabularyLimits(0, minCount), most),
              dealt.stream().map(ExtendedVocabularyTest::counts).toList());

      List<String> fresh = new ArrayList<>(words.keySet());
      fresh.removeAll(reference);
      fresh.removeIf(word -> words.get(word) < minCount);
      Collections.sort(fresh, Comparator.comparingInt(word -> -words.get(word)));
      reference.addAll(fresh.subList(0, Math.min(most, fresh.size())));
      List<String> expected = new ArrayList<>();
      reference.forEach(
          word ->
              expected.add(word + " " + (word.equals("</s>") ? 7 : words.getOrDefault(word, 0))));
      assertThat(tokens(vocabulary)).isEqualTo(expected);
      assertThat(Vocabularies.beginsWith(vocabulary, before)).isTrue();
      assertThat(Vocabularies.beginsWith(vocabulary, base)).isTrue();
    }
  }
}
