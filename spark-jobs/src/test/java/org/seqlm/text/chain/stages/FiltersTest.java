package org.seqlm.text.chain.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.text.chain.Chain;
import org.seqlm.text.chain.StageSpec;
import org.seqlm.text.chain.Stages;

/** Which tokens the filters let through, and what they refuse to be made of. */
class FiltersTest {
  private static List<String> filtered(String text, Object... filters) {
    Object[] stages = new Object[filters.length + 1];
    stages[0] = "whitespace";
    System.arraycopy(filters, 0, stages, 1, filters.length);
    return LanguagesTest.cut(text, stages);
  }

  @Test
  void patterns() {
    assertThat(filtered("a1 b22 é", Map.of("drop", Map.of("pattern", "\\w\\d"))))
        .containsExactly("b22", "é");
    assertThat(filtered("a1 b22 é 1", Map.of("keep", Map.of("pattern", "\\d", "match", "part"))))
        .containsExactly("a1", "b22", "1");
    assertThat(filtered("é ab", Map.of("keep", Map.of("pattern", "\\w")))).containsExactly("é");
    String longest = "a".repeat(PatternFilters.LONGEST);
    assertThat(filtered(longest + " a" + longest, Map.of("drop", Map.of("pattern", "a+"))))
        .containsExactly("a" + longest);
  }

  @Test
  void aPatternThatNeverEndsIsRefusedByName() {
    assertThatThrownBy(
            () -> filtered("a".repeat(100) + "b", Map.of("drop", Map.of("pattern", "(.*a){10}c"))))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "tokenizer.chain: drop.pattern needs more than 1000000 steps for one token:"
                + " (.*a){10}c");
  }

  @Test
  void kindsOfTokens() {
    assertThat(filtered("a , -- 😀 ❤\uFE0F 5 a-b \u0301 $", "punctuation"))
        .containsExactly("a", "😀", "❤\uFE0F", "5", "a-b");
    assertThat(filtered("1,5 ۱۲٪ a1 3/4 -", "numbers")).containsExactly("a1", "-");
    assertThat(filtered("1,5 x", Map.of("numbers", Map.of("as", "0")))).containsExactly("0", "x");
    assertThat(filtered("a bb ccc 😀😀 dddd", Map.of("length", Map.of("least", 2, "most", 3))))
        .containsExactly("bb", "ccc", "😀😀");
    assertThat(filtered("ab😀d", Map.of("length", Map.of("most", 3, "longer", "cut"))))
        .containsExactly("ab😀");
    assertThat(filtered("the cat", Map.of("stop-words", Map.of("words", List.of("the", "a")))))
        .containsExactly("cat");
  }

  @Test
  void stopWordsOfAFile() throws Exception {
    StageSpec stop =
        StageSpec.of("stop-words")
            .with("file", "stop.txt")
            .resolved(
                file ->
                    new ByteArrayInputStream(
                        "# two\nو\n\n به \n".getBytes(StandardCharsets.UTF_8)));
    List<String> tokens = new ArrayList<>();
    Chain.of(List.of(StageSpec.of("words"), stop))
        .cut("او به خانه و", (in, from, to) -> tokens.add(in.substring(from, to)));
    assertThat(tokens).containsExactly("او", "خانه");
  }

  private static void refused(String message, Object... stages) {
    Problems problems = new Problems();
    List<StageSpec> specs = new ArrayList<>(List.of(StageSpec.of("words")));
    for (Object stage : stages) {
      specs.add(StageSpec.of(stage));
    }
    Stages.check(specs, "tokenizer.chain", problems);
    assertThatThrownBy(problems::throwIfAny).hasMessageContaining(message);
  }

  @Test
  void valuesThatMakeNoSense() {
    refused("drop.pattern is missing: give a regular expression", "drop");
    refused("drop.pattern is no regular expression", Map.of("drop", Map.of("pattern", "(")));
    refused("length drops nothing: give least or most", "length");
    refused(
        "length.least must be at most tokenizer.chain: length.most, 2, but is 3",
        Map.of("length", Map.of("least", 3, "most", 2)));
    refused("stop-words drops nothing: give words or file", "stop-words");
    refused("arabic changes nothing: give one of its parameters", "arabic");
    refused(
        "arabic.letters must be one of keep, persian, arabic (did you mean persian?), but is"
            + " persain",
        Map.of("arabic", Map.of("letters", "persain")));
  }
}
