package org.seqlm.bench.gate;

import java.util.SplittableRandom;

/** How a document's gain differs from the mean gain; mean 0 and variance 1 all. */
public enum Tail {
  /** Student's t with 3 degrees of freedom: gains and losses far out, no fourth moment. */
  STUDENT,
  /** −(lognormal), the logarithm with standard deviation 1: losses far out, gains short. */
  LOSSES,
  /**
   * Normal, but one draw of a thousand loses ten standard deviations more: what a night may not
   * have seen.
   */
  RARE_LOSSES;

  private static final double RARE = 0.001;
  private static final double JUMP = 10;

  /** exp(z) of a standard normal z has mean √e and variance (e − 1)·e. */
  private static final double LOGNORMAL_MEAN = Math.exp(0.5);

  private static final double LOGNORMAL_SD = Math.sqrt((Math.E - 1) * Math.E);

  private static final double RARE_SD = Math.sqrt(1 + RARE * (1 - RARE) * JUMP * JUMP);

  double draw(SplittableRandom random) {
    return switch (this) {
      case STUDENT -> {
        // χ² with 3 degrees of freedom: a normal squared, and one with 2, twice an exponential.
        double z = random.nextGaussian();
        double squares = z * z + 2 * random.nextExponential();
        yield random.nextGaussian() / Math.sqrt(squares); // t / √3, √3 its standard deviation
      }
      case LOSSES -> (LOGNORMAL_MEAN - Math.exp(random.nextGaussian())) / LOGNORMAL_SD;
      case RARE_LOSSES -> {
        double jump = random.nextDouble() < RARE ? -JUMP : 0;
        yield (random.nextGaussian() + jump + RARE * JUMP) / RARE_SD;
      }
    };
  }
}
