package org.seqlm.profile;

/**
 * Heaps' law {@code V(n) = K n^β} (Heaps, "Information Retrieval", 1978, section 7.5; Herdan,
 * "Type- token Mathematics", 1960): a line through ln V over ln n by least squares. The errors are
 * the usual ones of a regression, {@code s² = Σ residuals² / (k − 2)}; points of one growing text
 * depend on each other, and the line is slightly bent in every real text, so they tell how straight
 * the line is rather than how far another text may be.
 *
 * @param k K
 * @param beta β
 * @param logKError standard error of ln K
 * @param betaError standard error of β
 * @param deviation s, in units of ln V
 * @param points number of them
 */
public record HeapsFit(
    double k, double beta, double logKError, double betaError, double deviation, int points) {
  /** Points below so many tokens are left out: nearly every word is new there. */
  public static final long LEAST_TOKENS = 100;

  private static final int LEAST_POINTS = 4;

  /**
   * Fits the law.
   *
   * @param tokens rising
   * @param types of the first so many tokens, above 0 // (tokens)
   * @return null where fewer than four points have at least {@value #LEAST_TOKENS} tokens
   */
  public static HeapsFit of(long[] tokens, long[] types) {
    int n = 0;
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] >= LEAST_TOKENS) {
        n++;
        meanX += Math.log(tokens[i]);
        meanY += Math.log(types[i]);
      }
    }
    if (n < LEAST_POINTS) {
      return null;
    }
    meanX /= n;
    meanY /= n;
    double squares = 0;
    double products = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] >= LEAST_TOKENS) {
        double x = Math.log(tokens[i]) - meanX;
        squares += x * x;
        products += x * (Math.log(types[i]) - meanY);
      }
    }
    double beta = products / squares;
    double logK = meanY - beta * meanX;
    double residuals = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] >= LEAST_TOKENS) {
        double off = Math.log(types[i]) - logK - beta * Math.log(tokens[i]);
        residuals += off * off;
      }
    }
    double deviation = Math.sqrt(residuals / (n - 2));
    return new HeapsFit(
        Math.exp(logK),
        beta,
        deviation * Math.sqrt(1.0 / n + meanX * meanX / squares),
        deviation / Math.sqrt(squares),
        deviation,
        n);
  }

  /** The law's V(n). */
  public double types(double tokens) {
    return k * Math.pow(tokens, beta);
  }
}
