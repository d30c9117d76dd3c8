package org.seqlm.job.nightlydemo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What became of a night.
 *
 * @param night from 1
 * @param date of it
 * @param special what was out of the ordinary; null for nothing
 * @param decision what was decided, or that the night failed
 * @param reasons a line each, what decided first; of a failed night what it ended with
 * @param exitCode of {@code retrain}
 * @param text that came in; null of a failed night
 * @param training of the challenger; null where none came to its end
 * @param contest of the two models; null where there was none
 * @param version the challenger's number; 0 for none
 * @param champion the champion's number from now on; 0 for none
 * @param death of the driver; null on other nights
 * @param report the page; null of a failed night
 * @param seconds that the night took
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DemoNight(
    int night,
    String date,
    Special special,
    Decision decision,
    List<String> reasons,
    int exitCode,
    Text text,
    Training training,
    Contest contest,
    int version,
    int champion,
    Death death,
    String report,
    double seconds) {

  /** What became of the challenger. */
  enum Decision {
    PROMOTED,
    KEPT,
    FAILED
  }

  /**
   * What came in.
   *
   * @param partitions that were taken
   * @param findings what was odd about them
   * @param documents of all splits
   * @param vocabulary ids
   * @param appended of them that the champion does not know
   * @param unknownRate share of the held-out tokens that the champion does not know; null without
   *     one
   * @param drift from the champion's newest text; null without one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Text(
      List<String> partitions,
      List<String> findings,
      long documents,
      int vocabulary,
      int appended,
      Double unknownRate,
      Drift drift) {}

  /**
   * How far text is from the newest that the champion was trained on.
   *
   * @param bits Jensen-Shannon divergence of the words, 0 to 1
   * @param byChance the mean of what permuted documents give
   * @param p of at least so much by chance
   */
  record Drift(double bits, double byChance, double p) {}

  /**
   * What training did to the loss on the night's validation split, in bits a character. The
   * challenger is the best of what was looked at, so where the loss has risen it may be what
   * training began with: the champion.
   *
   * @param before of what it began with
   * @param after of what it ended with
   */
  record Training(double before, double after) {}

  /**
   * Champion against challenger.
   *
   * @param documents fresh ones
   * @param gain mean, bits a character
   */
  record Contest(int documents, double gain) {}

  /**
   * A driver that was killed while it trained, and the same night without that.
   *
   * @param exitCode of the process that was killed
   * @param round of the checkpoint after which it was killed
   * @param term of the run's last writer: 2 where a second one went on with the first one's run
   * @param sameDecision whether the undisturbed night comes to the same decision, with the same
   *     figures
   * @param sameParameters whether its challenger has the same bits
   */
  record Death(int exitCode, int round, long term, boolean sameDecision, boolean sameParameters) {}

  /**
   * From the result record of {@code retrain}.
   *
   * @param result as {@code --json} has it
   */
  static DemoNight of(
      int night,
      String date,
      Special special,
      JsonNode result,
      Training training,
      Death death,
      double seconds) {
    return new DemoNight(
        night,
        date,
        special,
        Decision.valueOf(result.path("decision").asText().toUpperCase(Locale.ROOT)),
        texts(result.path("reasons"), ""),
        0,
        text(result),
        training,
        result.path("contest").path("gain").isNumber()
            ? new Contest(
                result.path("contest").path("documents").asInt(),
                result.path("contest").path("gain").asDouble())
            : null,
        result.path("version").asInt(),
        result.path("champion").asInt(),
        death,
        result.path("report").isTextual() ? result.path("report").asText() : null,
        seconds);
  }

  private static Text text(JsonNode result) {
    JsonNode text = result.path("text");
    JsonNode told = result.path("drift");
    Drift drift =
        told.path("p").isNumber()
            ? new Drift(
                told.path("divergence").asDouble(),
                told.path("chance").asDouble(),
                told.path("p").asDouble())
            : null;
    JsonNode plan = result.path("plan");
    return new Text(
        texts(plan.path("take"), "name"),
        texts(plan.path("findings"), "text"),
        text.path("documents").asLong(),
        text.path("vocabulary").asInt(),
        text.path("appended").asInt(),
        text.path("unknown-rate").isNumber() ? text.path("unknown-rate").asDouble() : null,
        drift);
  }

  /**
   * Of a night that ended with another exit code than 0.
   *
   * @param lines what it said
   */
  static DemoNight failed(
      int night,
      String date,
      Special special,
      int exitCode,
      List<String> lines,
      int champion,
      double seconds) {
    return new DemoNight(
        night,
        date,
        special,
        Decision.FAILED,
        lines,
        exitCode,
        null,
        null,
        null,
        0,
        champion,
        null,
        null,
        seconds);
  }

  /** Of a list its values, or what each has of a name. */
  private static List<String> texts(JsonNode list, String name) {
    List<String> texts = new ArrayList<>();
    list.forEach(one -> texts.add(name.isEmpty() ? one.asText() : one.path(name).asText()));
    return texts;
  }
}
