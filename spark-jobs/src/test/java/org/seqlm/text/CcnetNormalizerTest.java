package org.seqlm.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines are as CCNet's own function makes them; the examples are worked by hand from its rules. */
class CcnetNormalizerTest {
  private final CcnetNormalizer normalizer = new CcnetNormalizer();

  private String of(String line) {
    byte[] utf8 = ("<" + line + ">").getBytes(StandardCharsets.UTF_8);
    return new String(normalizer.apply(utf8, 1, utf8.length - 1), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "  Hello World 1984 \t|hello world 0000",
        "Élève naïve, Ångström|eleve naive, angstrom",
        "„Ja“, sagte «er» – ’s ist…|\"ja\", sagte \"er\" - 's ist...",
        "a—b|a - b",
        "１２．５％|00. 0%",
        "٣ és ४|0 es 0",
        "（好）、【一】《二》「三」|(好),[一]\"二\"\"三\"",
        "〈x〉；～？！：∶。，|<x>;~?!::.,",
        "►━–|---",
        "ΟΔΟΣ|οδος",
        "İstanbul|istanbul",
        "straße ŒUVRE ½ ²|straße œuvre ½ ²",
        // Neither is in the table.
        "‘q’ ‚q|‘q' ‚q",
      })
  void aLine(String line, String normalized) {
    assertThat(of(line)).isEqualTo(normalized);
  }

  @Test
  void theOrderOfTheSteps() {
    // White space goes first, and only at the ends; what is left of control characters is no space.
    assertThat(of("\u00A0\u2003a\u00A0b\u3000\u001F")).isEqualTo("a\u00A0b");
    assertThat(of("a\tb\u0085c\u007F")).isEqualTo("abc");
    // A mark that becomes " - " at the end is not stripped again.
    assertThat(of("a\u2014")).isEqualTo("a - ");
    // A zero-width space is neither white space nor a control character.
    assertThat(of("\u200Ba")).isEqualTo("\u200Ba");
    // What is lower-case first: the dot above of the small letter goes as a mark.
    assertThat(of("\u0130")).isEqualTo("i");
    // The wide digit is a digit before it could be a quotation mark.
    assertThat(of("\uFF11")).isEqualTo("0");
    // The Greek question mark is canonically a semicolon.
    assertThat(of("\u037E")).isEqualTo(";");
    // Hangul is taken apart, and stays so; an enclosing or spacing mark stays.
    assertThat(of("\uAC01")).isEqualTo("\u1100\u1161\u11A8");
    assertThat(of("a\u20DD\u0903")).isEqualTo("a\u20DD\u0903");
    assertThat(of(" \t ")).isEmpty();
    assertThat(of("")).isEmpty();
  }

  /** Plain lines go a way of their own. */
  @Test
  void bothWaysAgree() {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder line = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        line.append((char) random.nextInt(128));
      }
      assertThat(of(line.toString())).isEqualTo(CcnetNormalizer.normalize(line.toString()));
    }
  }
}
