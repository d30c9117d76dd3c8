package org.seqlm.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.UserException;

/** The texts are what they are called, and the same for a seed. */
class CorpusTextTest {
  private static CorpusText text(Corpus corpus, long tokens, long seed) {
    return new CorpusText(corpus, tokens, 1.3, 1000, seed);
  }

  /** Files by name. */
  private static Map<String, String> files(CorpusText text) throws IOException {
    Map<String, ByteArrayOutputStream> files = new TreeMap<>();
    text.write(
        name -> {
          assertThat(files).doesNotContainKey(name);
          files.put(name, new ByteArrayOutputStream());
          return files.get(name);
        });
    Map<String, String> texts = new TreeMap<>();
    files.forEach((name, bytes) -> texts.put(name, bytes.toString(StandardCharsets.UTF_8)));
    return texts;
  }

  private static String all(CorpusText text) throws IOException {
    return String.join("", files(text).values());
  }

  private static List<String> words(CorpusText text) throws IOException {
    return Arrays.asList(all(text).strip().split("\\s+"));
  }

  @Test
  void oneLineByHand() throws IOException {
    assertThat(all(text(Corpus.ONE_LINE, 12, 1)))
        .isEqualTo("the quick brown fox jumps over the lazy dog\nthe quick brown\n");
  }

  @Test
  void distinctByHand() throws IOException {
    // Multiples of 0x9e3779b97f4a7c15 modulo 2^40, in base 36.
    assertThat(all(text(Corpus.DISTINCT, 3, 1)))
        .isEqualTo(
            "w0 w"
                + Long.toString(0xb97f4a7c15L, 36)
                + " w"
                + Long.toString(2 * 0xb97f4a7c15L % (1L << 40), 36)
                + "\n");
    List<String> words = words(text(Corpus.DISTINCT, 50_000, 1));
    assertThat(words).hasSize(50_000);
    assertThat(new HashSet<>(words)).hasSize(50_000);
  }

  @Test
  void ofTheHasItsLines() throws IOException {
    assertThat(all(text(Corpus.OF_THE, 5000, 1)).lines())
        .hasSize(1000)
        .allMatch(line -> line.matches("a\\d{1,3} b\\d{1,3} of the c\\d{1,3}"));
  }

  @Test
  void fourLettersAreUsedAlike() throws IOException {
    String text = all(text(Corpus.FOUR_LETTERS, 40_050, 1));
    assertThat(text.lines()).hasSize(401).allMatch(line -> line.matches("[acgt]{50,100}"));
    for (char letter : "acgt".toCharArray()) {
      assertThat(text.chars().filter(c -> c == letter).count() / 40_050.0)
          .isCloseTo(0.25, within(0.01));
    }
  }

  @Test
  void halfIsOneWord() throws IOException {
    List<String> words = words(text(Corpus.HALF_ONE_WORD, 20_000, 1));
    assertThat(words).hasSize(20_000);
    assertThat(words.stream().filter("the"::equals).count() / 20_000.0)
        .isCloseTo(0.5, within(0.02));
    assertThat(new HashSet<>(words)).hasSize(1001);
  }

  @Test
  void smallFilesAreSmall() throws IOException {
    Map<String, String> files = files(text(Corpus.SMALL_FILES, 20_000, 1));
    assertThat(files.keySet()).startsWith("text-00000000.txt", "text-00000001.txt");
    assertThat(files.values().stream().mapToInt(file -> file.split("\\s+").length).sum())
        .isEqualTo(20_000);
    List<String> full = List.copyOf(files.values()).subList(0, files.size() - 1);
    assertThat(full)
        .hasSizeGreaterThan(20)
        .allMatch(file -> file.length() >= 2048 && file.length() < 2100 && file.endsWith("\n"));
  }

  /**
   * Ranks lie where the law's integral has them: at s = 1 by logarithms, with two words by halves.
   */
  @Test
  void ranksByHand() {
    CorpusText one = new CorpusText(Corpus.ZIPF, 1, 1, 7, 1);
    // H(8) = ln 8: 2 begins at 1/3 of it, 4 at 2/3.
    assertThat(List.of(0.0, 0.333, 0.334, 0.666, 0.667, 0.9999).stream().map(one::rank))
        .containsExactly(1L, 1L, 2L, 3L, 4L, 7L);
    CorpusText two = new CorpusText(Corpus.ZIPF, 1, 2, 3, 1);
    // H(x) = 1 − 1/x, of H(4) = 3/4: 2 begins at 2/3 of it, 3 at 8/9.
    assertThat(List.of(0.0, 0.666, 0.667, 0.888, 0.889, 0.9999).stream().map(two::rank))
        .containsExactly(1L, 1L, 2L, 2L, 3L, 3L);
  }

  /** Frequencies of high ranks fall as their power. */
  @Test
  void frequenciesFallAsZipfHasThem() throws IOException {
    Map<String, Long> counts =
        words(new CorpusText(Corpus.ZIPF, 200_000, 1.3, 100_000, 1)).stream()
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    double many = 0;
    double few = 0;
    for (int rank = 10; rank < 20; rank++) {
      many += counts.get("w" + Integer.toString(rank, 36));
    }
    for (int rank = 80; rank < 160; rank++) {
      few += counts.getOrDefault("w" + Integer.toString(rank, 36), 0L);
    }
    // Eight times as far, in eight times as many ranks: 8^(1 − 1.3).
    assertThat(few / many).isCloseTo(Math.pow(8, -0.3), within(0.05));
  }

  @ParameterizedTest
  @EnumSource(Corpus.class)
  void theSameForASeedAndTheBeginningOfALongerOne(Corpus corpus) throws IOException {
    String text = all(text(corpus, 3000, 1));
    assertThat(all(text(corpus, 3000, 1))).isEqualTo(text).endsWith("\n");
    assertThat(all(text(corpus, 7000, 1))).startsWith(text.strip());
    if (corpus != Corpus.ONE_LINE && corpus != Corpus.DISTINCT) {
      assertThat(all(text(corpus, 3000, 2))).isNotEqualTo(text);
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThat(
            catchThrowableOfType(UserException.class, () -> new CorpusText(Corpus.ZIPF, 0, 0, 0, 1))
                .problems())
        .hasSize(3);
  }
}
