package org.seqlm.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class C4Test {
  private static final String GOOD = "This line has five words.";

  private static Judged of(String text) {
    return Judged.of(text, "c4");
  }

  @Test
  void linesStayThatEndLikeSentencesAndHaveFiveWords() {
    Judged judged =
        of(
            String.join(
                "\n",
                "  " + GOOD + "\t",
                "This line has no end",
                "But it goes on and on...",
                "Only four words here.",
                "He said: \"It is so.\"",
                "Please enable JavaScript to see this page.",
                "By this you accept our Terms of Use.",
                "A fact that is known[12] to all.[citation needed]",
                "Is it not so, my friend?"));
    assertThat(judged.text())
        .isEqualTo(
            GOOD
                + "\nHe said: \"It is so.\"\nA fact that is known to all.\nIs it not so, my"
                + " friend?");
    assertThat(judged.dropped())
        .isEqualTo(
            Map.of("c4.line-end", 2L, "c4.line-words", 1L, "c4.script", 1L, "c4.policy", 1L));
    assertThat(judged.verdict().keeps()).isTrue();
  }

  @Test
  void aWordOfMoreThanAThousandCharacters() {
    String thousand = "é".repeat(999);
    assertThat(of("It has a long word " + thousand + ".").dropped()).isEmpty();
    assertThat(of("It has a long word x" + thousand + ".").dropped())
        .isEqualTo(Map.of("c4.long-word", 1L));
  }

  @Test
  void sentences() {
    assertThat(of(GOOD + "\n" + GOOD).removedBy()).isEqualTo("c4.sentences");
    assertThat(of(GOOD + " " + GOOD + "\n" + GOOD).removedBy()).isNull();
    // What is dropped does not count.
    assertThat(of(GOOD + "\n" + GOOD + "\nNo. No. No.").removedBy()).isEqualTo("c4.sentences");
  }

  @Test
  void whereSentencesEnd() {
    Map<String, Integer> expected =
        Map.of(
            "One. Two! Three?", 3,
            "It costs 3.50 at example.com.", 1,
            "He said: \"Go!\" She went.", 2,
            "Wait... what", 2,
            "这是一。这是二！这是三", 3,
            "یک. دو؟ سه!", 3,
            "...", 0,
            "", 0);
    expected.forEach(
        (text, sentences) -> {
          byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
          assertThat(Marks.sentences(utf8, 0, utf8.length)).as(text).isEqualTo(sentences);
        });
  }

  @Test
  void pagesWithBracketsOrPlaceholders() {
    String good = (GOOD + "\n").repeat(3);
    assertThat(of(good).removedBy()).isNull();
    // Also in lines that are dropped for another reason.
    assertThat(of(good + "a {").removedBy()).isEqualTo("c4.curly-brackets");
    assertThat(of(good + "Lorem IPSUM dolor").removedBy()).isEqualTo("c4.lorem-ipsum");
    assertThat(of(good + "Loremipsum").removedBy()).isNull();
    assertThat(
            Judged.of(good + "{{", Judged.filter("c4", Map.of("max-curly-brackets", 2)))
                .removedBy())
        .isNull();
  }

  @Test
  void otherLanguagesByTheirMarks() {
    String persian = "این یک جمله است که پنج واژه دارد؟";
    assertThat(of(persian).text()).isEmpty();
    assertThat(Judged.of(persian, Judged.filter("c4", Map.of("line-ends", List.of("؟")))).text())
        .isEqualTo(persian);
  }

  @Test
  void laterFiltersSeeWhatIsLeft() {
    String text = (GOOD + "\n").repeat(3) + "dropped words ".repeat(50);
    assertThat(Judged.of(text, "c4", "length:min-words=1").value("length.words")).isEqualTo(15);
    assertThat(Judged.of(text, "length:min-words=1", "c4").value("length.words")).isEqualTo(115);
  }
}
