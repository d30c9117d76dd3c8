package org.seqlm.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/**
 * One decision of a registry's history.
 *
 * @param when in UTC, for instance {@code 2026-11-28T03:12:00Z}
 * @param by who decided
 * @param night as of {@link Grounds}; null if it was no night's
 * @param what it does
 * @param version it is about; 0 if a night came to nothing before it had one
 * @param champion before it; 0 if there was none
 * @param reasons for people, a line each
 * @param numbers by which it was decided, a JSON object
 * @param commit what nobody else drew, by which its writer knows it again; empty until it is
 *     written
 */
public record Decision(
    String when,
    Decider by,
    @JsonInclude(JsonInclude.Include.NON_NULL) String night,
    Outcome what,
    int version,
    int champion,
    List<String> reasons,
    JsonNode numbers,
    String commit) {

  public Decision {
    Instant.parse(when);
    Grounds grounds = new Grounds(by, night, reasons, numbers);
    reasons = grounds.reasons();
    numbers = grounds.numbers();
    if (what == null || commit == null) {
      throw new IllegalArgumentException("a decision lacks what it does, or its commit");
    }
  }

  static Decision of(Instant when, Outcome what, int version, int champion, Grounds grounds) {
    return new Decision(
        when.toString(),
        grounds.by(),
        grounds.night(),
        what,
        version,
        champion,
        grounds.reasons(),
        grounds.numbers(),
        "");
  }

  /** The same as written down by a commit. */
  Decision in(String unique) {
    return new Decision(when, by, night, what, version, champion, reasons, numbers, unique);
  }

  /** Whether a night came to its end by it. */
  public boolean ends(String one) {
    return what.endsNight() && one.equals(night);
  }
}
