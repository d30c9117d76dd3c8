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
 * @param onExtend what a run does that is made longer; null means {@link OnExtend#CONTINUE}
 */
public record Schedule(
    Kind kind, double decayFrom, double finalFraction, int warmUp, OnExtend onExtend)
    implements java.io.Serializable {

  /** The shape of the decay. */
  public enum Kind {
    CONSTANT,
    LINEAR,
    COSINE
  }

  /** What the rate does where a run is made longer than its schedule was made for. */
  public enum OnExtend {
    /**
     * It never rises: it goes on from where it is, and down to its last fraction if it is not there
     * yet.
     */
    CONTINUE,

    /**
     * It rises again to what it would be in a run that had this length from the beginning, and goes
     * on as there: "re-warming" (Gupta et al. 2023, Continual Pre-Training of Large Language
     * Models: How to (re)warm your model?), for much more text than there was.
     */
    REWARM
  }

  public Schedule {
    onExtend = onExtend == null ? OnExtend.CONTINUE : onExtend;
    new Problems()
        .present("training.schedule.kind", kind, "constant, linear or cosine")
        .inRange("training.schedule.decay-from", decayFrom, 0, 1)
        .inRange("training.schedule.final-fraction", finalFraction, 0, 1)
        .atLeast("training.schedule.warm-up", warmUp, 0)
        .throwIfAny();
  }

  /** For runs that keep their length, or go on as most trainers would. */
  public Schedule(Kind kind, double decayFrom, double finalFraction, int warmUp) {
    this(kind, decayFrom, finalFraction, warmUp, OnExtend.CONTINUE);
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
    return warm * (finalFraction + (1 - finalFraction) * left(done));
  }

  /**
   * What is left of a decay.
   *
   * @param done the part of it that is over, 0 to 1
   * @return 1 to 0
   */
  double left(double done) {
    return kind == Kind.COSINE ? 0.5 * (1 + StrictMath.cos(Math.PI * done)) : 1 - done;
  }
}
