package org.seqlm.text.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.vocab.PackedTokens;

class BpeTrainerTest {
  private record Word(String text, long count) {}

  private static PackedTokens packed(List<Word> words) {
    PackedTokens.Builder packed = new PackedTokens.Builder();
    for (Word word : words) {
      byte[] bytes = word.text.getBytes(StandardCharsets.UTF_8);
      packed.add(bytes, 0, bytes.length, word.count);
    }
    return packed.take();
  }

  private static List<String> merges(BpeMerges learned) {
    return learned.merges().stream()
        .map(pair -> spelled(learned, pair[0]) + "+" + spelled(learned, pair[1]))
        .toList();
  }

  private static String spelled(BpeMerges learned, int id) {
    byte[] token = learned.tokens().get(id - learned.special().size());
    return new String(token, StandardCharsets.ISO_8859_1);
  }

  @Test
  void byHand() {
    // Counts of pairs: l+o 7, o+w 7, w+e 8 of "lower" 2 and "newest" 6, e+s 6+3, s+t 6+3, ...
    // e+s 9 and s+t 9 are equal: ids of e < s. Then es+t 9; then l+o and o+w 7: l < o.
    List<Word> words =
        List.of(
            new Word("low", 5), new Word("lower", 2), new Word("newest", 6), new Word("widest", 3));
    BpeMerges learned = BpeTrainer.train(packed(words), new BpeRules(262, 1, List.of("<s>")));
    assertThat(merges(learned)).containsExactly("e+s", "es+t", "l+o", "lo+w", "e+w");
    assertThat(learned.size()).isEqualTo(262);
    // "!" is the first of the bytes, behind the special token.
    assertThat(learned.merges().get(0)).containsExactly(1 + 'e' - '!', 1 + 's' - '!');
    // After low: n+e, e+w and w+est have 6 each; those that are no more frequent than 6 are left.
    assertThat(merges(BpeTrainer.train(packed(words), new BpeRules(400, 7, List.of()))))
        .containsExactly("e+s", "es+t", "l+o", "lo+w");
  }

  @Test
  void neverSpellsASpecialToken() {
    List<Word> words = List.of(new Word("PAD", 9), new Word("PA", 4));
    assertThat(merges(BpeTrainer.train(packed(words), new BpeRules(300, 1, List.of("PAD")))))
        .containsExactly("P+A");
    assertThatThrownBy(() -> new BpeRules(256, 0, List.of("a", "b c ", "<s>", "<s>")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("vocabulary-size must be 260 to")
        .hasMessageContaining("\"a\" has 1 bytes")
        .hasMessageContaining("begins or ends with a space")
        .hasMessageContaining("twice");
  }

  @Test
  void equalsCountingAllPairsAnewForEachMerge() {
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      int letters = 1 + random.nextInt(4);
      int longest = letters < 3 ? 30 : 12;
      Map<String, Long> counts = new HashMap<>();
      for (int w = 1 + random.nextInt(20); w > 0; w--) {
        StringBuilder word = new StringBuilder();
        for (int n = 1 + random.nextInt(longest); n > 0; n--) {
          word.append((char) ('a' + random.nextInt(letters)));
        }
        counts.merge(word.toString(), 1L + random.nextInt(4), Long::sum);
      }
      List<Word> words = new ArrayList<>();
      counts.forEach((text, count) -> words.add(new Word(text, count)));
      BpeRules rules =
          new BpeRules(
              257 + random.nextInt(60),
              1 + random.nextInt(3),
              round % 3 == 0 ? List.of("aab") : List.of());
      List<String> expected = slow(words, rules);
      assertThat(merges(BpeTrainer.train(packed(words), rules)))
          .as("%s", words)
          .isEqualTo(expected);
      Collections.shuffle(words, random);
      assertThat(merges(BpeTrainer.train(packed(words), rules))).isEqualTo(expected);
      assertThat(expected.stream().map(merge -> merge.replace("+", ""))).doesNotHaveDuplicates();
    }
  }

  /** Cuts all words anew with the merges so far, counts all pairs, takes the best. */
  private static List<String> slow(List<Word> words, BpeRules rules) {
    List<String> tokens = new ArrayList<>();
    for (byte b : ByteLetters.inOrder()) {
      tokens.add(String.valueOf((char) (b & 0xFF)));
    }
    List<List<String>> merges = new ArrayList<>();
    while (tokens.size() + rules.special().size() < rules.vocabularySize()) {
      Map<List<String>, Long> counts = new HashMap<>();
      for (Word word : words) {
        List<String> cut = cut(word.text, merges);
        for (int i = 1; i < cut.size(); i++) {
          counts.merge(List.of(cut.get(i - 1), cut.get(i)), word.count, Long::sum);
        }
      }
      List<String> best = null;
      for (Map.Entry<List<String>, Long> entry : counts.entrySet()) {
        String made = String.join("", entry.getKey());
        if (entry.getValue() < rules.minFrequency() || rules.special().contains(made)) {
          continue;
        }
        long difference = best == null ? 1 : entry.getValue() - counts.get(best);
        if (difference > 0 || (difference == 0 && before(tokens, entry.getKey(), best))) {
          best = entry.getKey();
        }
      }
      if (best == null) {
        break;
      }
      merges.add(best);
      String made = String.join("", best);
      if (!tokens.contains(made)) {
        tokens.add(made);
      }
    }
    return merges.stream().map(pair -> String.join("+", pair)).toList();
  }

  private static boolean before(List<String> tokens, List<String> pair, List<String> other) {
    int left = tokens.indexOf(pair.get(0)) - tokens.indexOf(other.get(0));
    return left < 0 || (left == 0 && tokens.indexOf(pair.get(1)) < tokens.indexOf(other.get(1)));
  }

  private static List<String> cut(String word, List<List<String>> merges) {
    List<String> cut = new ArrayList<>(Arrays.asList(word.split("")));
    boolean again = true;
    while (again) {
      again = false;
      for (List<String> merge : merges) {
        int at = Collections.indexOfSubList(cut, merge);
        if (at >= 0) {
          cut.set(at, String.join("", merge));
          cut.remove(at + 1);
          again = true;
          break;
        }
      }
    }
    return cut;
  }
}
