package org.seqlm.spark.terms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.terms.AssociationMeasure;
import org.seqlm.terms.Collocation;
import org.seqlm.terms.CollocationRules;
import org.seqlm.terms.NullModel;
import org.seqlm.terms.TokenFilter;

/** Collocations of counts are those of the text's lines, counted one window after the other. */
final class NgramCollocationsTest {
  @TempDir static Path folder;

  private static List<String> lines;

  @BeforeAll
  static void write() throws IOException {
    Random random = new Random(6);
    lines = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      StringBuilder line = new StringBuilder();
      for (int k = random.nextInt(9); k >= 0; k--) {
        int word = (int) (1 / (0.06 + random.nextDouble())); // 0 to 16, the small ones often
        line.append(word == 5 ? "new york" : word == 4 ? "," : "w" + word).append(' ');
      }
      lines.add(line.toString().strip());
    }
    Files.write(folder.resolve("text"), lines);
  }

  private static Path counts(int slices) {
    Path output = folder.resolve("counts" + slices);
    if (!Files.exists(output)) {
      NgramsOutcomes.Outcome outcome =
          NgramsOutcomes.ngrams(
              folder.resolve("text"),
              output,
              "--tokenizer",
              "whitespace",
              "--order",
              "4",
              "--set",
              "slices=" + slices,
              "--set",
              "model.estimator=mle");
      assertThat(outcome.code()).as(outcome.errors()).isZero();
    }
    return output;
  }

  private static List<String[]> windows(int order) {
    List<String[]> windows = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.split(" ");
      for (int i = 0; i + order <= words.length; i++) {
        windows.add(Arrays.copyOfRange(words, i, i + order));
      }
    }
    return windows;
  }

  private static String join(String[] words, int from, int to) {
    return from + ":" + String.join(" ", Arrays.copyOfRange(words, from, to));
  }

  /** All, by words. */
  private static List<Collocation> slowly(CollocationRules rules) {
    int order = rules.order();
    Map<String, Long> parts = new HashMap<>();
    List<String[]> windows = windows(order);
    for (String[] window : windows) {
      for (int from = 0; from < order; from++) {
        for (int to = from + 1; to <= order; to++) {
          parts.merge(join(window, from, to), 1L, Long::sum);
        }
      }
    }
    Map<String, Collocation> found = new HashMap<>();
    for (String[] window : windows) {
      long count = parts.get(join(window, 0, order));
      if (count < rules.minCount()
          || !Arrays.stream(window).allMatch(word -> rules.tokens().takes(word))) {
        continue;
      }
      List<Long> marginals = new ArrayList<>();
      for (int k = 1; k < order && rules.nullModel() == NullModel.HALVES; k++) {
        marginals.add(parts.get(join(window, 0, k)));
        marginals.add(parts.get(join(window, k, order)));
      }
      for (int i = 0; i < order && rules.nullModel() == NullModel.WORDS; i++) {
        marginals.add(parts.get(join(window, i, i + 1)));
      }
      found.put(
          join(window, 0, order),
          new Collocation(
              List.of(window),
              rules
                  .nullModel()
                  .of(
                      count,
                      marginals.stream().mapToLong(Long::longValue).toArray(),
                      windows.size())));
    }
    List<Collocation> all = new ArrayList<>(found.values());
    all.sort(Comparator.comparing(Collocation::phrase));
    return all;
  }

  private static NgramCollocations counted(CollocationRules rules, int slices, int tasks)
      throws IOException {
    NgramArtifact counts = NgramArtifact.open(new Configuration(), counts(slices).toString());
    return NgramCollocations.of(TestSpark.context(), counts, rules, tasks, Progress.SILENT);
  }

  private static void check(CollocationRules rules, int slices, int tasks) throws IOException {
    List<Collocation> slowly = slowly(rules);
    assertThat(slowly).isNotEmpty();
    try (NgramCollocations counted = counted(rules, slices, tasks)) {
      assertThat(counted.windows()).isEqualTo(windows(rules.order()).size());
      assertThat(counted.candidates()).isEqualTo(slowly.size());
      List<Collocation> all = new ArrayList<>();
      counted.rows().collectAsList().forEach(row -> all.add(counted.collocation(row)));
      all.sort(Comparator.comparing(Collocation::phrase));
      assertThat(all).isEqualTo(slowly);
      for (AssociationMeasure measure : List.of(AssociationMeasure.NPMI, AssociationMeasure.G2)) {
        List<Collocation> ranked = new ArrayList<>(slowly);
        ranked.removeIf(one -> !one.association().attracts());
        ranked.sort(
            Comparator.<Collocation>comparingDouble(one -> -measure.of(one.association()))
                .thenComparing(Collocation::phrase));
        assertThat(counted.top(measure, 5))
            .isEqualTo(ranked.subList(0, Math.min(5, ranked.size())));
      }
    }
  }

  @Test
  void pairs() throws IOException {
    check(new CollocationRules(2, NullModel.WORDS, 2, TokenFilter.WORDS), 4, 3);
  }

  @Test
  void triplesOfHalves() throws IOException {
    check(new CollocationRules(3, NullModel.HALVES, 2, TokenFilter.ALL), 4, 0);
  }

  @ParameterizedTest
  @EnumSource(NullModel.class)
  @Exhaustive
  void longerOnes(NullModel model) throws IOException {
    for (int order : new int[] {3, 4}) {
      check(new CollocationRules(order, model, 1, TokenFilter.WORDS), 1, 7);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  @Exhaustive
  void noResultDependsOnTasksOrSlices(int tasks) throws IOException {
    CollocationRules rules = new CollocationRules(3, NullModel.WORDS, 1, TokenFilter.ALL);
    try (NgramCollocations one = counted(rules, 1, 1);
        NgramCollocations other = counted(rules, 4, tasks)) {
      for (AssociationMeasure measure : AssociationMeasure.values()) {
        assertThat(other.ranked(measure).collectAsList())
            .isEqualTo(one.ranked(measure).collectAsList());
      }
    }
  }
}
