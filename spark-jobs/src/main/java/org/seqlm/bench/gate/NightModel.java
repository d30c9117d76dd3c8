package org.seqlm.bench.gate;

import java.io.Serializable;
import java.util.SplittableRandom;
import org.seqlm.gate.BettingTest;
import org.seqlm.gate.Estimand;

/**
 * How a night's documents are drawn. A document's gain is the mean gain, plus {@code sd} times √r·C
 * + √(1 − r)·E, where C is its cluster's, E its own, both of the tail, and r the {@code shared}
 * part.
 *
 * @param tail of C and E
 * @param sd standard deviation of a document's gain, bits a character
 * @param shared part of the variance that a cluster's documents have in common, in [0, 1]
 * @param more probability that a cluster has one more document, after each, in [0, 1)
 * @param characters median of a document; the logarithm is normal with standard deviation 0.8.
 *     Matters to estimands that weigh by length only
 */
public record NightModel(Tail tail, double sd, double shared, double more, double characters)
    implements Serializable {
  private static final double SPREAD = 0.8;
  private static final int CHARACTERS_A_TOKEN = 5;

  /** Documents of a cluster at most. */
  private static final int LARGEST = 50;

  /**
   * Draws a cluster for a test.
   *
   * @param gain the mean, bits a character
   */
  void cluster(double gain, Estimand estimand, SplittableRandom random, BettingTest test) {
    int documents = 1;
    while (documents < LARGEST && random.nextDouble() < more) {
      documents++;
    }
    double common = gain + sd * Math.sqrt(shared) * tail.draw(random);
    double own = sd * Math.sqrt(1 - shared);
    boolean byLength = estimand == Estimand.CHARACTER || estimand == Estimand.TOKEN;
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < documents; i++) {
      long length =
          byLength
              ? Math.max(1, Math.round(characters * Math.exp(SPREAD * random.nextGaussian())))
              : 1;
      double weight = estimand.weight(length, Math.max(1, length / CHARACTERS_A_TOKEN), documents);
      sum += weight * (common + own * tail.draw(random));
      weights += weight;
    }
    test.observe(sum, weights, documents);
  }
}
