package org.seqlm.text.subword;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GptWordsTest {
  private static final Pattern REGEX =
      Pattern.compile(GptWords.PATTERN, Pattern.UNICODE_CHARACTER_CLASS);

  private static List<String> cut(String text) {
    return SampleText.stretches(new GptWords(), text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void byHand() {
    assertThat(cut("Hello, it's 3pm")).containsExactly("Hello", ",", " it", "'s", " 3", "pm");
  }

  @Test
  void theLastOfSeveralSpacesBelongsToTheWord() {
    assertThat(cut("a   b")).containsExactly("a", "  ", " b");
    assertThat(cut("a \n b")).containsExactly("a", " \n", " b");
    assertThat(cut("a\n\nb")).containsExactly("a", "\n", "\n", "b");
    assertThat(cut("a  ")).containsExactly("a", "  ");
    assertThat(cut("")).isEmpty();
    assertThat(cut("'re'x 're")).containsExactly("'re", "'", "x", " '", "re");
  }

  @Test
  void equalsTheExpression() {
    Random random = new Random(22);
    for (int round = 0; round < 2000; round++) {
      String text = SampleText.draw(random, random.nextInt(12));
      List<String> expected = new ArrayList<>();
      Matcher matcher = REGEX.matcher(text);
      while (matcher.find()) {
        expected.add(matcher.group());
      }
      assertThat(cut(text)).as(text).isEqualTo(expected);
    }
  }

  @Test
  void everyCodePointHasTheKindOfTheExpression() {
    Pattern letter = Pattern.compile("\\p{L}", Pattern.UNICODE_CHARACTER_CLASS);
    Pattern number = Pattern.compile("\\p{N}", Pattern.UNICODE_CHARACTER_CLASS);
    Pattern space = Pattern.compile("\\s", Pattern.UNICODE_CHARACTER_CLASS);
    for (int c = 0; c <= 0x1FFFF; c += c < 0x3100 ? 1 : 7) {
      if ((c >= 0xD800 && c <= 0xDFFF) || !Character.isDefined(c)) {
        continue;
      }
      String one = Character.toString(c);
      // Together with a letter, a digit, a space and a sign only its own kind makes one stretch.
      assertThat(cut("a" + one).size() == 1)
          .as("letter %x", c)
          .isEqualTo(letter.matcher(one).matches());
      assertThat(cut("1" + one).size() == 1)
          .as("number %x", c)
          .isEqualTo(number.matcher(one).matches());
      assertThat(cut("\n" + one).size() == 1)
          .as("space %x", c)
          .isEqualTo(space.matcher(one).matches());
    }
  }

  @Test
  void whatIsNoUtf8IsASign() {
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      SampleText.stretches(new GptWords(), bytes); // without gaps
    }
    byte[] cutShort = {'a', (byte) 0xE4, (byte) 0xBD, ' ', 'b'};
    List<Integer> ends = new ArrayList<>();
    new GptWords().split(cutShort, 0, 5, (bytes, from, to) -> ends.add(to));
    assertThat(ends).containsExactly(1, 3, 5);
  }
}
