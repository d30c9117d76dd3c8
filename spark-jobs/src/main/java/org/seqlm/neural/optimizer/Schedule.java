package org.seqlm.neural.optimizer;

import java.util.stream.LongStream;
import org.seqlm.Problems;

/**
 * How the learning rate moves over a run of known length.
 *
 * @param kind of the curve
 * @param decayFrom the fraction of the run at which the decay begins, 0 to 1 (linear, cosine, step)
 * @param finalFraction of the rate that is left at the end, or below which it does not fall, 0 to 1
 *     (not constant, not inverse-sqrt)
 * @param warmUp the first steps, over which the rate rises linearly from 0
 * @param onExtend what a run does that is made longer; null means {@link OnExtend#CONTINUE}
 * @param factor that the rate is multiplied by where it falls, above 0 and below 1 (step, plateau)
 * @param every the fraction of the run from the decay's begin to the first fall, and to the next,
 *     above 0, at most 1 (step)
 * @param rise the fraction of the run at which the rate is highest, 0 to 1 (one-cycle)
 * @param patience looks at the validation split without a better one after which the rate falls, at
 *     least 1 (plateau)
 * @param threshold by which fraction of the best a look must be below it to be better, 0 to less
 *     than 1 (plateau)
 */
public record Schedule(
    Kind kind,
    double decayFrom,
    double finalFraction,
    int warmUp,
    OnExtend onExtend,
    double factor,
    double every,
    double rise,
    int patience,
    double threshold)
    implements java.io.Serializable {

  private static final double ONE_CYCLE_START = 1.0 / 25;

  /** The shape of the curve, and what becomes of it where a run is made longer. */
  public enum Kind {
    /** Nothing changes with the length. */
    CONSTANT,
    /** A run made longer goes down in a line from where it is. */
    LINEAR,
    /** A run made longer goes down in half a cosine from where it is. */
    COSINE,
    /**
     * Stairs: from {@code decayFrom} on, the rate is multiplied by a factor after every so many of
     * the run (Zaremba et al. 2014, section 4.1). A run made longer stays where it is until the
     * wider stairs of its new length have come down to it.
     */
    STEP,
    /**
     * √(w/t) after a warm-up of w steps, t from 1 (Vaswani et al. 2017, equation 3, as a fraction
     * of its highest rate). Nothing changes with the length.
     */
    INVERSE_SQRT,
    /**
     * Up by half a cosine from a 25th, and down by another (Smith and Topin 2019, with the shape
     * and the 25th of PyTorch's OneCycleLR). Momentum is not cycled. A run made longer before its
     * highest rate is as if it had always been so long; after it, it goes down from where it is.
     */
    ONE_CYCLE,
    /**
     * The rate falls where the validation loss does not ({@link Plateau}). Nothing changes with the
     * length.
     */
    PLATEAU
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
        .present(
            "training.schedule.kind",
            kind,
            "constant, linear, cosine, step, inverse-sqrt, one-cycle or plateau")
        .inRange("training.schedule.decay-from", decayFrom, 0, 1)
        .inRange("training.schedule.final-fraction", finalFraction, 0, 1)
        .atLeast("training.schedule.warm-up", warmUp, 0)
        .inRange("training.schedule.factor", factor, 1e-6, 0.999999)
        .inRange("training.schedule.every", every, 1e-6, 1)
        .inRange("training.schedule.rise", rise, 0, 1)
        .atLeast("training.schedule.patience", patience, 1)
        .inRange("training.schedule.threshold", threshold, 0, 0.999999)
        .require(
            kind != Kind.INVERSE_SQRT || warmUp > 0,
            "training.schedule.kind inverse-sqrt falls from the end of its warm-up on: set"
                + " training.schedule.warm-up to the step at which the rate is to be highest, but"
                + " it is 0")
        .require(
            kind != Kind.ONE_CYCLE || warmUp == 0,
            "training.schedule.kind one-cycle rises by itself: leave training.schedule.warm-up at 0"
                + " and set training.schedule.rise, but it is "
                + warmUp)
        .throwIfAny();
  }

  /** With the usual values of what linear and cosine have not. */
  public Schedule(
      Kind kind, double decayFrom, double finalFraction, int warmUp, OnExtend onExtend) {
    this(kind, decayFrom, finalFraction, warmUp, onExtend, 0.5, 0.1, 0.3, 4, 1e-4);
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
    if (kind == Kind.ONE_CYCLE) {
      return 1;
    }
    return LongStream.range(0, Math.min(total, Math.max(1, warmUp)))
        .mapToDouble(step -> factor(step, total))
        .max()
        .orElse(1);
  }

  /**
   * The rate of a step as a fraction of the configured one; of a plateau before its first fall.
   *
   * @param step from 0
   * @param total steps of the run
   */
  public double factor(long step, long total) {
    double warm = warmUp == 0 ? 1 : Math.min(1, (step + 1.0) / warmUp);
    return switch (kind) {
      case CONSTANT, PLATEAU -> warm;
      case LINEAR, COSINE -> warm * late(step, total);
      case STEP -> warm * fallen(falls(step, total));
      case INVERSE_SQRT -> step < warmUp ? warm : StrictMath.sqrt(warmUp / (step + 1.0));
      case ONE_CYCLE -> cycle(step, total);
    };
  }

  private double late(long step, long total) {
    double begin = decayFrom * total;
    if (step < begin || begin >= total) {
      return 1;
    }
    double done = Math.min(1, (step - begin) / (total - begin));
    return finalFraction + (1 - finalFraction) * left(done);
  }

  /** Stairs that a step has come down. */
  private long falls(long step, long total) {
    double begin = decayFrom * total;
    return step < begin ? 0 : (long) ((step - begin) / (every * total));
  }

  /** What is left of the rate after it fell so often. */
  double fallen(long falls) {
    return falls == 0 ? 1 : Math.max(finalFraction, StrictMath.pow(factor, falls));
  }

  /** The highest rate's step. */
  double top(long total) {
    return rise * total;
  }

  private double cycle(long step, long total) {
    double top = top(total);
    if (step < top) {
      return ONE_CYCLE_START + (1 - ONE_CYCLE_START) * (1 - left(step / top));
    }
    return finalFraction
        + (1 - finalFraction) * (total > top ? left(Math.min(1, (step - top) / (total - top))) : 1);
  }

  /**
   * What is left of a decay.
   *
   * @param done the part of it that is over, 0 to 1
   * @return 1 to 0
   */
  double left(double done) {
    return kind == Kind.COSINE || kind == Kind.ONE_CYCLE
        ? 0.5 * (1 + StrictMath.cos(Math.PI * done))
        : 1 - done;
  }
}
