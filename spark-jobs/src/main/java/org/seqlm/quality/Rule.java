package org.seqlm.quality;

/**
 * A bound on one figure of a document. A document that lies outside is removed; one of which there
 * is nothing to measure (NaN) is not removed by this rule.
 *
 * @param name the filter's and the rule's own, for instance {@code gopher-quality.words}
 * @param measures what the figure is, for people
 * @param low the least that is kept; negative infinity for any
 * @param high the most that is kept; infinity for any
 * @param scale how figures are put into histograms
 */
public record Rule(String name, String measures, double low, double high, Scale scale) {
  /** At least so much is kept. */
  public static Rule atLeast(String name, String measures, double low, Scale scale) {
    return new Rule(name, measures, low, Double.POSITIVE_INFINITY, scale);
  }

  /** At most so much is kept. */
  public static Rule atMost(String name, String measures, double high, Scale scale) {
    return new Rule(name, measures, Double.NEGATIVE_INFINITY, high, scale);
  }

  /** Whether a document of this figure is removed. */
  public boolean removes(double value) {
    return value < low || value > high;
  }

  /** The bound as people read it, for instance {@code 50 to 100000} or {@code at most 0.2}. */
  public String bound() {
    boolean least = low > Double.NEGATIVE_INFINITY;
    boolean most = high < Double.POSITIVE_INFINITY;
    if (least && most) {
      return number(low) + " to " + number(high);
    }
    return least ? "at least " + number(low) : most ? "at most " + number(high) : "any";
  }

  /** A figure without a fraction that says nothing. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
