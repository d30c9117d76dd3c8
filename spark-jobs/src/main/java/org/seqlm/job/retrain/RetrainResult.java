package org.seqlm.job.retrain;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.metrics.Night;

/**
 * What became of a night.
 *
 * @param night its date
 * @param decision what was decided
 * @param reasons a line each, what decided first
 * @param version the challenger's number in the registry; 0 for none
 * @param champion the champion's number from now on; 0 for none
 * @param again whether an earlier run of this command had decided it
 * @param began whether the registry begins with it
 * @param plan the text that came in; null where the night was decided before
 * @param text what was read of it; null likewise, or where there was none
 * @param contest the decision's figures, as {@link org.seqlm.gate.GateResult} has them; null where
 *     nobody was there to contest
 * @param drift how far the text is from the champion's; null where it was not looked at
 * @param ngrams what was counted; null where nothing was
 * @param samples what both models write; null where they were not asked
 * @param folder of the night's dataset and run
 * @param report the page, or null
 * @param seconds by phase
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RetrainResult(
    String night,
    Verdict decision,
    List<String> reasons,
    int version,
    int champion,
    boolean again,
    boolean began,
    NightPlan plan,
    NightText text,
    JsonNode contest,
    Night.Drift drift,
    Night.Ngrams ngrams,
    Night.Samples samples,
    String folder,
    String report,
    Map<String, Double> seconds) {

  /** The night in at most five lines, for a message. */
  @JsonProperty
  public List<String> summary() {
    return NightSummary.of(this);
  }

  /** Which model is the champion from now on. */
  public enum Verdict {
    /** The challenger. */
    PROMOTED,
    /** The champion, as before. */
    KEPT
  }

  /**
   * What was read.
   *
   * @param documents of all splits
   * @param tokens of all splits
   * @param vocabulary ids, reserved ones included
   * @param appended of them that the champion does not know
   * @param unknownRate share of the held-out tokens that the champion does not know; null without a
   *     champion
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record NightText(
      long documents, long tokens, int vocabulary, int appended, Double unknownRate) {}
}
