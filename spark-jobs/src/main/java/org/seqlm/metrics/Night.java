package org.seqlm.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * A night of retraining, as its report and programs read it.
 *
 * @param night its date
 * @param decision {@code promoted} or {@code kept}
 * @param reasons a sentence each, what decided first
 * @param champion the version that was the champion before; 0 for none
 * @param challenger the version that the night made; 0 while it has none
 * @param taken the partitions that came in
 * @param findings what was odd about them, a sentence each
 * @param text what was read of them
 * @param contest champion against challenger; null where there was no champion
 * @param past the nights before that had a contest, the oldest first, then this one
 * @param seconds by phase
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Night(
    String night,
    String decision,
    List<String> reasons,
    int champion,
    int challenger,
    List<Taken> taken,
    List<String> findings,
    Text text,
    Contest contest,
    List<Past> past,
    Map<String, Double> seconds) {

  public Night {
    reasons = List.copyOf(reasons);
    taken = List.copyOf(taken);
    findings = List.copyOf(findings);
    past = List.copyOf(past);
  }

  /**
   * A partition.
   *
   * @param bytes as they are stored
   */
  public record Taken(String name, long files, long bytes) {}

  /**
   * What was read.
   *
   * @param documents of all splits
   * @param tokens of all splits
   * @param vocabulary ids, reserved ones included
   * @param appended of them that the champion does not know; 0 without a champion
   * @param unknownRate share of the held-out tokens that the champion does not know; null without
   *     one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Text(
      long documents, long tokens, int vocabulary, int appended, Double unknownRate) {}

  /**
   * What decided; gains are bits a character that the challenger saves.
   *
   * @param documents that no model was trained on
   * @param gain mean over them
   * @param lower end of its interval, or null
   * @param upper likewise
   * @param level of the interval
   * @param margin that the gain was to exceed
   * @param evidence natural logarithm of what the test's capital grew to; null where nothing was
   *     tested
   * @param needed natural logarithm of what it was to reach
   * @param frozenDocuments of the frozen set
   * @param frozenGain on them, or null
   * @param slices of the documents
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Contest(
      int documents,
      Double gain,
      Double lower,
      Double upper,
      double level,
      double margin,
      Double evidence,
      Double needed,
      int frozenDocuments,
      Double frozenGain,
      List<Slice> slices) {}

  /**
   * Some of the documents.
   *
   * @param name what they have in common, for instance {@code length}
   * @param value of it
   * @param gain mean
   * @param lower end of its interval, or null
   * @param upper likewise
   * @param finding what follows, in words
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Slice(
      String name,
      String value,
      int documents,
      double gain,
      Double lower,
      Double upper,
      String finding) {}

  /**
   * A night with a contest.
   *
   * @param gain of its challenger
   * @param promoted whether it became the champion
   */
  public record Past(String night, double gain, boolean promoted) {}
}
