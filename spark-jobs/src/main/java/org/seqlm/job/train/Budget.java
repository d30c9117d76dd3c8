package org.seqlm.job.train;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.seqlm.Problems;
import org.seqlm.spark.training.NetworkTraining;

/**
 * The group {@code budget}: what a run may take. Tokens and rounds are planned with, so that the
 * learning rate comes down in them and the result is the same wherever it runs. Hours and an
 * instant are looked at after each round: which one is the last depends on the clock.
 *
 * @param tokens of all workers, at least 1; null for as many as the passes have
 * @param rounds of the averaging frequency's local steps each, at least 1; null likewise
 * @param hours of training, above 0, of all processes that had the run; null for any
 * @param until a time with its offset as ISO 8601 writes it; null for never
 * @param losses of executors, for each that there is, in rounds one after another that each lose
 *     one; 0 for any number
 */
record Budget(Long tokens, Long rounds, Double hours, String until, int losses) {
  Budget {
    new Problems()
        .require(tokens == null || tokens > 0, "budget.tokens must be at least 1, but is " + tokens)
        .require(rounds == null || rounds > 0, "budget.rounds must be at least 1, but is " + rounds)
        .require(
            hours == null || (hours > 0 && hours < Double.POSITIVE_INFINITY),
            "budget.hours must be greater than 0 and finite, but is " + hours)
        .require(
            until == null || instant(until) != null,
            "budget.until must be a time with its offset, as 2026-05-01T05:30:00Z or"
                + " 2026-05-01T05:30:00+02:00, but is "
                + until)
        .inRange("budget.losses", losses, 0, 1_000_000)
        .throwIfAny();
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** What to plan with. */
  NetworkTraining.Limit limit() {
    return new NetworkTraining.Limit(
        tokens == null ? Long.MAX_VALUE : tokens, rounds == null ? Long.MAX_VALUE : rounds);
  }

  /** Whether the time of {@code until} has come. */
  boolean isPast(Instant now) {
    return until != null && !now.isBefore(instant(until));
  }

  /**
   * Why no further round begins; null if one may.
   *
   * @param seconds of training so far
   */
  String spent(double seconds, Instant now) {
    if (hours != null && seconds >= hours * 3600) {
      return String.format(Locale.ROOT, "budget: %s h", hours);
    }
    return isPast(now) ? "budget: until " + until : null;
  }
}
