package org.seqlm.ngram.smooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.Counting;
import org.seqlm.ngram.count.NaiveCounts;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.vocab.ListVocabulary;

/** Shared contexts smoothed a follower at a time against all followers at once. */
final class SharedEstimateTest {
  private static final int SIZE = 40;

  @TempDir Path folder;

  private final ListVocabulary words = ListVocabulary.numbers(3, SIZE);
  private final Passages passages = Passages.of(Boundary.LINE, words);

  private Counting.Counted counted(long memory) {
    SplittableRandom random = new SplittableRandom(11);
    NaiveCounts.Text text = NaiveCounts.Text.random(random, SIZE, 3, 3000);
    return Counting.count(
        text.blocks(random, 400, passages, 3),
        words,
        passages,
        3,
        new Counting.Deal(60, 2, 10, memory, folder.resolve("spill")));
  }

  /** All in memory, and each record on the disk as it comes. */
  @ParameterizedTest
  @ValueSource(longs = {1 << 24, 0})
  void equalsAllFollowersAtOnce(long memory) throws IOException {
    Counting.Counted counts = counted(memory);
    double[] unigrams = new SplittableRandom(3).doubles(SIZE).map(p -> p / SIZE).toArray();
    int[] slice = IntStream.range(0, SIZE).filter(id -> id % 3 > 0).toArray();
    Spill spill = new Spill(memory, folder.resolve("spill"));
    int found = 0;
    try (SharedEstimate estimate = new SharedEstimate(spill)) {
      for (int i = 0; i < counts.cut().count(); i++) {
        try (SharedContexts shared = counts.shared(i)) {
          for (int tree : counts.cut().treesOf(i)) {
            int token = counts.cut().trees()[tree];
            check(estimate, shared.find(new int[] {0, token}, 1), unigrams, slice);
            found++;
          }
        }
      }
    }
    assertThat(found).isGreaterThan(10);
    if (Files.exists(folder.resolve("spill"))) {
      try (Stream<Path> left = Files.list(folder.resolve("spill"))) {
        assertThat(left).isEmpty();
      }
    }
  }

  private void check(
      SharedEstimate estimate, SharedContexts.Context context, double[] unigrams, int[] slice)
      throws IOException {
    int size = context.size();
    int[] ids = new int[size];
    long[] seen = new long[size];
    boolean[] kept = new boolean[size];
    Pruning pruning = Pruning.of(new long[] {0, 1}, null);
    SharedContexts.Followers all = context.followers();
    for (int i = 0; i < size; i++) {
      all.next();
      ids[i] = all.word();
      seen[i] = all.adjusted();
      kept[i] = all.raw() > 1;
    }
    double[] lower = Arrays.stream(ids).mapToDouble(id -> unigrams[id]).toArray();
    Smoothing smoothing = new KneserNey(new double[][] {{0, 0, 0}, {0.4, 0.8, 1.4}});
    double[] expected = new double[size];
    double gamma = smoothing.context(2, size, seen, kept, lower, expected);

    int middle = size / 2; // in two lists, as two ranges of ids give them
    byte[] lists = new byte[0];
    for (int[] part : new int[][] {{0, middle}, {middle, middle}, {middle, size}}) {
      byte[] list =
          WordProbabilities.list(
              Arrays.copyOfRange(ids, part[0], part[1]),
              Arrays.copyOfRange(lower, part[0], part[1]));
      int end = lists.length;
      lists = Arrays.copyOf(lists, end + list.length);
      System.arraycopy(list, 0, lists, end, list.length);
    }
    byte[] shorter = lists;
    estimate.smooth(
        context,
        2,
        CountKind.ADJUSTED,
        smoothing,
        pruning,
        passages,
        () -> new WordProbabilities(new ByteArrayInputStream(shorter)),
        slice);

    assertThat(estimate.gamma()).isEqualTo(gamma);
    Bytes record = new Bytes(64);
    int before = -1;
    int held = 0;
    int followers = 0;
    try (WordProbabilities longer = estimate.probabilities()) {
      for (int i = 0; i < size; i++) {
        if (!kept[i]) {
          continue;
        }
        followers++;
        record.writeNumber(ids[i] - before);
        record.writeFloat((float) Math.min(0, Math.log10(expected[i])));
        before = ids[i];
        assertThat(longer.of(ids[i])).isEqualTo(expected[i]);
        if (ids[i] % 3 > 0) {
          assertThat(estimate.words()[held]).isEqualTo(ids[i]);
          assertThat(estimate.held()[held++]).isEqualTo(expected[i]);
        }
      }
    }
    assertThat(estimate.size()).isEqualTo(held);
    assertThat(estimate.followers()).isEqualTo(followers);
    assertThat(estimate.record().open().readAllBytes()).isEqualTo(record.copy());
  }

  @Test
  void knowsWordsThatAreMissing() throws IOException {
    byte[] list = WordProbabilities.list(new int[] {2, 5}, new double[] {0.25, 0.5});
    WordProbabilities.Words read = WordProbabilities.read(new ByteArrayInputStream(list));
    assertThat(read.ids()).containsExactly(2, 5);
    assertThat(read.probabilities()).containsExactly(0.25, 0.5);
    WordProbabilities lists = new WordProbabilities(new ByteArrayInputStream(list));
    assertThat(lists.of(2)).isEqualTo(0.25);
    for (int id : List.of(3, 6)) {
      assertThatThrownBy(() -> lists.of(id))
          .hasMessage("the probability of word " + id + " is missing");
    }
  }
}
