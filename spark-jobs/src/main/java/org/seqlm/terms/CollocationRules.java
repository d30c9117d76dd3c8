package org.seqlm.terms;

import java.io.Serializable;
import org.seqlm.Problems;

/**
 * Which n-grams are collocations, and against what they are held.
 *
 * @param order n, 2 to 5
 * @param nullModel what is expected of them
 * @param minCount how often one must appear, at least 1
 * @param tokens which of its words may be
 */
public record CollocationRules(int order, NullModel nullModel, long minCount, TokenFilter tokens)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The longest. */
  public static final int HIGHEST_ORDER = 5;

  public CollocationRules {
    new Problems()
        .inRange("order", order, 2, HIGHEST_ORDER)
        .present("null", nullModel, "give words or halves")
        .atLeast("min-count", minCount, 1)
        .present("tokens", tokens, "give words or all")
        .throwIfAny();
  }

  /** How many counts an n-gram's association is computed from, beside its own. */
  public int marginals() {
    return nullModel.marginals(order);
  }
}
