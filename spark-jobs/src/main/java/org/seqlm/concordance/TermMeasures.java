package org.seqlm.concordance;

/**
 * What a word's counts say of it, beside those of its text.
 *
 * @param words of the text
 * @param documents of the text, those without a word among them
 */
public record TermMeasures(long words, long documents) implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  /** Occurrences in a million words. */
  public double perMillion(long count) {
    return 1e6 * count / words;
  }

  /**
   * Inverse document frequency, ln(D / d): D documents, of which d have the word (Spärck Jones, A
   * statistical interpretation of term specificity and its application in retrieval, 1972; Manning,
   * Raghavan and Schütze, Introduction to Information Retrieval, 2008, equation 6.7, there with
   * another base). 0 of a word that every document has.
   *
   * @param with documents that have the word, at least 1
   */
  public double idf(long with) {
    return Math.log((double) documents / with);
  }

  /** tf-idf of the text as a whole: occurrences times {@link #idf} (equation 6.8 there). */
  public double tfIdf(long count, long with) {
    return count * idf(with);
  }
}
