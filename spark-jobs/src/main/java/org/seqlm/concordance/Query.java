package org.seqlm.concordance;

import java.util.List;
import org.seqlm.text.TextRules;

/**
 * What is looked for: phrases, any of which will do.
 *
 * @param text as it was written
 * @param phrases none empty
 */
public record Query(String text, List<Phrase> phrases) implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  /** Words that may stand between two of a phrase, at most. */
  public static final int MOST_BETWEEN = 100;

  /** Words of all phrases together, at most; alternatives within parentheses are one. */
  public static final int MOST_STEPS = 64;

  /** Words one after the other. */
  record Phrase(List<Step> steps) implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    Phrase {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A word of a phrase.
   *
   * @param any patterns, one of which it is
   * @param least words between it and the one before; 0 of the first
   * @param most of these words
   */
  record Step(List<WordPattern> any, int least, int most) implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    Step {
      any = List.copyOf(any);
    }
  }

  public Query {
    phrases = List.copyOf(phrases);
  }

  /**
   * Reads a query: words one after the other; {@code gover*}, {@code *ly}, {@code c*t}: words with
   * any letters in place of the star, or none; {@code (old|young)}: one of some; {@code *} alone:
   * any one word; {@code {2}}, {@code {0,3}}: so many words; {@code a | b}: one of some phrases; a
   * backslash before a character takes it as it is. Words are cut and their letters folded by the
   * rules of the index.
   *
   * @throws org.seqlm.UserException with exit code 2 that says what is wrong, and where
   */
  public static Query parse(String text, TextRules rules) {
    return new QueryParser(text, rules).query();
  }

  /**
   * Whether a word of it stands for more than the one that is all that is asked for there: by a
   * star, or as one of several.
   */
  boolean standsForMore(Step step) {
    return phrases.size() > 1 || step.any().size() > 1 || !step.any().get(0).isWord();
  }

  /** Whether any word of it does, so that words come up that were not asked for alone. */
  public boolean standsForMore() {
    return phrases.stream()
        .flatMap(phrase -> phrase.steps().stream())
        .anyMatch(this::standsForMore);
  }

  /** Whether it is one word at a time that is looked for. */
  boolean isOfSingleWords() {
    return phrases.stream().allMatch(phrase -> phrase.steps().size() == 1);
  }
}
