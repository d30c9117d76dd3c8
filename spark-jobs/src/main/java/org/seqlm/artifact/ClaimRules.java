package org.seqlm.artifact;

import java.time.Duration;
import org.seqlm.Problems;

/**
 * What is done where another holds the {@link Claim}: the group {@code concurrent} of a
 * configuration.
 *
 * @param policy whether to wait for it
 * @param hours how long at most, greater than 0
 * @param beatSeconds between two signs of life of who holds it, greater than 0
 * @param missed signs of life without which it is taken from him, at least 2
 */
public record ClaimRules(Policy policy, double hours, double beatSeconds, int missed) {
  private static final double MOST_HOURS = 24.0 * 366;
  private static final double MOST_SECONDS = 3600;
  private static final int MOST_MISSED = 1000;

  /** What to do where another is at work. */
  public enum Policy {
    /** Wait until he is done. */
    WAIT,
    /** Leave, and say who he is. */
    LEAVE
  }

  public ClaimRules {
    new Problems()
        .present("concurrent.policy", policy, "give wait, or leave")
        .require(
            hours > 0 && hours <= MOST_HOURS,
            "concurrent.hours must be greater than 0 and at most "
                + (long) MOST_HOURS
                + ", but is "
                + hours)
        .require(
            beatSeconds > 0 && beatSeconds <= MOST_SECONDS,
            "concurrent.beat-seconds must be greater than 0 and at most "
                + (long) MOST_SECONDS
                + ", but is "
                + beatSeconds)
        .inRange("concurrent.missed", missed, 2, MOST_MISSED)
        .throwIfAny();
  }

  Duration beat() {
    return seconds(beatSeconds);
  }

  Duration longest() {
    return seconds(hours * Duration.ofHours(1).toSeconds());
  }

  /**
   * How long a claim may show no sign of life.
   *
   * @param holder seconds between two of its holder's, who may have been told another number
   */
  Duration patience(double holder) {
    return seconds(missed * Math.max(beatSeconds, holder));
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos(Math.max(1, Math.round(seconds * 1e9)));
  }
}
