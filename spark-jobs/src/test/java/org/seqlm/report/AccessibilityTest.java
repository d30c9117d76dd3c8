package org.seqlm.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.artifact.Json;
import org.seqlm.metrics.Night;
import org.seqlm.report.page.Language;
import org.seqlm.report.trend.TrendFixture;
import org.seqlm.report.trend.TrendPage;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * What a page's text and style must have so that it can be read with a screen reader, by keyboard
 * and with weak eyes, as far as it is seen without a browser (docs/nightly.md says how to look with
 * one).
 */
class AccessibilityTest {
  /** WCAG 2.2, success criteria 1.4.3 and 1.4.11. */
  private static final double TEXT = 4.5;

  private static final double GRAPHICS = 3;

  private static final String NIGHT =
      """
      {"night": "2026-11-28", "decision": "promoted", "reasons": ["a gain is shown"],
       "champion": 6, "challenger": 0,
       "taken": [{"name": "text/dt=2026-11-28", "files": 2, "bytes": 12345}],
       "findings": ["text/dt=2026-11-27 has grown"],
       "text": {"documents": 10, "tokens": 100, "vocabulary": 50, "appended": 2,
                "unknown-rate": 0.01},
       "contest": {"documents": 120, "gain": 0.05, "lower": 0.04, "upper": 0.06, "level": 0.95,
                   "margin": 0.002, "evidence": 9.5, "needed": 7.1, "frozen-documents": 3,
                   "frozen-gain": 0.01,
                   "slices": [{"name": "length", "value": "short", "documents": 120,
                               "gain": 0.05, "finding": "no harm shown"}]},
       "past": [{"night": "2026-11-27", "gain": 0.01, "promoted": false},
                {"night": "2026-11-28", "gain": 0.05, "promoted": true}],
       "seconds": {"train": 1.5}}
      """;

  static List<String> pages() throws Exception {
    Night night = Json.mapper().readValue(NIGHT, Night.class);
    ReportModel full = ReportFixture.full();
    ReportModel both =
        new ReportModel(
            full.title(),
            List.of(new ReportModel.NightPart("a", night), new ReportModel.NightPart("b", night)),
            full.datasets(),
            full.examples(),
            full.runs(),
            full.evaluations(),
            full.taskEvaluations(),
            full.predictions(),
            full.ngrams(),
            List.of(
                new ReportModel.AnalysisPart("a", ReportFixture.analysis()),
                new ReportModel.AnalysisPart("b", ReportFixture.analysis())),
            full.sources(),
            List.of("a note"));
    return List.of(
        HtmlReport.render(full),
        HtmlReport.render(both),
        HtmlReport.render(both, Language.FA),
        HtmlReport.render(
            ReportFixture.tasks(
                ReportFixture.taskRun("a", 0.985), ReportFixture.taskRun("b", 0.985))),
        TrendPage.render(TrendFixture.three()));
  }

  /** Our pages close all elements, so but for those that have no end they are XML. */
  private static Document parse(String page) throws Exception {
    String xml =
        page.replaceFirst("<!DOCTYPE html>", "")
            .replaceAll("(?s)<(script|style)([^>]*)>.*?</\\1>", "<$1$2></$1>")
            .replaceAll("<(meta|link)([^>]*)>", "<$1$2/>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> find(Object from, String path) throws Exception {
    NodeList nodes =
        (NodeList)
            XPathFactory.newInstance().newXPath().evaluate(path, from, XPathConstants.NODESET);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static void none(Document page, String path) throws Exception {
    assertThat(find(page, path)).as(path).extracting(Element::getTextContent).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void structureIsInTheText(String html) throws Exception {
    Document page = parse(html);
    none(page, "/html[not(@lang='en') and not(@lang='fa' and @dir='rtl')]");
    assertThat(find(page, "//title")).hasSize(1);
    assertThat(find(page, "//main")).hasSize(1);
    none(page, "//nav[not(@aria-label)]");
    none(page, "//section[not(@aria-labelledby)]");

    int level = 0;
    for (Element heading : find(page, "//*[self::h1 or self::h2 or self::h3 or self::h4]")) {
      int next = heading.getTagName().charAt(1) - '0';
      assertThat(next).as(heading.getTextContent()).isLessThanOrEqualTo(level + 1);
      assertThat(heading.getTextContent().strip()).isNotEmpty();
      level = next;
    }
    assertThat(find(page, "//h1")).hasSize(1);

    assertThat(find(page, "//table")).isNotEmpty();
    none(page, "//table[not(caption[normalize-space()])]");
    none(page, "//table[not(thead//th)]");
    none(page, "//th[not(@scope='col' or @scope='row' or @scope='rowgroup')]");
    none(page, "//th[not(normalize-space())]");
    none(page, "//thead//th[not(@scope='col')]");
    none(page, "//tbody/tr[not(th) and not(parent::tbody/tr/th[@rowspan])]");
    none(page, "//img | //marquee | //*[@onclick]");

    Set<String> ids = new HashSet<>();
    find(page, "//*[@id]")
        .forEach(
            one -> assertThat(ids.add(one.getAttribute("id"))).as(one.getAttribute("id")).isTrue());
    for (Element one : find(page, "//*[@aria-labelledby]")) {
      assertThat(ids).contains(one.getAttribute("aria-labelledby"));
    }
    for (Element one : find(page, "//a[starts-with(@href, '#')]")) {
      assertThat(ids).contains(one.getAttribute("href").substring(1));
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void whatIsDrawnIsToldAndInATable(String html) throws Exception {
    Document page = parse(html);
    List<Element> charts = find(page, "//figure");
    assertThat(charts).isNotEmpty();
    for (Element chart : charts) {
      String title = find(chart, "figcaption").get(0).getTextContent();
      Element canvas = find(chart, ".//canvas").get(0);
      assertThat(canvas.getAttribute("role")).isEqualTo("img");
      assertThat(canvas.getAttribute("aria-label")).startsWith(title + ". ").endsWith(".");
      assertThat(canvas.getAttribute("aria-label").length()).isGreaterThan(title.length() + 40);
      assertThat(find(chart, "details//table/tbody/tr")).isNotEmpty();
    }
    assertThat(find(page, "//svg[not(title)]")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theKeyboardReachesAll(String html) throws Exception {
    Document page = parse(html);
    // First of all the way past the head, then what can be scrolled and walked through.
    assertThat(find(page, "(//a | //*[@tabindex='0'] | //summary)[1]").get(0).getAttribute("href"))
        .isEqualTo("#content");
    none(page, "//*[@tabindex and not(@tabindex='0' or @tabindex='-1')]");
    none(page, "//canvas[not(@tabindex='0')]");
    none(page, "//*[contains(@class, 'scroll')][not(@tabindex='0' and @role and @aria-label!='')]");
    none(page, "//details[not(summary[normalize-space()])]");
    none(page, "//pre[not(@tabindex='0')]");
  }

  private static String css() throws Exception {
    Matcher style =
        Pattern.compile("(?s)<style>(.*?)</style>")
            .matcher(HtmlReport.render(ReportFixture.full()));
    assertThat(style.find()).isTrue();
    return style.group(1);
  }

  @Test
  void theStyleHasFocusPaperDarkAndStillness() throws Exception {
    assertThat(css())
        .contains(":focus-visible { outline: 3px")
        .contains("@media print")
        .contains("prefers-color-scheme: dark")
        .contains("prefers-reduced-motion: reduce")
        .doesNotContain("transition")
        .doesNotContain("animation")
        .doesNotContainPattern("outline: (none|0)(?![^}]*}\\s*\\.skip)");
  }

  @Test
  void coloursStandOutInLightAndDark() throws Exception {
    List<Map<String, String>> modes = new ArrayList<>();
    Matcher root = Pattern.compile(":root[^{]*\\{([^}]*)}").matcher(css());
    while (root.find()) {
      Map<String, String> colours = new HashMap<>();
      Matcher one = Pattern.compile("--(\\w+): (#[0-9a-f]{6})").matcher(root.group(1));
      while (one.find()) {
        colours.put(one.group(1), one.group(2));
      }
      modes.add(colours);
    }
    assertThat(modes).hasSize(2); // light, dark
    assertThat(modes.get(1).keySet()).isEqualTo(modes.get(0).keySet());
    for (Map<String, String> mode : modes) {
      for (String under : List.of("paper", "card", "shade")) {
        for (String text : List.of("ink", "quiet", "accent", "good", "warn")) {
          assertThat(contrast(mode.get(text), mode.get(under)))
              .as(text + " on " + under + " " + mode)
              .isGreaterThanOrEqualTo(TEXT);
        }
      }
      for (int i = 0; i < 8; i++) {
        assertThat(contrast(mode.get("c" + i), mode.get("card")))
            .as("c" + i + " " + mode)
            .isGreaterThanOrEqualTo(GRAPHICS);
      }
    }
    assertThat(contrast("#000000", "#ffffff")).isEqualTo(21);
    assertThat(contrast("#777777", "#ffffff")).isBetween(4.47, 4.49);
  }

  /** WCAG's contrast ratio, 1 to 21. */
  private static double contrast(String a, String b) {
    double light = Math.max(luminance(a), luminance(b));
    double dark = Math.min(luminance(a), luminance(b));
    return (light + 0.05) / (dark + 0.05);
  }

  private static double luminance(String hex) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double part = Integer.parseInt(hex.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
      sum += weights[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
  }
}
