package org.seqlm.profile.text;

import java.util.function.ToDoubleFunction;
import org.seqlm.profile.text.ReadingUnits.Counts;

/**
 * Formulas of readability. All but {@link #LIX} were fitted to English texts, and their numbers
 * tell the order of texts of other languages at best; those that ask for syllables are for English
 * alone. W are words, S sentences, Y syllables, P words of three syllables or more.
 */
public enum Readability {
  /** {@code W/S + 100 long/W}, long words of more than six letters (Björnsson 1968). */
  LIX(
      "LIX",
      Needs.LETTERS,
      1,
      c -> per(c.words(), c.sentences()) + 100 * per(c.longWords(), c.words())),
  /** {@code 4.71 characters/W + 0.5 W/S − 21.43} (Smith and Senter 1967). */
  ARI(
      "Automated Readability Index",
      Needs.LETTERS,
      1,
      c -> 4.71 * per(c.characters(), c.words()) + 0.5 * per(c.words(), c.sentences()) - 21.43),
  /**
   * {@code 0.0588 L − 0.296 S − 15.8}, letters and sentences per 100 words (Coleman, Liau 1975).
   */
  COLEMAN_LIAU(
      "Coleman-Liau index",
      Needs.LETTERS,
      1,
      c -> 5.88 * per(c.letters(), c.words()) - 29.6 * per(c.sentences(), c.words()) - 15.8),
  /** {@code 206.835 − 1.015 W/S − 84.6 Y/W}, the higher the easier (Flesch 1948). */
  FLESCH(
      "Flesch reading ease",
      Needs.SYLLABLES,
      1,
      c -> 206.835 - 1.015 * per(c.words(), c.sentences()) - 84.6 * per(c.syllables(), c.words())),
  /** {@code 0.39 W/S + 11.8 Y/W − 15.59} (Kincaid, Fishburne, Rogers and Chissom 1975). */
  FLESCH_KINCAID(
      "Flesch-Kincaid grade",
      Needs.SYLLABLES,
      1,
      c -> 0.39 * per(c.words(), c.sentences()) + 11.8 * per(c.syllables(), c.words()) - 15.59),
  /**
   * {@code 0.4 (W/S + 100 P/W)} (Gunning 1952); his exceptions, names, compounds and endings, are
   * not made.
   */
  FOG(
      "Gunning fog index",
      Needs.SYLLABLES,
      1,
      c -> 0.4 * (per(c.words(), c.sentences()) + 100 * per(c.polysyllables(), c.words()))),
  /** {@code 3.1291 + 1.0430 √(30 P/S)}, of at least 30 sentences (McLaughlin 1969). */
  SMOG(
      "SMOG grade",
      Needs.SYLLABLES,
      30,
      c -> 3.1291 + 1.0430 * Math.sqrt(30 * per(c.polysyllables(), c.sentences())));

  /** Words below which a document has no readability: the formulas are for samples of a hundred. */
  public static final int LEAST_WORDS = 100;

  private enum Needs {
    LETTERS,
    SYLLABLES
  }

  private final String title;
  private final Needs needs;
  private final long leastSentences;
  private final ToDoubleFunction<Counts> formula;

  Readability(String title, Needs needs, long leastSentences, ToDoubleFunction<Counts> formula) {
    this.title = title;
    this.needs = needs;
    this.leastSentences = leastSentences;
    this.formula = formula;
  }

  private static double per(long a, long b) {
    return (double) a / b;
  }

  /** Its name for people. */
  public String title() {
    return title;
  }

  /** Whether it can be computed of a text. */
  public boolean suits(Counts counts) {
    return counts.words() >= LEAST_WORDS
        && counts.sentences() >= leastSentences
        && (needs == Needs.LETTERS || counts.syllabled());
  }

  /** The formula, whatever it suits; of at least one sentence. */
  public double of(Counts counts) {
    return formula.applyAsDouble(counts);
  }
}
