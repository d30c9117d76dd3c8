package org.seqlm.neural.optimizer;

import java.util.ArrayList;
import java.util.List;

/**
 * What a plateau schedule knows of the looks at the validation split: the rate falls where so many
 * of them, one after another, were no better than the best. PyTorch's ReduceLROnPlateau with a
 * relative threshold; its patience is one less, as it waits for one more look. A part of the run's
 * state: checkpoints hold it.
 *
 * @param best nats a token so far; null before the first look
 * @param worse looks since then or since the last fall
 * @param falls so far, in order: steps from which on the rate is lower
 */
public record Plateau(Double best, int worse, List<Long> falls) {
  /** Before the first look. */
  public static final Plateau BEGINNING = new Plateau(null, 0, List.of());

  public Plateau {
    falls = falls == null ? List.of() : List.copyOf(falls);
  }

  /**
   * After one more look.
   *
   * @param nats a token of the validation split
   * @param step that comes next
   */
  public Plateau seen(Schedule schedule, double nats, long step) {
    if (best == null || nats < best * (1 - schedule.threshold())) {
      return new Plateau(nats, 0, falls);
    }
    if (worse + 1 < schedule.patience()) {
      return new Plateau(best, worse + 1, falls);
    }
    if (schedule.fallen(falls.size() + 1L) >= schedule.fallen(falls.size())) {
      return new Plateau(best, 0, falls); // the rate is at its least
    }
    List<Long> more = new ArrayList<>(falls);
    more.add(step);
    return new Plateau(best, 0, more);
  }

  /** The same where steps are counted otherwise. */
  public Plateau with(List<Long> otherFalls) {
    return new Plateau(best, worse, otherFalls);
  }
}
