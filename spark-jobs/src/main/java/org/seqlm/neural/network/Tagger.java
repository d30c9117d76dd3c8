package org.seqlm.neural.network;

import org.seqlm.Problems;

/**
 * A label for each step of a sequence. What the body makes of a step becomes logits {@code W h +
 * b}; parameters are {@code embedding.weight}, the body's, and {@code out.weight} (C, width),
 * {@code out.bias} (C).
 *
 * @param input of each step
 * @param body that reads it
 * @param tags C, at least 2
 */
public record Tagger(StepInput input, Body body, int tags) implements Network {

  public Tagger {
    new Problems()
        .require(input != null && body != null, "a tagger needs an input and a body")
        .atLeast("the number of tags", tags, 2)
        .throwIfAny();
  }

  @Override
  public ParameterLayout layout() {
    ParameterLayout.Builder builder = new ParameterLayout.Builder();
    input.add(builder, "");
    body.add(builder, "", input.width());
    return builder.linear("out", body.outputWidth(), tags).build();
  }

  @Override
  public double lossBound() {
    return Math.log(tags) + EXPLOSION;
  }

  @Override
  public String title() {
    return body.title() + ", " + tags + " tags";
  }

  @Override
  public String what() {
    return "tagger";
  }
}
