package org.seqlm.neural.network;

import org.seqlm.Problems;

/**
 * Many-to-one: a sequence in, a label out. The pooled vector p becomes logits {@code W p + b};
 * parameters are {@code embedding.weight}, the body's, those of the {@link Pooling}, and {@code
 * out.weight} (C, width), {@code out.bias} (C).
 *
 * @param input of each step
 * @param body that reads it
 * @param pooling of what the body makes
 * @param classes C, at least 2
 */
public record Classifier(StepInput input, Body body, Pooling pooling, int classes)
    implements Network {

  public Classifier {
    new Problems()
        .require(input != null && body != null, "a classifier needs an input and a body")
        .present("network.pooling", pooling, "last, mean, max, attention or class-token")
        .atLeast("the number of labels", classes, 2)
        .require(
            pooling != Pooling.CLASS_TOKEN || body instanceof AttentionBody,
            "network.pooling class-token is of network.body attention: set network.pooling to"
                + " last, mean, max or attention")
        .require(
            pooling != Pooling.LAST || body instanceof RecurrentBody,
            "network.pooling last is of recurrent layers: set network.pooling to class-token,"
                + " mean, max or attention")
        .throwIfAny();
  }

  @Override
  public ParameterLayout layout() {
    ParameterLayout.Builder builder = new ParameterLayout.Builder();
    input.add(builder, "");
    if (pooling == Pooling.CLASS_TOKEN) {
      builder.add("class_token", Initial.normal(0.02), 1, body.outputWidth());
    }
    body.add(builder, "", input.width());
    if (pooling == Pooling.ATTENTION) {
      builder.add("pool.weight", Initial.linear(body.outputWidth()), 1, body.outputWidth());
    }
    return builder.linear("out", body.outputWidth(), classes).build();
  }

  @Override
  public double lossBound() {
    return Math.log(classes) + EXPLOSION;
  }

  @Override
  public String title() {
    return body.title() + ", " + classes + " labels";
  }

  @Override
  public String what() {
    return "classifier";
  }
}
