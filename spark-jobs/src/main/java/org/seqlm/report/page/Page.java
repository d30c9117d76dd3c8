package org.seqlm.report.page;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.Mustache;
import com.github.mustachejava.TemplateFunction;
import com.github.mustachejava.util.HtmlEscaper;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.seqlm.artifact.Version;

/**
 * Fills a template beside {@code report.css} with values, style, script, the chart library where
 * there are charts, and their data. Equal values give equal bytes.
 */
public final class Page {
  private Page() {}

  /**
   * The page.
   *
   * @param template for instance {@code report.mustache}
   * @param values by which it is filled; text is escaped where the template shows it
   * @param charts that its sections have added
   * @param translation of its own words: of what stands between {@code {{#t}}} and {@code {{/t}}}
   *     as it stands in the template, and of the value, which is not escaped yet, between {@code
   *     {{#say}}} and {@code {{/say}}}
   */
  public static String render(
      String template, Map<String, Object> values, Charts charts, Translation translation) {
    Map<String, Object> page = new LinkedHashMap<>(values);
    Language language = translation.language();
    page.put("lang", language.tag());
    page.put("rtl", language.direction() == Language.Direction.RIGHT_TO_LEFT);
    page.put("t", (TemplateFunction) translation::template);
    page.put("say", (UnaryOperator<String>) text -> escaped(translation.text(text)));
    page.put("version", Version.current());
    page.put("css", Assets.text("report.css"));
    page.put("data", charts.json());
    page.put("chartjs", charts.isEmpty() ? "" : Assets.chartLibrary());
    page.put("js", Assets.text("report.js"));
    Mustache compiled = new DefaultMustacheFactory("org/seqlm/report").compile(template);
    StringWriter out = new StringWriter();
    compiled.execute(out, page);
    return out.toString();
  }

  private static String escaped(String text) {
    StringWriter out = new StringWriter();
    HtmlEscaper.escape(text, out);
    return out.toString();
  }
}
