package org.seqlm.ngram.smooth;

import java.io.Serializable;
import org.seqlm.ngram.count.CountKind;

/**
 * Stupid back-off (Brants, Popat, Xu, Och and Dean, "Large Language Models in Machine Translation",
 * EMNLP 2007, equation 5): scores that do not sum to 1.
 *
 * <pre>
 *   S(w|h) = c(hw) / Σ_v c(hv)  where hw is kept,  α S(w|h') otherwise
 * </pre>
 *
 * The paper charges α for contexts that were never seen too and says nothing of words that were
 * not; here, as in any back-off model, a context without kept followers costs nothing, and a word
 * that was never seen scores α/V.
 */
final class StupidBackoff implements Smoothing, Serializable {
  private static final long serialVersionUID = 1L;

  private final double alpha;

  /**
   * @param alpha greater than 0, at most 1; the paper's is 0.4
   */
  public StupidBackoff(double alpha) {
    if (!(alpha > 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha " + alpha);
    }
    this.alpha = alpha;
  }

  @Override
  public CountKind counts() {
    return CountKind.RAW;
  }

  @Override
  public double context(
      int order, int size, long[] counts, boolean[] kept, double[] lower, double[] probabilities) {
    long total = 0;
    for (int i = 0; i < size; i++) {
      total += counts[i];
    }
    double gamma = 1;
    for (int i = 0; i < size; i++) {
      if (kept[i]) {
        probabilities[i] = (double) counts[i] / total;
        gamma = alpha;
      }
    }
    return gamma;
  }

  @Override
  public ContextWeights weights(int order, FollowerSums sums) {
    long total = sums.total();
    return new ContextWeights(
        sums.keptTypes() > 0 ? alpha : 1, (count, lower) -> (double) count / total);
  }
}
