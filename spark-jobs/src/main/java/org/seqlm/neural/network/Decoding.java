package org.seqlm.neural.network;

import org.seqlm.Problems;
import org.seqlm.lm.SamplingRules;

/**
 * How a {@link SequenceToSequence} network writes a target: the likeliest token at each step, one
 * that is drawn, or a beam search. Of a beam's targets the best is that with the highest {@code log
 * p / ((5 + n) / 6)^α} (Wu et al. 2016, equation 14), n being the tokens that were predicted, the
 * end among them.
 *
 * @param beam k, targets that are kept at each step, 1 to 1000; 1 takes the likeliest token
 * @param lengthPenalty α, 0 to 10; 0 prefers short targets, as their probabilities do
 * @param rules by which tokens are drawn; null where they are not
 * @param seed of what is drawn
 * @param longest tokens of a target, 1 to 65536: behind so many only the end may follow
 * @param shown what is told beside the targets
 */
public record Decoding(
    int beam, double lengthPenalty, SamplingRules rules, long seed, int longest, Shown shown)
    implements java.io.Serializable {

  /** What is told beside the targets. */
  public enum Shown {
    /** Nothing. */
    TARGETS,
    /** Where the decoder looked at each token. */
    ALIGNMENT
  }

  public Decoding {
    shown = shown == null ? Shown.TARGETS : shown;
    new Problems()
        .inRange("beam", beam, 1, 1000)
        .inRange("length-penalty", lengthPenalty, 0, 10)
        .inRange("longest", longest, 1, 65536)
        .require(
            rules == null || beam == 1,
            "beam " + beam + " keeps the likeliest targets, but sampling draws one: set beam to 1")
        .throwIfAny();
  }

  /** The likeliest token at each step. */
  public static Decoding greedy(int longest) {
    return beam(1, 0, longest);
  }

  /** A beam search. */
  public static Decoding beam(int width, double lengthPenalty, int longest) {
    return new Decoding(width, lengthPenalty, null, 0, longest, Shown.TARGETS);
  }

  /** Drawn tokens. */
  public static Decoding sampling(SamplingRules rules, long seed, int longest) {
    return new Decoding(1, 0, rules, seed, longest, Shown.TARGETS);
  }

  /** The same with something told beside the targets. */
  public Decoding showing(Shown what) {
    return new Decoding(beam, lengthPenalty, rules, seed, longest, what);
  }

  /**
   * What a target's log-probability is divided by.
   *
   * @param predicted n, the end among them
   */
  public double penalty(int predicted) {
    return Math.pow((5.0 + predicted) / 6, lengthPenalty);
  }
}
