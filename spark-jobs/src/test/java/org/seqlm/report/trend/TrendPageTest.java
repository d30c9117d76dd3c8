package org.seqlm.report.trend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.metrics.NightFigures;
import org.seqlm.report.trend.Trend.Event;
import org.seqlm.report.trend.Trend.Row;

class TrendPageTest {
  private static String text(String page) {
    return page.replaceAll("(?s)<(script|style)[^>]*>.*?</\\1>", "")
        .replaceAll("<[^>]*>", " ")
        .replaceAll("\\s+", " ");
  }

  private static JsonNode charts(String page) throws Exception {
    Matcher data = Pattern.compile("id=\"charts\">(.*?)</script>").matcher(page);
    assertThat(data.find()).isTrue();
    return Json.mapper().readTree(data.group(1));
  }

  @Test
  void tellsEachNightInAChartAndARow() throws Exception {
    String page = TrendPage.render(TrendFixture.three());
    assertThat(text(page))
        .contains("The nights of models")
        .contains("Version 2 is the champion.")
        .contains("The latest night, 2026-11-03: kept out, because of 2026-11-03.")
        .contains("3 nights 2026-11-01 to 2026-11-03")
        .contains("2 promoted 1 not")
        .contains("1.2000 bits a character the champion, 2026-11-03")
        // The row, and the chart's own table, with the interval.
        .contains("2026-11-02 promoted 2 1 +0.0500 +0.0400 to +0.0600 1.2000 1.1500 7,002 272")
        .contains("2026-11-02 0.0500 (0.0400 to 0.0600)")
        .contains("because of 2026-11-01");
    assertThat(page)
        .contains("<a href=\"./2026-11-02/report.html\">2026-11-02</a>")
        .doesNotContainPattern("(src|href)=\"(https?:)?//");
    // The latest stands first.
    assertThat(page.indexOf("\">2026-11-03</a>")).isLessThan(page.indexOf("\">2026-11-01</a>"));

    JsonNode charts = charts(page);
    List<String> units = new ArrayList<>();
    charts.forEach(chart -> units.add(chart.get("y").get("title").asText()));
    assertThat(units)
        .containsExactly(
            "bits a character",
            "bits a character",
            "probability",
            "tokens",
            "documents",
            "tokens",
            "per cent",
            "bits",
            "seconds");
    JsonNode gains = charts.get(1);
    assertThat(gains.get("x").get("scale").asText()).isEqualTo("date");
    assertThat(gains.get("series").get(0).get("name").asText()).isEqualTo("promoted");
    assertThat(gains.get("series").get(0).get("points").get(0).get(0).asLong())
        .isEqualTo(java.time.LocalDate.of(2026, 11, 2).toEpochDay());
    assertThat(gains.get("series").get(1).get("points").get(0)).hasSize(4);
    assertThat(gains.get("rules").get(0).get("value").asDouble()).isEqualTo(0.002);
  }

  /** What the champion was worth is not told by a night that it was no part of. */
  @Test
  void theChampionsBitsAreItsOwnAfterARollback() {
    Trend three = TrendFixture.three();
    List<Trend.Row> rows = new ArrayList<>(three.rows());
    rows.add(
        TrendFixture.row(
            "2026-11-04",
            Trend.Event.PROMOTED,
            3,
            TrendFixture.contest(0.1),
            rows.get(0).figures()));
    assertThat(text(TrendPage.render(new Trend("models", 3, rows, three.line()))))
        .contains("1.1000 bits a character the champion, 2026-11-04");
    assertThat(text(TrendPage.render(new Trend("models", 2, rows.subList(0, 2), three.line()))))
        .contains("1.1500 bits a character the champion, 2026-11-02");
    // Back to the first, which was the champion before on the second night.
    assertThat(text(TrendPage.render(new Trend("models", 1, rows, three.line()))))
        .contains("1.2000 bits a character the champion, 2026-11-02");
    assertThat(text(TrendPage.render(new Trend("models", 0, rows, three.line()))))
        .doesNotContain("bits a character the champion");
  }

  @Test
  void aChartIsToldToWhoDoesNotSeeIt() {
    assertThat(TrendPage.render(TrendFixture.three()))
        .contains(
            "aria-label=\"Tokens that came in. Line chart of tokens by night. tokens: 3 points,"
                + " from 7,001 at 2026-11-01 to 7,003 at 2026-11-03, lowest 7,001, highest"
                + " 7,003.\"")
        .contains("promoted: 0.0500 at 2026-11-02.")
        .contains("To compare with: margin 0.0020.");
  }

  @Test
  void whatIsNotKnownIsLeftOut() throws Exception {
    String none = TrendPage.render(new Trend("models", 0, List.of(), List.of()));
    assertThat(text(none)).contains("No night has been decided yet.").doesNotContain("Lineage");
    assertThat(charts(none)).isEmpty();

    // Decisions of people, and of nights of another release, have no figures.
    List<Row> rows =
        List.of(
            TrendFixture.row("2026-11-01", Event.PROMOTED, 1, null, NightFigures.NONE),
            new Row(
                "2026-11-02T08:00:00Z",
                null,
                Event.ROLLED_BACK,
                1,
                2,
                List.of("<b>it</b> swore"),
                null,
                NightFigures.NONE,
                null));
    String page = TrendPage.render(new Trend("models", 1, rows, List.of()));
    assertThat(text(page))
        .contains(
            "The latest change was a user&#39;s, who rolled back from version 2 to version 1, and"
                + " said:")
        .contains(
            "2026-11-02 rolled back by a user 1 2 – – – – – – – – &lt;b&gt;it&lt;/b&gt; swore");
    assertThat(charts(page)).isEmpty();
  }

  /** As a chart it would be a line in the middle of nothing. */
  @Test
  void whatWasZeroInAllNightsIsASentence() throws Exception {
    NightFigures zero =
        new NightFigures(
            10L,
            0L,
            1,
            0,
            0.0,
            Map.of("unknown-rate", 0.0, "old-unknown-rate", 0.5, "p", 0.0, "other", 0.0),
            Map.of());
    String page =
        TrendPage.render(
            new Trend(
                "m",
                2,
                List.of(
                    TrendFixture.row("2026-11-01", Event.PROMOTED, 1, null, zero),
                    TrendFixture.row("2026-11-04", Event.PROMOTED, 2, null, zero)),
                List.of()));
    assertThat(text(page))
        .contains("Tokens that came in: 0 tokens in all 2 nights.")
        .contains("small where words have changed: 0 probability (p) in all 2 nights.")
        .contains("Drift: other: 0 other in all 2 nights.")
        .contains(
            "Nothing was decided on 2 dates between the first night and the last: 2026-11-02,")
        .contains("A night that fails decides nothing and is not here");
    List<String> units = new ArrayList<>();
    charts(page).forEach(chart -> units.add(chart.get("y").get("title").asText()));
    assertThat(units).containsExactly("documents", "tokens", "per cent");
    assertThat(charts(page).get(2).get("series").get(1).get("points").get(0).get(1).asDouble())
        .isEqualTo(50);
  }

  @Test
  void nightsStandByDateWhateverTheOrderOfTheirDecisions() throws Exception {
    List<Row> rows =
        List.of(
            TrendFixture.row("2026-11-03", Event.PROMOTED, 1, null, TrendFixture.figures(1)),
            TrendFixture.row("2026-11-02", Event.KEPT, 2, null, TrendFixture.figures(2)),
            TrendFixture.row("2026-11-05", Event.KEPT, 3, null, TrendFixture.figures(3)));
    JsonNode points =
        charts(TrendPage.render(new Trend("m", 1, rows, List.of())))
            .get(0)
            .get("series")
            .get(0)
            .get("points");
    assertThat(points.get(1).get(0).asLong() - points.get(0).get(0).asLong()).isEqualTo(1);
    assertThat(points.get(2).get(0).asLong() - points.get(1).get(0).asLong()).isEqualTo(2);
  }
}
