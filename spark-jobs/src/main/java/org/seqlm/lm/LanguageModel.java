package org.seqlm.lm;

import org.seqlm.vocab.Vocabulary;

/**
 * Gives every token of a text a probability, reading from left to right. Implementations are
 * immutable.
 */
public interface LanguageModel {
  /** The tokens it knows; ids of every method are of this vocabulary. */
  Vocabulary vocabulary();

  /** A reading of a text, at its start. Not shared between threads. */
  Reading start();

  /**
   * A reading with nothing before it, not even the mark {@code <s>} where passages begin with one:
   * KenLM's null context.
   */
  default Reading startUnmarked() {
    return start();
  }

  /** How far back in a text what was read can decide what is likely. */
  enum Memory {
    /** To the beginning of the line: lines can be scored in any order. */
    LINE,
    /** Past lines. */
    TEXT
  }

  /** How far back the model's contexts reach. */
  default Memory memory() {
    return Memory.TEXT;
  }

  /**
   * Whether the model takes a token for a part of its text. A model of an unbroken stream does not
   * know line ends: such tokens are neither scored nor read.
   */
  default boolean reads(int token) {
    return token != vocabulary().sentenceStart();
  }

  /** A place in a text: what was read so far decides what is likely to follow. */
  interface Reading {
    /**
     * The natural logarithm of P(token | all read so far); negative infinity where the model
     * excludes it.
     */
    double logProbability(int token);

    /**
     * The same for every token.
     *
     * @param into receives {@code vocabulary().size()} natural logarithms by id
     */
    void logProbabilities(float[] into);

    /** Reads a token, whose probability need not have been asked for. */
    void read(int token);

    /**
     * How many words the n-gram has that P(token | all read so far) comes from, the token among
     * them; 0 where the model knows no such thing.
     */
    default int matched(int token) {
      return 0;
    }

    /**
     * {@link #logProbability} of a token that is then read: both in one go, which models may do
     * faster.
     */
    default double next(int token) {
      double logProbability = logProbability(token);
      read(token);
      return logProbability;
    }

    /**
     * {@link #next(int)} and {@link #matched} of the tokens {@code [from, to)}, one after the
     * other. Models that wait for memory may do this for many of them at a time; the values are the
     * same.
     *
     * @param tokens that the model {@link LanguageModel#reads}
     * @param nats receives ln P of each from place 0 on // (to - from)
     * @param orders receives how many words the n-gram of each has // (to - from)
     */
    default void next(int[] tokens, int from, int to, double[] nats, byte[] orders) {
      for (int i = from; i < to; i++) {
        nats[i - from] = logProbability(tokens[i]);
        orders[i - from] = (byte) matched(tokens[i]);
        read(tokens[i]);
      }
    }

    /** A document begins: forgets what was read where the model's boundary says so. */
    default void startDocument() {}

    /** A reading of its own at the same place. */
    Reading copy();
  }
}
