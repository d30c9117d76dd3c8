package org.seqlm.report.trend;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.seqlm.metrics.NightFigures;

/**
 * A registry over its nights.
 *
 * @param registry its name
 * @param champion the number of the champion; 0 for none
 * @param rows nights that were decided and what users changed, the latest last
 * @param line the champion, the version that it was trained from, and so on
 */
public record Trend(String registry, int champion, List<Row> rows, List<Version> line) {
  public Trend {
    rows = List.copyOf(rows);
    line = List.copyOf(line);
  }

  /** What a row tells. */
  public enum Event {
    /** The challenger became the champion. */
    PROMOTED,
    /** The champion stays; the challenger may come again. */
    WAITS,
    /** The champion stays. */
    KEPT,
    /** The night came to nothing. */
    FAILED,
    /** An earlier champion is the champion again. */
    ROLLED_BACK
  }

  /**
   * A decision.
   *
   * @param when in UTC, for instance {@code 2026-11-28T03:12:00Z}
   * @param night its name; null where a user decided
   * @param event what became of it
   * @param version that it is about; 0 for none
   * @param champion before it; 0 for none
   * @param reasons a line each, what decided first
   * @param contest champion against challenger; null where there was none
   * @param figures of the night
   * @param page the night's own, from this page; null where it is gone
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Row(
      String when,
      String night,
      Event event,
      int version,
      int champion,
      List<String> reasons,
      Contest contest,
      NightFigures figures,
      String page) {
    public Row {
      reasons = List.copyOf(reasons);
    }

    /** Its place in time in days since 1970: the night's date, else that of the decision. */
    long day() {
      try {
        return LocalDate.parse(night == null ? "" : night).toEpochDay();
      } catch (DateTimeParseException e) {
        return LocalDate.parse(when.substring(0, 10)).toEpochDay();
      }
    }
  }

  /**
   * What was measured on fresh documents, in bits a character; each null where it is not known.
   *
   * @param gain that the challenger saves
   * @param lower end of its interval
   * @param upper likewise
   * @param margin that the gain was to exceed
   * @param championBits of all documents together
   * @param challengerBits likewise
   * @param spent error dealt to challengers this year, this night's share included
   * @param challengers that it was dealt to
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Contest(
      Integer documents,
      Double gain,
      Double lower,
      Double upper,
      Double margin,
      Double championBits,
      Double challengerBits,
      Double spent,
      Integer challengers) {}

  /**
   * A version of the champion's line.
   *
   * @param status in words
   * @param night that made it; null for none
   * @param trainedOn the input as its training was told; empty if nobody knows
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Version(
      int number, String name, String status, String created, String night, String trainedOn) {}
}
