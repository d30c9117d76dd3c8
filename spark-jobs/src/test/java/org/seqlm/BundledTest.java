package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the build puts into the jar, NOTICE tells of, and nothing else. */
class BundledTest {
  @Test
  void noticeTellsOfEveryBundledArtifact() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    String includes = between(pom, "<includes>", "</includes>", pom.indexOf("<artifactSet>"));
    TreeSet<String> bundled = new TreeSet<>();
    Matcher include = Pattern.compile("<include>([^<]+)</include>").matcher(includes);
    while (include.find()) {
      bundled.add(include.group(1).replace("${scala.binary.version}", "2.12"));
    }

    TreeSet<String> told = new TreeSet<>();
    String notice = Files.readString(Path.of("../NOTICE"));
    // Below the list of binaries coordinates only refer back.
    String list = notice.substring(0, notice.indexOf("Binaries inside"));
    List<String> named =
        list.lines()
            .filter(line -> line.startsWith("  ") && !line.startsWith("    "))
            .flatMap(line -> Arrays.stream(line.strip().split(",\\s*")))
            .toList();
    assertThat(named).allMatch(name -> name.contains(":") && !name.contains("*"));
    told.addAll(named);

    assertThat(bundled).isNotEmpty().noneMatch(name -> name.contains("*"));
    assertThat(told).isEqualTo(bundled);
  }

  private static String between(String text, String open, String close, int from) {
    int start = text.indexOf(open, from) + open.length();
    return text.substring(start, text.indexOf(close, start));
  }
}
