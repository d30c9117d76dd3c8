package org.seqlm.spark.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.TableFormat;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.corpus.plan.LongRecords;
import org.seqlm.duplicates.Bands;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.duplicates.DuplicateSettings.Find;
import org.seqlm.duplicates.ShingleRules;

/** What is found and kept is what a slow search finds, however the text is cut and dealt. */
class FoundDuplicatesTest {
  @TempDir static Path folder;

  /** So many bands of one row that no pair is missed that has something in common. */
  private static final Bands ALL = new Bands(200, 1);

  private static DuplicateSettings settings(double threshold, int bucket, Find... find) {
    return new DuplicateSettings(
        List.of(find),
        new ShingleRules(ShingleRules.Unit.WORDS, 2),
        ALL,
        threshold,
        bucket,
        2,
        1,
        4,
        1);
  }

  private static CorpusSource source(Path input, DocumentUnit document) {
    return new CorpusSource(
        List.of(input.toString()),
        CorpusFormat.AUTO,
        "text",
        document,
        BadRecordLimits.DEFAULT,
        1 << 20,
        CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
  }

  private static Path input(String... files) throws IOException {
    Path input = Files.createTempDirectory(folder, "in");
    for (int i = 0; i < files.length; i++) {
      Files.writeString(input.resolve("f" + i + ".txt"), files[i]);
    }
    return input;
  }

  private static FoundDuplicates find(
      Path input, DocumentUnit document, DuplicateSettings settings, long range, int partitions)
      throws IOException {
    CorpusSource source = source(input, document);
    return FoundDuplicates.of(
        TestSpark.context(),
        CorpusPlan.of(new Configuration(), source, range),
        source,
        settings,
        KnownDocuments.none(),
        partitions,
        Progress.SILENT);
  }

  /** Rows as text: file.record kind [at+size] of [at] similarity kept. */
  private static List<String> rows(FoundDuplicates found) {
    return found.rows().collect().stream()
        .map(
            row -> {
              Found.Kind kind = Found.Kind.values()[(int) row[Found.KIND]];
              boolean document = DuplicateTables.isDocument(row);
              return row[DuplicateRow.FILE]
                  + "."
                  + row[DuplicateRow.RECORD]
                  + " "
                  + kind
                  + (document ? "" : " " + row[Found.AT] + "+" + row[Found.SIZE])
                  + " of "
                  + row[DuplicateRow.OF_FILE]
                  + "."
                  + row[DuplicateRow.OF_RECORD]
                  + (document
                      ? " "
                          + Double.longBitsToDouble(row[Found.SIMILARITY])
                          + " kept "
                          + row[DuplicateRow.KEPT_FILE]
                          + "."
                          + row[DuplicateRow.KEPT_RECORD]
                      : " " + row[Found.OF_AT]);
            })
        .toList();
  }

  /** What is kept, file by file. */
  private static String kept(FoundDuplicates found) throws IOException {
    Path output = Files.createTempDirectory(folder, "out").resolve("a");
    try (AnalysisWriter analysis =
        AnalysisWriter.create(
            new Configuration(), output.toString(), Overwrite.REFUSE, List.of(TableFormat.TSV))) {
      found.remove(analysis);
      StringBuilder text = new StringBuilder();
      Path written = Path.of(analysis.folder().toUri()).resolve("text");
      try (Stream<Path> files = Files.list(written)) {
        for (Path file :
            files.filter(f -> !f.getFileName().toString().startsWith(".")).sorted().toList()) {
          text.append(Files.readString(file));
        }
      }
      return text.toString();
    }
  }

  /**
   * Pairs of words: one is ab bc cd de, the third ab bc cd dx, which has 3 of 5 in common with it;
   * the fourth ab bc cy, with 2 of 5 and 2 of 5.
   */
  @Test
  void documentsByHand() throws IOException {
    Path input = input("a b c d e\n", "A b c d x\na b c y\na b c d e\n\n\nq q\n");
    try (FoundDuplicates found =
        find(
            input,
            DocumentUnit.LINE,
            settings(0.6, 64, Find.EXACT_DOCUMENTS, Find.NEAR),
            1 << 20,
            3)) {
      assertThat(rows(found))
          .containsExactly(
              "1.1 NEAR_DOCUMENT of 0.1 0.6 kept 0.1",
              "1.3 EXACT_DOCUMENT of 0.1 1.0 kept 0.1",
              "1.5 EXACT_DOCUMENT of 1.4 1.0 kept 1.4");
      assertThat(kept(found)).isEqualTo("a b c d e\na b c y\n\nq q\n");
      assertThat(found.shares()).containsExactly(new SourceShare("", 7, 44, 7, 21, 2, 1, 21, 0, 0));
    }
    int held = TestSpark.context().getPersistentRDDs().size();
    try (FoundDuplicates found =
        find(input, DocumentUnit.LINE, settings(0.4, 64, Find.NEAR), 1 << 20, 1)) {
      // Documents and rows.
      assertThat(TestSpark.context().getPersistentRDDs()).hasSize(held + 2);
      assertThat(rows(found))
          .containsExactly(
              "1.1 NEAR_DOCUMENT of 0.1 0.6 kept 0.1",
              "1.2 NEAR_DOCUMENT of 0.1 0.4 kept 0.1",
              "1.3 EXACT_DOCUMENT of 0.1 1.0 kept 0.1",
              "1.5 EXACT_DOCUMENT of 1.4 1.0 kept 1.4");
    }
  }

  /** Lines without white space at the ends; of four words that stand twice each window is told. */
  @Test
  void linesAndSpansByHand() throws IOException {
    String first = "one two three four five six\n\n  end \n";
    String second = "zero one two three\nfour  five seven\nend\n\n";
    Path input = input(first, second);
    try (FoundDuplicates found =
        find(input, DocumentUnit.FILE, settings(1, 64, Find.EXACT_LINES, Find.SPANS), 1 << 20, 3)) {
      // Words: zero is 1; one to five are 2 to 6 of the second, 1 to 5 of the first.
      assertThat(rows(found)).containsExactly("1.1 LINE 3+3 of 0.1 3", "1.1 SPAN 2+5 of 0.1 1");
      assertThat(kept(found)).isEqualTo(first + "zero \nseven\n\n");
      assertThat(found.frequentLines(2, 2, 5))
          .containsExactly(new FoundDuplicates.FrequentLine(2, 2, "end"));
      assertThat(found.frequentLines(2, 3, 5)).isEmpty();
      assertThat(found.shares()).containsExactly(new SourceShare("", 2, 77, 7, 15, 0, 0, 0, 1, 5));
    }
  }

  /** A word over and over is one span; what stands in a document twice, too. */
  @Test
  void spansWithinADocument() throws IOException {
    Path input = input("x x x x x x x x\n", "a b c d e f a b c d g\n");
    try (FoundDuplicates found =
        find(input, DocumentUnit.FILE, settings(1, 64, Find.SPANS), 1 << 20, 1)) {
      assertThat(rows(found)).containsExactly("0.1 SPAN 2+7 of 0.1 1", "1.1 SPAN 7+4 of 1.1 1");
      assertThat(kept(found)).isEqualTo("x \na b c d e f g\n");
    }
  }

  /** A text that is too bad leaves nothing on the executors' disks. */
  @Test
  void nothingIsHeldOfATextThatIsTooBad() throws IOException {
    Path input = input("a b c\n");
    Files.write(input.resolve("bad.txt"), new byte[] {'a', (byte) 0xFF, '\n'});
    int held = TestSpark.context().getPersistentRDDs().size();
    assertThatThrownBy(() -> find(input, DocumentUnit.LINE, settings(1, 64, Find.NEAR), 1 << 20, 1))
        .isInstanceOf(UserException.class);
    assertThat(TestSpark.context().getPersistentRDDs()).hasSize(held);
  }

  /**
   * Each line has 3 of 5 pairs in common with the one before it, and the third, of which the last
   * is a copy, 2 of 6 with the first: ab bc cd de, bc cd de ef with 3 of 5, cd de ef fg.
   */
  @Test
  void whatHangsTogetherByOthersIsHeldAgainstTheKeptOne() throws IOException {
    Path input = input("a b c d e\nb c d e f\n", "c d e f g\nq q\nc d e f g\n");
    for (int cut : new int[] {12, 1 << 20}) {
      try (FoundDuplicates found =
          find(input, DocumentUnit.LINE, settings(0.6, 64, Find.NEAR), cut, 3)) {
        assertThat(rows(found))
            .containsExactly(
                "0.2 NEAR_DOCUMENT of 0.1 0.6 kept 0.1",
                "1.1 NEAR_DOCUMENT of 0.2 0.6 kept 0.1",
                "1.3 EXACT_DOCUMENT of 1.1 1.0 kept 0.1");
        List<Double> similarities = new ArrayList<>();
        found.documents(alike -> similarities.add(alike.keptSimilarity()));
        assertThat(similarities).containsExactly(0.6, 2.0 / 6, 2.0 / 6);
        Path output = Files.createTempDirectory(folder, "out").resolve("a");
        try (AnalysisWriter analysis =
            AnalysisWriter.create(
                new Configuration(),
                output.toString(),
                Overwrite.REFUSE,
                List.of(TableFormat.TSV))) {
          assertThat(found.write(analysis)).isEqualTo(new FoundDuplicates.Written(3, 1, 2));
        }
      }
    }
  }

  /**
   * Of a bucket of two places for each kind, known 1, 2, 3 and new 4, 5, 6, 7: known ones are no
   * pairs of each other and take no place of new ones; the sixth and seventh meet the first of both
   * kinds and the one before.
   */
  @Test
  void knownDocumentsTakeNoPlacesOfNewOnes() {
    NearDocuments.Buckets buckets = new NearDocuments.Buckets(2, 3);
    Set<String> pairs = new TreeSet<>();
    List<Long> documents = new ArrayList<>();
    for (int range = 0; range < 7; range++) {
      documents.add(DocumentId.of(range, range + 1));
    }
    for (long key = 1; key <= 2; key++) {
      for (long document : documents) {
        for (int twice = 0; twice < 2; twice++) {
          long of = key;
          buckets.row(
              new long[] {key, document},
              row -> {
                if (row[0] != row[1]) {
                  assertThat(row[0]).isEqualTo(document);
                  assertThat(pairs.add(of + ": " + (int) row[0] + " " + (int) row[1])).isTrue();
                }
              });
        }
      }
    }
    assertThat(pairs.stream().map(pair -> pair.substring(3)).distinct())
        .containsExactlyInAnyOrder(
            "4 1", "4 2", "5 1", "5 2", "5 4", "6 1", "6 4", "6 5", "7 1", "7 4", "7 6");
    assertThat(pairs).hasSize(22);
  }

  /** A bucket that all are in is not gone through pair by pair, and nothing is missed. */
  @Test
  void aFullBucket() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      text.append("this stands in each and every page of a site w").append(i).append('\n');
    }
    Path input = input(text.toString());
    try (FoundDuplicates found =
        find(input, DocumentUnit.LINE, settings(0.6, 2, Find.NEAR), 2000, 3)) {
      List<String> rows = rows(found);
      assertThat(rows).hasSize(99);
      // 9 of 11 pairs are in both.
      assertThat(rows).allMatch(row -> row.endsWith(9.0 / 11 + " kept 0.1"));
    }
  }

  /**
   * Paragraphs and files that lie across ranges are whole; every cut and dealing gives the same.
   */
  @Test
  void rangesAndPartitionsDoNotShow() throws IOException {
    assertDoNotShow(6, new int[][] {{1 << 20, 1}, {600, 3}});
  }

  @Exhaustive
  @Test
  void moreRangesAndPartitionsDoNotShow() throws IOException {
    assertDoNotShow(7, new int[][] {{1 << 20, 1}, {150, 7}});
  }

  private static void assertDoNotShow(int seed, int[][] cuts) throws IOException {
    Random random = new Random(seed);
    String[] files = new String[3];
    List<String> paragraphs = new ArrayList<>();
    for (int f = 0; f < files.length; f++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 16; i++) {
        String paragraph =
            paragraphs.isEmpty() || random.nextInt(3) > 0
                ? paragraph(random)
                : changed(paragraphs.get(random.nextInt(paragraphs.size())), random);
        paragraphs.add(paragraph);
        text.append(paragraph).append("\n\n");
      }
      files[f] = text.toString();
    }
    Path input = input(files);
    DuplicateSettings all =
        settings(0.7, 64, Find.EXACT_DOCUMENTS, Find.NEAR, Find.EXACT_LINES, Find.SPANS);
    List<String> expected = null;
    String expectedText = null;
    for (int[] cut : cuts) {
      try (FoundDuplicates found = find(input, DocumentUnit.BLANK_LINE, all, cut[0], cut[1])) {
        List<String> rows = rows(found);
        String text = kept(found);
        if (expected == null) {
          assertThat(documents(rows)).isEqualTo(slow(paragraphs));
          assertThat(rows.stream().filter(row -> row.contains("SPAN")).count()).isGreaterThan(1);
          expected = rows;
          expectedText = text;
        }
        assertThat(rows).isEqualTo(expected);
        assertThat(text).isEqualTo(expectedText);
      }
    }
  }

  private static String paragraph(Random random) {
    StringBuilder text = new StringBuilder();
    int words = 1 + random.nextInt(30);
    for (int i = 0; i < words; i++) {
      text.append(i == 0 ? "" : random.nextInt(9) == 0 ? "\n" : " ")
          .append("w")
          .append(random.nextInt(40));
    }
    return text.toString();
  }

  private static String changed(String paragraph, Random random) {
    String[] words = paragraph.split(" ");
    for (int i = random.nextInt(4); i > 0; i--) {
      words[random.nextInt(words.length)] = "w" + random.nextInt(40);
    }
    return String.join(" ", words);
  }

  /** Of each document that is in a row: the number of the one that is kept, by paragraph. */
  private static Map<String, String> documents(List<String> rows) {
    Map<String, String> kept = new TreeMap<>();
    for (String row : rows) {
      if (row.contains("DOCUMENT")) {
        kept.put(
            row.substring(0, row.indexOf("_DOCUMENT")), row.substring(row.indexOf("kept") + 5));
      }
    }
    return kept;
  }

  private static Map<String, String> slow(List<String> paragraphs) {
    int n = paragraphs.size();
    String[] names = new String[n];
    long line = 1;
    for (int i = 0; i < n; i++) {
      line = i % 16 == 0 ? 1 : line;
      names[i] = i / 16 + "." + line;
      line += paragraphs.get(i).split("\n").length + 1;
    }
    int[] first = new int[n];
    boolean[] exact = new boolean[n];
    List<Set<List<String>>> sets = new ArrayList<>();
    for (String paragraph : paragraphs) {
      List<String> words = Arrays.asList(paragraph.split("\\s+"));
      Set<List<String>> set = new HashSet<>();
      for (int i = 0; i + 2 <= words.size(); i++) {
        set.add(words.subList(i, i + 2));
      }
      if (words.size() == 1) {
        set.add(words);
      }
      sets.add(set);
    }
    Map<String, Integer> texts = new HashMap<>();
    for (int i = 0; i < n; i++) {
      first[i] = i;
      exact[i] = texts.putIfAbsent(paragraphs.get(i), i) != null;
      for (int j = 0; j < i; j++) {
        Set<List<String>> both = new HashSet<>(sets.get(i));
        both.retainAll(sets.get(j));
        int union = sets.get(i).size() + sets.get(j).size() - both.size();
        if ((double) both.size() / union >= 0.7) {
          int one = root(first, i);
          int other = root(first, j);
          first[Math.max(one, other)] = Math.min(one, other);
        }
      }
    }
    Map<String, String> kept = new TreeMap<>();
    for (int i = 0; i < n; i++) {
      if (root(first, i) != i) {
        kept.put(names[i] + (exact[i] ? " EXACT" : " NEAR"), names[root(first, i)]);
      }
    }
    return kept;
  }

  private static int root(int[] first, int node) {
    return first[node] == node ? node : root(first, first[node]);
  }

  /** Records keep all of their fields, and files that are documents are read whole. */
  @Test
  void recordsStayAsTheyAre() throws IOException {
    Path input = Files.createTempDirectory(folder, "in");
    String a = "{\"id\": 1,  \"text\": \"a b c d\"}\n";
    String b = "{\"text\":\"a b c d\",\"id\":2}\n";
    String c = "{\"text\":\"e f\",\"id\":[3]}\n";
    Files.write(input.resolve("x.jsonl"), (a + b + c + b).getBytes(StandardCharsets.UTF_8));
    try (FoundDuplicates found =
        find(input, DocumentUnit.AUTO, settings(0.6, 64, Find.EXACT_DOCUMENTS), 40, 2)) {
      assertThat(kept(found)).isEqualTo(a + c);
    }
    Path more = Files.createTempDirectory(folder, "in");
    String d = "{\"text\":\"a b c d\\nx\",\"id\":4}\n";
    String e = "{\"id\":5,\"text\":\"y\\na b  c d z\\nx\",\"more\":null}\n";
    Files.write(more.resolve("x.jsonl"), (d + e + d).getBytes(StandardCharsets.UTF_8));
    try (FoundDuplicates found =
        find(more, DocumentUnit.AUTO, settings(1, 64, Find.EXACT_LINES, Find.SPANS), 40, 2)) {
      // The line x goes, and a b c d with it; of the third record nothing is left.
      assertThat(kept(found)).isEqualTo(d + "{\"id\":5,\"text\":\"y\\nz\",\"more\":null}\n");
    }
    Path files = input("a b c\nd e f\n".repeat(9), "x\n", "a b c\nd e f\n".repeat(9));
    try (FoundDuplicates found =
        find(files, DocumentUnit.FILE, settings(0.6, 64, Find.EXACT_DOCUMENTS), 20, 2)) {
      assertThat(rows(found)).containsExactly("2.1 EXACT_DOCUMENT of 0.1 1.0 kept 0.1");
      assertThat(found.files().stream().map(CorpusFile::relative).toList())
          .containsExactly("f0.txt", "f1.txt", "f2.txt");
    }
  }

  /** Lines that are too long are read in parts, and written whole; what goes of one is a part. */
  @Test
  void longLinesAreWrittenWhole() throws IOException {
    String text =
        "The sun is up. The moon is down.\n"
            + "x\n"
            + "The sun is up. Who knows?\n"
            + "Is it so now? Who knows?\n"
            + "y\n";
    Path input = input(text);
    CorpusSource whole = source(input, DocumentUnit.LINE);
    CorpusSource source =
        new CorpusSource(
            whole.paths(),
            whole.format(),
            whole.textField(),
            whole.document(),
            whole.badRecords(),
            20,
            LongRecords.SPLIT,
            whole.maxZstdWindowLog());
    for (Find find : List.of(Find.EXACT_DOCUMENTS, Find.EXACT_LINES)) {
      try (FoundDuplicates found =
          FoundDuplicates.of(
              TestSpark.context(),
              CorpusPlan.of(new Configuration(), source, 10),
              source,
              settings(1, 64, find),
              KnownDocuments.none(),
              2,
              Progress.SILENT)) {
        assertThat(kept(found))
            .isEqualTo(
                find == Find.EXACT_DOCUMENTS
                    ? text
                    : "The sun is up. The moon is down.\nx\nWho knows?\nIs it so now? \ny\n");
      }
    }
  }
}
