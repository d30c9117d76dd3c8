package org.seqlm.neural.optimizer;

import org.seqlm.Problems;

/**
 * How many local steps a round has, H, over a run.
 *
 * <ul>
 *   <li>{@code constant}: the frequency
 *   <li>{@code growing}: linearly from {@code first} to the frequency over the first part of the
 *       run
 *   <li>{@code drift}: {@code first}, and then the last H times {@code target} over the root mean
 *       square drift of its round ({@code Drift}), from {@code first} to the frequency: workers
 *       that are near to one another go on alone for longer
 * </ul>
 *
 * @param kind of schedule
 * @param first H of the first round, 1 or more and at most the frequency (growing and drift)
 * @param until the part of the run after which H is the frequency, greater than 0 to 1 (growing)
 * @param target drift that H aims at, greater than 0 (drift)
 */
public record Interval(Kind kind, int first, double until, double target)
    implements java.io.Serializable {

  /** The frequency in every round. */
  public static final Interval CONSTANT = new Interval(Kind.CONSTANT, 1, 1, 0.01);

  /** What H follows. */
  public enum Kind {
    CONSTANT,
    GROWING,
    DRIFT
  }

  public Interval {
    new Problems()
        .present("averaging.interval.kind", kind, "constant, growing or drift")
        .inRange("averaging.interval.first", first, 1, 1_000_000)
        .require(
            until > 0 && until <= 1,
            "averaging.interval.until must be greater than 0 and at most 1, but is " + until)
        .positive("averaging.interval.target", target)
        .throwIfAny();
  }

  /**
   * H of the round that begins at a step, before the run's end cuts it.
   *
   * @param frequency H at most
   * @param step from 0
   * @param total steps of the run
   * @param last what {@link #after} gave for the round before; 0 if there was none
   */
  public int steps(int frequency, long step, long total, int last) {
    return switch (kind) {
      case CONSTANT -> frequency;
      case GROWING -> {
        double done = Math.min(1, step / (until * total));
        yield within(first + (frequency - first) * done, frequency);
      }
      case DRIFT -> within(last == 0 ? first : last, frequency);
    };
  }

  /**
   * H of the round after one, before the run's end cuts it; 0 where it does not depend on that one.
   *
   * @param steps of the round
   * @param drift of the round, root mean square
   */
  public int after(int steps, double drift, int frequency) {
    return kind == Kind.DRIFT ? within(steps * (target / drift), frequency) : 0;
  }

  /** The nearest whole number from the first H to the frequency; not a number counts as far. */
  private int within(double steps, int frequency) {
    double most = Math.min(steps, frequency);
    return most > first ? (int) Math.round(most) : Math.min(first, frequency);
  }

  /**
   * The most rounds that so many steps can make.
   *
   * @param frequency H at most
   */
  public long rounds(int frequency, long total) {
    if (kind == Kind.CONSTANT) {
      return (total + frequency - 1) / frequency;
    }
    int least = Math.min(first, frequency);
    if (kind == Kind.DRIFT) {
      return (total + least - 1) / least;
    }
    long rounds = 0;
    long step = 0;
    while (step < total) {
      int steps = steps(frequency, step, total, 0);
      if (steps == frequency) {
        return rounds + (total - step + frequency - 1) / frequency; // it never falls
      }
      step += steps;
      rounds++;
    }
    return rounds;
  }
}
