package org.seqlm.corpus.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;

class CutoffsTest {
  @Test
  void boundsOfAKnownSample() {
    double[] sample = {50, Double.NaN, 10, 40, 20, 30};
    assertThat(Cutoffs.bounds(sample, List.of(0.2, 0.5))).containsExactly(20.0, 30.0);
    assertThat(Cutoffs.quantiles("quantiles", 4)).containsExactly(0.25, 0.5, 0.75);
    assertThat(Cutoffs.quantiles("quantiles:0.3, 0.6", 3)).containsExactly(0.3, 0.6);
    assertThat(Cutoffs.quantiles("a/quantiles", 3)).isNull();
    assertThatThrownBy(() -> Cutoffs.bounds(new double[] {Double.NaN}, List.of(0.5)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("cutoffs-sample");
    assertThatThrownBy(
            () -> Cutoffs.bounds(new double[] {1, Double.POSITIVE_INFINITY}, List.of(0.5)))
        .hasMessageContaining("is infinite");
    for (String bad : List.of("quantiles:", "quantiles:0,0.5", "quantiles:0.5", "quantiles:x,1")) {
      assertThatThrownBy(() -> Cutoffs.quantiles(bad, 3)).isInstanceOf(UserException.class);
    }
  }

  @Test
  void aBucketHasWhatIsBelowItsBound() {
    Buckets buckets = new Buckets(List.of("head", "middle", "tail"), List.of(10.0, 20.0));
    double[] values = {9.99, 10, 19, 20, Double.POSITIVE_INFINITY, Double.NaN};
    int[] expected = {0, 1, 1, 2, 2, 2};
    for (int i = 0; i < values.length; i++) {
      assertThat(buckets.of(values[i])).isEqualTo(expected[i]);
    }
    assertThat(Buckets.NONE.of(3)).isZero();
    assertThatThrownBy(() -> new Buckets(List.of("a", "b", "c"), List.of(2.0, 1.0)))
        .hasMessageContaining("rise");
    assertThatThrownBy(() -> new Buckets(List.of("a", "a"), List.of(1.0)))
        .hasMessageContaining("each once");
  }

  /** The share that is asked for, of every file, by the seed. */
  @Test
  void aSampleHasItsShare() {
    Random random = new Random(1);
    TextSample sample = TextSample.of(7, 100, 400);
    assertThat(sample.share()).isEqualTo(0.25);
    int taken = 0;
    int differs = 0;
    TextSample other = new TextSample(8, 0.25);
    for (int i = 0; i < 40_000; i++) {
      String name = "f" + random.nextInt(3);
      boolean takes = sample.takes(sample.file(name), i + 1, 1 + random.nextInt(2));
      taken += takes ? 1 : 0;
      differs += takes != other.takes(other.file(name), i + 1, 1) ? 1 : 0;
    }
    assertThat(taken).isBetween(9_600, 10_400);
    assertThat(differs).isGreaterThan(10_000);
    TextSample all = TextSample.of(7, 400, 400);
    assertThat(all.takes(all.file("x"), 3, 1)).isTrue();
  }

  @TempDir Path folder;

  private Cutoffs read(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("cutoffs.json"), json);
    return Cutoffs.read(new Configuration(), file.toString(), List.of("a", "b", "c"));
  }

  @Test
  void filesOfCutoffs() throws IOException {
    assertThat(read("[1, 2.5]").bounds()).containsExactly(1.0, 2.5);
    String old =
        "{\"buckets\":[\"a\",\"b\",\"c\"],\"bounds\":[5,5],\"quantiles\":[0.1,0.2],"
            + "\"unit\":\"line\",\"sampled\":3,\"seed\":1,\"model\":\"m\"}";
    Cutoffs learnt = read(old); // may be equal; from before a file told how lines were read
    CutoffSettings here =
        new CutoffSettings(
            "line", "m", "3-gram arpa", "f", "ccnet", "t", "s", "document", true, true);
    assertThat(learnt.differences(List.of("a", "b", "c"), here)).isEmpty();
    Cutoffs told = new Cutoffs(learnt.buckets(), learnt.bounds(), learnt.quantiles(), 3L, 1L, here);
    String json = Json.tree(told).toString();
    assertThat(read(json)).isEqualTo(told);
    CutoffSettings other =
        new CutoffSettings("line", "n", "lstm", "g", "ccnet", null, null, "document", true, true);
    assertThat(read(json).differences(List.of("a", "b", "c"), other))
        .containsExactly(
            "model m (3-gram arpa), but here n (lstm)", "tokenizer t (s), but here none");
    refused("[5, 5]", "cutoff 2 is 5 after 5.0");
    refused("[1, \"x\"]", "cutoff 2 is \"x\" after 1.0");
    refused("[-1, 2]", "cutoff 1 is -1");
    refused("[]", "holds no cutoffs");
  }

  private void refused(String json, String why) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(why);
  }
}
