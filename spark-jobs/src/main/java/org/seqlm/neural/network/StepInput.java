package org.seqlm.neural.network;

import org.seqlm.Problems;

/**
 * What a network reads at each step of a sequence: a token, of which it learns a vector ({@code
 * {prefix}embedding.weight}), or a vector of features as it is.
 *
 * @param kind of the two
 * @param size token ids, at least 2, or features of a vector, at least 1
 * @param width of a token's vector, 1 to 16384; of features their number
 */
public record StepInput(Kind kind, int size, int width) implements java.io.Serializable {

  /** What stands at a step. */
  public enum Kind {
    TOKENS,
    VECTORS
  }

  public StepInput {
    new Problems()
        .present("network.input", kind, "tokens or vectors")
        .atLeast("network's input size", size, kind == Kind.TOKENS ? 2 : 1)
        .inRange("network.embedding", width, 1, kind == Kind.VECTORS ? Integer.MAX_VALUE : 16384)
        .throwIfAny();
  }

  /** Tokens of a vocabulary. */
  public static StepInput tokens(int vocabulary, int embedding) {
    return new StepInput(Kind.TOKENS, vocabulary, embedding);
  }

  /** Vectors of so many features. */
  public static StepInput vectors(int features) {
    return new StepInput(Kind.VECTORS, features, features);
  }

  /** Adds what it learns. */
  void add(ParameterLayout.Builder builder, String prefix) {
    if (kind == Kind.TOKENS) {
      builder.add(prefix + "embedding.weight", Initial.normal(1), size, width);
    }
  }
}
