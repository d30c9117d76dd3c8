package org.seqlm.neural.learner;

import java.util.List;
import org.seqlm.Problems;

/**
 * What scores text with a network: the seam to the engines for what does not train. It computes in
 * float32 whatever the training does, drops nothing and keeps nothing between calls. Not shared
 * between threads.
 */
public interface StretchScorer {

  /**
   * Consecutive tokens, read from the state zero.
   *
   * @param tokens as the network reads them
   * @param from the first that is scored, at least 1: a network predicts nothing before it has read
   */
  record Stretch(int[] tokens, int from) {
    public Stretch {
      new Problems()
          .require(
              from >= 1 && from <= tokens.length,
              "a stretch of " + tokens.length + " tokens cannot be scored from token " + from)
          .throwIfAny();
    }

    /** Tokens that are scored. */
    int scored() {
      return tokens.length - from;
    }
  }

  /**
   * Reads stretches side by side. What a stretch comes to depends on those beside it by float32's
   * rounding only, and the same stretches give the same bits with the same kernels.
   *
   * @param parameters flat, not changed
   * @return for each stretch, −ln p(token | all before) of the tokens from its {@code from} on, in
   *     nats
   */
  double[][] nats(float[] parameters, List<Stretch> stretches);
}
