package org.seqlm.lm;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import org.seqlm.Problems;

/**
 * How a next token is drawn from a model's distribution.
 *
 * @param temperature divides the logits: below 1 the likely becomes likelier; 0 always takes the
 *     likeliest
 * @param topK draws from the k likeliest tokens only; 0 from all
 * @param topP draws from the fewest likeliest tokens whose probabilities sum to at least this, 0 to
 *     1 (nucleus sampling, Holtzman et al. 2020, section 3.1)
 */
public record SamplingRules(double temperature, int topK, double topP)
    implements java.io.Serializable {
  /** The model's own distribution. */
  public static final SamplingRules PLAIN = new SamplingRules(1, 0, 1);

  public SamplingRules {
    new Problems()
        .inRange("temperature", temperature, 0, 100)
        .atLeast("top-k", topK, 0)
        .inRange("top-p", topP, 0, 1)
        .require(topP > 0 || Double.isNaN(topP), "top-p must be greater than 0, but is 0.0")
        .throwIfAny();
  }

  /**
   * Draws a token.
   *
   * @param logProbabilities in nats, of all tokens, at least one above minus infinity
   * @param uniform gives a number in [0, 1); asked once, or not at all
   * @return its id
   */
  public int draw(float[] logProbabilities, DoubleSupplier uniform) {
    int likeliest = 0;
    for (int id = 1; id < logProbabilities.length; id++) {
      if (logProbabilities[id] > logProbabilities[likeliest]) {
        likeliest = id;
      }
    }
    if (temperature == 0) {
      return likeliest;
    }
    double[] weights = new double[logProbabilities.length];
    double total = 0;
    for (int id = 0; id < weights.length; id++) {
      weights[id] = Math.exp((logProbabilities[id] - logProbabilities[likeliest]) / temperature);
      total += weights[id];
    }
    if (topK > 0 || topP < 1) {
      total = truncate(weights, total);
    }
    double at = uniform.getAsDouble() * total;
    int last = likeliest;
    for (int id = 0; id < weights.length; id++) {
      if (weights[id] > 0) {
        last = id;
        at -= weights[id];
        if (at < 0) {
          return id;
        }
      }
    }
    return last;
  }

  /**
   * Zeroes what top-k and top-p leave out; ties stay in by rising id. Returns the sum of what is
   * left.
   */
  private double truncate(double[] weights, double total) {
    Integer[] order = new Integer[weights.length];
    Arrays.setAll(order, id -> id);
    Arrays.sort(order, (a, b) -> Double.compare(weights[b], weights[a]));
    int most = topK > 0 ? Math.min(topK, order.length) : order.length;
    double enough = topP * total;
    double kept = 0;
    int count = 0;
    while (count < most && (count == 0 || kept < enough)) {
      kept += weights[order[count++]];
    }
    for (int i = count; i < order.length; i++) {
      weights[order[i]] = 0;
    }
    return kept;
  }
}
