package org.seqlm.profile.text;

import java.util.Locale;

/** What {@link Tallies} of a text are called. */
public final class Measures {
  /** Lines of the text. */
  public static final String LINES = "lines";

  /** Lines that are not in Unicode's normal form C. */
  public static final String LINES_NOT_NFC = "lines-not-nfc";

  /** Characters by script: the prefix of the script's name. */
  public static final String SCRIPTS = "script/";

  /** Characters by general category: the prefix of the category's name. */
  public static final String CATEGORIES = "category/";

  /** Sums over documents of what {@link ReadingUnits} counts. */
  public static final String UNITS = "units/";

  /** Lengths of documents in words. */
  public static final String DOCUMENT_WORDS = "document-words";

  /** Lengths of lines in characters. */
  public static final String LINE_CHARACTERS = "line-characters";

  /** Scores of documents, in {@link #PARTS} of one. */
  public static final String MATTR = "mattr";

  /** Likewise. */
  public static final String HDD = "hdd";

  /** Scores of documents, in tenths. */
  public static final String MTLD = "mtld";

  /** Documents with enough words for diversity, none of which comes twice. */
  public static final String MTLD_INFINITE = "mtld-infinite";

  /** Documents whose group has a longer name than is kept. */
  public static final String CUT_GROUP_NAMES = "cut-group-names";

  /** Steps in which ratios are kept. */
  public static final int PARTS = 1000;

  /** Steps in which other scores are kept. */
  public static final int TENTHS = 10;

  /** Scores beyond are counted as this, in tenths. */
  static final long BOUND = 100_000;

  private Measures() {}

  /** Scores of documents by a formula, in tenths. */
  public static String of(Readability formula) {
    return "readability/" + formula.name().toLowerCase(Locale.ROOT);
  }
}
