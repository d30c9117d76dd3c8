package org.seqlm.job.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.bench.scale.Corpus;
import org.seqlm.bench.scale.CorpusText;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.ngrams.NgramsConfig;
import org.seqlm.spark.words.DictionaryLimit;
import org.seqlm.text.TokenizerKind;

/** The command on texts that are next to nothing: what it says was counted. */
class BenchScaleCommandTest {
  @TempDir Path folder;

  private Path place() {
    return folder.resolve("place");
  }

  private JsonNode result(Object... more) throws IOException {
    Path told = folder.resolve("told.json");
    List<Object> line =
        new ArrayList<>(List.of("bench", "scale", "--json", told, "--folder", place()));
    line.addAll(Arrays.asList(more));
    NgramsOutcomes.Outcome outcome = NgramsOutcomes.run(line.toArray());
    assertThat(outcome.errors()).doesNotContain("error:");
    assertThat(outcome.code()).isZero();
    return Json.mapper().readTree(Files.readAllBytes(told));
  }

  @Test
  void textsAreCountedAtAllSizesAndNothingIsLeft() throws IOException {
    JsonNode result =
        result(
            "--corpus",
            "of-the",
            "--set",
            "base=100",
            "--fit",
            "500,1000,2000",
            "--test",
            "4000",
            "--slices",
            "3",
            "--partitions",
            "2",
            "--order",
            "2",
            "--estimator",
            "mle",
            "--set",
            "limits.dictionary-bytes=1000000");
    List<Long> tokens = new ArrayList<>();
    for (JsonNode run : result.path("runs")) {
      assertThat(run.path("failure").isNull()).isTrue();
      assertThat(run.path("stages").size()).isPositive();
      assertThat(run.path("files").asLong()).isGreaterThan(5);
      tokens.add(run.path("tokens").asLong());
    }
    // Five words a line, and its end.
    assertThat(tokens).containsExactly(120L, 600L, 1200L, 2400L, 4800L);
    assertThat(result.path("dictionary-bytes").asLong()).isEqualTo(1_000_000);
    assertThat(result.path("heap-bytes").asLong()).isEqualTo(Runtime.getRuntime().maxMemory());
    assertThat(result.path("slices").asInt()).isEqualTo(3);
    JsonNode growth = result.path("growth").path(0);
    assertThat(growth.path("text").asText()).isEqualTo("of-the");
    JsonNode seconds = growth.path("laws").path(0);
    assertThat(seconds.path("figure").asText()).isEqualTo("seconds");
    assertThat(seconds.path("tests").path(0).path("tokens").asLong()).isEqualTo(4800);
    assertThat(seconds.path("prediction").path("tokens").asDouble()).isEqualTo(1e12);
    // Neither texts nor counts stay, and the session is as it was.
    assertThat(place()).isEmptyDirectory();
    assertThat(TestSpark.context().hadoopConfiguration().get(DictionaryLimit.KEY)).isNull();
  }

  @Test
  void eachTextIsCountedAsItAsks() {
    BenchScaleConfig config =
        ConfigLoader.load(
            "bench-scale",
            BenchScaleConfig.class,
            new FlagValues()
                .put("corpora", List.of("zipf", "four-letters", "small-files"))
                .put("exponents", List.of(1.0, 1.3))
                .tree());
    assertThat(config.texts())
        .extracting(CorpusText::name)
        .containsExactly(
            "zipf 1.0", "zipf 1.3", "four-letters", "small-files 1.0", "small-files 1.3");
    assertThat(config.sizes())
        .containsExactly(1000L, 200_000L, 500_000L, 1_000_000L, 2_000_000L, 4_000_000L);
    NgramsConfig words = config.counting(Corpus.ZIPF, 5, "text", "counts", "arpa");
    assertThat(words.tokenizer().kind()).isEqualTo(TokenizerKind.WHITESPACE);
    assertThat(words.slices()).isEqualTo(32);
    assertThat(words.partitions()).isEqualTo(16);
    assertThat(words.order()).isEqualTo(5);
    assertThat(words.export().arpa()).isNull();
    NgramsConfig letters = config.counting(Corpus.FOUR_LETTERS, 16, "text", "counts", "arpa");
    assertThat(letters.tokenizer().kind()).isEqualTo(TokenizerKind.CHAR);
  }

  @Test
  void whatCannotBeIsRefusedAtOnce() {
    assertRefused(
        "fit must be 3 sizes or more, each larger than the one before, but is [2000, 3000]",
        "--fit",
        "2000,3000");
    assertRefused("fit must be sizes larger than base, 1000, but is", "--fit", "900,2000,3000");
    assertRefused("test must be sizes larger than those of fit", "--test", "2000000");
    assertRefused("orders must be 1 to 16, but is 17", "--order", "3,17");
    assertRefused("an ARPA file holds a model that backs off", "--arpa", "--estimator", "mle");
    assertRefused("corpora, exponents and orders must each be named once", "--corpus", "zipf,zipf");
    assertRefused("limits.slices must be 0 to 16384, but is 16385", "--slices", "16385");
  }

  private static void assertRefused(String message, Object... more) {
    List<Object> line = new ArrayList<>(List.of("bench", "scale"));
    line.addAll(Arrays.asList(more));
    NgramsOutcomes.Outcome outcome = NgramsOutcomes.run(line.toArray());
    assertThat(outcome.errors()).startsWith("seqlm: error: " + message).containsOnlyOnce("\n");
    assertThat(outcome.code()).isEqualTo(2);
  }
}
