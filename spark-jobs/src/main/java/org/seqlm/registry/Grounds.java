package org.seqlm.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;

/**
 * By whom something is decided, and why.
 *
 * @param night that decides it, for instance {@code 2026-11-28}: 1 to 64 letters, digits, dots,
 *     dashes, underscores; null if it is no night's. A night has at most one decision that
 *     promotes, keeps or fails
 * @param reasons for people, a line each
 * @param numbers by which it was decided, a JSON object of at most 16 KiB
 */
public record Grounds(Decider by, String night, List<String> reasons, JsonNode numbers) {
  /** The state is read and written as a whole at each commit, and holds the numbers of years. */
  static final int LONGEST = 1 << 14;

  private static final Pattern NIGHT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public Grounds {
    reasons = reasons == null ? List.of() : List.copyOf(reasons);
    String text = Json.line(numbers == null ? Json.mapper().createObjectNode() : numbers);
    try {
      // As they will be read: a number is equal to itself whatever Java type it came in.
      numbers = Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    new Problems()
        .present("by", by, "night or user")
        .require(night == null || isNight(night), problem(night))
        .require(numbers.isObject(), "numbers must be a JSON object, but are " + text)
        .require(
            bytes <= LONGEST,
            "numbers must be at most " + LONGEST + " bytes of JSON, but are " + bytes)
        .throwIfAny();
  }

  /** Whether a text can name a night. */
  static boolean isNight(String night) {
    return NIGHT.matcher(night).matches();
  }

  /** What is wrong with one that cannot. */
  static String problem(String night) {
    return "night must be 1 to 64 letters, digits, dots, dashes or underscores, for instance"
        + " 2026-11-28, but is \""
        + night
        + "\"";
  }

  /**
   * A person's.
   *
   * @param reason null for none
   */
  public static Grounds user(String reason) {
    return new Grounds(Decider.USER, null, reason == null ? List.of() : List.of(reason), null);
  }

  /** A night's. */
  public static Grounds night(String night, List<String> reasons, JsonNode numbers) {
    return new Grounds(Decider.NIGHT, night, reasons, numbers);
  }
}
