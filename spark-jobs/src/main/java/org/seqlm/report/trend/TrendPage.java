package org.seqlm.report.trend;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.seqlm.metrics.NightFigures;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;
import org.seqlm.report.page.Language;
import org.seqlm.report.page.Page;
import org.seqlm.report.page.Translation;
import org.seqlm.report.trend.Trend.Contest;
import org.seqlm.report.trend.Trend.Event;
import org.seqlm.report.trend.Trend.Row;
import org.seqlm.report.trend.Trend.Version;

/** Writes a {@link Trend} as one HTML page that needs nothing else, as the report's is. */
public final class TrendPage {
  /** Dates without a decision that are told, the latest. */
  private static final int MOST_DATES = 14;

  private TrendPage() {}

  /** The page; equal trends give equal bytes. */
  public static String render(Trend trend) {
    Translation english = Translation.into(Language.EN);
    Charts charts = new Charts(english);
    TrendCharts drawn = new TrendCharts(trend, charts);
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("title", "The nights of " + trend.registry());
    page.put("lead", lead(trend));
    page.put("tiles", tiles(trend));
    group(page, "models", drawn.models());
    group(page, "text", drawn.text());
    group(page, "time", drawn.time());
    page.put("undecided", undecided(trend));
    List<Map<String, Object>> rows = new ArrayList<>();
    trend.rows().forEach(row -> rows.add(row(row)));
    Collections.reverse(rows);
    group(page, "rows", rows);
    List<Map<String, Object>> line = new ArrayList<>();
    trend.line().forEach(version -> line.add(version(version)));
    group(page, "line", line);
    return Page.render("trend.mustache", page, charts, english);
  }

  private static void group(Map<String, Object> page, String name, TrendCharts.Drawn drawn) {
    page.put(name, drawn.charts());
    page.put(name + "-zeros", drawn.zeros());
    page.put("has-" + name, !drawn.charts().isEmpty() || !drawn.zeros().isEmpty());
  }

  /** Dates between the first and the last night that have no row, as nights that fail have none. */
  private static String undecided(Trend trend) {
    TreeSet<Long> days = new TreeSet<>();
    trend.rows().stream().filter(row -> row.night() != null).forEach(row -> days.add(row.day()));
    List<String> missing = new ArrayList<>();
    for (long day = days.isEmpty() ? 0 : days.first() + 1;
        !days.isEmpty() && day < days.last();
        day++) {
      if (!days.contains(day)) {
        missing.add(LocalDate.ofEpochDay(day).toString());
      }
    }
    if (missing.isEmpty()) {
      return null;
    }
    int shown = Math.min(MOST_DATES, missing.size());
    return "Nothing was decided on "
        + Figures.whole(missing.size())
        + (missing.size() == 1 ? " date" : " dates")
        + " between the first night and the last: "
        + String.join(", ", missing.subList(missing.size() - shown, missing.size()))
        + (shown < missing.size() ? " and earlier ones" : "")
        + ".";
  }

  private static void group(Map<String, Object> page, String name, List<Map<String, Object>> all) {
    page.put(name, all);
    page.put("has-" + name, !all.isEmpty());
  }

  private static String lead(Trend trend) {
    if (trend.rows().isEmpty()) {
      return "No night has been decided yet.";
    }
    Row last = trend.rows().get(trend.rows().size() - 1);
    String champion =
        trend.champion() == 0
            ? "There is no champion yet. "
            : "Version " + trend.champion() + " is the champion. ";
    String why = last.reasons().isEmpty() ? "" : last.reasons().get(0);
    if (last.night() == null) {
      return champion
          + "The latest change was a user's, who "
          + (last.event() == Event.ROLLED_BACK
              ? "rolled back from version " + last.champion() + " to version " + last.version()
              : "made version " + last.version() + " the champion")
          + (why.isEmpty() ? "" : ", and said: " + why)
          + ".";
    }
    return champion
        + "The latest night, "
        + last.night()
        + ": "
        + words(last)
        // The numbers behind a colon stand in the night's row.
        + (why.isEmpty() ? "" : ", " + why.split(": ", 2)[0])
        + ".";
  }

  /** In a few words, which say all that the page's marks do. */
  static String words(Row row) {
    return switch (row.event()) {
      case PROMOTED -> "promoted" + (row.night() == null ? " by a user" : "");
      case WAITS -> "kept for another night";
      case KEPT -> row.champion() == 0 ? "not promoted" : "kept out";
      case FAILED -> "failed";
      case ROLLED_BACK -> "rolled back" + (row.night() == null ? " by a user" : "");
    };
  }

  private static List<Map<String, Object>> tiles(Trend trend) {
    List<Map<String, Object>> tiles = new ArrayList<>();
    List<Row> nights = trend.rows().stream().filter(row -> row.night() != null).toList();
    long promoted = nights.stream().filter(row -> row.event() == Event.PROMOTED).count();
    tiles.add(
        tile(
            Figures.whole(nights.size()),
            nights.size() == 1 ? "night" : "nights",
            nights.isEmpty()
                ? ""
                : nights.get(0).night() + " to " + nights.get(nights.size() - 1).night()));
    tiles.add(
        tile(
            Figures.whole(promoted), "promoted", Figures.whole(nights.size() - promoted) + " not"));
    long tokens =
        nights.stream()
            .map(row -> row.figures().tokens())
            .filter(one -> one != null)
            .mapToLong(one -> one)
            .sum();
    if (tokens > 0) {
      tiles.add(tile(Figures.brief(tokens), "tokens came in", "of all nights"));
    }
    lastOf(nights, trend.champion())
        .ifPresent(
            row -> {
              Contest contest = row.contest();
              tiles.add(
                  tile(
                      Figures.decimal(
                          promoted(row, trend.champion())
                              ? contest.challengerBits()
                              : contest.championBits(),
                          4),
                      "bits a character",
                      "the champion, " + row.night()));
            });
    return tiles;
  }

  /**
   * The latest night that measured the champion, as champion or as what took the place of one.
   * After a rollback that is an earlier one than the latest night.
   */
  private static Optional<Row> lastOf(List<Row> nights, int champion) {
    return nights.stream()
        .filter(row -> promoted(row, champion) || (champion != 0 && row.champion() == champion))
        .filter(row -> row.contest() != null)
        .filter(row -> row.contest().championBits() != null)
        .filter(row -> row.contest().challengerBits() != null)
        .reduce((a, b) -> b);
  }

  private static boolean promoted(Row row, int version) {
    return row.event() == Event.PROMOTED && row.version() == version;
  }

  private static Map<String, Object> tile(String value, String unit, String what) {
    return Map.of("value", value, "unit", unit, "what", what);
  }

  private static Map<String, Object> row(Row row) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("night", row.night() == null ? row.when().substring(0, 10) : row.night());
    view.put("page", row.page());
    view.put("decision", words(row));
    view.put("promoted", row.event() == Event.PROMOTED);
    view.put("version", number(row.version()));
    view.put("champion", number(row.champion()));
    Contest contest = row.contest();
    view.put("gain", contest == null ? "–" : signed(contest.gain()));
    view.put(
        "interval",
        contest == null || contest.lower() == null || contest.upper() == null
            ? "–"
            : signed(contest.lower()) + " to " + signed(contest.upper()));
    view.put("before", contest == null ? "–" : bits(contest.championBits()));
    view.put("after", contest == null ? "–" : bits(contest.challengerBits()));
    NightFigures figures = row.figures();
    view.put("tokens", figures.tokens() == null ? "–" : Figures.whole(figures.tokens()));
    view.put(
        "vocabulary", figures.vocabulary() == null ? "–" : Figures.whole(figures.vocabulary()));
    view.put(
        "unknown", figures.unknownRate() == null ? "–" : Figures.percent(figures.unknownRate(), 3));
    view.put(
        "seconds",
        figures.seconds().isEmpty()
            ? "–"
            : Figures.decimal(
                figures.seconds().values().stream().mapToDouble(one -> one).sum(), 1));
    view.put("reasons", String.join("; ", row.reasons()));
    return view;
  }

  private static Map<String, Object> version(Version version) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("number", number(version.number()));
    view.put("name", version.name());
    view.put("status", version.status());
    view.put("night", version.night() == null ? "–" : version.night());
    view.put("created", version.created());
    view.put("trainedOn", version.trainedOn().isEmpty() ? "–" : version.trainedOn());
    return view;
  }

  private static String number(int version) {
    return version == 0 ? "–" : Integer.toString(version);
  }

  private static String bits(Double value) {
    return value == null ? "–" : Figures.decimal(value, 4);
  }

  private static String signed(Double value) {
    return value == null ? "–" : (value >= 0 ? "+" : "−") + Figures.decimal(Math.abs(value), 4);
  }
}
