package org.seqlm.text.chain.stages;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageParameter;
import org.seqlm.text.chain.StageValues;

/**
 * Tokens that go or stay by a regular expression of Java's. Its engine goes back over what it has
 * read, in the worst case for longer than anyone waits; so it gets tokens of a bounded length, and
 * may read a bounded number of their chars.
 */
final class PatternFilters {
  /** Chars of a token; a longer one matches no pattern. */
  static final int LONGEST = 1024;

  /** Chars that may be read of one token, many of them again and again. */
  static final int MOST_READ = 1_000_000;

  private static final String PATTERN = "pattern";
  private static final String MATCH = "match";

  private PatternFilters() {}

  private abstract static class Provider extends PlainProvider {
    private final boolean stays;

    Provider(String name, String summary, boolean stays) {
      super(
          Kind.FILTER,
          name,
          summary,
          StageParameter.text(
              PATTERN,
              null,
              "Of Java (java.util.regex), with Unicode's classes; tokens of more than "
                  + LONGEST
                  + " chars never match."),
          StageParameter.choice(MATCH, "The whole token, or any part of it.", "whole", "part"));
      this.stays = stays;
    }

    @Override
    public final void check(StageValues values, String key, Problems problems) {
      String pattern = values.text(PATTERN);
      if (pattern == null) {
        problems.require(false, key + "." + PATTERN + " is missing: give a regular expression");
        return;
      }
      try {
        compiled(pattern);
      } catch (PatternSyntaxException e) {
        problems.require(
            false,
            key
                + "."
                + PATTERN
                + " is no regular expression: "
                + e.getDescription()
                + ", in "
                + pattern);
      } catch (StackOverflowError e) {
        problems.require(false, key + "." + PATTERN + " is nested too deeply");
      }
    }

    private static Pattern compiled(String pattern) {
      return Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS);
    }

    @Override
    public final Stage create(StageValues values) {
      Matcher matcher = compiled(values.text(PATTERN)).matcher("");
      boolean whole = values.text(MATCH).equals("whole");
      return (Stage.Filter)
          token -> {
            boolean matches =
                token.length() <= LONGEST && matches(matcher.reset(new Read(token)), whole);
            return matches == stays ? token : null;
          };
    }

    private boolean matches(Matcher matcher, boolean whole) {
      try {
        return whole ? matcher.matches() : matcher.find();
      } catch (StackOverflowError e) {
        throw tooMuch(this, matcher.pattern().pattern());
      } catch (Read.Exhausted e) {
        throw tooMuch(this, matcher.pattern().pattern());
      }
    }
  }

  private static UserException tooMuch(Provider provider, String pattern) {
    return UserException.configuration(
        "tokenizer.chain: "
            + provider.name()
            + ".pattern needs more than "
            + MOST_READ
            + " steps for one token: "
            + pattern
            + ": write it without repetitions inside of repetitions, as a++ or (?>...)");
  }

  /** A token that counts how often its chars are read. */
  private static final class Read implements CharSequence {
    private final String token;

    private int left = MOST_READ;

    Read(String token) {
      this.token = token;
    }

    static final class Exhausted extends RuntimeException {
      private static final long serialVersionUID = 1L;

      Exhausted() {
        super(null, null, false, false);
      }
    }

    @Override
    public char charAt(int i) {
      if (--left < 0) {
        throw new Exhausted();
      }
      return token.charAt(i);
    }

    @Override
    public int length() {
      return token.length();
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return new Read(token.substring(from, to));
    }

    @Override
    public String toString() {
      return token;
    }
  }

  /** {@code drop}. */
  public static final class Drop extends Provider {
    public Drop() {
      super("drop", "Drops tokens that match a regular expression.", false);
    }
  }

  /** {@code keep}. */
  public static final class Keep extends Provider {
    public Keep() {
      super("keep", "Drops tokens that do not match a regular expression.", true);
    }
  }
}
