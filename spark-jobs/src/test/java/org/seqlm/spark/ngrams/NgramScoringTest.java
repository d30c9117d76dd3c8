package org.seqlm.spark.ngrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.lm.Score;
import org.seqlm.lm.Scorer;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.NaiveCounts;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.heldout.NgramScore;
import org.seqlm.ngram.model.CountTrie;
import org.seqlm.ngram.model.MarkovModel;
import org.seqlm.ngram.model.ModelSelector;
import org.seqlm.ngram.model.NaiveBackoff;
import org.seqlm.ngram.smooth.DiscountFallback;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.ngram.smooth.Pruning;
import org.seqlm.ngram.smooth.Smoothing;
import org.seqlm.ngram.smooth.SmoothingFit;
import org.seqlm.ngram.smooth.SmoothingRules;
import org.seqlm.vocab.ListVocabulary;
import org.seqlm.vocab.TokenBlock;

/** A held-out text scored slice by slice, against models in memory and against the definitions. */
final class NgramScoringTest {
  /** Several a frequent word; and many, each of which is a task of every stage. */
  private static final int SLICES = 12;

  private static final int MANY_SLICES = 30;
  private static final double K = 0.1;

  @TempDir Path temporary;

  private final ListVocabulary words =
      ListVocabulary.words(IntStream.range(3, 40).mapToObj(id -> "w" + id).toList());

  /** Some unknown words, and all lines whole. */
  private NaiveCounts.Text text(int seed, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    NaiveCounts.Text text = NaiveCounts.Text.random(random, words.size(), 3, length);
    for (int i = 0; i < length; i++) {
      text.tokens()[i] = random.nextInt(30) == 0 ? 0 : text.tokens()[i];
    }
    return text;
  }

  private record Counted(
      NgramCounting counting, Passages passages, org.apache.hadoop.fs.Path folder) {}

  private Counted count(NaiveCounts.Text text, Boundary boundary, int order, int slices)
      throws IOException {
    JavaSparkContext spark = TestSpark.context();
    Passages passages = Passages.of(boundary, words);
    org.apache.hadoop.fs.Path folder =
        new org.apache.hadoop.fs.Path(Files.createTempDirectory(temporary, "counts").toUri());
    NgramCounting counting =
        NgramCounting.count(
            spark,
            TextInput.of(
                spark.parallelize(text.blocks(new SplittableRandom(2), 700, passages, order), 2),
                text.tokens().length),
            words,
            passages,
            new NgramCounting.Plan(order, slices, 0, 1, 0),
            null,
            folder,
            Progress.SILENT);
    return new Counted(counting, passages, folder);
  }

  private void estimate(Counted counted, Smoothing smoothing, Pruning pruning) {
    NgramEstimation.estimate(
        TestSpark.context(),
        counted.counting(),
        words,
        counted.passages(),
        new NgramEstimation.Plan(counted.counting().plan().order(), smoothing, pruning),
        null);
  }

  private NgramScoring scoring(Counted counted, NaiveCounts.Text heldOut, int partitions) {
    JavaSparkContext spark = TestSpark.context();
    int order = counted.counting().plan().order();
    List<TokenBlock> blocks =
        heldOut.blocks(new SplittableRandom(3), 200, counted.passages(), Math.max(2, order));
    return new NgramScoring(
        spark,
        spark.parallelize(blocks, partitions),
        heldOut.tokens().length,
        counted.passages(),
        counted.counting());
  }

  private CountTrie trie(Counted counted) throws IOException {
    Path folder = Path.of(counted.folder().toUri());
    int order = counted.counting().plan().storedOrder();
    UnigramCounts unigrams = new UnigramCounts();
    unigrams.addAll(Files.readAllBytes(folder.resolve(NgramFiles.UNIGRAM_COUNTS)));
    CountTrie.Builder builder = new CountTrie.Builder(order, words.size(), unigrams);
    for (int slice = 0; slice < counted.counting().slices().count(); slice++) {
      try (InputStream in = Files.newInputStream(folder.resolve(NgramFiles.countSlice(slice)))) {
        SharedContexts shared =
            SharedContexts.of(
                tree -> Files.newInputStream(folder.resolve(NgramFiles.sharedCounts(tree))),
                counted.counting().slices(),
                slice,
                order,
                null);
        builder.add(new CountSlice(in, order, shared, null));
      }
    }
    return builder.build();
  }

  @ParameterizedTest
  @CsvSource({"LINE, 1, 0, 0", "DOCUMENT, 3, 6, 6", "STREAM, 5, 0, 1"})
  void equalsModelsInMemory(Boundary boundary, int order, long least, long more)
      throws IOException {
    assertEqualsModelsInMemory(boundary, order, SLICES, least, more);
  }

  @Exhaustive
  @ParameterizedTest
  @CsvSource({
    "LINE, 4, 0, 1",
    "LINE, 3, 6, 6",
    "LINE, 2, 0, 1",
    "DOCUMENT, 3, 6, 6",
    "STREAM, 5, 0, 1"
  })
  void equalsModelsInMemoryInManySlices(Boundary boundary, int order, long least, long more)
      throws IOException {
    assertEqualsModelsInMemory(boundary, order, MANY_SLICES, least, more);
  }

  private void assertEqualsModelsInMemory(
      Boundary boundary, int order, int slices, long least, long more) throws IOException {
    NaiveCounts.Text text = text(order, 2500);
    NaiveCounts.Text heldOut = text(order + 10, 900);
    Counted counted = count(text, boundary, order, slices);
    Passages passages = counted.passages();
    assertThat(counted.counting().slices().trees().length == 0).isEqualTo(order <= 2);
    SmoothingRules rules =
        new SmoothingRules(Estimator.KNESER_NEY, DiscountFallback.FALLBACK, 0.4, 0.5, 7);
    SmoothingFit fit =
        SmoothingFit.of(
            rules,
            SliceStatistics.countsOfCounts(counted.counting().statistics(), CountKind.RAW)
                .subList(0, order),
            SliceStatistics.countsOfCounts(counted.counting().statistics(), CountKind.ADJUSTED)
                .subList(0, order));
    estimate(counted, fit.smoothing(), Pruning.of(new long[] {least, more}, null));
    ModelSelector chosen = new ModelSelector(Estimator.KNESER_NEY, order, K);
    NgramScoring.Scores scores = scoring(counted, heldOut, 1).score(chosen);
    assertThat(scoring(counted, heldOut, 2).score(chosen)).isEqualTo(scores);
    assertThat(scoring(counted, heldOut, 7).score(chosen)).isEqualTo(scores);

    CountTrie trie = trie(counted);
    int[] starts = heldOut.documents().stream().mapToInt(i -> i).toArray();
    assertThat(scores.models()).hasSize(2 * order + 1);
    for (NgramScore found : scores.models().subList(0, 2 * order)) {
      MarkovModel model =
          new MarkovModel(
              trie, words, passages, new ModelSelector(found.estimator(), found.order(), K));
      Score expected = Scorer.score(model, heldOut.tokens(), 0, starts);
      assertThat(found.tokens()).isEqualTo(expected.tokens()).isEqualTo(scores.tokens());
      assertThat(scores.unknown()).isEqualTo(expected.unknown());
      assertThat(found.zeroProbability()).isEqualTo(expected.zeroProbability());
      if (expected.zeroProbability() == 0) {
        assertThat(found.natsPerToken()).isCloseTo(expected.natsPerToken(), within(1e-11));
      }
      if (found.perplexityWithoutUnknown() != null) {
        assertThat(found.perplexityWithoutUnknown())
            .isCloseTo(expected.perplexityWithoutUnknown(), within(1e-9));
      }
    }
    checkBackoff(
        scores.models().get(2 * order),
        text,
        heldOut,
        passages,
        NaiveBackoff.ofPassages(
            passages(text, boundary, new BitSet()),
            predictable(passages),
            order,
            rules,
            order == 1 ? new int[] {(int) least} : new int[] {(int) least, (int) more}),
        least);
  }

  private void checkBackoff(
      NgramScore found,
      NaiveCounts.Text text,
      NaiveCounts.Text heldOut,
      Passages passages,
      NaiveBackoff oracle,
      long least) {
    BitSet pruned = new BitSet();
    for (int id = 3; id < words.size(); id++) {
      pruned.set(id, least > 0 && !oracle.kept(List.of(words.token(id))));
    }
    assertThat(pruned.isEmpty()).isEqualTo(least == 0);
    double nats = 0;
    double unknownNats = 0;
    long tokens = 0;
    long unknown = 0;
    long[] hits = new long[found.order()];
    for (List<String> passage : passages(heldOut, passages.boundary(), pruned)) {
      for (int i = passages.passageStart() >= 0 ? 1 : 0; i < passage.size(); i++) {
        String word = passage.get(i);
        List<String> context = passage.subList(Math.max(0, i - found.order() + 1), i);
        double cost = -Math.log(oracle.probability(context, word));
        tokens++;
        nats += cost;
        unknown += word.equals("<unk>") ? 1 : 0;
        unknownNats += word.equals("<unk>") ? cost : 0;
        int matched = context.size() + 1;
        while (matched > 1 && !oracle.kept(passage.subList(i - matched + 1, i + 1))) {
          matched--;
        }
        hits[matched - 1]++;
      }
    }
    assertThat(found.tokens()).isEqualTo(tokens);
    assertThat(unknown).isPositive();
    assertThat(found.natsPerToken()).isCloseTo(nats / tokens, within(1e-6));
    assertThat(Math.log(found.perplexityWithoutUnknown()))
        .isCloseTo((nats - unknownNats) / (tokens - unknown), within(1e-6));
    assertThat(found.orders().stream().mapToLong(NgramScore.OrderHits::tokens))
        .containsExactly(java.util.Arrays.stream(hits).boxed().toArray(Long[]::new));
    assertThat(found.orders().stream().mapToDouble(NgramScore.OrderHits::share).sum())
        .isCloseTo(1, within(1e-12));
  }

  private List<String> predictable(Passages passages) {
    return IntStream.range(0, words.size()).filter(passages::reads).mapToObj(words::token).toList();
  }

  /** The passages of a text as words; what was pruned is unknown. */
  private List<List<String>> passages(NaiveCounts.Text text, Boundary boundary, BitSet pruned) {
    List<List<String>> passages = new ArrayList<>();
    List<String> passage = new ArrayList<>();
    for (int i = 0; i < text.tokens().length; i++) {
      int id = text.tokens()[i];
      if (boundary != Boundary.STREAM && text.documents().contains(i) && !passage.isEmpty()) {
        passages.add(passage);
        passage = new ArrayList<>();
      }
      if (boundary == Boundary.LINE && passage.isEmpty()) {
        passage.add("<s>");
      }
      if (id != 2 || boundary == Boundary.LINE) {
        passage.add(pruned.get(id) ? "<unk>" : words.token(id));
      }
      if (id == 2 && boundary == Boundary.LINE) {
        passages.add(passage);
        passage = new ArrayList<>();
      }
    }
    passages.add(passage);
    return passages;
  }

  /** What tuning says of the text is what the models make of it, and better than before. */
  @Exhaustive
  @Test
  void tunedLambdasAreBetter() throws IOException {
    tunedLambdasAreBetter(0);
  }

  @Exhaustive
  @Test
  void tunedLambdasOfPrunedCountsAreBetter() throws IOException {
    tunedLambdasAreBetter(6, 6, 7);
  }

  private void tunedLambdasAreBetter(long... thresholds) throws IOException {
    NaiveCounts.Text heldOut = text(22, 1500);
    Counted counted = count(text(21, 4000), Boundary.LINE, 3, MANY_SLICES);
    Pruning pruning = Pruning.of(thresholds, null);
    NgramScoring.Tuned tuned = scoring(counted, heldOut, 1).tune(pruning, 0.5);
    NgramScoring.Tuned again = scoring(counted, heldOut, 7).tune(pruning, 0.5);
    assertThat(again.tuning()).isEqualTo(tuned.tuning());
    assertThat(again.smoothing().lambdas()).isDeepEqualTo(tuned.smoothing().lambdas());
    assertThat(tuned.tuning().tokens()).isEqualTo(1500);
    assertThat(tuned.tuning().steps()).isBetween(2, 20);
    estimate(counted, org.seqlm.ngram.smooth.JelinekMercer.of(3, 0.5), pruning);
    double before = perplexity(counted, heldOut);
    estimate(counted, tuned.smoothing(), pruning);
    double after = perplexity(counted, heldOut);
    assertThat(after).isLessThan(before * 0.98);
    assertThat(tuned.tuning().before()).isCloseTo(before, within(before * 1e-6));
    assertThat(tuned.tuning().after()).isCloseTo(after, within(after * 1e-6));
  }

  private double perplexity(Counted counted, NaiveCounts.Text heldOut) throws IOException {
    return scoring(counted, heldOut, 2)
        .score(new ModelSelector(Estimator.JELINEK_MERCER, 3, K))
        .models()
        .get(6)
        .perplexity();
  }
}
