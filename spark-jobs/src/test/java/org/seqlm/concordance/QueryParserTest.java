package org.seqlm.concordance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.UserException;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

class QueryParserTest {
  private static String steps(String query, TextRules rules) {
    StringBuilder text = new StringBuilder();
    for (Query.Phrase phrase : Query.parse(query, rules).phrases()) {
      for (Query.Step step : phrase.steps()) {
        text.append(step.most() > 0 ? step.least() + "-" + step.most() + " " : "");
        text.append(step.any().stream().map(p -> String.join("*", p.pieces())).toList());
      }
      text.append(';');
    }
    return text.toString();
  }

  @Test
  void readsAllThatAQueryHas() {
    TextRules words = WrittenIndex.WORDS;
    assertThat(steps("Make * {0,3} UP", words)).isEqualTo("[make]1-4 [up];");
    assertThat(steps("(old | Young*)man|*ly", words)).isEqualTo("[old, young*][man];[*ly];");
    assertThat(steps("well-known don't", words)).isEqualTo("[well][known][don't];");
    assertThat(steps("كتاب*", words)).isEqualTo("[کتاب*];");
    TextRules spaced = TextRules.of(TokenizerKind.WHITESPACE);
    assertThat(steps("\\*Old\\* {2} \\(", spaced)).isEqualTo("[*Old*]2-2 [(];");
    assertThat(steps("a\\ b", TextRules.of(TokenizerKind.CHAR))).isEqualTo("[a][ ][b];");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '"',
      value = {
        "\"\" @ 1: a word is missing here",
        "a | @ 4: a word is missing here",
        "(a|b @ 1: this parenthesis is not closed",
        "(a b) @ 4: a ) or | is missing here: within parentheses stand single words, parted by |",
        "(a|) @ 4: a word is missing here",
        "(a|*) @ 4: a star alone is any word: it needs no alternatives",
        "(well-known|b) @ 2: \"well-known\" is 2 words",
        "* a @ 1: a word is missing before the words that may be any",
        "a {2} @ 6: a word is missing behind the words that may be any",
        "a {3,1} b @ 3: between braces stands a number of words",
        "a {x} b @ 3: between braces stands a number of words",
        "a {99} * * b @ 10: between two words stand at most 100 others",
        "a {1 b @ 3: this brace is not closed",
        "a) @ 2: nothing is open that ) would close",
        "a ?! @ 3: \"?!\" has no word by the rules of the index",
        "a\\ @ 2: a character is missing behind the backslash"
      })
  void saysWhatIsWrongAndWhere(String query, String message) {
    assertThatThrownBy(() -> Query.parse(query, WrittenIndex.WORDS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("at character " + message);
  }

  @Test
  void aQueryHasABound() {
    assertThatThrownBy(() -> Query.parse("a ".repeat(65), WrittenIndex.WORDS))
        .hasMessageContaining("a query has at most 64 words");
    assertThatThrownBy(() -> Query.parse("a|".repeat(65) + "a", WrittenIndex.WORDS))
        .hasMessageContaining("a query has at most 64 words");
  }
}
