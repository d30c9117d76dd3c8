package org.seqlm.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisDetails.Fact;
import org.seqlm.analysis.ChartData;
import org.seqlm.analysis.Wording;
import org.seqlm.artifact.Json;
import org.seqlm.report.HtmlReport;
import org.seqlm.report.ReportFixture;
import org.seqlm.report.ReportModel;

class TranslationTest {
  private static final Path TEMPLATES = Path.of("src/main/resources/org/seqlm/report");
  private static final Pattern TRANSLATED = Pattern.compile("(?s)\\{\\{#t}}(.*?)\\{\\{/t}}");
  private static final Pattern HOLE = Pattern.compile("\\{\\{.*?}}|\\{\\d}");

  private final Translation persian = Translation.into(Language.FA);

  private static List<String> templates() throws Exception {
    List<String> parts = new ArrayList<>();
    try (Stream<Path> files = Files.list(TEMPLATES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".mustache")).toList()) {
        TRANSLATED.matcher(Files.readString(file)).results().forEach(at -> parts.add(at.group(1)));
      }
    }
    return parts;
  }

  private static Map<String, Map<String, String>> catalogue() throws Exception {
    return Json.mapper()
        .readValue(TEMPLATES.resolve("words-fa.json").toFile(), new TypeReference<>() {});
  }

  @Test
  void everyPartOfATemplateIsTranslatedAndNoneThatIsNotThere() throws Exception {
    List<String> parts = templates();
    assertThat(parts).hasSizeGreaterThan(150).allMatch(persian::hasTemplate);
    assertThat(parts.stream().map(part -> part.strip().replaceAll("\\s+", " ")))
        .containsAll(catalogue().get("templates").keySet());
  }

  @Test
  void aTranslationHasTheHolesOfItsText() throws Exception {
    for (Map<String, String> half : catalogue().values()) {
      half.forEach(
          (english, translation) ->
              assertThat(holes(translation.replaceAll("\\{t(\\d)}", "{$1}")))
                  .as(english)
                  .isEqualTo(holes(english)));
    }
  }

  private static TreeSet<String> holes(String text) {
    TreeSet<String> holes = new TreeSet<>();
    HOLE.matcher(text).results().map(MatchResult::group).forEach(holes::add);
    return holes;
  }

  @Test
  void aSentenceIsFoundByWhatStandsBetweenItsHoles() {
    assertThat(persian.text("words")).isEqualTo("واژه‌ها");
    // The hole keeps its direction, and a sentence that begins with it begins at the right.
    assertThat(persian.text("1,234 tokens")).isEqualTo("\u200f\u20681,234\u2069 توکن");
    // "{0} tokens" fits, too; "{0} validation tokens" has more text of its own.
    assertThat(persian.text("56 validation tokens")).endsWith("توکن اعتبارسنجی");
    // What stands in a hole is the user's, also where it is a word of ours, and is no pattern.
    assertThat(persian.text("Words around before")).endsWith("\u2068before\u2069");
    // In this one it is ours.
    assertThat(persian.text("Share of words in spans that stood before"))
        .isEqualTo("سهم " + persian.text("words in spans that stood before"));
    assertThat(persian.text("Bar chart of $1 \\n")).contains("\u2068$1 \\n\u2069");
    // "{0} by {1}" is no sentence's: its holes take a figure or a word.
    assertThat(persian.text("9 by dt")).isEqualTo("\u200f\u20689\u2069 بر پایهٔ \u2068dt\u2069");
    assertThat(persian.text("What is told by a sentence")).isEqualTo("What is told by a sentence");
    assertThat(persian.text("16.2 % by 3")).startsWith("\u200f\u206816.2 %\u2069");
    assertThat(persian.text("Words around old man"))
        .isEqualTo("واژه‌های پیرامون \u2068old man\u2069");
    assertThat(persian.text("nothing of the kind")).isEqualTo("nothing of the kind");
    assertThat(persian.text(null)).isNull();
    assertThat(persian.drawn("rank")).isEqualTo("\u2067رتبه\u2069");
    assertThat(persian.drawn("lstm")).isEqualTo("lstm");
    assertThat(Translation.into(Language.EN).text("words")).isEqualTo("words");
  }

  /** A corpus' words, a query and a path are words of ours, too: they stay as they are. */
  @Test
  void whatIsGivenIsNotTranslated() {
    List<List<Double>> points = List.of(List.of(1.0, 2.0), List.of(2.0, 3.0));
    ChartData chart =
        new ChartData(
            ChartData.Kind.LINES,
            "Growth of the vocabulary",
            new ChartData.Axis("words", ChartData.Scale.LINEAR, 0),
            new ChartData.Axis("different words", ChartData.Scale.LINEAR, 0),
            List.of(
                new ChartData.Series("new", ChartData.Mark.LINE, points, Wording.GIVEN),
                new ChartData.Series("in random order", ChartData.Mark.LINE, points)),
            List.of());
    AnalysisDetails details =
        new AnalysisDetails(
            "concordance",
            "Concordance of before",
            List.of(Fact.given("Query", "text"), new Fact("Occurrences", "9 by dt")),
            List.of(chart),
            List.of(),
            List.of(),
            List.of());
    ReportModel model =
        new ReportModel(
            "t",
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(new ReportModel.AnalysisPart("a", details)),
            List.of(),
            List.of());
    String page = HtmlReport.render(model, Language.FA);
    assertThat(page)
        .contains(">text</td>")
        .contains("واژه‌نمای \u2068before\u2069")
        .contains("\"label\":\"new\"")
        .contains("\"label\":\"" + persian.drawn("in random order") + "\"")
        .doesNotContain("\"label\":\"" + persian.drawn("new") + "\"");
  }

  @Test
  void aPageRunsFromTheRightAndNamesNothingOfItsOwnInEnglish() {
    String page =
        HtmlReport.render(ReportFixture.full(), Language.FA)
            .replaceAll("(?s)<(script|style|pre|code|bdi)\\b.*?</\\1>", "");
    assertThat(page).contains("<html lang=\"fa\" dir=\"rtl\">").contains("سرگشتگی");
    List<String> titles =
        Pattern.compile("<(h2|h3|caption|figcaption|summary)(?: [^>]*)?>([^<]*)<")
            .matcher(page)
            .results()
            .map(at -> at.group(2).strip())
            .filter(title -> !title.isEmpty())
            .toList();
    assertThat(titles)
        .hasSizeGreaterThan(20)
        .filteredOn(title -> title.matches("\\p{ASCII}*[a-z]{3,} [a-z]{2,}\\p{ASCII}*"))
        .isEmpty();
  }
}
