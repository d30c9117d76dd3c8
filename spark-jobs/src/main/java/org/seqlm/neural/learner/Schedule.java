package org.seqlm.neural.learner;

import java.util.stream.LongStream;
import org.seqlm.Problems;

/**
 * How the learning rate moves over a run of known length.
 *
 * @param kind constant, a late linear decay, or a cosine
 * @param decayFrom the fraction of the run at which the decay begins, 0 to 1 (not for constant)
 * @param finalFraction of the rate that is left at the end, 0 to 1
 * @param warmUp the first steps, over which the rate rises linearly from 0
 */
public record Schedule(Kind kind, double decayFrom, double finalFraction, int warmUp)
    implements java.io.Serializable {

  /** The shape of the decay. */
  public enum Kind {
    CONSTANT,
    LINEAR,
    COSINE
  }

  public Schedule {
    new Problems()
        .present("training.schedule.kind", kind, "constant, linear or cosine")
        .inRange("training.schedule.decay-from", decayFrom, 0, 1)
        .inRange("training.schedule.final-fraction", finalFraction, 0, 1)
        .atLeast("training.schedule.warm-up", warmUp, 0)
        .throwIfAny();
  }

  /**
   * The highest fraction of the configured rate that a run reaches: 1 unless it ends in its
   * warm-up.
   *
   * @param total steps of the run
   */
  public double highest(long total) {
    return LongStream.range(0, Math.min(total, Math.max(1, warmUp)))
        .mapToDouble(step -> factor(step, total))
        .max()
        .orElse(1);
  }

  /**
   * The rate of a step as a fraction of the configured one.
   *
   * @param step from 0
   * @param total steps of the run
   */
  public double factor(long step, long total) {
    double warm = warmUp == 0 ? 1 : Math.min(1, (step + 1.0) / warmUp);
    double begin = decayFrom * total;
    if (kind == Kind.CONSTANT || step < begin || begin >= total) {
      return warm;
    }
    double done = Math.min(1, (step - begin) / (total - begin));
    double left = kind == Kind.LINEAR ? 1 - done : 0.5 * (1 + StrictMath.cos(Math.PI * done));
    return warm * (finalFraction + (1 - finalFraction) * left);
  }
}
