package org.seqlm.ngram.smooth;

import java.io.Serializable;
import java.util.List;
import org.seqlm.ngram.count.CountKind;

/**
 * What an estimator takes from the counts of one order, for reports.
 *
 * @param order n
 * @param counts whether the counts of counts are of raw or of adjusted counts
 * @param countsOfCounts n1, n2, …, as many as the estimator looks at: 4 for Kneser-Ney, k + 1 for
 *     Katz, 2 for absolute discounting, none for the others // (n)
 * @param discounts D1, D2, D3+ of Kneser-Ney; D of absolute discounting; d(1), …, d(k) of Katz;
 *     none for the others // (n)
 * @param lambdas of Jelinek-Mercer, by {@link JelinekMercer#bucket}; none for the others //
 *     (buckets)
 * @param fallback why these discounts are not those of the paper's formula and what they are, one
 *     line; null where they are the formula's
 */
public record OrderFit(
    int order,
    CountKind counts,
    List<Long> countsOfCounts,
    List<Double> discounts,
    List<Double> lambdas,
    String fallback)
    implements Serializable {

  public OrderFit {
    countsOfCounts = List.copyOf(countsOfCounts);
    discounts = List.copyOf(discounts);
    lambdas = lambdas == null ? List.of() : List.copyOf(lambdas);
  }

  /** What any estimator but Jelinek-Mercer takes. */
  OrderFit(
      int order,
      CountKind counts,
      List<Long> countsOfCounts,
      List<Double> discounts,
      String fallback) {
    this(order, counts, countsOfCounts, discounts, List.of(), fallback);
  }
}
