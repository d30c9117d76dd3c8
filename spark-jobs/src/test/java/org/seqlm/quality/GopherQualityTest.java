package org.seqlm.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each rule on both sides of its bound. */
class GopherQualityTest {
  private static Judged of(String text) {
    return Judged.of(text, "gopher-quality");
  }

  @Test
  void words() {
    assertThat(of("word ".repeat(49)).fails("gopher-quality.words")).isTrue();
    assertThat(of("word ".repeat(49) + "—").value("gopher-quality.words")).isEqualTo(49);
    assertThat(of("word ".repeat(50)).fails("gopher-quality.words")).isFalse();
    assertThat(of("word ".repeat(100_000)).fails("gopher-quality.words")).isFalse();
    assertThat(of("word ".repeat(100_001)).fails("gopher-quality.words")).isTrue();
    assertThat(of("").removedBy()).isEqualTo("gopher-quality.words");
  }

  @Test
  void wordLength() {
    // "ab" and "abcd" are three on average; the comma belongs to no core.
    assertThat(of("ab, abcd").value("gopher-quality.word-length")).isEqualTo(3);
    assertThat(of("ab, abcd").fails("gopher-quality.word-length")).isFalse();
    assertThat(of("ab, abc").fails("gopher-quality.word-length")).isTrue();
    assertThat(of("abcdefghij").fails("gopher-quality.word-length")).isFalse();
    assertThat(of("abcdefghijk").fails("gopher-quality.word-length")).isTrue();
    // Characters, not bytes or UTF-16's units.
    assertThat(of("𝒜𝒜é").value("gopher-quality.word-length")).isEqualTo(3);
  }

  @Test
  void symbols() {
    assertThat(of("#a b c d e f g h i j").fails("gopher-quality.hashes")).isFalse(); // 1 of 10
    assertThat(of("#a #b c d e f g h i j").fails("gopher-quality.hashes")).isTrue();
    assertThat(of("a... b c d e f g h i j").fails("gopher-quality.ellipses")).isFalse();
    // "......" are two, and so are "..." and "…".
    assertThat(of("a...... b c d e f g h i j").value("gopher-quality.ellipses")).isEqualTo(0.2);
    assertThat(of("a... b… c d e f g h i j").fails("gopher-quality.ellipses")).isTrue();
  }

  @Test
  void lines() {
    String bullets = "- a\n • b\n".repeat(5);
    // Nine of ten lines, blank ones left out; then ten of eleven.
    assertThat(of("- a\n\n".repeat(9) + "b").fails("gopher-quality.bullet-lines")).isFalse();
    assertThat(of(bullets + "b").value("gopher-quality.bullet-lines")).isEqualTo(10 / 11.0);
    assertThat(of(bullets + "b").fails("gopher-quality.bullet-lines")).isTrue();
    assertThat(of("a...\n".repeat(3) + "b\n".repeat(7)).fails("gopher-quality.ellipsis-lines"))
        .isFalse();
    assertThat(of("a… \n".repeat(4) + "b\n".repeat(6)).fails("gopher-quality.ellipsis-lines"))
        .isTrue();
  }

  @Test
  void letters() {
    assertThat(of("a b c d 5").fails("gopher-quality.alphabetic")).isFalse();
    assertThat(of("a b c 4 5").fails("gopher-quality.alphabetic")).isTrue();
  }

  @Test
  void stopWords() {
    assertThat(of("The cat").value("gopher-quality.stop-words")).isEqualTo(1);
    assertThat(of("the the THE").fails("gopher-quality.stop-words")).isTrue();
    assertThat(of("(The cat, and, dog)").fails("gopher-quality.stop-words")).isFalse();
    assertThat(
            Judged.of(
                    "کتاب را به من بده",
                    Judged.filter(
                        "gopher-quality",
                        Map.of("stop-words", java.util.List.of("را", "به", "از"))))
                .value("gopher-quality.stop-words"))
        .isEqualTo(2);
  }
}
