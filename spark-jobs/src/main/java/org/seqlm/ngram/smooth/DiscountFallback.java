package org.seqlm.ngram.smooth;

/** What to do where the counts of counts of an order allow no discounts of its own. */
public enum DiscountFallback {
  /** Stop, and say which order and why. */
  FAIL,
  /** Take fixed discounts for that order, and report it. */
  FALLBACK
}
