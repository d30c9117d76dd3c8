package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/survives.md promises is proved by tests that there are. */
class SurvivesPageTest {
  private static final Pattern PROOF = Pattern.compile("`([A-Z]\\w+(?:IT|Test))(?:#(\\w+))?`");
  private static final int LEAST = 40;

  @Test
  void everyProofIsThere() throws IOException {
    List<MatchResult> proofs =
        PROOF.matcher(Files.readString(Path.of("../docs/survives.md"))).results().toList();
    assertThat(proofs).hasSizeGreaterThan(LEAST);
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      var sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .collect(
                  Collectors.toMap(
                      file -> file.getFileName().toString().replace(".java", ""),
                      file -> file,
                      (one, other) -> one));
      for (MatchResult proof : proofs) {
        assertThat(sources).containsKey(proof.group(1));
        if (proof.group(2) != null) {
          assertThat(Files.readString(sources.get(proof.group(1))))
              .as(proof.group())
              .contains("void " + proof.group(2) + "(");
        }
      }
    }
  }
}
