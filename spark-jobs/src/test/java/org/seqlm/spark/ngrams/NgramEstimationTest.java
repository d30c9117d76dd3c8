package org.seqlm.spark.ngrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Overwrite;
import org.seqlm.ngram.arpa.ArpaTable;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.NaiveCounts;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.model.ModelSlice;
import org.seqlm.ngram.model.NaiveBackoff;
import org.seqlm.ngram.smooth.DiscountFallback;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.ngram.smooth.Pruning;
import org.seqlm.ngram.smooth.SmoothingFit;
import org.seqlm.ngram.smooth.SmoothingRules;
import org.seqlm.ngram.smooth.Unigrams;
import org.seqlm.vocab.ListVocabulary;
import org.seqlm.vocab.TokenBlock;

/**
 * Models that Spark counts, estimates and writes as ARPA files against the definitions, n-gram by
 * n-gram: every estimator that backs off and every order, over texts of all boundaries, pruned and
 * limited in every way.
 */
final class NgramEstimationTest {
  /** Several a frequent word; and many, each of which is a task of every stage. */
  private static final int SLICES = 12;

  private static final int MANY_SLICES = 30;

  private static final List<Estimator> ESTIMATORS =
      Arrays.stream(Estimator.values()).filter(Estimator::backsOff).toList();

  private static final long[][] THRESHOLDS = {{0}, {0, 1}, {0, 0, 1}, {0}, {1, 1, 2}};

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void everyProbabilityAndWeight(int order) throws IOException {
    checkEveryProbabilityAndWeight(order, SLICES);
  }

  @ParameterizedTest
  @Exhaustive
  @ValueSource(ints = {2, 3, 4, 5, 6})
  void everyProbabilityAndWeightInManySlices(int order) throws IOException {
    checkEveryProbabilityAndWeight(order, MANY_SLICES);
  }

  private void checkEveryProbabilityAndWeight(int order, int slices) throws IOException {
    SplittableRandom random = new SplittableRandom(order);
    List<String> strings = new ArrayList<>();
    for (int id = 3; id < 30; id++) {
      strings.add("w" + id);
    }
    ListVocabulary words = ListVocabulary.words(strings);
    Passages passages =
        Passages.of(
            order == 3 ? Boundary.DOCUMENT : order == 4 ? Boundary.STREAM : Boundary.LINE, words);
    NaiveCounts.Text text = NaiveCounts.Text.random(random, words.size(), 3, 900);
    for (int i = 0; i < text.tokens().length; i++) {
      // Some unknown words, as limited vocabularies leave them.
      text.tokens()[i] = random.nextInt(order == 5 ? 3 : 40) == 0 ? 0 : text.tokens()[i];
    }
    BitSet allowed = new BitSet();
    random.ints(20, 3, words.size()).forEach(allowed::set);
    allowed.set(3, 6);
    Path output = Files.createDirectory(folder.resolve("counts"));
    NgramCounting counting = count(text, words, passages, order, slices, output);
    assertThat(counting.ranges().count()).isEqualTo(10);
    assertThat(counting.slices().trees().length == 0).isEqualTo(order <= 2);
    for (Estimator estimator : ESTIMATORS) {
      int turn = order + estimator.ordinal();
      long[] thresholds = THRESHOLDS[turn % THRESHOLDS.length];
      boolean limited = turn % THRESHOLDS.length >= 3 || turn % 7 == 0;
      check(
          counting,
          text,
          words,
          passages,
          new SmoothingRules(estimator, DiscountFallback.FALLBACK, 0.4, 0.35, 7),
          Arrays.copyOf(thresholds, Math.min(order, thresholds.length)),
          limited ? allowed : null,
          output);
    }
  }

  /**
   * A hot token that appears more often than is left out, but not with the ends of passages after
   * it taken away: it stays a context of the model, and longer ones with it, however many slices
   * there are.
   */
  @ParameterizedTest
  @EnumSource(names = "STREAM")
  void endsOfRunsCountAfterHotTokens(Boundary boundary) throws IOException {
    checkEndsOfRunsAfterHotTokens(boundary, 1, SLICES);
  }

  @ParameterizedTest
  @Exhaustive
  @EnumSource(names = "DOCUMENT")
  void endsOfRunsOfDocumentsCountAfterHotTokens(Boundary boundary) throws IOException {
    checkEndsOfRunsAfterHotTokens(boundary, 1, MANY_SLICES);
  }

  @ParameterizedTest
  @Exhaustive
  @EnumSource(names = {"DOCUMENT", "STREAM"})
  void endsOfRunsCountAfterHotTokensInManySlices(Boundary boundary) throws IOException {
    checkEndsOfRunsAfterHotTokens(boundary, 1, 40);
  }

  private void checkEndsOfRunsAfterHotTokens(Boundary boundary, int... counts) throws IOException {
    ListVocabulary words = ListVocabulary.words(List.of("hot", "a", "b", "c"));
    Passages passages = Passages.of(boundary, words);
    boolean documents = boundary == Boundary.DOCUMENT;
    NaiveCounts.Text text =
        new NaiveCounts.Text(
            new int[] {
              4, 3, 4, 5, 4, 2, 4, 3, 2, 4, 5, 4, 3, 4, 5, 2, 4, 5, 6, 4, 3, 4, 5, 2, 5, 4, 4, 3, 2
            },
            documents ? new TreeSet<>(List.of(0, 9, 16)) : new TreeSet<>(List.of(0)));
    long threshold = documents ? 3 : 4; // of 5, before 2 ends and 1
    Map<Estimator, byte[]> models = new HashMap<>();
    Map<Estimator, byte[]> unigrams = new HashMap<>();
    for (int slices : counts) {
      Path output = Files.createDirectory(folder.resolve("counts-" + slices));
      NgramCounting counting = count(text, words, passages, 3, slices, output);
      assertThat(counting.slices().trees().length == 0).isEqualTo(slices == 1);
      for (Estimator estimator : ESTIMATORS) {
        check(
            counting,
            text,
            words,
            passages,
            new SmoothingRules(estimator, DiscountFallback.FALLBACK, 0.4, 0.35, 7),
            new long[] {threshold},
            null,
            output);
        Path arpa = folder.resolve(estimator + ".arpa");
        byte[] model = Files.readAllBytes(arpa);
        Files.delete(arpa);
        assertThat(models.computeIfAbsent(estimator, first -> model)).isEqualTo(model);
        byte[] lowest = Files.readAllBytes(output.resolve(NgramFiles.UNIGRAMS));
        assertThat(unigrams.computeIfAbsent(estimator, first -> lowest)).isEqualTo(lowest);
      }
    }
  }

  private void check(
      NgramCounting counting,
      NaiveCounts.Text text,
      ListVocabulary words,
      Passages passages,
      SmoothingRules rules,
      long[] thresholds,
      BitSet allowed,
      Path output)
      throws IOException {
    int order = counting.plan().order();
    String name = rules.estimator() + Arrays.toString(thresholds) + allowed;
    boolean limited = allowed != null;
    Path arpa = folder.resolve(rules.estimator() + ".arpa");
    NgramEstimation.Estimated estimated =
        estimate(
            counting,
            words,
            passages,
            rules,
            Pruning.of(thresholds, limited ? allowed.toLongArray() : null),
            output,
            arpa);

    NaiveBackoff oracle =
        NaiveBackoff.ofPassages(
            strings(text, words, passages.boundary()),
            predictable(words, passages),
            order,
            rules,
            Arrays.stream(thresholds).mapToInt(Math::toIntExact).toArray());
    if (limited) {
      Set<String> kept = new HashSet<>();
      allowed.stream().forEach(id -> kept.add(words.token(id)));
      oracle.limit(kept);
    }
    Map<List<String>, double[]> expected = oracle.ngrams();
    if (passages.passageStart() < 0) {
      expected.remove(List.of("<s>"));
    }
    for (int id = words.reserved(); id < words.size(); id++) {
      String word = words.token(id);
      boolean seen = oracle.raw().containsKey(List.of(word));
      if (!seen && thresholds[0] == 0 && (!limited || allowed.get(id))) {
        double p = oracle.probability(List.of(), word);
        expected.put(List.of(word), new double[] {Math.log10(p), 0});
      }
    }
    Map<List<String>, double[]> actual = ArpaTable.read(arpa);
    ArpaTable.assertNear(actual, expected, 1e-6);
    for (int n = 1; n <= order; n++) {
      int size = n;
      assertThat(estimated.ngrams()[n - 1])
          .as(name)
          .isEqualTo(expected.keySet().stream().filter(ngram -> ngram.size() == size).count());
    }
    if (rules.estimator() != Estimator.STUPID_BACKOFF) {
      everyContextSumsToOne(output, counting.slices().count(), order, words, passages);
    }
  }

  private static NgramCounting count(
      NaiveCounts.Text text,
      ListVocabulary words,
      Passages passages,
      int order,
      int slices,
      Path output) {
    JavaSparkContext spark = TestSpark.context();
    List<TokenBlock> blocks =
        text.blocks(new SplittableRandom(2), 300, passages, Math.max(2, order));
    // The unigrams in ranges of three ids, or in one task.
    spark.hadoopConfiguration().setLong(UnigramCounting.LIMIT, slices > 1 ? 90 : 1 << 20);
    try {
      return NgramCounting.count(
          spark,
          TextInput.of(spark.parallelize(blocks, 2), text.tokens().length),
          words,
          passages,
          new NgramCounting.Plan(order, slices, 0, 1, 0),
          null,
          new org.apache.hadoop.fs.Path(output.toUri()),
          Progress.SILENT);
    } finally {
      spark.hadoopConfiguration().unset(UnigramCounting.LIMIT);
    }
  }

  private static NgramEstimation.Estimated estimate(
      NgramCounting counting,
      ListVocabulary words,
      Passages passages,
      SmoothingRules rules,
      Pruning pruning,
      Path output,
      Path arpa)
      throws IOException {
    JavaSparkContext spark = TestSpark.context();
    org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(output.toUri());
    int order = counting.plan().order();
    SmoothingFit fit =
        SmoothingFit.of(
            rules,
            SliceStatistics.countsOfCounts(counting.statistics(), CountKind.RAW).subList(0, order),
            SliceStatistics.countsOfCounts(counting.statistics(), CountKind.ADJUSTED)
                .subList(0, order));
    try (ArpaParts parts =
            ArpaParts.create(spark.hadoopConfiguration(), arpa.toString(), Overwrite.REFUSE);
        NgramExport export =
            NgramExport.of(
                spark,
                NgramExport.Source.written(
                    target.toString(), order, counting.slices(), NgramExport.Model.BACKS_OFF),
                new NgramExport.Targets(parts.folder().toString(), null, null),
                words,
                passages)) {
      NgramEstimation.Estimated estimated =
          NgramEstimation.estimate(
              spark,
              counting,
              words,
              passages,
              new NgramEstimation.Plan(order, fit.smoothing(), pruning),
              export);
      parts.join(estimated.ngrams(), counting.slices().count());
      parts.publish();
      return estimated;
    }
  }

  private static List<List<String>> strings(
      NaiveCounts.Text text, ListVocabulary words, Boundary boundary) {
    List<List<String>> passages = new ArrayList<>();
    List<String> passage = new ArrayList<>();
    for (int i = 0; i < text.tokens().length; i++) {
      boolean document = text.documents().contains(i) && boundary != Boundary.STREAM;
      if (document && !passage.isEmpty()) {
        passages.add(passage);
        passage = new ArrayList<>();
      }
      boolean end = text.tokens()[i] == 2;
      if (boundary == Boundary.LINE) {
        if (passage.isEmpty()) {
          passage.add("<s>");
        }
        passage.add(words.token(text.tokens()[i]));
        if (end) {
          passages.add(passage);
          passage = new ArrayList<>();
        }
      } else if (!end) {
        passage.add(words.token(text.tokens()[i]));
      }
    }
    passages.add(passage);
    return passages;
  }

  private static List<String> predictable(ListVocabulary words, Passages passages) {
    List<String> all = new ArrayList<>();
    for (int id = 0; id < words.size(); id++) {
      if (passages.reads(id)) {
        all.add(words.token(id));
      }
    }
    return all;
  }

  /** From the model's own files. */
  private static void everyContextSumsToOne(
      Path output, int slices, int order, ListVocabulary words, Passages passages)
      throws IOException {
    Unigrams unigrams;
    try (InputStream in = Files.newInputStream(output.resolve(NgramFiles.UNIGRAMS))) {
      unigrams = Unigrams.read(in);
    }
    Map<List<Integer>, Map<Integer, Double>> followers = new HashMap<>();
    Map<List<Integer>, Double> weights = new HashMap<>();
    for (int slice = 0; slice < slices && order > 1; slice++) {
      try (InputStream in = Files.newInputStream(output.resolve(NgramFiles.modelSlice(slice)))) {
        ModelSlice model = new ModelSlice(in, order, null);
        while (model.next()) {
          if (model.goesOn()) {
            continue;
          }
          List<Integer> context = new ArrayList<>();
          for (int i = model.length(); i > 0; i--) {
            context.add(model.reversed()[i]);
          }
          Map<Integer, Double> p = new HashMap<>();
          for (int i = 0; i < model.size(); i++) {
            p.put(model.words()[i], Math.pow(10, model.logProbabilities()[i]));
          }
          assertThat(followers.put(List.copyOf(context), p)).isNull();
          weights.put(List.copyOf(context), Math.pow(10, model.logBackoff()));
        }
      }
    }
    // Words that pruning left out are none of the model's: the others share all there is.
    double[] lowest = new double[words.size()];
    double all = 0;
    for (int id = 0; id < lowest.length; id++) {
      double p = unigrams.probability(id);
      lowest[id] = Double.isNaN(p) ? 0 : p;
      all += lowest[id];
    }
    assertThat(all).isCloseTo(1, within(1e-9));
    for (List<Integer> context : followers.keySet()) {
      double sum = 0;
      for (int id = 0; id < words.size(); id++) {
        sum += passages.reads(id) ? p(context, id, followers, weights, lowest) : 0;
      }
      assertThat(sum).as("%s", context).isCloseTo(1, within(1e-6));
    }
  }

  private static double p(
      List<Integer> context,
      int id,
      Map<List<Integer>, Map<Integer, Double>> followers,
      Map<List<Integer>, Double> weights,
      double[] lowest) {
    if (context.isEmpty()) {
      return lowest[id];
    }
    Double own = followers.getOrDefault(context, Map.of()).get(id);
    return own != null
        ? own
        : weights.getOrDefault(context, 1.0)
            * p(context.subList(1, context.size()), id, followers, weights, lowest);
  }
}
