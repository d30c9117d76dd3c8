package org.seqlm.report.page;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.Mustache;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
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
   */
  public static String render(String template, Map<String, Object> values, Charts charts) {
    Map<String, Object> page = new LinkedHashMap<>(values);
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
}
