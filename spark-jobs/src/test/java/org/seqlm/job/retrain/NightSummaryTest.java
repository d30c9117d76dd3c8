package org.seqlm.job.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.night.Finding;
import org.seqlm.corpus.night.FindingKind;
import org.seqlm.corpus.night.FindingPolicy;
import org.seqlm.corpus.night.InputPartition;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.job.retrain.RetrainResult.NightText;
import org.seqlm.job.retrain.RetrainResult.Verdict;

class NightSummaryTest {
  private static Finding odd(String text) {
    return new Finding(FindingKind.LATE, FindingPolicy.REPORT, "p", text);
  }

  private static NightPlan plan(Finding... findings) {
    return new NightPlan(
        "2026-11-28",
        List.of(new InputPartition("text/dt=2026-11-28", "2026-11-28", "/t", 1, 10, "ab")),
        List.of(findings));
  }

  private static RetrainResult result(
      Verdict verdict, List<String> reasons, int champion, NightPlan plan, JsonNode contest) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("prepare", 40.0);
    seconds.put("train", 7260.0);
    return new RetrainResult(
        "2026-11-28",
        verdict,
        reasons,
        8,
        champion,
        false,
        false,
        plan,
        new NightText(5_120, 1_234_567, 900, 1, 0.01),
        contest,
        null,
        null,
        null,
        "out/models-nights/2026-11-28",
        "out/models-nights/2026-11-28/report.html",
        seconds);
  }

  private static JsonNode contest() throws Exception {
    return Json.mapper()
        .readTree(
            "{\"gain\": 0.0213, \"interval\": {\"lower\": 0.0151, \"upper\": 0.0275},"
                + " \"documents\": 512, \"bits\": {\"champion\": 1.9, \"challenger\": 1.878}}");
  }

  @Test
  void fiveLines() throws Exception {
    assertThat(result(Verdict.PROMOTED, List.of("a gain is shown"), 8, plan(), contest()).summary())
        .containsExactly(
            "2026-11-28: promoted, version 8 is the champion; a gain is shown",
            "Gain: +0.0213 bits a character (clipped: +0.0151 to +0.0275), 512 documents; all"
                + " characters: 1.9000 to 1.8780",
            "Text: 1 partition, 5,120 documents, 1 new token; nothing odd",
            "Cost: 2 h 02 min, training 2 h 01 min; 1,234,567 tokens came in",
            "Page: out/models-nights/2026-11-28/report.html");
  }

  private static String slice(String name, String value, double gain, String finding) {
    return String.format(
        java.util.Locale.ROOT,
        "{\"name\": \"%s\", \"value\": \"%s\", \"gain\": %s, \"interval\": {\"lower\": %s,"
            + " \"upper\": %s}, \"finding\": \"%s\"}",
        name,
        value,
        gain,
        gain - 0.01,
        gain + 0.01,
        finding);
  }

  private static List<String> slices(String... slices) throws Exception {
    JsonNode contest = Json.mapper().readTree("{\"slices\": [" + String.join(", ", slices) + "]}");
    return result(Verdict.KEPT, List.of("it is so"), 8, plan(), contest).summary().stream()
        .filter(line -> line.startsWith("Slices"))
        .toList();
  }

  @Test
  void slicesByFieldsHaveALine() throws Exception {
    assertThat(slices(slice("length", "short", 0.1, "no-harm-shown"))).isEmpty();
    assertThat(
            slices(
                slice("language", "en", 0.1, "no-harm-shown"),
                slice("language", "fa", 0.05, "harm-shown"),
                slice("length", "short", 0.02, "no-harm-shown")))
        .containsExactly(
            "Slices: language fa +0.0500 (+0.0400 to +0.0600) harm shown; length short +0.0200"
                + " (+0.0100 to +0.0300); 1 more");
    String open =
        "{\"name\": \"language\", \"value\": \"fa\", \"gain\": 0.05, \"interval\":"
            + " {\"lower\": null, \"upper\": 0.06}, \"finding\": \"too-small\"}";
    assertThat(slices(open)).containsExactly("Slices: language fa +0.0500");
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      String[] some = new String[1 + random.nextInt(5)];
      for (int k = 0; k < some.length; k++) {
        some[k] =
            slice(
                "l".repeat(1 + random.nextInt(40)),
                "😀".repeat(random.nextInt(64)),
                random.nextGaussian(),
                random.nextBoolean() ? "not-shown-unharmed" : "too-small");
      }
      String line = slices(some).get(0);
      assertThat(line).hasSizeLessThanOrEqualTo(NightSummary.LONGEST);
      assertThat(
              new String(
                  line.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                  java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo(line);
    }
  }

  @Test
  void whatIsNotKnownHasNoLine() {
    RetrainResult again =
        new RetrainResult(
            "2026-11-28",
            Verdict.KEPT,
            List.of("a gain is not shown", "a slice is too small"),
            8,
            7,
            true,
            false,
            null,
            null,
            null,
            null,
            null,
            null,
            "f",
            null,
            Map.of());
    assertThat(again.summary())
        .containsExactly(
            "2026-11-28, decided before: kept, version 7 is the champion now; a gain is not shown"
                + " (and 1 more)");
    assertThat(result(Verdict.KEPT, List.of("no new text"), 0, plan(), null).summary())
        .hasSize(4)
        .first()
        .isEqualTo("2026-11-28: kept, there is no champion yet; no new text");
  }

  @Test
  void whoIsTheChampionNowIsTold() {
    RetrainResult night = result(Verdict.PROMOTED, List.of("a gain is shown"), 6, null, null);
    assertThat(night.summary())
        .first()
        .isEqualTo(
            "2026-11-28: promoted, version 8; version 6 is the champion now; a gain is shown");
    RetrainResult first =
        new RetrainResult(
            "2026-11-28",
            Verdict.PROMOTED,
            List.of("the first model"),
            1,
            1,
            false,
            true,
            null,
            null,
            null,
            null,
            null,
            null,
            "f",
            null,
            Map.of());
    assertThat(first.summary())
        .containsExactly(
            "2026-11-28: promoted, version 1 is the champion of a new registry; the first model");
  }

  @Test
  void textOfLaterDatesIsNotOdd() {
    Finding later = new Finding(FindingKind.EARLY, FindingPolicy.LEAVE_OUT, "q", "q is later");
    assertThat(result(Verdict.KEPT, List.of("x"), 7, plan(later, later), null).summary())
        .contains(
            "Text: 1 partition, 5,120 documents, 1 new token; 2 partitions of later dates wait;"
                + " nothing odd");
  }

  /** The reason's numbers stand on the page. */
  @Test
  void aLongSentenceIsCutWhereItsNumbersBegin() {
    String reason =
        "a mean gain above 0.0010 bits a character is not shown: evidence e^0.00 of e^7.06 needed,"
            + " gain +0.0000";
    assertThat(
            result(
                    Verdict.KEPT,
                    List.of(reason, "x"),
                    7,
                    plan(odd("o".repeat(300)), odd("p")),
                    null)
                .summary())
        .contains(
            "2026-11-28: kept, version 7 stays the champion; a mean gain above 0.0010 bits a"
                + " character is not shown (and 1 more)")
        .anySatisfy(
            line -> assertThat(line).startsWith("Text:").endsWith("o… (left out) (and 1 more)"));
  }

  /** Any reasons and findings. */
  @Test
  void neverMoreThanFiveLinesOf120Signs() throws Exception {
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      List<String> reasons = new ArrayList<>();
      Finding[] findings = new Finding[random.nextInt(6)];
      for (int j = random.nextInt(4); j > 0; j--) {
        reasons.add(sentence(random));
      }
      for (int j = 0; j < findings.length; j++) {
        findings[j] =
            random.nextBoolean()
                ? odd(sentence(random))
                : new Finding(FindingKind.EARLY, FindingPolicy.LEAVE_OUT, "q", "q is later");
      }
      List<String> lines =
          result(
                  Verdict.values()[random.nextInt(2)],
                  reasons,
                  random.nextInt(3) * 1000,
                  plan(findings),
                  random.nextBoolean() ? contest() : null)
              .summary();
      assertThat(lines).hasSizeBetween(4, 5);
      assertThat(lines.subList(0, lines.size() - 1))
          .allSatisfy(
              line ->
                  assertThat(line)
                      .hasSizeLessThanOrEqualTo(NightSummary.LONGEST)
                      .doesNotContain("\n")
                      .isEqualTo(new String(line.getBytes("UTF-8"), "UTF-8")));
    }
  }

  private static String sentence(Random random) {
    String[] parts = {"a word", ": ", "\n", "سلام ", "🙂🙂🙂", " ", "1.234", "x".repeat(60)};
    StringBuilder text = new StringBuilder("s");
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return text.toString();
  }

  @Test
  void timesAsPeopleSayThem() {
    assertThat(NightSummary.time(0.4)).isEqualTo("0 s");
    assertThat(NightSummary.time(99.4)).isEqualTo("99 s");
    assertThat(NightSummary.time(100)).isEqualTo("2 min");
    assertThat(NightSummary.time(5940)).isEqualTo("99 min");
    assertThat(NightSummary.time(36_000)).isEqualTo("10 h 00 min");
  }
}
