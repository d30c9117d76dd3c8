package org.seqlm.corpus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.UserException;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

class RangeExamplesTest {
  private static final Configuration CONF = new Configuration();
  private static final SplitRules HALVES = new SplitRules(SplitMethod.HASHED, 0.5, 0.25, 0.25);

  @TempDir Path folder;

  private record Read(List<String> labels, ReadExamples all, String fingerprint) {}

  /** Reads all ranges, as tasks do, and the driver puts together what they tell. */
  private Read read(long rangeBytes) throws IOException {
    CorpusSource source = CorpusSource.of(List.of(folder.toString()));
    CorpusPlan plan = CorpusPlan.ofExamples(CONF, source, rangeBytes);
    RoleColumns columns = new RoleColumns(ExampleTask.CLASSIFY, Map.of());
    ExampleRules rules =
        new ExampleRules(
            source,
            columns,
            TextRules.of(TokenizerKind.WORD),
            ExampleSplits.of(
                plan.ranges().stream()
                    .flatMap(range -> range.pieces().stream())
                    .map(CorpusRange.Piece::file)
                    .distinct()
                    .toList(),
                columns,
                HALVES));
    List<String> labels = new ArrayList<>();
    List<ReadRange> ranges = new ArrayList<>();
    for (CorpusRange range : plan.ranges()) {
      try (RangeExamples examples =
          new RangeExamples(CONF, source, new DealtExamples(rules, null), range, n -> {})) {
        while (examples.hasNext()) {
          Object next = examples.next();
          if (next instanceof byte[] encoded) {
            ParsedExample example = ParsedExample.decode(ExampleTask.CLASSIFY, encoded);
            labels.add(((ExampleValue.Name) example.value("label")).name());
          } else {
            ranges.add((ReadRange) next);
          }
        }
      }
    }
    ReadExamples all = new ReadExamples(plan.ranges(), ranges);
    return new Read(labels, all, all.fingerprint());
  }

  @Test
  void rangesHaveEachRecordOnceAndKnowItsLine() throws IOException {
    StringBuilder lines = new StringBuilder();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      boolean bad = i == 150;
      lines.append(i % 40 == 7 ? "\n" : "");
      lines.append("{\"input\":\"word\",\"label\":").append(bad ? "null" : "" + i).append("}\n");
      if (!bad) {
        labels.add("" + i);
      }
    }
    Files.writeString(folder.resolve("a.jsonl"), lines.toString());
    Files.writeString(folder.resolve("b.json"), "{\"input\":\"last\",\"label\":\"z\"}");
    labels.add("z");
    Read whole = read(1 << 20);
    for (long rangeBytes : new long[] {1 << 20, 997, 61}) {
      Read read = read(rangeBytes);
      assertThat(read.labels()).isEqualTo(labels);
      assertThat(read.fingerprint()).isEqualTo(whole.fingerprint());
      assertThat(read.all().records()).isEqualTo(201);
      assertThat(read.all().bad()).isEqualTo(Map.of("missing-column", 1L));
      // 150 records before it, and four blank lines.
      assertThatThrownBy(
              () -> read.all().check(new org.seqlm.corpus.plan.BadRecordLimits(0.001, 0)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("1 of 201 examples is bad (missing-column 1)")
          .hasMessageContaining("a.jsonl line 155: there is no column label among input, label");
    }
  }

  @Test
  void packedFilesAndRowsOfText() throws IOException {
    try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("a.jsonl.gz")))) {
      out.write("{\"input\":\"x\",\"label\":\"a\"}\n".getBytes(StandardCharsets.UTF_8));
    }
    Files.writeString(
        folder.resolve("b.csv"),
        "label,input\nb,\"two\nlines, \"\"quoted\"\"\"\nc\nd,\n\n\"e,e\",[not an array\n");
    Files.write(folder.resolve("c.csv"), new byte[] {'i', ',', (byte) 0xFF, '\n'});
    Read read = read(1 << 20);
    assertThat(read.labels()).containsExactly("a", "b", "e,e");
    assertThat(read.all().bad())
        .isEqualTo(Map.of("bad-row", 1L, "missing-column", 1L, "unreadable-file", 1L));
    assertThatThrownBy(() -> read.all().check(new org.seqlm.corpus.plan.BadRecordLimits(0, 1)))
        .hasMessageContaining("2 of 5 examples are bad (bad-row 1, missing-column 1)")
        .hasMessageContaining(
            "b.csv line 4: the row has 1 fields, but the file's first one names 2");
    assertThatThrownBy(() -> read.all().check(new org.seqlm.corpus.plan.BadRecordLimits(1, 0)))
        .hasMessageContaining("1 unreadable-file")
        .hasMessageContaining("c.csv (it is no UTF-8: write it in UTF-8)");
  }

  /** Lists as Spark writes them, of two levels as old programs did, and what nobody wants. */
  @Test
  void rowsOfParquetWithListsOfAllKinds() throws IOException {
    ParquetRows.write(
        folder.resolve("a.parquet"),
        """
        message row {
          optional group input (LIST) { repeated group list {
            optional group element (LIST) { repeated group list { optional double element; } } } }
          optional int32 label; required int96 when; }
        """,
        row -> {
          if (row.number() == 3) {
            return false;
          }
          row.group().append("when", org.apache.parquet.io.api.Binary.fromString("12 bytes...."));
          if (row.number() < 2) {
            row.group().append("label", row.number());
          }
          for (int i = 0; i <= row.number(); i++) {
            var vector =
                row.group().getType().containsField("input") && i == 0
                    ? row.group().addGroup("input")
                    : row.group().getGroup("input", 0);
            var numbers = vector.addGroup("list").addGroup("element");
            numbers.addGroup("list").append("element", 1.5);
            numbers.addGroup("list").append("element", 2.0 * i);
          }
          return true;
        });
    Read read = read(1 << 20);
    assertThat(read.labels()).containsExactly("0", "1");
    assertThatThrownBy(() -> read.all().check(new org.seqlm.corpus.plan.BadRecordLimits(0, 0)))
        .hasMessageContaining("a.parquet row 3: there is no column label among input");
    Files.delete(folder.resolve("a.parquet"));
    ParquetRows.write(
        folder.resolve("b.parquet"),
        """
        message row {
          required group input (LIST) { repeated binary array (STRING); }
          required binary label; }
        """,
        row -> {
          row.group().addGroup("input").append("array", "x").append("array", "y");
          row.group()
              .append(
                  "label",
                  org.apache.parquet.io.api.Binary.fromConstantByteArray(
                      new byte[] {(byte) (row.number() == 0 ? 'l' : 0xFF)}));
          return row.number() < 2;
        });
    Read old = read(1 << 20);
    assertThat(old.labels()).containsExactly("l");
    assertThatThrownBy(() -> old.all().check(new org.seqlm.corpus.plan.BadRecordLimits(0, 0)))
        .hasMessageContaining("b.parquet row 2: column label has bytes that are no UTF-8");
  }

  @Test
  void quotesThatAreNeverClosedEndTheFile() {
    assertThatThrownBy(
            () -> {
              CsvRows rows =
                  new CsvRows(
                      new ByteArrayInputStream(
                          ("a,b\n1,\"" + "x".repeat(200)).getBytes(StandardCharsets.UTF_8)),
                      100,
                      Set.of(),
                      new CsvRows.Sink() {
                        @Override
                        public void row(
                            com.fasterxml.jackson.databind.node.ObjectNode fields, long line) {}

                        @Override
                        public void bad(String message, long line) {}
                      });
              while (rows.step()) {
                // to the end
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a field has more than 100 characters");
    assertThatThrownBy(
            () ->
                new CsvRows(
                    new ByteArrayInputStream("a,a\n".getBytes(StandardCharsets.UTF_8)),
                    100,
                    Set.of(),
                    null))
        .hasMessageContaining("names the column a twice");
  }

  @Test
  void filesNamedForSplitsAreThem() throws IOException {
    Files.createDirectories(folder.resolve("validation"));
    String line = "{\"input\":\"x\",\"label\":\"a\"}\n";
    Files.writeString(folder.resolve("train-00000-of-00001.jsonl"), line.repeat(3));
    Files.writeString(folder.resolve("validation/part-0.jsonl"), line.repeat(2));
    Files.writeString(folder.resolve("test.jsonl"), line);
    ReadExamples all = read(1 << 20).all();
    assertThat(all.examples(Split.TRAIN)).isEqualTo(3);
    assertThat(all.examples(Split.VALID)).isEqualTo(2);
    assertThat(all.examples(Split.TEST)).isEqualTo(1);
    // Of training examples alone some are held out.
    Files.delete(folder.resolve("validation/part-0.jsonl"));
    Files.delete(folder.resolve("test.jsonl"));
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      many.append("{\"input\":\"x").append(i).append("\",\"label\":\"a\"}\n");
    }
    Files.writeString(folder.resolve("train-00000-of-00001.jsonl"), many.toString());
    assertThat(read(1 << 20).all().examples(Split.TRAIN)).isBetween(30L, 70L);
  }
}
