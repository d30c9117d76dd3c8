package org.seqlm.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.TestSpark;
import org.seqlm.artifact.FileEntry;
import org.seqlm.artifact.NgramArtifact;
import org.seqlm.ngram.Boundary;
import org.seqlm.ngram.ListVocabulary;
import org.seqlm.ngram.NaiveCounts;
import org.seqlm.ngram.NgramScore;
import org.seqlm.ngram.NgramStatistics;
import org.seqlm.ngram.NgramTrie;
import org.seqlm.ngram.OrderStatistics;
import org.seqlm.ngram.Runs;
import org.seqlm.ngram.TopNgram;
import org.seqlm.vocab.TokenBlock;

/** The distributed count against the naive one, and against itself at 1, 2 and 7 partitions. */
final class NgramCountingStepTest {
  private static final int ORDER = 3;

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource
  void equalsTheNaiveCountForEveryPartitioning(Boundary boundary) throws IOException {
    JavaSparkContext spark = TestSpark.context();
    ListVocabulary words = ListVocabulary.numbers(3, 40);
    Runs runs = Runs.of(boundary, words);
    SplittableRandom random = new SplittableRandom(17);
    NaiveCounts.Text text = NaiveCounts.Text.random(random, 40, 3, 3000);
    List<TokenBlock> blocks = text.blocks(random, 400);
    Map<List<Integer>, Long> naive = NaiveCounts.of(text, runs, ORDER);

    Map<String, String> files = null;
    NgramStatistics statistics = null;
    List<NgramScore> scores = null;
    // Blocks as they come in one, two and seven parts; then cut and spread by the step itself.
    int[][] cuts = {{1, 1}, {2, 2}, {7, 7}, {7, 3}, {2, 7}, {1, 0}};
    for (int[] cut : cuts) {
      JavaRDD<TokenBlock> stream = spark.parallelize(blocks, cut[0]);
      Path folder = Files.createDirectory(temporary.resolve("n" + cut[0] + "-" + cut[1]));
      NgramCounting.Counts counts =
          NgramCounting.count(
              spark,
              stream,
              text.tokens().length,
              words,
              runs,
              new NgramCounting.Plan(ORDER, 4, 10, 5, cut[1]),
              new org.apache.hadoop.fs.Path(folder.toUri()));
      Map<String, String> hashes = new TreeMap<>();
      for (FileEntry entry : counts.files()) {
        hashes.put(entry.path(), entry.sha256());
        assertThat(Files.size(folder.resolve(entry.path()))).isEqualTo(entry.bytes());
      }
      try (Stream<Path> written = Files.walk(folder)) {
        assertThat(written.filter(Files::isRegularFile))
            .filteredOn(file -> !file.getFileName().toString().startsWith("."))
            .hasSize(hashes.size());
      }
      NgramStatistics found = NgramStatistics.of(counts.statistics(), words, ORDER, 10);
      FileSystem fs = FileSystem.getLocal(spark.hadoopConfiguration());
      NgramTrie trie =
          NgramArtifact.readCounts(
              fs, new org.apache.hadoop.fs.Path(folder.toUri()), ORDER, words.size(), 4);
      List<NgramScore> scored =
          NgramScoring.score(spark, stream, text.tokens().length, trie, runs, 0.1, cut[1]).scores();
      if (files == null) {
        files = hashes;
        statistics = found;
        scores = scored;
        naive.forEach(
            (ngram, count) ->
                assertThat(trie.countOf(ngram.stream().mapToInt(i -> i).toArray()))
                    .isEqualTo(count));
        assertThat(parquet(folder)).isEqualTo(naive);
        checkStatistics(found, naive);
      } else {
        assertThat(hashes).isEqualTo(files);
        assertThat(found).isEqualTo(statistics);
        assertThat(scored).isEqualTo(scores);
      }
    }
  }

  private static Map<List<Integer>, Long> parquet(Path folder) {
    Map<List<Integer>, Long> read = new HashMap<>();
    List<Row> rows =
        TestSpark.session()
            .read()
            // Finding it out would send classes of Spark's own that it does not register with Kryo.
            .schema("ngram array<string>, ids array<int>, count bigint, `order` int")
            .parquet(folder.resolve("counts").toUri().toString())
            .select("order", "ngram", "ids", "count")
            .collectAsList();
    for (Row row : rows) {
      List<Integer> ids = new ArrayList<>(row.getList(2));
      assertThat(row.getInt(0)).isEqualTo(ids.size());
      assertThat(row.<String>getList(1)).isEqualTo(ids.stream().map(id -> "t" + id).toList());
      assertThat(read.put(ids, row.getLong(3))).isNull();
    }
    return read;
  }

  private static void checkStatistics(NgramStatistics found, Map<List<Integer>, Long> naive) {
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
      assertThat(order.top().stream().map(TopNgram::count))
          .isEqualTo(
              unmarked.stream()
                  .map(Map.Entry::getValue)
                  .sorted(java.util.Comparator.reverseOrder())
                  .limit(10)
                  .toList());
      assertThat(order.top().stream().map(TopNgram::rank).distinct()).hasSize(10);
    }
    assertThat(found.zipf().types()).isEqualTo(found.orders().get(0).types());
    assertThat(found.zipf().tokens()).isEqualTo(found.orders().get(0).total());
  }
}
