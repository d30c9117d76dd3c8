package org.seqlm.terms;

/**
 * How evenly a word is spread over the parts of a corpus, such as its documents. Parts come one by
 * one; those without the word need not come. Sums are made in the order of the parts.
 */
public final class Dispersion {
  private final long count;
  private final long parts;
  private final long tokens;
  private final long least;
  private long range;
  private long seen;
  private long seenTokens;
  private double differences;
  private double shares; // of relative frequencies
  private double squares;

  /**
   * Begins.
   *
   * @param count how often the word stands in all parts, at least 1
   * @param parts how many have tokens, at least 2
   * @param tokens of all parts
   * @param least tokens of the smallest of them
   */
  public Dispersion(long count, long parts, long tokens, long least) {
    if (count < 1 || parts < 2 || least < 1 || tokens < parts * least || tokens < count) {
      throw new IllegalArgumentException(
          "no dispersion: count "
              + count
              + ", parts "
              + parts
              + ", tokens "
              + tokens
              + ", the smallest "
              + least);
    }
    this.count = count;
    this.parts = parts;
    this.tokens = tokens;
    this.least = least;
  }

  /**
   * Of a word's counts in all parts.
   *
   * @param counts // (parts)
   * @param sizes tokens; parts of none are no parts // (parts)
   */
  public static Dispersion of(long[] counts, long[] sizes) {
    long count = 0;
    long tokens = 0;
    long parts = 0;
    long least = Long.MAX_VALUE;
    for (int i = 0; i < sizes.length; i++) {
      count += counts[i];
      tokens += sizes[i];
      parts += sizes[i] > 0 ? 1 : 0;
      least = sizes[i] > 0 ? Math.min(least, sizes[i]) : least;
    }
    Dispersion dispersion = new Dispersion(count, parts, tokens, least);
    for (int i = 0; i < sizes.length; i++) {
      dispersion.add(counts[i], sizes[i]);
    }
    return dispersion;
  }

  /**
   * Adds a part.
   *
   * @param here how often the word stands in it; none where it does not
   * @param size tokens of the part
   */
  public void add(long here, long size) {
    if (here == 0) {
      return;
    }
    range++;
    seen += here;
    seenTokens += size;
    differences += Math.abs((double) here / count - (double) size / tokens);
    double share = (double) here / size;
    shares += share;
    squares += share * share;
  }

  /** How many parts have the word. */
  public long range() {
    return range;
  }

  /**
   * Gries's DP = ½ Σ |v_i − s_i|, of the share v of the word's appearances and s of all tokens in
   * each part: 0 for a word that is spread as the text is, near 1 for one that stands in one small
   * part (Gries, International Journal of Corpus Linguistics 13(4), 2008).
   */
  public double dp() {
    requireAll();
    // A part without the word differs by its share of the tokens.
    return (differences + (double) (tokens - seenTokens) / tokens) / 2;
  }

  /**
   * DP by the most that it can be, 1 − min s_i: 0 to 1 (Lijffijt and Gries, International Journal
   * of Corpus Linguistics 17(1), 2012).
   */
  public double normalisedDp() {
    return Math.min(1, dp() / (1 - (double) least / tokens));
  }

  /**
   * Juilland's D = 1 − V / √(n − 1), where V is the standard deviation (by n) of the word's
   * relative frequencies in the parts, by their mean: 1 for a word that is spread evenly, 0 for one
   * that stands in one part. Meant for parts of one size (Juilland, Brodin and Davidovitch,
   * Frequency Dictionary of French Words, 1970); of others it weighs small parts like large ones,
   * and of many it is near 1 for most words (Biber et al., IJCL 21(4), 2016).
   */
  public double juillandD() {
    requireAll();
    double mean = shares / parts;
    double variance = Math.max(0, squares / parts - mean * mean);
    return 1 - Math.sqrt(variance) / mean / Math.sqrt(parts - 1.0);
  }

  private void requireAll() {
    if (seen != count) {
      throw new IllegalStateException("parts with " + seen + " of " + count + " appearances");
    }
  }
}
