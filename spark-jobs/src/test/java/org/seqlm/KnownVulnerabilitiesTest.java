package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What is known to be vulnerable in what the jar bundles and Spark brings, deploy/security/
 * known.tsv: judged for versions, so that whoever changes one judges again, and told by SECURITY.md
 * word for word.
 */
class KnownVulnerabilitiesTest {
  private static final Pattern KNOWN =
      Pattern.compile("(CVE-\\d{4}-\\d{4,7} ?)+|\\(none, by design\\)");

  /**
   * A line of the list.
   *
   * @param where bundled or provided
   * @param component group and artifact; of what an artifact has inside, both, with {@code !}
   *     between
   */
  private record Row(
      String where, String component, String version, String known, String reachable, String why) {
    /** As the table of SECURITY.md has it. */
    String markdown() {
      return "| `%s` | %s | %s | %s | %s |".formatted(component, version, known, reachable, why);
    }

    String artifact() {
      return component.replaceFirst("!.*", "");
    }
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    List<String> lines = Files.readAllLines(Path.of("../deploy/security/known.tsv"));
    assertThat(lines.get(0)).isEqualTo("where\tcomponent\tversion\tknown\treachable\twhy");
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      assertThat(cells).as(line).hasSize(6);
      rows.add(new Row(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]));
    }
    return rows;
  }

  /** The jars of an artifact on the class path, by their place in a Maven repository. */
  private static List<Path> jars(String artifact) {
    String folder = artifact.replaceFirst(":.*", "").replace('.', '/') + "/";
    String name = artifact.replaceFirst(".*:", "");
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(each -> each.replace(File.separatorChar, '/').contains(folder + name + "/"))
        .map(Path::of)
        .toList();
  }

  private static String version(Path jar, String inside) throws IOException {
    if (inside == null) {
      return jar.getParent().getFileName().toString();
    }
    String entry = "META-INF/maven/" + inside.replace(':', '/') + "/pom.properties";
    try (JarFile file = new JarFile(jar.toFile());
        InputStream in = file.getInputStream(file.getEntry(entry))) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    }
  }

  @Test
  void eachLineIsOfAVersionThatIsThere() throws IOException {
    TreeSet<String> bundled = BundledTest.bundled();
    for (Row row : rows()) {
      assertThat(row.known()).as(row.component()).matches(KNOWN);
      assertThat(row.reachable()).as(row.component()).isIn("no", "partly", "yes");
      assertThat(row.why()).as(row.component()).hasSizeGreaterThan(10).doesNotContain("|");
      assertThat(bundled.contains(row.artifact()))
          .as(row.component() + " in what the jar bundles")
          .isEqualTo(row.where().equals("bundled"));
      assertThat(row.where()).isIn("bundled", "provided");
      List<Path> jars = jars(row.artifact());
      String inside =
          row.component().contains("!") ? row.component().replaceFirst(".*!", "") : null;
      assertThat(jars).as(row.component() + " on the class path").isNotEmpty();
      assertThat(version(jars.get(0), inside))
          .as(row.component() + " changed: judge it again in deploy/security/known.tsv")
          .isEqualTo(row.version());
    }
  }

  @Test
  void securityTellsTheSame() throws IOException {
    List<String> told =
        Files.readAllLines(Path.of("../SECURITY.md")).stream()
            .filter(line -> line.startsWith("| `") && line.contains(":"))
            .toList();
    assertThat(told).containsExactlyElementsOf(rows().stream().map(Row::markdown).toList());
  }

  /** A name of an artifact in SECURITY.md is one that the jar has, or that the list has judged. */
  @Test
  void securityNamesNothingThatIsNotThere() throws IOException {
    String security = Files.readString(Path.of("../SECURITY.md"));
    TreeSet<String> known = BundledTest.bundled();
    rows().forEach(row -> known.add(row.artifact()));
    Pattern.compile("`([a-z][\\w.-]*\\.[\\w.-]+:[\\w.-]+)`")
        .matcher(security)
        .results()
        .forEach(name -> assertThat(known).contains(name.group(1)));
  }
}
