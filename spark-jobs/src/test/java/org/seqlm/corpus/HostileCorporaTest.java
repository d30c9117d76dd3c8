package org.seqlm.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The texts are as hostile as they say. */
final class HostileCorporaTest {
  @TempDir private Path folder;

  private Path at(String name) {
    return folder.resolve(name);
  }

  private static List<String> words(Path path) throws IOException {
    return Arrays.stream(Files.readString(path).split("[\\s]+")).filter(w -> !w.isEmpty()).toList();
  }

  @Test
  void fewWordsOrNone() throws IOException {
    assertThat(HostileCorpora.emptyLines(at("empty"), 1000)).hasContent("\n".repeat(1000));
    assertThat(HostileCorpora.oneWord(at("one"))).hasBinaryContent("word".getBytes("US-ASCII"));
    Path repeated = HostileCorpora.repeatedWord(at("repeated"), 10_000);
    assertThat(Files.readAllLines(repeated)).hasSize(1);
    assertThat(words(repeated)).hasSize(10_000).containsOnly("word");
    assertThat(Files.readAllLines(HostileCorpora.repeatedLine(at("lines"), 500)))
        .hasSize(500)
        .containsOnly("the same line again");
  }

  @Test
  void longOnes() throws IOException {
    List<String> lines = Files.readAllLines(HostileCorpora.longLine(at("line"), 2_000_000));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1).length()).isBetween(2_000_000, 2_000_010);
    assertThat(words(HostileCorpora.distinctWords(at("distinct"), 100_000)))
        .hasSize(100_000)
        .doesNotHaveDuplicates();
    assertThat(Files.readAllLines(HostileCorpora.longWords(at("words"), 100_000, 12)))
        .hasSize(12)
        .doesNotHaveDuplicates()
        .allMatch(line -> line.indexOf(' ') == 100_000);
  }

  @Test
  void bytesOfAllKinds() throws IOException {
    String controls = Files.readString(HostileCorpora.controlCharacters(at("controls"), 2));
    for (char c = 0; c < ' '; c++) {
      assertThat(controls.indexOf(c)).as("control character %d", (int) c).isNotNegative();
    }
    Path invalid = HostileCorpora.invalidUtf8(at("invalid"), 3);
    assertThatThrownBy(() -> Files.readString(invalid))
        .isInstanceOf(CharacterCodingException.class);
    assertThat(Files.readString(invalid, StandardCharsets.ISO_8859_1).lines()).hasSize(21);
    assertThat(words(HostileCorpora.marks(at("marks"), 2))).contains("<s>", "</s>", "<unk>");
  }

  @Test
  void skewed() throws IOException {
    Path corpus = HostileCorpora.skewed(at("skewed"), 500_000, 1200);
    assertThat(Files.size(corpus.resolve("huge.txt"))).isBetween(500_000L, 500_020L);
    List<String> huge = words(corpus.resolve("huge.txt"));
    assertThat(huge.stream().filter("hot"::equals).count())
        .isBetween(huge.size() * 45L / 100, huge.size() * 55L / 100);
    try (Stream<Path> files = Files.walk(corpus.resolve("tiny"))) {
      List<Path> tiny = files.filter(Files::isRegularFile).toList();
      assertThat(tiny).hasSize(1200);
      assertThat(tiny.stream().filter(file -> file.toFile().length() == 0)).hasSize(400);
    }
    byte[] first = Files.readAllBytes(corpus.resolve("huge.txt"));
    HostileCorpora.skewed(corpus, 500_000, 3);
    assertThat(corpus.resolve("huge.txt")).hasBinaryContent(first);
  }
}
