package org.seqlm.ngram.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.vocab.ListVocabulary;

/** Tables of unigrams alone, whose ids are dealt out to parts as n-grams are to slices. */
class TopCandidatesTest {
  private static final int MARKS = 3;
  private static final int PARTS = 7;

  private final Random random = new Random(11);

  private static Passages passages(long[] counts) {
    return Passages.of(Boundary.LINE, ListVocabulary.numbers(MARKS, counts.length));
  }

  private static List<SliceStatistics> statistics(long[] counts, int top) {
    List<SliceStatistics> parts = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      UnigramCounts unigrams = new UnigramCounts();
      for (int id = MARKS + part; id < counts.length; id += PARTS) {
        unigrams.add(id + 1, counts[id], 1);
      }
      SliceStatistics statistics = new SliceStatistics(passages(counts), 1, top, 4);
      statistics.unigrams(unigrams);
      parts.add(statistics.finish());
    }
    return parts;
  }

  /** The rows that are fetched, a part at a time and then two by two. */
  private static long[][] fetched(long[] counts, long least, int top) {
    long[][] all = {};
    for (int part = 0; part < PARTS; part++) {
      FrequentRows rows = new FrequentRows(1, least, top);
      for (int id = MARKS + part; id < counts.length; id += PARTS) {
        rows.add(new long[] {id, counts[id]});
      }
      all = new FrequentRows(1, least, top).addAll(rows.rows()).addAll(all).rows();
    }
    return all;
  }

  private static List<String> table(long[] counts, long[] firsts, int top) {
    TopCandidates candidates = TopCandidates.of(statistics(counts, top), 1, top);
    for (int n : candidates.incomplete()) {
      List<TopCandidates.Row> rows = new ArrayList<>();
      for (long[] row : fetched(counts, candidates.least(n), top)) {
        rows.add(new TopCandidates.Row(new int[] {(int) row[0]}, row[1]));
      }
      candidates.complete(n, rows);
    }
    long[] found = candidates.equals().stream().mapToLong(ids -> firsts[ids[0]]).toArray();
    return candidates.rows(found).get(0).stream()
        .map(row -> row.ids()[0] + " " + row.count())
        .toList();
  }

  /** All sorted; which is how it is done where the memory is endless. */
  private static List<String> sorted(long[] counts, long[] firsts, int top) {
    return IntStream.range(MARKS, counts.length)
        .boxed()
        .sorted(
            Comparator.comparingLong((Integer id) -> -counts[id])
                .thenComparingLong(id -> firsts[id]))
        .limit(top)
        .map(id -> id + " " + counts[id])
        .toList();
  }

  private long[] positions(int ids) {
    return random.longs(ids, 0, Long.MAX_VALUE).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 99, 100, 101, 102, 150, 700, 3000, 1_000_000})
  void isWhatSortingGives(int top) {
    for (double steep : new double[] {0.1, 2, 9}) {
      long[] counts = new long[2000];
      Arrays.setAll(counts, id -> 1 + (long) Math.pow(1 + 99 * random.nextDouble(), steep));
      long[] firsts = positions(counts.length);
      assertThat(table(counts, firsts, top)).isEqualTo(sorted(counts, firsts, top));
    }
  }

  /** 120 words appear 41 times and 120 appear 40 times, which slices tell in one number. */
  @Test
  void countsThatSlicesPutTogetherAreToldApart() {
    long[] counts = new long[MARKS + 300];
    Arrays.setAll(counts, id -> id % 5 < 2 ? 41 : id % 5 < 4 ? 40 : 39);
    assertThat(SliceStatistics.least(statistics(counts, 121), 1, 121)).isEqualTo(40);
    assertThat(SliceStatistics.least(statistics(counts, 241), 1, 241)).isEqualTo(38);
    assertThat(SliceStatistics.least(statistics(counts, 301), 1, 301)).isEqualTo(1);
    long[] firsts = positions(counts.length);
    for (int top : new int[] {101, 119, 120, 121, 239, 240, 241, 300, 301}) {
      assertThat(table(counts, firsts, top)).isEqualTo(sorted(counts, firsts, top));
    }
  }

  @Test
  void aTableIsFullThoughMostOfItsRowsAreEqual() {
    long[] counts = new long[150_000];
    Arrays.setAll(counts, id -> id % 15_000 == 4 ? 2 : 1);
    long[] firsts = new long[counts.length];
    Arrays.setAll(firsts, id -> counts.length - id);
    List<String> table = table(counts, firsts, 80_000);
    assertThat(table).hasSize(80_000);
    // Ten are more frequent; of the equal ones those of the least ids, the last of them first.
    assertThat(table.subList(0, 2)).containsExactly("135004 2", "120004 2");
    assertThat(table.get(10)).isEqualTo("79998 1");
    assertThat(table.get(79_999)).isEqualTo("3 1");
  }

  @Test
  void whatPartsSendDoesNotGrowWithTheTable() throws IOException {
    long[] counts = random.longs(100_000, 1, 1_000_000_000_000L).toArray();
    int most = 0;
    for (int top : new int[] {100, 101, 10_000, 1_000_000}) {
      for (SliceStatistics part : statistics(counts, top)) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
          out.writeObject(part);
        }
        most = Math.max(most, bytes.size());
      }
    }
    assertThat(most).isLessThan(12_000);
  }
}
