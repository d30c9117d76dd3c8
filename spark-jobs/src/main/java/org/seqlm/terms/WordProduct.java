package org.seqlm.terms;

/**
 * An n-gram of three words or more against independent words: E = N Π (f_i / N), where f_i windows
 * have its i-th word in the i-th place. The cells are two, windows that are the n-gram and all
 * others: G² and χ² compare the observed share of windows with the expected one. Those of a full
 * table of 2^n cells would need counts of n-grams with gaps.
 *
 * @param joint windows that are the n-gram, from 0 on
 * @param expected windows that would be, above 0 and at most {@code total}
 * @param sides n, at least 2
 * @param marginals Σ f_i
 * @param total N
 */
public record WordProduct(long joint, double expected, int sides, double marginals, long total)
    implements Association {
  public WordProduct {
    boolean fits = joint >= 0 && joint <= total && sides >= 2 && expected > 0 && expected <= total;
    if (!fits) {
      throw new IllegalArgumentException(
          "no n-gram: joint "
              + joint
              + ", expected "
              + expected
              + ", words "
              + sides
              + ", total "
              + total);
    }
  }

  /**
   * Of the words' counts.
   *
   * @param counts f_i, each at least {@code joint} and at most {@code total} // (n)
   */
  public static WordProduct of(long joint, long[] counts, long total) {
    double expected = total;
    double sum = 0;
    for (long count : counts) {
      if (count < joint || count > total) {
        throw new IllegalArgumentException(
            "no n-gram: joint " + joint + ", a word " + count + ", total " + total);
      }
      expected *= (double) count / total;
      sum += count;
    }
    return new WordProduct(joint, expected, counts.length, sum, total);
  }

  @Override
  public long observed() {
    return joint;
  }

  @Override
  public double logLikelihood() {
    double sum = Cells.logTerm(joint, expected) + Cells.logTerm(total - joint, total - expected);
    return Math.max(0, 2 * sum);
  }

  @Override
  public double chiSquare() {
    return chiSquare(Math.abs(joint - expected));
  }

  @Override
  public double chiSquareYates() {
    return chiSquare(Math.max(0, Math.abs(joint - expected) - 0.5));
  }

  private double chiSquare(double difference) {
    return expected == total
        ? 0
        : difference * difference * (1 / expected + 1 / (total - expected));
  }
}
