package org.seqlm.text.chain.stages;

import org.seqlm.Problems;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageParameter;
import org.seqlm.text.chain.StageValues;

/** Tokens that go by what they are made of. */
final class TokenFilters {
  private TokenFilters() {}

  /** {@code punctuation}. */
  public static final class Punctuation extends PlainProvider {
    public Punctuation() {
      super(
          Kind.FILTER,
          "punctuation",
          "Drops tokens of nothing but punctuation, symbols and marks; emoji stay.");
    }

    @Override
    public Stage create(StageValues values) {
      return (Stage.Filter) token -> isPunctuation(token) ? null : token;
    }

    private static boolean isPunctuation(String token) {
      for (int i = 0; i < token.length(); ) {
        int c = token.codePointAt(i);
        boolean picture = Letters.isEmoji(c) || Letters.isRegional(c) || c == Letters.EMOJI_STYLE;
        if (picture || !(Letters.isSymbol(c) || Letters.isMark(c))) {
          return false;
        }
        i += Character.charCount(c);
      }
      return true;
    }
  }

  /** {@code numbers}. */
  public static final class Numbers extends PlainProvider {
    private static final String AS = "as";

    public Numbers() {
      super(
          Kind.FILTER,
          "numbers",
          "Drops tokens of digits and what stands in numbers (. , / % ' + -), or puts a text in"
              + " their place.",
          StageParameter.text(AS, null, "The text, for instance 0; none drops them."));
    }

    @Override
    public Stage create(StageValues values) {
      String as = values.text(AS);
      return (Stage.Filter) token -> isNumber(token) ? as : token;
    }

    private static boolean isNumber(String token) {
      boolean digit = false;
      for (int i = 0; i < token.length(); ) {
        int c = token.codePointAt(i);
        if (Letters.isDigit(c)) {
          digit = true;
        } else if (".,/%'+-\u2019\u066A\u066B\u066C\u2030\u2044\u2212\uFF05".indexOf(c) < 0) {
          return false;
        }
        i += Character.charCount(c);
      }
      return digit;
    }
  }

  /** {@code length}. */
  public static final class Length extends PlainProvider {
    private static final String LEAST = "least";
    private static final String MOST = "most";
    private static final String LONGER = "longer";

    public Length() {
      super(
          Kind.FILTER,
          "length",
          "Drops tokens that are too short or too long, in code points.",
          StageParameter.whole(LEAST, 1, 1 << 30, 1, "Code points that a token has at least."),
          StageParameter.whole(MOST, 1, 1 << 30, 1 << 30, "Code points that it has at most."),
          StageParameter.choice(LONGER, "A longer one is dropped, or cut there.", "drop", "cut"));
    }

    @Override
    public void check(StageValues values, String key, Problems problems) {
      problems
          .require(
              values.whole(LEAST) <= values.whole(MOST),
              key
                  + ".least must be at most "
                  + key
                  + ".most, "
                  + values.whole(MOST)
                  + ", but is "
                  + values.whole(LEAST))
          .require(
              values.given(LEAST) || values.given(MOST),
              key + " drops nothing: give least or most");
    }

    @Override
    public Stage create(StageValues values) {
      long least = values.whole(LEAST);
      int most = (int) values.whole(MOST);
      boolean cut = values.text(LONGER).equals("cut");
      return (Stage.Filter)
          token -> {
            int length = token.codePointCount(0, token.length());
            if (length < least) {
              return null;
            }
            if (length <= most) {
              return token;
            }
            return cut ? token.substring(0, token.offsetByCodePoints(0, most)) : null;
          };
    }
  }
}
