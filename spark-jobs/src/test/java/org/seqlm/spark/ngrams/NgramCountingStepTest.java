package org.seqlm.spark.ngrams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.NaiveCounts;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.stats.NgramStatistics;
import org.seqlm.ngram.stats.OrderStatistics;
import org.seqlm.ngram.stats.TopNgram;
import org.seqlm.store.FileEntry;
import org.seqlm.vocab.ListVocabulary;
import org.seqlm.vocab.TokenBlock;

/** The distributed count against the naive one, and against itself for every partitioning. */
final class NgramCountingStepTest {
  private static final int ORDER = 3;

  /** Several a frequent word; and many, each of which is a task of every stage. */
  private static final int SLICES = 20;

  private static final int MANY_SLICES = 60;

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource
  void equalsTheNaiveCountForSomePartitionings(Boundary boundary) throws IOException {
    check(boundary, 10, SLICES, new int[][] {{1, 1}, {2, 2}, {7, 3}});
  }

  /** So many rows that slices send none, and so many equal n-grams that tasks merge the places. */
  @Test
  void equalsTheNaiveCountWithALongTable() throws IOException {
    check(Boundary.LINE, 700, SLICES, new int[][] {{7, 3}});
  }

  /** All n-grams, and with another boundary. */
  @Test
  @Exhaustive
  void equalsTheNaiveCountWithTablesOfEveryLength() throws IOException {
    for (int top : new int[] {100, 101, 1000, 1_000_000}) {
      check(Boundary.DOCUMENT, top, MANY_SLICES, new int[][] {{2, 2}, {7, 7}});
    }
  }

  /** Blocks as they come in one, two and seven parts; then cut and spread by the step itself. */
  @ParameterizedTest
  @Exhaustive
  @EnumSource
  void equalsTheNaiveCountForEveryPartitioning(Boundary boundary) throws IOException {
    check(
        boundary,
        10,
        MANY_SLICES,
        new int[][] {{1, 1}, {2, 2}, {7, 7}, {7, 3}, {2, 7}, {1, 0}, {2, 200}});
  }

  private void check(Boundary boundary, int top, int slices, int[][] cuts) throws IOException {
    JavaSparkContext spark = TestSpark.context();
    ListVocabulary words = ListVocabulary.numbers(3, 40);
    Passages passages = Passages.of(boundary, words);
    SplittableRandom random = new SplittableRandom(17);
    NaiveCounts.Text text = NaiveCounts.Text.random(random, 40, 3, 3000);
    List<TokenBlock> blocks = text.blocks(random, 400, passages, ORDER);

    Map<String, String> files = null;
    NgramStatistics statistics = null;
    for (int[] cut : cuts) {
      // In one range of ids, and in several.
      spark.hadoopConfiguration().setLong(UnigramCounting.LIMIT, cut[0] == 2 ? 1 << 20 : 150);
      JavaRDD<TokenBlock> stream = spark.parallelize(blocks, cut[0]);
      Path folder = Files.createDirectory(temporary.resolve(top + "-" + cut[0] + "-" + cut[1]));
      NgramCounting counting =
          NgramCounting.count(
              spark,
              TextInput.of(stream, text.tokens().length),
              words,
              passages,
              new NgramCounting.Plan(ORDER, slices, top, 5, cut[1]),
              null,
              new org.apache.hadoop.fs.Path(folder.toUri()),
              Progress.SILENT);
      spark.hadoopConfiguration().unset(UnigramCounting.LIMIT);
      assertThat(counting.ranges().count()).isEqualTo(cut[0] == 2 ? 1 : 8);
      Map<String, String> hashes = new TreeMap<>();
      for (FileEntry entry : counting.files()) {
        hashes.put(entry.path(), entry.sha256());
        assertThat(Files.size(folder.resolve(entry.path()))).isEqualTo(entry.bytes());
      }
      try (Stream<Path> written = Files.walk(folder)) {
        assertThat(written.filter(Files::isRegularFile))
            .filteredOn(file -> !file.getFileName().toString().endsWith(".crc"))
            .hasSize(hashes.size());
      }
      NgramStatistics found =
          NgramStatistics.of(
              counting.statistics(), counting.zipf(), counting.top(), words::token, ORDER);
      if (files == null) {
        files = hashes;
        statistics = found;
        Map<List<Integer>, Long> naive = NaiveCounts.of(text, passages, ORDER);
        assertThat(counting.slices().trees()).hasSizeGreaterThan(1);
        assertThat(read(folder, counting.slices())).isEqualTo(naive);
        checkStatistics(found, naive, NaiveCounts.firsts(text, passages, ORDER), top);
      } else {
        assertThat(hashes).isEqualTo(files);
        assertThat(found).isEqualTo(statistics);
      }
    }
  }

  private static Map<List<Integer>, Long> read(Path folder, Slices slices) throws IOException {
    Map<List<Integer>, Long> read = new HashMap<>();
    UnigramCounts unigrams = new UnigramCounts();
    unigrams.addAll(Files.readAllBytes(folder.resolve(NgramFiles.UNIGRAM_COUNTS)));
    for (int i = 0; i < unigrams.types(); i++) {
      read.put(List.of(unigrams.id(i)), unigrams.raw(i));
    }
    for (int slice = 0; slice < slices.count(); slice++) {
      SharedContexts shared =
          SharedContexts.of(
              tree -> Files.newInputStream(folder.resolve(NgramFiles.sharedCounts(tree))),
              slices,
              slice,
              ORDER,
              null);
      try (InputStream in = Files.newInputStream(folder.resolve(NgramFiles.countSlice(slice)))) {
        CountSlice counts = new CountSlice(in, ORDER, shared, null);
        while (counts.next()) {
          for (int i = 0; i < counts.size(); i++) {
            List<Integer> ngram = new ArrayList<>(List.of(counts.words()[i]));
            for (int place = 1; place <= counts.length(); place++) {
              ngram.add(0, counts.reversed()[place]);
            }
            assertThat(read.put(ngram, counts.raw()[i])).isNull();
          }
        }
      }
    }
    return read;
  }

  private static void checkStatistics(
      NgramStatistics found,
      Map<List<Integer>, Long> naive,
      Map<List<Integer>, Long> firsts,
      int top) {
    for (OrderStatistics order : found.orders()) {
      List<Map.Entry<List<Integer>, Long>> unmarked =
          naive.entrySet().stream()
              .filter(entry -> entry.getKey().size() == order.order())
              .filter(entry -> !entry.getKey().contains(1) && !entry.getKey().contains(2))
              .toList();
      assertThat(order.types()).isEqualTo(unmarked.size());
      assertThat(order.total()).isEqualTo(unmarked.stream().mapToLong(Map.Entry::getValue).sum());
      for (int r = 1; r <= 5; r++) {
        long count = r;
        assertThat(order.countsOfCounts().get(r - 1))
            .isEqualTo(unmarked.stream().filter(entry -> entry.getValue() == count).count());
      }
      assertThat(order.typesAbove())
          .isEqualTo(unmarked.stream().filter(entry -> entry.getValue() > 5).count());
      Comparator<Map.Entry<List<Integer>, Long>> byCount =
          Comparator.comparingLong(entry -> -entry.getValue());
      assertThat(order.top().stream().map(row -> row.tokens() + " " + row.count()))
          .isEqualTo(
              unmarked.stream()
                  .sorted(byCount.thenComparingLong(entry -> firsts.get(entry.getKey())))
                  .limit(top)
                  .map(entry -> tokens(entry.getKey()) + " " + entry.getValue())
                  .toList());
      assertThat(order.top().stream().map(TopNgram::rank))
          .isEqualTo(IntStream.rangeClosed(1, Math.min(top, unmarked.size())).boxed().toList());
    }
    assertThat(found.zipf().types()).isEqualTo(found.orders().get(0).types());
    assertThat(found.zipf().tokens()).isEqualTo(found.orders().get(0).total());
  }

  private static List<String> tokens(List<Integer> ngram) {
    return ngram.stream().map(id -> "t" + id).toList();
  }
}
