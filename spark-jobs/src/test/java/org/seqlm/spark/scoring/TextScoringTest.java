package org.seqlm.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.ngram.arpa.TinyArpa;
import org.seqlm.spark.models.PathModel;
import org.seqlm.store.FileEntry;

/** The rows are the same however the text is cut into ranges. */
class TextScoringTest {
  @TempDir static Path folder;
  private static PathModel model;

  @BeforeAll
  static void start() throws IOException {
    Path arpa = Files.writeString(folder.resolve("tiny.arpa"), TinyArpa.TEXT);
    model = PathModel.open(new Configuration(), arpa.toString());
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

  private static TextScoring.Result score(
      Path input, DocumentUnit document, ScoreFiles.Unit unit, long rangeBytes, Path output)
      throws IOException {
    CorpusSource source = source(input, document);
    return TextScoring.score(
        TestSpark.context(),
        CorpusPlan.of(new Configuration(), source, rangeBytes),
        source,
        List.of(new TextScoring.Scorer(model.rules(), model.supplier(TestSpark.context()))),
        new TextScoring.Output(output.toString(), unit, ScoreFiles.Format.TSV),
        Progress.SILENT);
  }

  /** All rows, sorted: those of documents that are cut stand in a file of their own. */
  private static TreeSet<String> rows(
      Path input, DocumentUnit document, ScoreFiles.Unit unit, long rangeBytes) throws IOException {
    Path output = Files.createTempDirectory(folder, "out");
    TextScoring.Result result = score(input, document, unit, rangeBytes, output);
    TreeSet<String> rows = new TreeSet<>();
    int count = 0;
    for (var file : result.files()) {
      for (String line : Files.readAllLines(output.resolve(file.path()), StandardCharsets.UTF_8)) {
        rows.add(line);
        count++;
      }
    }
    assertThat(rows).hasSize(count);
    double sum = 0;
    for (String row : rows) {
      sum += Double.parseDouble(row.split("\t", -1)[5]);
    }
    assertThat(sum * Math.log(10)).isCloseTo(-result.models().get(0).score().nats(), within(1e-3));
    return rows;
  }

  @Test
  void rangesDoNotShow() throws IOException {
    assertRangesDoNotShow(DocumentUnit.BLANK_LINE);
  }

  @Exhaustive
  @ParameterizedTest
  @EnumSource(names = {"FILE", "LINE"})
  void rangesDoNotShowOfOtherDocuments(DocumentUnit document) throws IOException {
    assertRangesDoNotShow(document);
  }

  private void assertRangesDoNotShow(DocumentUnit document) throws IOException {
    Random random = new Random(11);
    Path input = Files.createTempDirectory(folder, "in");
    for (int file = 0; file < 4; file++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 60; i++) {
        int words = random.nextInt(4) == 0 ? 0 : random.nextInt(9);
        for (int k = 0; k < words; k++) {
          text.append(k == 0 ? "" : " ")
              .append(random.nextInt(5) == 0 ? "zebra" : "ab".charAt(k % 2));
        }
        text.append('\n');
      }
      if (file == 2) {
        text.append("a".repeat(700)).append(" b"); // longer than a range, and no line feed
      }
      Files.writeString(
          input.resolve("f" + file + (file == 3 ? ".jsonl" : ".txt")),
          file == 3 ? "{\"text\":\"a b\\n\\nb\"}\n\n{\"text\":\"b\"}\n" : text.toString());
    }
    try (OutputStream packed = Files.newOutputStream(input.resolve("f4.txt.bz2"))) {
      byte[] text = Files.readAllBytes(input.resolve("f0.txt"));
      for (int from = 0; from < text.length; from += 150) {
        byte[] some = Arrays.copyOfRange(text, from, Math.min(text.length, from + 150));
        packed.write(Compression.BZIP2.packed(some));
      }
    }
    for (ScoreFiles.Unit unit : ScoreFiles.Unit.values()) {
      TreeSet<String> whole = rows(input, document, unit, CorpusPlan.RANGE_BYTES);
      assertThat(whole).hasSizeGreaterThan(3);
      for (long rangeBytes : new long[] {100, 333, 1000}) {
        assertThat(rows(input, document, unit, rangeBytes)).isEqualTo(whole);
      }
    }
  }

  /** Attempts have ids of their own, and one folder. */
  @Test
  void aTaskThatEndsTwiceWritesTheSame() throws IOException {
    Path input = Files.writeString(folder.resolve("one.txt"), "a b\nb\n");
    Path output = Files.createTempDirectory(folder, "twice");
    List<List<FileEntry>> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      both.add(
          score(input, DocumentUnit.AUTO, ScoreFiles.Unit.LINE, CorpusPlan.RANGE_BYTES, output)
              .files());
    }
    assertThat(both.get(0)).isEqualTo(both.get(1)).hasSize(1);
    Path part = output.resolve(both.get(0).get(0).path());
    assertThat(Files.readAllLines(part)).hasSize(2);
    try (var files = Files.list(part.getParent())) {
      assertThat(files).containsExactly(part);
    }
  }
}
