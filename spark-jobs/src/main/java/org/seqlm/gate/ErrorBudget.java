package org.seqlm.gate;

import java.io.Serializable;
import org.seqlm.Problems;

/**
 * What a year may err: the probability that any challenger of the year is promoted although its
 * gain is at most the margin.
 *
 * <p>Every challenger is a hypothesis, and gets a share α of its own when it begins, known from
 * nights before alone. Its capital reaches 1/α by error with probability at most α, in whatever
 * night. By the union bound any does with at most the mean sum of the shares, which never passes
 * {@code alpha}: this is Bonferroni's, for shares that may depend on what went before.
 *
 * <p>The share of a promoted challenger comes back ({@link Spent#minus}), as in the online fallback
 * procedure (Tian and Ramdas 2021, "Online control of the familywise error rate"): up to the first
 * false promotion, all that were promoted deserved it, so the shares of the others still sum to
 * {@code alpha} at most; and after the first, the year has erred already. {@link Spending#FALLING}
 * has no use for it.
 *
 * @param alpha of a year, for instance 0.05
 * @param nights of a year; with {@link Spending#EQUAL} no challenger begins after the last
 * @param spending how it is dealt out
 */
public record ErrorBudget(double alpha, int nights, Spending spending) implements Serializable {
  private static final int MOST_NIGHTS = 100_000;

  public ErrorBudget {
    new Problems()
        .require(
            alpha > 0 && alpha < 1,
            "gate.budget.alpha must be greater than 0 and less than 1, but is " + alpha)
        .inRange("gate.budget.nights", nights, 1, MOST_NIGHTS)
        .present("gate.budget.spending", spending, "give equal, or falling")
        .throwIfAny();
  }

  /**
   * The share of a challenger that begins tonight.
   *
   * @param night of the year, from 1; nights that were left out count
   * @param spent before it, this year
   * @throws org.seqlm.UserException with exit code 2 for a night that the year does not have
   */
  public double share(int night, Spent spent) {
    new Problems().inRange("night", night, 1, nights).throwIfAny();
    return switch (spending) {
      case EQUAL -> Math.max(0, alpha - spent.shares()) / (nights - night + 1);
      case FALLING -> {
        double k = spent.challengers() + 1.0;
        yield alpha / (k * (k + 1));
      }
    };
  }
}
