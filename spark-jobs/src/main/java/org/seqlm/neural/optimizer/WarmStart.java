package org.seqlm.neural.optimizer;

import java.io.Serializable;
import org.seqlm.Problems;

/**
 * The learning rate of a run whose parameters begin as another model's: the schedule's, times a
 * factor, and over the first steps rising to that from 0. The model has left its own run at a low
 * rate and with moments that are not handed on, so the first steps at a high one would throw away
 * more than they find: "re-warming" and "re-decaying" (Gupta et al. 2023; Ibrahim et al. 2024,
 * Simple and Scalable Strategies to Continually Pre-train Large Language Models, section 3).
 *
 * @param rateFactor of all rates, above 0 to 1
 * @param rewarm the fraction of the run over which the rate rises, 0 to 1; of a schedule that has a
 *     warm-up of its own, or rises by itself, nothing
 */
public record WarmStart(double rateFactor, double rewarm) implements Serializable {
  /** What changes nothing: of a run that begins with random parameters. */
  public static final WarmStart NONE = new WarmStart(1, 0);

  public WarmStart {
    new Problems()
        .require(
            rateFactor > 0 && rateFactor <= 1,
            "start.rate-factor must be greater than 0 and at most 1, but is " + rateFactor)
        .inRange("start.rewarm", rewarm, 0, 1)
        .throwIfAny();
  }

  /** The steps over which the rate rises in a run that begins with so many in all. */
  public long steps(Schedule schedule, long total) {
    boolean warms = schedule.warmUp() > 0 || schedule.kind() == Schedule.Kind.ONE_CYCLE;
    return warms ? 0 : Math.round(rewarm * total);
  }

  /**
   * What a step's rate is multiplied by.
   *
   * @param step from 0
   * @param total steps that the run had when it began
   */
  double factor(Schedule schedule, long step, long total) {
    long warm = steps(schedule, total);
    return rateFactor * (step < warm ? (step + 1.0) / warm : 1);
  }
}
