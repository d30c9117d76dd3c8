package org.seqlm.neural.optimizer;

import org.seqlm.Problems;

/**
 * What a training shows of itself: the parameters that validation scores and that a model or a
 * checkpoint holds for whoever reads it.
 *
 * @param kind which they are
 * @param emaDecay d of {@code ema}, 0 to less than 1
 */
public record Published(Kind kind, double emaDecay) implements java.io.Serializable {
  /** The next parameters. */
  public static final Published NEXT = new Published(Kind.NEXT, 0.9);

  /** Which parameters. */
  public enum Kind {
    /** What the next round begins with. */
    NEXT,
    /** The mean of the round's workers, before the outer step. */
    MEAN,
    /** An exponential moving average of the rounds' means. */
    EMA
  }

  public Published {
    new Problems()
        .present("averaging.published", kind, "next, mean or ema")
        .inRange("averaging.ema-decay", emaDecay, 0, 0.99999)
        .throwIfAny();
  }

  /**
   * What is published after a round. Of an average e ← de + (1 − d)θ̄ from zero, with its bias
   * corrected, e / (1 − dʳ), that is the one before, p, and p + (1 − d)/(1 − dʳ) (θ̄ − p): so what
   * is published is all that must be kept.
   *
   * @param round r, from 1
   * @param before what was published before it
   * @param mean of its workers, θ̄
   * @param next what the next round begins with
   * @return one of them, or a fresh array
   */
  public float[] after(int round, float[] before, float[] mean, float[] next) {
    return switch (kind) {
      case NEXT -> next;
      case MEAN -> mean;
      case EMA -> {
        // The first counts wholly.
        double share = round == 1 ? 1 : (1 - emaDecay) / (1 - StrictMath.pow(emaDecay, round));
        if (share == 1) {
          yield mean;
        }
        float[] average = new float[mean.length];
        for (int i = 0; i < average.length; i++) {
          average[i] = (float) (before[i] + share * ((double) mean[i] - before[i]));
        }
        yield average;
      }
    };
  }

  /** Arrays that the driver holds for it beside those of every averaging. */
  public int arrays() {
    return switch (kind) {
      case NEXT -> 0;
      case MEAN -> 1;
      case EMA -> 2;
    };
  }
}
