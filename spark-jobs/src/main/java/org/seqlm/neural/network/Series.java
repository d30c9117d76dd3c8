package org.seqlm.neural.network;

import org.seqlm.Problems;

/**
 * A series of vectors with gaps: predicts the next step's values, each a Gaussian with its mean and
 * log-variance, {@code out.weight} (2 F, H) and {@code out.bias} (2 F), means first. The loss is
 * the mean negative log-density of what was observed.
 *
 * @param features F of a step, at least 1
 * @param body recurrent layers; they read forward
 * @param gaps what they read where a value is missing
 */
public record Series(int features, RecurrentBody body, Gaps gaps) implements Network {
  /** In nats a value: standardised values have 1.42 under a standard Gaussian. */
  private static final double BOUND = 20;

  public Series {
    new Problems()
        .atLeast("the number of features", features, 1)
        .require(body != null, "a series needs recurrent layers")
        .present("network.gaps", gaps, "drop, linear, spline, mean, learned, decay or generative")
        .require(
            body == null || body.direction() == Direction.FORWARD,
            "network.direction both has seen what it is to predict: set network.direction to"
                + " forward")
        .throwIfAny();
  }

  @Override
  public ParameterLayout layout() {
    ParameterLayout.Builder builder = new ParameterLayout.Builder();
    if (gaps == Gaps.DECAY) {
      builder
          .add("decay.input.weight", Initial.linear(features), features)
          .add("decay.input.bias", Initial.linear(features), features)
          .linear("decay.state", features, body.hidden());
    }
    body.add(builder, "", features * gaps.inputs());
    return builder.linear("out", body.outputWidth(), 2 * features).build();
  }

  @Override
  public double lossBound() {
    return BOUND;
  }

  @Override
  public String title() {
    return body.title() + " over " + features + " features";
  }

  @Override
  public String what() {
    return "network over series";
  }
}
