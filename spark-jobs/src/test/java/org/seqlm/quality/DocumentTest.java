package org.seqlm.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DocumentTest {
  private static Document of(String text) {
    // Not at the array's beginning, nor to its end.
    byte[] utf8 = ("x\n" + text + "\ny").getBytes(StandardCharsets.UTF_8);
    return new Document(utf8, 2, utf8.length - 2);
  }

  private static String cut(Document document, int from, int to) {
    return new String(document.utf8(), from, to - from, StandardCharsets.UTF_8);
  }

  private static List<String> lines(Document document) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < document.lines(); i++) {
      int from = document.lineFrom(i);
      lines.add(cut(document, from, document.lineTo(i, from)));
    }
    return lines;
  }

  private static List<String> words(Document document) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < document.words(); i++) {
      words.add(cut(document, document.wordFrom(i), document.wordTo(i)));
    }
    return words;
  }

  @Test
  void linesAndWords() {
    Document document = of("  «Ça va?»\u00A0— it's 3.5\r\n\n\u3000\nسلام می\u200Cخواهم\n");
    assertThat(lines(document))
        .containsExactly("«Ça va?»\u00A0— it's 3.5", "", "", "سلام می\u200Cخواهم");
    assertThat(words(document))
        .containsExactly("«Ça", "va?»", "—", "it's", "3.5", "سلام", "می\u200Cخواهم");
    // Six have a core: Ça, va, it's, 3.5, سلام, می‌خواهم: 2 + 2 + 4 + 3 + 4 + 8 (with its joiner).
    assertThat(document.cores()).isEqualTo(6);
    assertThat(document.coreCharacters()).isEqualTo(23);
    assertThat(document.alphabetic()).isEqualTo(5);
  }

  @Test
  void nothingAndLineFeedsAlone() {
    assertThat(of("").lines()).isZero();
    assertThat(of("").words()).isZero();
    assertThat(lines(of("\n\n"))).containsExactly("", "");
    assertThat(lines(of("a\nb"))).containsExactly("a", "b");
  }

  @Test
  void wordsAreWhatSplitsAtWhiteSpace() {
    Random random = new Random(7);
    String[] parts = {"a", "é", "漢", "😀", " ", "\u2003", "\n", "-", "1"};
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(30); k > 0; k--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      List<String> expected =
          Arrays.stream(text.toString().split("[ \u2003\n]+")).filter(w -> !w.isEmpty()).toList();
      Document document = of(text.toString());
      assertThat(words(document)).isEqualTo(expected);
      assertThat(document.characters()).isEqualTo(text.codePointCount(0, text.length()));
    }
  }
}
