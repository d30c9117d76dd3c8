package org.seqlm.task.predict;

import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.Split;
import org.seqlm.lm.SamplingRules;
import org.seqlm.neural.network.Decoding;

/**
 * How targets are written; the configuration group {@code decoding}.
 *
 * @param kind null for a beam search where {@code beam} is above 1, else the likeliest token
 * @param beam targets that are kept at each step
 * @param lengthPenalty α of {@link Decoding}
 * @param longest tokens of a target; 0 for twice as many as the longest that was trained on has
 * @param temperature of what is drawn
 * @param topK of what is drawn
 * @param topP of what is drawn
 */
public record DecodingKeys(
    Kind kind,
    int beam,
    double lengthPenalty,
    int longest,
    double temperature,
    int topK,
    double topP) {

  /** The likeliest token at each step, by a network that writes targets. */
  public static final DecodingKeys DEFAULT = new DecodingKeys(null, 1, 0, 0, 1, 0, 1);

  private static final int LONGER = 2;

  /** What becomes of the distribution at each step. */
  public enum Kind {
    GREEDY,
    SAMPLE,
    BEAM
  }

  public DecodingKeys {
    boolean draws = kind == Kind.SAMPLE;
    new Problems()
        .inRange("decoding.beam", beam, 1, 1000)
        .inRange("decoding.length-penalty", lengthPenalty, 0, 10)
        .inRange("decoding.longest", longest, 0, 65536)
        .inRange("decoding.temperature", temperature, 0, 100)
        .atLeast("decoding.top-k", topK, 0)
        .require(topP > 0 && topP <= 1, "decoding.top-p must be above 0 to 1.0, but is " + topP)
        .require(
            kind == null || kind == Kind.BEAM || beam == 1,
            "decoding.beam "
                + beam
                + " is of a beam search: set decoding.kind to beam, or beam to 1")
        .require(
            kind != Kind.BEAM || beam > 1,
            "decoding.kind beam keeps several targets: set decoding.beam to 2 to 1000")
        .require(
            lengthPenalty == 0 || beam > 1,
            "decoding.length-penalty compares the targets of a beam search: set decoding.beam to"
                + " 2 to 1000, or length-penalty to 0")
        .require(
            draws || temperature == 1 && topK == 0 && topP == 1,
            "decoding.temperature, top-k and top-p are of targets that are drawn: set decoding.kind"
                + " to sample")
        .throwIfAny();
  }

  /**
   * How a network writes targets.
   *
   * @param details of the examples that it was trained on
   * @param seed of what is drawn
   * @return null of a network that writes none
   * @throws UserException with exit code 2 if it writes none and a key says how
   */
  public Decoding decoding(ExamplesDetails details, long seed) {
    if (details.column("target") == null) {
      if (!equals(DEFAULT)) {
        throw UserException.configuration(
            "the keys of the group decoding are of networks that write targets, and this one is of"
                + " the task "
                + org.seqlm.artifact.Json.name(details.task())
                + ": leave them out");
      }
      return null;
    }
    int most = longest == 0 ? LONGER * longestTrained(details) : longest;
    return kind == Kind.SAMPLE
        ? Decoding.sampling(new SamplingRules(temperature, topK, topP), seed, most)
        : Decoding.beam(beam, lengthPenalty, most);
  }

  private static int longestTrained(ExamplesDetails details) {
    ExampleStatistics train = details.splits().get(Split.TRAIN);
    int trained = train == null ? 1 : train.longest().getOrDefault("target", 1);
    return Math.max(1, Math.min(trained, 65536 / LONGER));
  }
}
