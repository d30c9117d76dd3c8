package org.seqlm.example;

import java.io.IOException;
import java.util.SplittableRandom;

/**
 * The built-in example: a text drawn from {@link #grammar()}, one sentence a line. Sentence i is a
 * function of the seed and of i alone.
 */
public final class Example {
  /** What {@link #write} wrote. */
  public record Written(long sentences, long tokens, long characters, long bytes, double nats) {
    /** Bits a token that the grammar itself gives this very text: its floor. */
    public double bitsPerToken() {
      return nats / Math.log(2) / tokens;
    }

    /** The same in bits a character. */
    public double bitsPerCharacter() {
      return nats / Math.log(2) / characters;
    }
  }

  private static final Grammar GRAMMAR = EnglishGrammar.create();

  private Example() {}

  /** The grammar of the example. */
  public static Grammar grammar() {
    return GRAMMAR;
  }

  /** The exact entropy of the example: no model can do better in expectation. */
  public static Grammar.Entropy floor() {
    return GRAMMAR.entropy();
  }

  /** Sentence {@code i} of a seed, without a line feed. */
  public static String sentence(long seed, long i) {
    return Grammar.write(derivation(seed, i).tokens());
  }

  static Grammar.Derivation derivation(long seed, long i) {
    return GRAMMAR.sample(random(seed, i));
  }

  /**
   * A generator for item {@code i} of a seed; SplittableRandom mixes well, but seeds that differ by
   * little times its own increment would walk the same sequence, so both parts are hashed first.
   */
  static SplittableRandom random(long seed, long i) {
    return new SplittableRandom(mix(seed ^ mix(i + 0x9E3779B97F4A7C15L)));
  }

  /** The finaliser of MurmurHash3 (variant 13 of Stafford). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * Writes whole sentences, each with a line feed, until at least {@code bytes} are written.
   *
   * @param bytes at least 1
   */
  public static Written write(Appendable out, long bytes, long seed) throws IOException {
    long sentences = 0;
    long tokens = 0;
    long characters = 0; // all ASCII: also bytes
    double nats = 0;
    while (characters < bytes) {
      Grammar.Derivation derivation = derivation(seed, sentences++);
      String line = Grammar.write(derivation.tokens());
      out.append(line).append('\n');
      tokens += derivation.tokens().size() + 1;
      characters += line.length() + 1;
      nats -= GRAMMAR.logProbability(derivation.tokens());
    }
    return new Written(sentences, tokens, characters, characters, nats);
  }
}
