package org.seqlm.bench.ngrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text is the same for a seed, and grows as natural text grows. */
class GeneratedTextTest {
  @TempDir Path folder;

  private static String text(long tokens, long seed, int shard) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new GeneratedText(tokens, 0.6, seed).write(shard, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTextIsTheBeginningOfEveryLongerOne() throws IOException {
    String text = text(5000, 1, 0);
    assertThat(text.strip().split("\\s+")).hasSize(5000);
    assertThat(text).isEqualTo(text(5000, 1, 0)).endsWith("\n");
    assertThat(text.lines()).allMatch(line -> line.matches("[a-z]+( [a-z]+)*"));
    assertThat(text(20_000, 1, 0)).startsWith(text.strip());
    assertThat(text(5000, 2, 0)).isNotEqualTo(text);
    String second = text(GeneratedText.SHARD + 5000, 1, 1);
    assertThat(second.strip().split("\\s+")).hasSize(5000);
    assertThat(second.substring(0, 100)).isNotEqualTo(text.substring(0, 100));
  }

  @Test
  void filesHoldTheText() throws IOException {
    GeneratedText text = new GeneratedText(3000, 0.6, 7);
    List<Path> files = text.write(folder);
    assertThat(files).hasSize(1);
    assertThat(Files.readString(files.get(0))).isEqualTo(text(3000, 7, 0));
    assertThat(text.write(folder)).isEqualTo(files);
    NgramText read = NgramText.of(files);
    assertThat(read.tokens()).isEqualTo(3000);
    assertThat(read.bytes()).isEqualTo(Files.size(files.get(0)));
    assertThat(read.lines()).isEqualTo(Files.readAllLines(files.get(0)).size());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.6, 0.7})
  void typesGrowByHeapsLaw(double heaps) throws IOException {
    long small = 250_000;
    long large = 4_000_000;
    Set<Long> ranks = new HashSet<>();
    long[] types = new long[2];
    new GeneratedText(large, heaps, 3)
        .generate(
            0,
            new GeneratedText.Sink() {
              private long words;

              @Override
              public void word(long rank) {
                ranks.add(rank);
                if (++words == small) {
                  types[0] = ranks.size();
                }
              }

              @Override
              public void endLine() {}
            });
    types[1] = ranks.size();
    assertThat(Math.log((double) types[1] / types[0]) / Math.log((double) large / small))
        .isCloseTo(heaps, within(0.03));
  }

  @Test
  void ngramsAreAsSparseAsInNovels() throws IOException {
    NgramTotals told =
        SingleThreadNgrams.count(new GeneratedText(1_000_000, 0.6, 1).write(folder), 4);
    // The first million words of 100 English novels: 0.32, 0.73, 0.94.
    assertThat(share(told, 2)).isCloseTo(0.32, within(0.02));
    assertThat(share(told, 3)).isCloseTo(0.73, within(0.03));
    assertThat(share(told, 4)).isCloseTo(0.94, within(0.02));
  }

  private static double share(NgramTotals told, int order) {
    return (double) told.types().get(order - 1) / told.totals().get(order - 1);
  }
}
