package org.seqlm.ngram.smooth;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.CountsOfCounts;

/**
 * A back-off estimator fitted to the counts of counts of a text.
 *
 * @param smoothing ready for contexts of every order
 * @param orders what was taken from the counts of orders 1, 2, … // (order)
 */
public record SmoothingFit(Smoothing smoothing, List<OrderFit> orders) implements Serializable {

  public SmoothingFit {
    orders = List.copyOf(orders);
  }

  /**
   * Fits an estimator. Where the formula gives no discounts for an order, and the rules allow it,
   *
   * <ul>
   *   <li>Kneser-Ney takes 0.5, 1 and 1.5, as KenLM does;
   *   <li>absolute discounting takes 0.5;
   *   <li>Katz lowers k to the largest, from 2, whose discounts all lie between 0.001 and 1, and
   *       with none takes d(r) = (r - 0.5) / r for r up to k.
   * </ul>
   *
   * @param raw of how often the n-grams of orders 1, 2, … appear // (order)
   * @param adjusted of adjusted counts; that of the highest order is never looked at and may be
   *     missing // (order or order - 1)
   * @throws UserException for the data, with a line for each order whose discounts cannot be
   *     estimated, where the rules are to fail then
   * @throws IllegalArgumentException for an estimator that does not back off
   */
  public static SmoothingFit of(
      SmoothingRules rules, List<CountsOfCounts> raw, List<CountsOfCounts> adjusted) {
    int highest = raw.size();
    List<OrderFit> orders = new ArrayList<>();
    for (int n = 1; n <= highest; n++) {
      CountsOfCounts seen = raw.get(n - 1);
      orders.add(
          switch (rules.estimator()) {
            case KNESER_NEY -> kneserNey(n, n < highest ? adjusted.get(n - 1) : seen, n < highest);
            case ABSOLUTE_DISCOUNTING -> absolute(n, seen);
            case KATZ -> n == 1 ? plain(n) : katz(n, seen, rules.gtmax());
            case WITTEN_BELL, JELINEK_MERCER, STUPID_BACKOFF -> plain(n);
            case MLE, ADD_K ->
                throw new IllegalArgumentException(rules.estimator() + " does not back off");
          });
    }
    if (rules.discountFallback() == DiscountFallback.FAIL) {
      failWhereAnyFellBack(rules.estimator(), orders);
    }
    double[][] discounts = new double[highest][];
    for (int n = 0; n < highest; n++) {
      discounts[n] = orders.get(n).discounts().stream().mapToDouble(d -> d).toArray();
    }
    Smoothing smoothing =
        switch (rules.estimator()) {
          case KNESER_NEY -> new KneserNey(discounts);
          case ABSOLUTE_DISCOUNTING ->
              new AbsoluteDiscounting(Arrays.stream(discounts).mapToDouble(d -> d[0]).toArray());
          case KATZ -> new Katz(discounts);
          case WITTEN_BELL -> new WittenBell();
          case JELINEK_MERCER -> JelinekMercer.of(highest, rules.lambda());
          default -> new StupidBackoff(rules.alpha());
        };
    return smoothing instanceof JelinekMercer mixed
        ? of(mixed)
        : new SmoothingFit(smoothing, orders);
  }

  /** Jelinek-Mercer with any λ, perhaps tuned. */
  public static SmoothingFit of(JelinekMercer smoothing) {
    List<OrderFit> orders = new ArrayList<>();
    double[][] lambdas = smoothing.lambdas();
    for (int n = 1; n <= lambdas.length; n++) {
      orders.add(new OrderFit(n, CountKind.RAW, List.of(), List.of(), boxed(lambdas[n - 1]), null));
    }
    return new SmoothingFit(smoothing, orders);
  }

  /** The orders whose discounts are not the formula's, a line each; empty where all are. */
  public List<String> fallbacks() {
    List<String> lines = new ArrayList<>();
    for (OrderFit order : orders) {
      if (order.fallback() != null) {
        lines.add(order.order() + "-grams: " + order.fallback());
      }
    }
    return lines;
  }

  private static void failWhereAnyFellBack(Estimator estimator, List<OrderFit> orders) {
    List<String> problems = new ArrayList<>();
    for (OrderFit order : orders) {
      if (order.fallback() != null) {
        problems.add(
            estimator.title()
                + " discounts of "
                + order.order()
                + "-grams cannot be estimated from the text: "
                + order.fallback().substring(0, order.fallback().indexOf("; "))
                + "; small, artificial or repeated text is like that: give more text, drop"
                + " repeated lines, or allow fixed discounts with discount-fallback fallback");
      }
    }
    if (!problems.isEmpty()) {
      throw UserException.of(ExitCode.DATA, problems);
    }
  }

  private static OrderFit plain(int order) {
    return new OrderFit(order, CountKind.RAW, List.of(), List.of(), null);
  }

  private static OrderFit kneserNey(int order, CountsOfCounts counts, boolean adjusted) {
    double[] discounts = KneserNey.discounts(counts);
    String kind = adjusted ? "adjusted count" : "count";
    String reason = firstAbsent(order, counts, 3, kind);
    for (int j = 1; j <= 3 && reason == null; j++) {
      if (!(discounts[j - 1] >= 0 && discounts[j - 1] <= j)) {
        reason =
            String.format(
                Locale.ROOT,
                "D%d must be 0 to %d, but %s %s give %.4g",
                j,
                j,
                kind + "s of counts 1 to 4",
                first(counts, 4),
                discounts[j - 1]);
      }
    }
    if (reason != null) {
      discounts = KneserNey.FALLBACK;
      reason += "; fixed instead: D1 0.5, D2 1, D3+ 1.5";
    }
    return new OrderFit(
        order,
        adjusted ? CountKind.ADJUSTED : CountKind.RAW,
        first(counts, 4),
        boxed(discounts),
        reason);
  }

  private static OrderFit absolute(int order, CountsOfCounts counts) {
    String reason = firstAbsent(order, counts, 2, "count");
    double discount = counts.n(1) / (counts.n(1) + 2.0 * counts.n(2));
    if (reason != null) {
      discount = AbsoluteDiscounting.FALLBACK;
      reason += "; fixed instead: D 0.5";
    }
    return new OrderFit(order, CountKind.RAW, first(counts, 2), List.of(discount), reason);
  }

  private static OrderFit katz(int order, CountsOfCounts counts, int gtmax) {
    String reason = null;
    double[] ratios = Katz.ratios(counts, gtmax);
    if (!inUnit(ratios)) {
      reason = firstAbsent(order, counts, gtmax + 1, "count");
      if (reason == null) {
        int r = 1;
        while (inUnit(ratios[r - 1])) {
          r++;
        }
        reason =
            String.format(
                Locale.ROOT,
                "d(%d) must be 0.001 to 1, but counts of counts 1 to %d %s give %.4g",
                r,
                gtmax + 1,
                first(counts, gtmax + 1),
                ratios[r - 1]);
      }
      int k = gtmax;
      do {
        k--;
        ratios = Katz.ratios(counts, k);
      } while (k > 1 && !inUnit(ratios));
      if (k > 1) {
        reason += "; only counts up to " + k + " are discounted instead";
      } else {
        ratios = new double[gtmax];
        for (int r = 1; r <= gtmax; r++) {
          ratios[r - 1] = (r - AbsoluteDiscounting.FALLBACK) / r;
        }
        reason += "; every count up to " + gtmax + " gives up 0.5 instead";
      }
    }
    return new OrderFit(order, CountKind.RAW, first(counts, gtmax + 1), boxed(ratios), reason);
  }

  private static boolean inUnit(double[] ratios) {
    return Arrays.stream(ratios).allMatch(SmoothingFit::inUnit);
  }

  /** Below a thousandth a ratio is an accident of the counts: it would all but forget them. */
  private static boolean inUnit(double ratio) {
    return ratio >= 1e-3 && ratio <= 1;
  }

  private static String firstAbsent(int order, CountsOfCounts counts, int upTo, String kind) {
    if (counts.total() == 0) {
      return "there are no " + order + "-grams";
    }
    for (int r = 1; r <= upTo; r++) {
      if (counts.n(r) == 0) {
        return "no " + order + "-gram has " + kind + " " + r;
      }
    }
    return null;
  }

  private static List<Long> first(CountsOfCounts counts, int upTo) {
    return Arrays.stream(counts.types(), 0, upTo).boxed().toList();
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
