package org.seqlm.spark.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.terms.AssociationMeasure;
import org.seqlm.terms.ChiSquareTail;
import org.seqlm.terms.Dispersion;
import org.seqlm.terms.DocumentBootstrap;
import org.seqlm.terms.KeyTerm;
import org.seqlm.terms.Keyness;
import org.seqlm.terms.KeynessRules;
import org.seqlm.terms.MultipleTests;
import org.seqlm.terms.PairTable;
import org.seqlm.terms.SpanRules;
import org.seqlm.terms.SpanRules.SpanBoundary;
import org.seqlm.terms.TokenFilter;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/** Words of texts, near others and in two corpora, as counting them one by one says. */
final class TextTermsTest {
  private static final TextRules RULES = TextRules.of(TokenizerKind.WHITESPACE);

  @TempDir static Path folder;

  /** Documents, a line each, by corpus. */
  private static final List<List<String[]>> TEXTS = new ArrayList<>();

  @BeforeAll
  static void write() throws IOException {
    for (int side = 0; side < 2; side++) {
      Random random = new Random(side);
      List<String[]> documents = new ArrayList<>();
      StringBuilder json = new StringBuilder();
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        List<String> words = new ArrayList<>();
        String burst = "t" + random.nextInt(4); // a topic of the document
        for (int k = 4 + random.nextInt(30); k >= 0; k--) {
          int word = (int) (1 / (0.05 + random.nextDouble()));
          words.add(
              random.nextInt(8) == 0
                  ? burst
                  : word == 6 ? "," : word == 7 ? "only" + side : "w" + (word + side) % 12);
        }
        documents.add(words.toArray(String[]::new));
        String line = String.join(" ", words);
        lines.add(line);
        json.append("{\"text\": \"").append(line).append("\", \"side\": \"").append(side);
        json.append("\"}\n");
      }
      Files.write(folder.resolve("side" + side), lines);
      Files.writeString(folder.resolve("both" + side + ".jsonl"), json);
      TEXTS.add(documents);
    }
  }

  /** Each document's words on lines of a few, a file each. */
  private static void files(int side) throws IOException {
    Path files = Files.createDirectories(folder.resolve("files" + side));
    for (int d = 0; d < 60; d++) {
      String[] words = TEXTS.get(side).get(d);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < words.length; i++) {
        text.append(words[i]).append(i % 5 == 4 ? '\n' : ' ');
      }
      Files.writeString(files.resolve(100 + d + ".txt"), text);
    }
  }

  private static TermText text(String path, int rangeBytes, TermText.FieldIs records)
      throws IOException {
    CorpusSource source =
        new CorpusSource(
            List.of(folder.resolve(path).toString()),
            CorpusFormat.AUTO,
            "text",
            path.startsWith("side") ? DocumentUnit.LINE : DocumentUnit.AUTO,
            BadRecordLimits.DEFAULT,
            CorpusSource.DEFAULT_MAX_RECORD_BYTES,
            CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
    return new TermText(
        CorpusPlan.of(TestSpark.context().hadoopConfiguration(), source, rangeBytes),
        source,
        records);
  }

  /**
   * Files of up to 130 bytes that are cut every 80 are one document each: of words, of which no
   * figure changes, and of what is near others on a line.
   */
  @Test
  void documentsThatRangesCut() throws IOException {
    files(0);
    files(1);
    TermText cut = text("files0", 80, null);
    assertThat(cut.plan().ranges())
        .anyMatch(range -> range.pieces().stream().anyMatch(piece -> piece.from() > 0));
    check(keyness(rules(4, 100), cut, text("files1", 5_000, null), 2), 4);
    SpanRules rules =
        new SpanRules(List.of("w2"), 2, 2, SpanBoundary.LINE, 2, 2, TokenFilter.WORDS);
    try (SpanCollocations one =
            SpanCollocations.of(
                TestSpark.context(), text("files0", 0, null), RULES, rules, 1, Progress.SILENT);
        SpanCollocations other =
            SpanCollocations.of(TestSpark.context(), cut, RULES, rules, 2, Progress.SILENT)) {
      assertThat(other.documents()).isEqualTo(60);
      assertThat(other.ranked(AssociationMeasure.NPMI).collectAsList())
          .isEqualTo(one.ranked(AssociationMeasure.NPMI).collectAsList())
          .isNotEmpty();
    }
  }

  /**
   * Tables of more than 600 bytes, some 12 words, are given in parts, within documents and spans.
   */
  @Test
  void rangesInParts() throws IOException {
    SparkConf conf = SparkEnv.get().conf();
    SpanRules rules =
        new SpanRules(List.of("w2"), 2, 2, SpanBoundary.DOCUMENT, 1, 1, TokenFilter.ALL);
    List<Row> whole;
    try (SpanCollocations one = near(rules, 0, 1)) {
      whole = one.ranked(AssociationMeasure.NPMI).collectAsList();
    }
    conf.set(TaskMemory.LIMIT, "600");
    try (SpanCollocations parts = near(rules, 0, 1)) {
      assertThat(parts.documents()).isEqualTo(60);
      assertThat(parts.ranked(AssociationMeasure.NPMI).collectAsList()).isEqualTo(whole);
      check(keyness(rules(3, 100), text("side0", 0, null), text("side1", 0, null), 1), 3);
    } finally {
      conf.remove(TaskMemory.LIMIT);
    }
  }

  /** A field's records and all others of the same files are read together. */
  @Test
  void bothSidesOfAFieldAreReadAtOnce() throws IOException {
    TermText target =
        text("both*", 900, new TermText.FieldIs("side", "0", TermText.Taken.WITH_VALUE));
    TermText others = new TermText(target.plan(), target.source(), target.records().others());
    List<String> stages = new ArrayList<>();
    KeynessCounting.Result found =
        KeynessCounting.ofTexts(
            TestSpark.context(),
            target,
            others,
            RULES,
            rules(3, 60),
            11,
            2,
            new Progress() {
              @Override
              public void stage(String name, long total, String unit) {
                stages.add(name);
              }

              @Override
              public void update(long done, String detail) {}

              @Override
              public void message(String line) {}
            });
    check(found, 3);
    assertThat(stages)
        .containsExactly(
            "count target and reference",
            "test words",
            "documents of target and reference",
            "draw documents");
    assertThat(found.summaries().get(0).records()).isEqualTo(120);
    assertThat(new Corpora(target, text("both*", 0, others.records())).ofOneText()).isFalse();
  }

  private static SpanCollocations near(SpanRules rules, int rangeBytes, int tasks)
      throws IOException {
    return SpanCollocations.of(
        TestSpark.context(), text("side0", rangeBytes, null), RULES, rules, tasks, Progress.SILENT);
  }

  @Test
  void wordsNearOthers() throws IOException {
    SpanRules rules =
        new SpanRules(List.of("w2", "t1"), 2, 3, SpanBoundary.DOCUMENT, 3, 2, TokenFilter.WORDS);
    long total = 0;
    long places = 0;
    for (String[] words : TEXTS.get(0)) {
      for (int i = 0; i < words.length; i++) {
        int here = Math.min(i, 2) + Math.min(words.length - 1 - i, 3);
        total += here;
        places += words[i].equals("t1") ? here : 0;
      }
    }
    try (SpanCollocations counted = near(rules, 500, 3)) {
      assertThat(counted.places()).isEqualTo(total);
      assertThat(counted.documents()).isEqualTo(60);
      assertThat(counted.tokens())
          .isEqualTo(TEXTS.get(0).stream().mapToLong(words -> words.length).sum());
      List<SpanCollocations.Near> top = counted.top("t1", AssociationMeasure.G2, 3);
      assertThat(top.get(0).word()).isEqualTo("t1"); // bursts
      for (SpanCollocations.Near one : top) {
        assertThat(one).isEqualTo(slowly("t1", one.word(), places, total));
      }
      assertThat(counted.rows().collectAsList())
          .allSatisfy(
              row -> {
                assertThat(row.getLong(7)).isGreaterThanOrEqualTo(3);
                assertThat(row.getLong(4)).isGreaterThanOrEqualTo(2);
                assertThat(row.getString(1)).isNotEqualTo(",");
              });
    }
  }

  private static SpanCollocations.Near slowly(
      String node, String word, long nodePlaces, long total) {
    long left = 0;
    long right = 0;
    long documents = 0;
    long count = 0;
    long places = 0;
    for (String[] words : TEXTS.get(0)) {
      boolean here = false;
      for (int j = 0; j < words.length; j++) {
        if (!words[j].equals(word)) {
          continue;
        }
        count++;
        for (int i = Math.max(0, j - 3); i <= Math.min(words.length - 1, j + 2); i++) {
          if (i != j) {
            places++;
            left += i > j && words[i].equals(node) ? 1 : 0;
            right += i < j && words[i].equals(node) ? 1 : 0;
            here |= words[i].equals(node);
          }
        }
      }
      documents += here ? 1 : 0;
    }
    return new SpanCollocations.Near(
        node,
        word,
        left,
        right,
        documents,
        count,
        new PairTable(left + right, nodePlaces, places, total));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  @Exhaustive
  void nearnessDoesNotDependOnTasks(int tasks) throws IOException {
    SpanRules rules =
        new SpanRules(List.of("w2", "t1"), 0, 4, SpanBoundary.LINE, 1, 1, TokenFilter.ALL);
    try (SpanCollocations one = near(rules, 0, 1);
        SpanCollocations other = near(rules, 300 * tasks, tasks)) {
      assertThat(other.ranked(AssociationMeasure.NPMI).collectAsList())
          .isEqualTo(one.ranked(AssociationMeasure.NPMI).collectAsList());
    }
  }

  private static KeynessRules rules(int candidates, int blocks) {
    return new KeynessRules(3, 2, TokenFilter.WORDS, candidates, blocks, 4, 50, 0.9);
  }

  private static KeynessCounting.Result keyness(
      KeynessRules rules, TermText target, TermText reference, int tasks) {
    return KeynessCounting.ofTexts(
        TestSpark.context(), target, reference, RULES, rules, 11, tasks, Progress.SILENT);
  }

  @Test
  void keyWords() throws IOException {
    KeynessCounting.Result found =
        keyness(rules(5, 100), text("side0", 400, null), text("side1", 700, null), 3);
    check(found, 5);
  }

  private static void check(KeynessCounting.Result found, int candidates) {
    long[] tokens = {
      TEXTS.get(0).stream().mapToLong(words -> words.length).sum(),
      TEXTS.get(1).stream().mapToLong(words -> words.length).sum()
    };
    assertThat(found.target()).isEqualTo(new KeynessCounting.Side(tokens[0], 60));
    assertThat(found.reference()).isEqualTo(new KeynessCounting.Side(tokens[1], 60));
    TreeSet<String> words = new TreeSet<>();
    TEXTS.forEach(side -> side.forEach(document -> words.addAll(List.of(document))));
    assertThat(found.types()).isEqualTo(words.size());
    List<KeyTerm> all = new ArrayList<>();
    for (String word : words) {
      long[] counts = new long[2];
      long[] documents = new long[2];
      for (int side = 0; side < 2; side++) {
        for (String[] document : TEXTS.get(side)) {
          long here = Arrays.stream(document).filter(word::equals).count();
          counts[side] += here;
          documents[side] += here > 0 ? 1 : 0;
        }
      }
      if (!word.equals(",") && counts[0] + counts[1] >= 3 && documents[0] + documents[1] >= 2) {
        all.add(
            new KeyTerm(
                word,
                new Keyness(counts[0], counts[1], tokens[0], tokens[1]),
                documents,
                0,
                0,
                null));
      }
    }
    all.sort(
        Comparator.<KeyTerm>comparingDouble(term -> -term.counts().logLikelihoodOfTable())
            .thenComparing(KeyTerm::word));
    assertThat(found.tested()).isEqualTo(all.size());
    double[] p =
        all.stream()
            .mapToDouble(term -> ChiSquareTail.oneDegree(term.counts().logLikelihoodOfTable()))
            .toArray();
    double[] holm = MultipleTests.holm(p, p.length);
    double[] q = MultipleTests.benjaminiHochberg(p, p.length, 1);
    assertThat(found.terms()).hasSize(candidates);
    for (int i = 0; i < candidates; i++) {
      KeyTerm term = found.terms().get(i);
      KeyTerm wanted = all.get(i);
      assertThat(term.word()).isEqualTo(wanted.word());
      assertThat(term.counts()).isEqualTo(wanted.counts());
      assertThat(term.documents()).containsExactly(wanted.documents());
      assertThat(term.holm()).isEqualTo(holm[i]);
      assertThat(term.q()).isEqualTo(q[i]);
      checkEvidence(term);
    }
  }

  /** Drawn, and spread, document by document. */
  private static void checkEvidence(KeyTerm term) {
    int replicates = 50;
    long[][] sums = new long[2][replicates];
    long[][] totals = new long[2][replicates];
    for (int side = 0; side < 2; side++) {
      List<String[]> documents = TEXTS.get(side);
      long[] counts = new long[documents.size()];
      long[] sizes = new long[documents.size()];
      long tokens = documents.stream().mapToLong(words -> words.length).sum();
      long[] parts = new long[4];
      long[] partSizes = new long[4];
      long at = 0;
      for (int d = 0; d < documents.size(); d++) {
        sizes[d] = documents.get(d).length;
        for (String word : documents.get(d)) {
          int part = (int) (at++ * 4 / tokens);
          partSizes[part]++;
          if (word.equals(term.word())) {
            counts[d]++;
            parts[part]++;
          }
        }
        for (int r = 0; r < replicates; r++) {
          int weight = DocumentBootstrap.weight(11, r, 2L * d + side);
          sums[side][r] += weight * counts[d];
          totals[side][r] += weight * sizes[d];
        }
      }
      if (Arrays.stream(counts).sum() > 0) {
        assertThat(term.evidence().spread()[side].normalisedDp())
            .isCloseTo(Dispersion.of(counts, sizes).normalisedDp(), within(1e-12));
        assertThat(term.evidence().spread()[side].juillandD())
            .isCloseTo(Dispersion.of(parts, partSizes).juillandD(), within(1e-12));
      } else {
        assertThat(term.evidence().spread()[side].normalisedDp()).isNaN();
      }
    }
    assertThat(term.evidence().logRatio())
        .isEqualTo(
            DocumentBootstrap.interval(
                DocumentBootstrap.logRatios(sums[0], sums[1], totals[0], totals[1]), 0.9));
  }

  /**
   * Records of one file by a field are what two files are; and documents may be drawn in groups.
   */
  @Test
  @Exhaustive
  void recordsByAField() throws IOException {
    TermText.FieldIs zero = new TermText.FieldIs("side", "0", TermText.Taken.WITH_VALUE);
    TermText.FieldIs others = new TermText.FieldIs("side", "0", TermText.Taken.OTHERS);
    TermText target = text("both*", 900, zero);
    check(keyness(rules(17, 60), target, text("both*", 0, others), 2), 17);
    KeynessCounting.Result groups = keyness(rules(3, 12), target, text("side1", 0, null), 1);
    assertThat(groups.terms().get(0).evidence().logRatio()).isNotNull();
    assertThatThrownBy(
            () ->
                keyness(
                    rules(3, 10),
                    target,
                    text("side1", 0, new TermText.FieldIs("side", "0", TermText.Taken.WITH_VALUE)),
                    1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the reference")
        .hasMessageContaining("side=0");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  @Exhaustive
  void keynessDoesNotDependOnTasks(int tasks) throws IOException {
    KeynessCounting.Result found =
        keyness(rules(7, 100), text("side0", 300 * tasks, null), text("side1", 5_000, null), tasks);
    check(found, 7);
  }
}
