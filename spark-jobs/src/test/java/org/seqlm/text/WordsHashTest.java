package org.seqlm.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WordsHashTest {
  private static long hash(String... lines) {
    WordsHash hash = new WordsHash();
    for (String line : lines) {
      byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
      hash.add(utf8, 0, utf8.length);
    }
    return hash.value();
  }

  @Test
  void caseSpacePunctuationAndFormDoNotCount() {
    long plain = hash("it is the strasse of odysseus");
    assertThat(hash("  It is -- the", "", "STRA\u00DFE, \u00ABof\u00BB\tOdysseus.\r"))
        .isEqualTo(plain);
    assertThat(hash("\u0399\u039F\u03A3")).isEqualTo(hash("\u03B9\u03BF\u03C2"));
    assertThat(hash("cafe\u0301")).isEqualTo(hash("CAF\u00C9")).isNotEqualTo(hash("cafe"));
    assertThat(hash("\uFF21\uFF11 \uFB01n")).isEqualTo(hash("a1 fin")); // wide forms, a ligature
    assertThat(hash("so\u00ADft\u200D")).isEqualTo(hash("soft"));
    assertThat(hash("don\u2019t")).isEqualTo(hash("don't")).isEqualTo(hash("don t"));
    assertThat(hash("a\u00A0b")).isEqualTo(hash("a b")).isNotEqualTo(hash("ab"));
    assertThat(hash("a`b", "c")).isEqualTo(hash("a b c"));
  }

  /** Held-out text rests on this for years: another value would move documents between splits. */
  @Test
  void valuesNeverChange() {
    assertThat(hash("It is the Stra\u00DFe of Odysseus, 1 + 2.")).isEqualTo(630792758805855883L);
  }

  @Test
  void wordsTheirOrderAndSymbolsCount() {
    Set<Long> different = new HashSet<>();
    String[] texts = {
      "a b",
      "b a",
      "a",
      "a a",
      "ab",
      "1 + 2",
      "1 2",
      "1 < 2",
      "\u20AC",
      "$",
      "\uD83D\uDE00",
      "\uD83D\uDE01",
      "\u4E2D\u6587",
      "x\u0301",
      ""
    };
    for (String text : texts) {
      different.add(hash(text));
    }
    assertThat(different).hasSize(texts.length);
    assertThat(hash("!?", "...")).isEqualTo(hash()).isZero();
  }

  /** However a text is parted between words, the parts' hashes are joined to the whole's. */
  @Test
  void partsJoinInAnyOrderOfJoining() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      String[] lines = new String[1 + random.nextInt(8)];
      for (int i = 0; i < lines.length; i++) {
        StringBuilder line = new StringBuilder();
        for (int w = random.nextInt(6); w > 0; w--) {
          int c = random.nextInt(3) == 0 ? 0xC0 + random.nextInt(0x3000) : 'a' + random.nextInt(26);
          line.appendCodePoint(c).append(random.nextInt(4) == 0 ? "," : "").append(' ');
        }
        lines[i] = line.toString();
      }
      long whole = hash(lines);
      long[] values = new long[lines.length];
      long[] powers = new long[lines.length];
      WordsHash hash = new WordsHash();
      for (int i = 0; i < lines.length; i++) {
        byte[] utf8 = lines[i].getBytes(StandardCharsets.UTF_8);
        hash.clear().add(utf8, 0, utf8.length);
        values[i] = hash.value();
        powers[i] = hash.power();
      }
      long left = 0;
      for (int i = 0; i < lines.length; i++) {
        left = WordsHash.join(left, values[i], powers[i]);
      }
      long right = 0;
      long rightPower = 1;
      for (int i = lines.length - 1; i >= 0; i--) {
        right = WordsHash.join(values[i], right, rightPower);
        rightPower = WordsHash.join(rightPower, 0, powers[i]);
      }
      assertThat(left).isEqualTo(whole);
      assertThat(right).isEqualTo(whole);
    }
  }
}
