package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the build puts into the jar, NOTICE tells of, and nothing else. */
class BundledTest {
  private static String pom;
  private static TreeSet<String> bundled;

  @BeforeAll
  static void readPom() {
    pom = pom();
    bundled = bundled();
  }

  private static String pom() {
    try {
      return Files.readString(Path.of("pom.xml")).replace("${scala.binary.version}", "2.12");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the jar bundles, {@code group:artifact}: the shade plugin's list. */
  static TreeSet<String> bundled() {
    String pom = pom();
    TreeSet<String> bundled = new TreeSet<>();
    String includes = between(pom, "<includes>", "</includes>", pom.indexOf("<artifactSet>"));
    Pattern.compile("<include>([^<]+)</include>")
        .matcher(includes)
        .results()
        .forEach(include -> bundled.add(include.group(1)));
    assertThat(bundled).isNotEmpty().noneMatch(name -> name.contains("*"));
    return bundled;
  }

  @Test
  void everyDependencyThatSparkDoesNotBringIsBundled() {
    String dependencies = between(pom, "<dependencies>", "\n  </dependencies>", 0);
    TreeSet<String> needed = new TreeSet<>();
    for (String dependency : dependencies.split("<dependency>", -1)) {
      if (dependency.contains("<artifactId>")
          && !dependency.contains("<scope>provided</scope>")
          && !dependency.contains("<scope>test</scope>")) {
        needed.add(
            between(dependency, "<groupId>", "</groupId>", 0)
                + ":"
                + between(dependency, "<artifactId>", "</artifactId>", 0));
      }
    }
    assertThat(needed).hasSizeGreaterThan(10).isSubsetOf(bundled);
  }

  @Test
  void noticeTellsOfEveryBundledArtifact() throws Exception {
    String notice = Files.readString(Path.of("../NOTICE"));
    // Below the list of binaries coordinates only refer back.
    List<String> told =
        notice
            .substring(0, notice.indexOf("Binaries inside"))
            .lines()
            .filter(line -> line.startsWith("  ") && !line.startsWith("    "))
            .flatMap(line -> Arrays.stream(line.strip().split(",\\s*")))
            .toList();
    assertThat(told).containsExactlyInAnyOrderElementsOf(bundled);
  }

  private static String between(String text, String open, String close, int from) {
    int start = text.indexOf(open, from) + open.length();
    return text.substring(start, text.indexOf(close, start));
  }
}
