package org.seqlm.terms;

/**
 * A two by two table: windows with and without a first thing in its place, by windows with and
 * without a second.
 *
 * <pre>
 *              second            not second
 * first        joint             first - joint
 * not first    second - joint    total - first - second + joint
 * </pre>
 *
 * @param joint windows with both, from 0 on
 * @param first windows with the first, at least {@code joint}
 * @param second windows with the second, at least {@code joint}
 * @param total all windows, at least 1
 */
public record PairTable(long joint, long first, long second, long total) implements Association {
  public PairTable {
    boolean fits =
        joint >= 0
            && joint <= Math.min(first, second)
            && total >= 1
            && first - joint <= total - second;
    if (!fits) {
      throw new IllegalArgumentException(
          "no table: joint "
              + joint
              + ", first "
              + first
              + ", second "
              + second
              + ", total "
              + total);
    }
  }

  @Override
  public long observed() {
    return joint;
  }

  @Override
  public double expected() {
    return expected(first, second);
  }

  private double expected(long row, long column) {
    return (double) row / total * column;
  }

  @Override
  public int sides() {
    return 2;
  }

  @Override
  public double marginals() {
    return (double) first + second;
  }

  /** G² = 2 Σ O ln (O / E) over the four cells (Dunning 1993, section 4). */
  @Override
  public double logLikelihood() {
    long notFirst = total - first;
    long notSecond = total - second;
    double sum =
        Cells.logTerm(joint, expected())
            + Cells.logTerm(first - joint, expected(first, notSecond))
            + Cells.logTerm(second - joint, expected(notFirst, second))
            + Cells.logTerm(notFirst - second + joint, expected(notFirst, notSecond));
    return Math.max(0, 2 * sum);
  }

  /** χ² = Σ (O − E)² / E over the four cells, of which all differ from E by the same. */
  @Override
  public double chiSquare() {
    return chiSquare(Math.abs(joint - expected()));
  }

  @Override
  public double chiSquareYates() {
    return chiSquare(Math.max(0, Math.abs(joint - expected()) - 0.5));
  }

  private double chiSquare(double difference) {
    long notFirst = total - first;
    long notSecond = total - second;
    if (first == 0 || second == 0 || notFirst == 0 || notSecond == 0) {
      return 0; // a margin leaves no choice: the table is as expected
    }
    double inverses =
        1 / expected()
            + 1 / expected(first, notSecond)
            + 1 / expected(notFirst, second)
            + 1 / expected(notFirst, notSecond);
    return difference * difference * inverses;
  }
}
