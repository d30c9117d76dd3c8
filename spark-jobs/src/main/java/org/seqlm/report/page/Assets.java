package org.seqlm.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;

/** The texts of the jar that a page holds as they are: style, script and the chart library. */
final class Assets {
  private Assets() {}

  /** A file beside the page's template. */
  static String text(String name) {
    return resource("/org/seqlm/report/" + name).stripTrailing();
  }

  /** Chart.js, as one script. */
  static String chartLibrary() {
    String script =
        resource(
            "/META-INF/resources/webjars/chart.js/"
                + chartLibraryVersion()
                + "/dist/chart.umd.min.js");
    if (script.toLowerCase(Locale.ROOT).contains("</script")) {
      throw new IllegalStateException("this Chart.js cannot stand inside a page");
    }
    // The map it names is not there; a browser's tools would look for it.
    return script.replaceAll("(?m)^//# sourceMappingURL=.*$", "").stripTrailing();
  }

  private static String chartLibraryVersion() {
    Properties properties = new Properties();
    try (InputStream in = Assets.class.getResourceAsStream("/org/seqlm/version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("chartjs.version");
  }

  private static String resource(String path) {
    try (InputStream in = Assets.class.getResourceAsStream(path)) {
      return new String(
          Objects.requireNonNull(in, "the jar lacks " + path).readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
