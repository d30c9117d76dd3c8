package org.seqlm.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RepetitionTest {
  private static double value(String text, String rule) {
    return Judged.of(text, "gopher-repetition").value("gopher-repetition." + rule);
  }

  private static boolean fails(String text, String rule) {
    return Judged.of(text, "gopher-repetition").fails("gopher-repetition." + rule);
  }

  @Test
  void lines() {
    // One duplicate of four lines; its 3 characters of 4 × 3 + 4 line feeds.
    String text = "abc\nabd\nabc\nabe\n";
    assertThat(value(text, "duplicate-lines")).isEqualTo(0.25);
    assertThat(value(text, "duplicate-line-characters")).isEqualTo(3 / 16.0);
    // Three of ten lines are kept, four are not; blank lines are none, nor is white space.
    String some = "a\n\nb\nc\nd\ne\nf\n";
    assertThat(fails(some + "g\na\n a\na", "duplicate-lines")).isFalse();
    assertThat(fails(some + "a\na\na\na", "duplicate-lines")).isTrue();
    // 20 of 100 characters, and 20 of 99.
    String twice = "x".repeat(20) + "\n" + "x".repeat(20) + "\n";
    assertThat(fails(twice + "y".repeat(58), "duplicate-line-characters")).isFalse();
    assertThat(fails(twice + "y".repeat(57), "duplicate-line-characters")).isTrue();
  }

  @Test
  void paragraphs() {
    String text = "a\nb\n\n\na\n\na\nb\n\nc\nb";
    // a b, a, a b, c b: one of four; its "a\nb" is 3 of 17 characters.
    assertThat(value(text, "duplicate-paragraphs")).isEqualTo(0.25);
    assertThat(value(text, "duplicate-paragraph-characters")).isEqualTo(3 / 17.0);
    assertThat(fails("a\n\na\n\nb\n\nc", "duplicate-paragraphs")).isFalse();
    assertThat(fails("a\n\na\n\nb", "duplicate-paragraphs")).isTrue(); // one of three
  }

  @Test
  void topGrams() {
    // "ab cd" comes twice: 2 × 5 of 17 characters; "cd ab" once.
    String text = "ab cd ab cd ef gh";
    assertThat(value(text, "top-2-gram")).isEqualTo(10 / 17.0);
    // No n-gram of three words comes twice.
    assertThat(value(text, "top-3-gram")).isZero();
    // Of equals the first one.
    assertThat(value("a b x a b cc dd y cc dd", "top-2-gram")).isEqualTo(2 * 3 / 23.0);
    // 20 of 100 characters are kept, 20 of 99 are not.
    String twice = "abcd efghi, abcd efghi, ";
    assertThat(fails(twice + "y".repeat(86), "top-2-gram")).isFalse(); // 22 of 110
    assertThat(fails(twice + "y".repeat(85), "top-2-gram")).isTrue();
  }

  @Test
  void duplicateGrams() {
    // The second "a b c d e" is 5 of 23 characters; what overlaps it is not counted again.
    String text = "a b c d e f a b c d e f";
    assertThat(value(text, "duplicate-5-grams")).isEqualTo(5 / 23.0);
    assertThat(value(text, "duplicate-6-grams")).isEqualTo(6 / 23.0);
    assertThat(value(text, "duplicate-7-grams")).isZero();
    // Twelve words: the one at 0 is new, that at 1 a duplicate, and behind it that at 6.
    assertThat(value("a ".repeat(12).strip(), "duplicate-5-grams")).isEqualTo(10 / 23.0);
  }

  @Test
  void nothing() {
    Judged none = Judged.of("", "gopher-repetition");
    assertThat(none.verdict().keeps()).isTrue();
    assertThat(none.verdict().values()).containsOnly(Double.NaN);
    assertThat(value("one", "top-2-gram")).isZero();
  }

  /** The formulas of datatrove's gopher_repetition_filter.py, over words that white space parts. */
  @Test
  void isWhatStringsSay() {
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(60); k > 0; k--) {
        text.append(random.nextInt(4) == 0 ? "a" : "bé".substring(random.nextInt(2)));
        text.append(" ".repeat(random.nextInt(2)));
      }
      List<String> words =
          Arrays.stream(text.toString().split(" +")).filter(w -> !w.isEmpty()).toList();
      Document document = new Document(text.toString().getBytes(StandardCharsets.UTF_8));
      Repetition repetition = new Repetition();
      for (int n = 2; n <= 10; n++) {
        assertThat(repetition.top(document, n)).isEqualTo(top(words, n));
        assertThat(repetition.duplicates(document, n)).isEqualTo(duplicates(words, n));
      }
    }
  }

  private static int top(List<String> words, int n) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (int i = 0; i + n <= words.size(); i++) {
      counts.merge(String.join(" ", words.subList(i, i + n)), 1, Integer::sum);
    }
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return most < 2
        ? 0
        : counts.entrySet().stream()
            .filter(gram -> gram.getValue() == most)
            .findFirst()
            .map(gram -> most * gram.getKey().codePointCount(0, gram.getKey().length()))
            .orElseThrow();
  }

  private static int duplicates(List<String> words, int n) {
    Set<List<String>> unique = new HashSet<>();
    int characters = 0;
    int at = 0;
    while (at < words.size() - n + 1) {
      List<String> gram = new ArrayList<>(words.subList(at, at + n));
      if (unique.contains(gram)) {
        characters += String.join("", gram).codePointCount(0, String.join("", gram).length());
        at += n;
      } else {
        unique.add(gram);
        at++;
      }
    }
    return characters;
  }

  @Test
  void longDocumentsTakeLinearTime() {
    // A word of 10 MiB, a million empty lines, and a million words that are one.
    assertThat(value("a".repeat(10 << 20), "duplicate-5-grams")).isZero();
    assertThat(value("\n".repeat(1_000_000), "duplicate-lines")).isNaN();
    assertThat(value("a ".repeat(300_000), "top-2-gram")).isCloseTo(1.5, within(1e-4));
  }
}
