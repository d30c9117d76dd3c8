package org.seqlm.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.profile.WordFindings.Word;
import org.seqlm.terms.MultipleTests;

class WordFoldTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static WordFold fold(long[] points, double[] places, long... groupTokens) {
    return new WordFold(new WordFold.Question(points, places, groupTokens, 2, 2, 10, 10, 1));
  }

  /**
   * Documents 1 (a b), 2 (a a) and 3 (b c), of which the second is cut after its first word: the
   * first stretch has a b | a, the second a | b c.
   */
  @Test
  void stretchesAddUpToTheText() throws IOException {
    WordTable first = new WordTable();
    first.startGroup(0);
    WordTable second = new WordTable();
    second.startGroup(0);
    first.startDocument();
    first.add(utf8("a"), 0, 1);
    first.add(utf8("b"), 0, 1);
    first.startDocument();
    first.add(utf8("a"), 0, 1);
    second.add(utf8("a"), 0, 1);
    second.startDocument();
    second.add(utf8("b"), 0, 1);
    second.add(utf8("c"), 0, 1);
    assertThat(first.row(0)).containsExactly(2, 2, 1, 2, 0);
    assertThat(second.row(0)).containsExactly(1, 1, 0, 0, 0);
    WordFold fold = fold(new long[] {1, 2, 6}, null, 6);
    for (String word : List.of("a", "b", "c")) {
      for (WordTable table : List.of(first, second)) {
        for (int id = 0; id < table.size(); id++) {
          if (Arrays.equals(table.word(id), utf8(word))) {
            long[] row = table.row(id);
            long documents = table == first ? 0 : 2;
            fold.row(
                table.word(id),
                table.groupOf(id),
                row[0],
                row[1],
                row[2] + documents,
                row[3] + documents,
                row[4] + (table == first ? 0 : 3));
          }
        }
      }
    }
    WordFindings found = fold.take();
    assertThat(found.growth()).containsExactly(1, 2, 3);
    assertThat(found.frequencies().falling()).containsExactly(3, 2, 1);
    assertThat(found.groupTypes()).containsExactly(3);
    assertThat(found.groupNew()).containsExactly(3);
    assertThat(found.frequent()).isEqualTo(2);
    List<Word> top = found.top();
    assertThat(top).extracting(Word::text).containsExactly("a", "b");
    assertThat(top).extracting(Word::count).containsExactly(3L, 2L);
    assertThat(top).extracting(Word::documents).containsExactly(2L, 2L);
    assertThat(found.trends()).isEmpty();
  }

  /** A word is new in the group where it first stands, wherever its rows come. */
  @Test
  void newWordsOfGroups() throws IOException {
    WordFold fold = fold(new long[] {100}, null, 50, 50);
    fold.row(utf8("x"), 0, 1, 1, 9, 9, 60);
    fold.row(utf8("x"), 1, 1, 1, 2, 2, 10);
    fold.row(utf8("y"), 1, 1, 1, 3, 3, 20);
    WordFindings found = fold.take();
    assertThat(found.groupTypes()).containsExactly(1, 2);
    assertThat(found.groupNew()).containsExactly(0, 2);
  }

  /** What is kept of words is read as it was written, and what is none is refused. */
  @Test
  void countedWordsAreReadAsTheyWereWritten() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CountedWords words = new CountedWords(bytes)) {
      WordFold fold =
          new WordFold(
              new WordFold.Question(new long[] {9}, null, new long[] {1, 1, 1}, 1, 1, 1, 1, 1),
              words);
      fold.row(utf8("x"), 2, 5, 2, 1, 2, 300);
      fold.row(utf8("x"), 0, 1L << 33, 1, 1, 1, 7);
      fold.row(utf8("\u06CC"), 1, 1, 1, 1, 1, 0);
      fold.take();
      words.end();
    }
    byte[] file = bytes.toByteArray();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
    CountedWord x = CountedWord.read(in, 3);
    assertThat(x.utf8()).isEqualTo(utf8("x"));
    assertThat(x.groups()).containsExactly(0, 2);
    assertThat(x.counts()).containsExactly(1L << 33, 5);
    assertThat(x.documents()).containsExactly(1, 2);
    assertThat(x.firsts()).containsExactly(7, 300);
    assertThat(CountedWord.read(in, 3).utf8()).isEqualTo(utf8("\u06CC"));
    assertThat(CountedWord.read(in, 3)).isNull();
    // One of two groups has no code 2; a file that is cut short ends nowhere.
    assertThatThrownBy(
            () -> CountedWord.read(new DataInputStream(new ByteArrayInputStream(file)), 2))
        .isInstanceOf(IOException.class);
    for (int to = 0; to < 8; to++) {
      DataInputStream cut = new DataInputStream(new ByteArrayInputStream(file, 0, to));
      assertThatThrownBy(() -> CountedWord.read(cut, 3)).isInstanceOf(IOException.class);
    }
  }

  /** Words of several groups, however they are dealt out to folds. */
  @Test
  void partsAddUpToTheWhole() throws IOException {
    Random random = new Random(6);
    int words = 300;
    long[] tokens = {900, 1100, 1000, 1000, 800, 0};
    double[] places = {0, 1, 2, 3, 4, 5};
    List<WordFindings> sums = new ArrayList<>();
    for (int parts : new int[] {1, 3}) {
      random.setSeed(6);
      List<WordFold> folds = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        folds.add(fold(new long[] {10, 1000, 100_000}, places, tokens));
      }
      for (int w = 0; w < words; w++) {
        WordFold fold = folds.get(w % parts);
        for (int group = 0; group < 5; group++) {
          long n = random.nextInt(4);
          if (n > 0) {
            fold.row(utf8("w" + w), group, n, 1, group, group, random.nextInt(90_000));
          }
        }
      }
      WordFindings sum = new WordFindings(3, 6, 10, 10);
      for (int part = parts - 1; part >= 0; part--) {
        sum.add(folds.get(part).take());
      }
      sums.add(sum);
    }
    WordFindings one = sums.get(0);
    WordFindings three = sums.get(1);
    assertThat(three.growth()).isEqualTo(one.growth());
    assertThat(three.frequencies().falling()).isEqualTo(one.frequencies().falling());
    assertThat(three.halves().tokens()).isEqualTo(one.halves().tokens());
    assertThat(three.top()).hasSize(10);
    assertThat(three.top()).extracting(Word::text).isEqualTo(texts(one.top()));
    assertThat(three.trends()).extracting(Word::text).isEqualTo(texts(one.trends()));
    assertThat(three.tested()).isEqualTo(one.tested()).isPositive();
  }

  private static List<String> texts(List<Word> words) {
    return words.stream().map(Word::text).toList();
  }

  /**
   * Five days of 100 tokens with counts 1 2 3 4 5: the rate rises by 0.01 a day without anything
   * left, so the dispersion is Poisson's; S = 100 · 10, r = 0.03, error √(0.03 / 1000).
   */
  @Test
  void trendByHand() {
    double[] days = {10, 11, 12, 13, 14};
    long[] tokens = {100, 100, 100, 100, 100};
    RateTrend trend = RateTrend.of(days, new long[] {1, 2, 3, 4, 5}, tokens);
    assertThat(trend.slope()).isCloseTo(0.01, within(1e-12));
    assertThat(trend.dispersion()).isEqualTo(1);
    assertThat(trend.error()).isCloseTo(Math.sqrt(0.03 / 1000), within(1e-12));
    assertThat(trend.t()).isCloseTo(0.01 / Math.sqrt(3e-5), within(1e-9));
    // Student's t of 3 degrees of freedom: P(|T| > t) = 1 - 2/π (atan(t/√3) + (t/√3) / (1 + t²/3)).
    double u = trend.t() / Math.sqrt(3);
    assertThat(trend.p())
        .isCloseTo(1 - 2 / Math.PI * (Math.atan(u) + u / (1 + u * u)), within(1e-9));
    assertThat(RateTrend.tau(days, new long[] {1, 2, 3, 4, 5}, tokens)).isEqualTo(1);
    // 10 pairs, of which 2 are ties and 2 are discordant (4 before 3, 4 before 3): 6 concordant.
    assertThat(RateTrend.tau(days, new long[] {1, 1, 4, 3, 3}, tokens))
        .isCloseTo((6 - 2) / Math.sqrt(10.0 * 8), within(1e-12));
  }

  /** A burst on one day, the last, is no trend as clear as its number of tokens would make it. */
  @Test
  void burstsAreDispersion() {
    double[] days = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    long[] tokens = new long[10];
    Arrays.fill(tokens, 1_000_000);
    long[] counts = new long[10];
    counts[9] = 1000;
    RateTrend burst = RateTrend.of(days, counts, tokens);
    assertThat(burst.dispersion()).isGreaterThan(100);
    assertThat(burst.p()).isGreaterThan(0.05);
  }

  @Test
  void groupsWithoutTokensAreLeftOut() {
    double[] days = {0, 1, 2, 3, 4, 99};
    long[] tokens = {100, 100, 100, 100, 100, 0};
    RateTrend with = RateTrend.of(days, new long[] {1, 5, 2, 4, 3, 0}, tokens);
    RateTrend without =
        RateTrend.of(Arrays.copyOf(days, 5), new long[] {1, 5, 2, 4, 3}, Arrays.copyOf(tokens, 5));
    assertThat(with).isEqualTo(without);
    assertThat(
            RateTrend.of(
                new double[] {0, 1, 2, 3, 4, Double.NaN},
                new long[] {1, 5, 2, 4, 3, 50},
                new long[] {100, 100, 100, 100, 100, 100}))
        .isEqualTo(without);
    assertThat(RateTrend.of(new double[] {0, 1, 2, 3}, new long[4], new long[] {1, 1, 1, 1}))
        .isNull();
    assertThat(
            RateTrend.of(
                new double[] {7, 7, 7, 7, 7},
                new long[] {1, 1, 1, 1, 1},
                new long[] {2, 2, 2, 2, 2}))
        .isNull();
  }

  /** Of 10 tests: 0.001 · 10, 0.004 · 9, 0.003 · 8 (not below the one before), 0.5 · 7 is 1. */
  @Test
  void holmByHand() {
    assertThat(MultipleTests.holmOfUnsorted(new double[] {0.001, 0.004, 0.0041, 0.5}, 10))
        .containsExactly(new double[] {0.01, 0.036, 0.036, 1}, within(1e-12));
  }

  /**
   * Groups that an earlier text had apart are one now: their documents are others, so none of them
   * is one that goes on. What has the same last document as the next one's first does go on.
   */
  @Test
  void groupsThatBecomeOneAddTheirDocuments() throws IOException {
    WordFold fold = fold(new long[] {100}, null, 50);
    fold.row(utf8("x"), 0, 4, 2, -1, 0, 0);
    fold.row(utf8("x"), 0, 4, 3, -1, 0, 9);
    fold.row(utf8("x"), 0, 4, 4, -1, 0, 20);
    fold.row(utf8("x"), 0, 1, 1, 12, 12, 40);
    fold.row(utf8("x"), 0, 3, 2, 12, 14, 45);
    assertThat(fold.take().top().get(0).documents()).isEqualTo(2 + 3 + 4 + 1 + 1);
  }

  /** A table that is emptied now and then knows as much of a text as one that is not. */
  @Test
  void emptiedTablesAddUpToTheText() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      List<WordFindings> found = new ArrayList<>();
      for (double emptied : new double[] {0, 0.02, 0.3}) {
        Random random = new Random(seed);
        Random when = new Random(seed + 100);
        WordTable table = new WordTable();
        List<Row> rows = new ArrayList<>();
        for (int document = 0; document < 12; document++) {
          table.startGroup(random.nextInt(3)); // of which two are one in the whole text
          table.startDocument();
          for (int w = random.nextInt(40); w > 0; w--) {
            if (when.nextDouble() < emptied) {
              rows.addAll(Row.of(table));
              table.clear();
            }
            table.add(utf8("w" + random.nextInt(6)), 0, 2);
          }
        }
        rows.addAll(Row.of(table));
        rows.sort(Comparator.comparing(Row::word).thenComparingLong(row -> row.numbers[4]));
        WordFold fold = fold(new long[] {10, table.tokens()}, null, 1, 1);
        for (Row row : rows) {
          long[] n = row.numbers;
          fold.row(utf8(row.word), row.group / 2, n[0], n[1], n[2], n[3], n[4]);
        }
        found.add(fold.take());
      }
      for (WordFindings other : found) {
        assertThat(other.growth()).isEqualTo(found.get(0).growth());
        assertThat(other.groupTypes()).isEqualTo(found.get(0).groupTypes());
        assertThat(other.groupNew()).isEqualTo(found.get(0).groupNew());
        assertThat(other.top())
            .extracting(word -> word.text() + word.count() + "/" + word.documents())
            .isEqualTo(
                found.get(0).top().stream()
                    .map(word -> word.text() + word.count() + "/" + word.documents())
                    .toList());
      }
    }
  }

  private record Row(String word, int group, long[] numbers) {
    static List<Row> of(WordTable table) {
      List<Row> rows = new ArrayList<>();
      for (int id = 0; id < table.size(); id++) {
        String word = new String(table.word(id), StandardCharsets.UTF_8);
        rows.add(new Row(word, table.groupOf(id), table.row(id)));
      }
      return rows;
    }
  }

  private static GroupNames names(Map<String, Long> tokens, int most) {
    GroupSums sums = new GroupSums(most);
    tokens.forEach((name, n) -> sums.add(new CorpusProfile.Group(name, 1, n)));
    return GroupNames.of(sums.told());
  }

  @Test
  void groupsAreChosenByTokens() {
    GroupNames dates =
        names(Map.of("2026-11-30", 5L, "2026-02-28", 9L, "2026-12-01", 5L, "2025-01-01", 1L), 3);
    assertThat(dates.names())
        .containsExactly("2026-02-28", "2026-11-30", "2026-12-01", CorpusProfile.Group.OTHER);
    assertThat(dates.axis()).isEqualTo(GroupNames.Axis.DATES);
    assertThat(dates.code("2025-01-01")).isEqualTo(3);
    assertThat(dates.code("2026-11-30")).isEqualTo(1);
    assertThat(GroupNames.codes(new String[] {"a", "b", "(other)"}, "b", "x", "a"))
        .containsExactly(1, 2, 0);
    GroupNames numbers = names(Map.of("10", 1L, "9", 1L, CorpusProfile.Group.NONE, 1L), 9);
    assertThat(numbers.axis()).isEqualTo(GroupNames.Axis.NUMBERS);
    assertThat(numbers.names()).endsWith(CorpusProfile.Group.NONE).startsWith("9", "10");
    assertThat(names(Map.of("news", 1L, "7", 1L), 9).places()).isNull();
    assertThat(names(Map.of("2026-02-30", 1L), 9).places()).isNull();
  }

  /** Of 1 to 100 tokens and documents, in any parts; one is the others of an earlier text. */
  @Test
  void sumsOfGroupsAddUp() {
    for (int parts : new int[] {1, 2, 7}) {
      List<GroupSums> sums = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        sums.add(new GroupSums(3));
      }
      for (int n = 1; n <= 100; n++) {
        String name = n == 99 ? CorpusProfile.Group.OTHER : "g" + n;
        sums.get(n * 31 % parts).add(new CorpusProfile.Group(name, n, n));
      }
      GroupSums all = new GroupSums(3);
      sums.forEach(all::add);
      assertThat(all.told())
          .containsExactly(
              new CorpusProfile.Group("g100", 100, 100),
              new CorpusProfile.Group("g98", 98, 98),
              new CorpusProfile.Group("g97", 97, 97),
              new CorpusProfile.Group(CorpusProfile.Group.OTHER, 5050 - 295, 5050 - 295));
    }
    assertThat(new GroupSums(3).told()).isEmpty();
  }
}
