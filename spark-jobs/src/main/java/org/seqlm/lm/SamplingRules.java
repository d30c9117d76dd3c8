package org.seqlm.lm;

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
public record SamplingRules(double temperature, int topK, double topP) {
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
}
