package org.seqlm.ngram.smooth;

import java.io.Serializable;
import org.seqlm.Problems;
import org.seqlm.ngram.count.CountsOfCounts;

/**
 * Which back-off estimator, and what it needs to know besides the counts.
 *
 * @param estimator how counts become probabilities
 * @param discountFallback what {@link KneserNey}, {@link AbsoluteDiscounting} and {@link Katz} do
 *     where an order's counts of counts give no discounts
 * @param alpha of {@link StupidBackoff}, greater than 0, at most 1
 * @param lambda of {@link JelinekMercer} in every bucket, where no held-out text tunes them, and
 *     where tuning begins; greater than 0 and below 1
 * @param gtmax k of {@link Katz} for orders from 2, the largest count that is discounted, 2 to 7
 */
public record SmoothingRules(
    Estimator estimator, DiscountFallback discountFallback, double alpha, double lambda, int gtmax)
    implements Serializable {

  public SmoothingRules {
    new Problems()
        .present("smoothing.estimator", estimator, "give --estimator kneser-ney")
        .present("smoothing.discount-fallback", discountFallback, "give fail or fallback")
        .require(
            alpha > 0 && alpha <= 1,
            "smoothing.alpha must be greater than 0 and at most 1, but is " + alpha)
        .require(
            lambda > 0 && lambda < 1,
            "smoothing.lambda must be greater than 0 and below 1, but is " + lambda)
        .inRange("smoothing.gtmax", gtmax, 2, CountsOfCounts.HIGHEST - 1)
        .throwIfAny();
  }

  /** An estimator with the parameters of the papers, and fixed discounts where it has none. */
  public static SmoothingRules of(Estimator estimator) {
    return new SmoothingRules(estimator, DiscountFallback.FALLBACK, 0.4, 0.5, 7);
  }
}
