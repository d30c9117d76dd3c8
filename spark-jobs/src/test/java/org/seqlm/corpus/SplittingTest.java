package org.seqlm.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.corpus.file.PackedPiece;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.corpus.plan.LongRecords;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/** However files are cut, what is read of them is what is read of them whole. */
class SplittingTest {
  private static final Configuration CONF = new Configuration();
  static final long WHOLE = Long.MAX_VALUE / 4;

  @TempDir private Path folder;

  /**
   * All that can be told of what was read.
   *
   * @param lines with their documents' starts and their records' places
   * @param splits of the tokens, in their order
   */
  record Reading(
      List<String> lines,
      String fingerprint,
      long records,
      List<Long> bad,
      List<String> firstBad,
      long tokens,
      long characters,
      long documents,
      List<Object> splits) {
    Reading rest() {
      List<String> where = firstBad.stream().map(one -> one.replaceAll("@[0-9a-f]+", "")).toList();
      return new Reading(
          List.of(), fingerprint, records, bad, where, tokens, characters, documents, List.of());
    }
  }

  static CorpusSource source(Path input, DocumentUnit document) {
    return new CorpusSource(
        List.of(input.toString()),
        CorpusFormat.AUTO,
        "text",
        document,
        BadRecordLimits.DEFAULT,
        3000,
        LongRecords.SPLIT,
        CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
  }

  static CorpusPlan plan(CorpusSource source, long rangeBytes) throws IOException {
    CorpusPlan plan = CorpusPlan.of(CONF, source, rangeBytes);
    List<PackedPiece> parts = new ArrayList<>();
    for (CorpusRange range : plan.packedParts().ranges()) {
      for (CorpusRange.Piece piece : range.pieces()) {
        parts.add(PackedPieces.read(CONF, source, piece, n -> {}));
      }
    }
    return plan.with(parts);
  }

  static Reading read(CorpusSource source, CorpusPlan plan) throws IOException {
    return read(source, plan, SplitMethod.HASHED);
  }

  static Reading read(CorpusSource source, CorpusPlan plan, SplitMethod method) throws IOException {
    Lines lines = new Lines();
    List<RangeSummary> summaries = new ArrayList<>();
    List<RangeSummary> scanned = new ArrayList<>();
    List<RangeDocuments> documents = new ArrayList<>();
    long[] before = new long[plan.ranges().size() + 1];
    long known = 0;
    for (CorpusRange range : plan.ranges()) {
      long[] recordsBefore = new long[range.pieces().size()];
      for (int i = 0; i < recordsBefore.length; i++) {
        CorpusRange.Piece piece = range.pieces().get(i);
        known = piece.from() == 0 ? 0 : known;
        recordsBefore[i] = piece.text() == null ? known : piece.text().recordsBefore();
        known += piece.to() < piece.file().length() ? RangeLines.records(CONF, piece) : 0;
      }
      summaries.add(RangeLines.read(CONF, source, range, recordsBefore, lines, n -> {}));
      try (RangeScanner scanner =
          new RangeScanner(
              CONF,
              source,
              TextRules.of(TokenizerKind.WHITESPACE),
              method,
              DocumentFields.NONE,
              range,
              n -> {})) {
        while (scanner.hasNext()) {
          RangePart part = scanner.next();
          if (part instanceof RangeDocuments found) {
            documents.add(found);
          } else if (part instanceof RangeSummary summary) {
            scanned.add(summary);
          }
        }
      }
      before[range.index() + 1] = before[range.index()] + scanned.get(range.index()).tokens();
    }
    RangeSummary read = RangeSummary.sum(summaries);
    RangeSummary sum = RangeSummary.sum(scanned);
    assertThat(sum.fingerprint()).isEqualTo(read.fingerprint());
    TokenSplits splits =
        TokenSplits.of(
            new SplitRules(method, 0.5, 0.25, 0.25), 3, source.document(), scanned, before);
    List<Object> told = new ArrayList<>();
    for (int r = 0; r < plan.ranges().size(); r++) {
      TokenSplits.Cursor cursor = splits.cursor(r, documents.get(r));
      for (long t = 0; t < before[r + 1] - before[r]; t++) {
        told.add(cursor.at(t));
      }
    }
    return new Reading(
        lines.told,
        sum.fingerprint(),
        sum.records(),
        Arrays.stream(BadKind.values()).map(sum::bad).toList(),
        Arrays.stream(BadKind.values()).map(kind -> "" + read.firstBad(kind)).toList(),
        sum.tokens(),
        sum.characters(),
        sum.documents(),
        told);
  }

  private static final class Lines implements RangeLines.Sink {
    private final List<String> told = new ArrayList<>();
    private String file;

    @Override
    public void startPiece(CorpusFile from, boolean goesOn) {
      file = from.relative();
    }

    @Override
    public void startDocument() {
      told.add("document");
    }

    @Override
    public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line) {
      String text = new String(utf8, from, to - from, StandardCharsets.UTF_8);
      told.add(file + ":" + record + ":" + line + ":" + terminated + ":" + text);
    }

    @Override
    public void endPiece(boolean goesOn) {}
  }

  /** Reads a folder whole, then cut in many ways. */
  static void everyCutReadsTheSame(Path folder, DocumentUnit document, long... rangeBytes)
      throws IOException {
    everyCutReadsTheSame(folder, document, SplitMethod.HASHED, rangeBytes);
  }

  private static void everyCutReadsTheSame(
      Path folder, DocumentUnit document, SplitMethod method, long... rangeBytes)
      throws IOException {
    CorpusSource source = source(folder, document);
    Reading whole = read(source, plan(source, WHOLE), method);
    assertThat(whole.records()).isPositive();
    for (long bytes : rangeBytes) {
      CorpusPlan plan = plan(source, bytes);
      assertThat(plan.ranges().size()).isGreaterThan(1);
      isSame(read(source, plan, method), whole, method + ", " + document + " by " + bytes);
    }
  }

  /** Tells the first difference only. */
  static void isSame(Reading cut, Reading whole, String how) {
    for (int i = 0; i < Math.min(cut.lines.size(), whole.lines.size()); i++) {
      assertThat(cut.lines.get(i)).as("%s, line %d", how, i).isEqualTo(whole.lines.get(i));
    }
    assertThat(cut.lines).as(how).hasSameSizeAs(whole.lines);
    assertThat(cut.splits.equals(whole.splits)).as("%s, splits", how).isTrue();
    assertThat(cut.rest()).as(how).isEqualTo(whole.rest());
  }

  /** Of lines of all lengths, some blank, some bad, some with a line feed in them. */
  static List<byte[]> records(Random random, int records) {
    List<byte[]> made = new ArrayList<>();
    made.add("the first".getBytes(StandardCharsets.UTF_8));
    for (int i = 1; i < records; i++) {
      int kind = random.nextInt(40);
      StringBuilder text = new StringBuilder();
      if (kind > 3) {
        int words = random.nextInt(12) == 0 ? random.nextInt(300) : 1 + random.nextInt(9);
        for (int w = 0; w < words; w++) {
          text.append(w == 0 ? "" : " ").append(Long.toString(random.nextLong() >>> 30, 36));
        }
      } else if (kind == 3) {
        text.append(" ".repeat(random.nextInt(3)));
      } else if (kind == 2) {
        text.append(
            switch (random.nextInt(5)) {
              case 0 -> "x ".repeat(1501); // cut at white space
              case 1 -> "Só. Ça va? ".repeat(300 + random.nextInt(1500)); // between sentences
              case 2 -> "y ".repeat(2000) + "x".repeat(6000) + " z"; // over-long in its second part
              case 3 -> "x".repeat(50_000); // over-long
              default -> "";
            });
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      if (kind == 1 && random.nextInt(4) == 0) {
        bytes = new byte[] {'a', (byte) 0xFF};
      }
      made.add(bytes);
    }
    return made;
  }

  static byte[] lines(List<byte[]> records) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (byte[] record : records) {
      text.writeBytes(record);
      text.write('\n');
    }
    return text.toByteArray();
  }

  @Test
  void textIsCutAnywhere() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 3; i++) {
      Files.write(folder.resolve("t" + i), lines(records(random, 60)));
    }
    for (DocumentUnit unit :
        List.of(DocumentUnit.FILE, DocumentUnit.LINE, DocumentUnit.BLANK_LINE)) {
      everyCutReadsTheSame(folder, unit, 100, 499, 3000);
      everyCutReadsTheSame(folder, unit, SplitMethod.HASHED_WORDS, 100, 499, 3000);
    }
  }

  /** The split of a document by its words: where it stands, and how it is written, is nothing. */
  @Test
  void wordsDecideWhereverADocumentStands() throws IOException {
    Path lines = Files.createDirectories(folder.resolve("lines"));
    Path files = Files.createDirectories(folder.resolve("files"));
    Path rows = Files.createDirectories(folder.resolve("rows"));
    Path paragraphs = Files.createDirectories(folder.resolve("paragraphs"));
    StringBuilder all = new StringBuilder();
    StringBuilder json = new StringBuilder();
    StringBuilder parted = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      String number = Long.toString(new Random(i).nextLong() >>> 20, 36);
      all.append("Say  \u00ABit ").append(number).append("\u00BB, once!\n");
      json.append("{\"text\":\"say it\\n").append(number).append(" ONCE\"}\n");
      parted.append("say IT\n").append(number).append(" -- once...\n\n");
      Files.writeString(
          files.resolve(String.format(java.util.Locale.ROOT, "f%03d", i)),
          "say it\n" + number + "\nonce\n");
    }
    Files.writeString(lines.resolve("t"), all);
    Files.writeString(rows.resolve("t.jsonl"), json);
    Files.writeString(paragraphs.resolve("t"), parted);
    List<Object> byLine = ofDocuments(source(lines, DocumentUnit.LINE), 200);
    assertThat(byLine).hasSize(40).contains(Split.TRAIN, Split.VALID, Split.TEST);
    assertThat(ofDocuments(source(rows, DocumentUnit.RECORD), 300)).isEqualTo(byLine);
    assertThat(ofDocuments(source(paragraphs, DocumentUnit.BLANK_LINE), 100)).isEqualTo(byLine);
    assertThat(ofDocuments(source(files, DocumentUnit.FILE), 13)).isEqualTo(byLine);
    assertThat(ofDocuments(source(files, DocumentUnit.FILE), WHOLE)).isEqualTo(byLine);
  }

  /** The split of each document, every token of which must have it. */
  private static List<Object> ofDocuments(CorpusSource source, long rangeBytes) throws IOException {
    CorpusPlan plan = plan(source, rangeBytes);
    List<Object> told = read(source, plan, SplitMethod.HASHED_WORDS).splits();
    List<Object> found = new ArrayList<>();
    int at = 0;
    for (CorpusRange range : plan.ranges()) {
      try (RangeScanner scanner =
          new RangeScanner(
              CONF,
              source,
              TextRules.of(TokenizerKind.WHITESPACE),
              SplitMethod.HASHED_WORDS,
              DocumentFields.NONE,
              range,
              n -> {})) {
        while (scanner.hasNext()) {
          if (scanner.next() instanceof LocalBlock block) {
            int next = 0;
            int[] starts = block.documentStarts();
            for (int i = 0; i < block.size(); i++, at++) {
              if (next < starts.length && starts[next] == i) {
                found.add(told.get(at));
                next++;
              }
              assertThat(told.get(at)).isEqualTo(found.get(found.size() - 1));
            }
          }
        }
      }
    }
    return found;
  }

  static void parquet(Path file, List<byte[]> rows, long groupBytes) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType("message m { optional int32 n; optional binary text; }");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withConf(CONF)
            .withType(schema)
            .withRowGroupSize(groupBytes)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .build()) {
      for (byte[] row : rows) {
        SimpleGroup group = new SimpleGroup(schema);
        group.add("n", row.length);
        if (row.length > 0) {
          group.add("text", Binary.fromConstantByteArray(row));
        }
        writer.write(group);
      }
    }
  }

  /** Some have a line feed in them; an empty one has no value. */
  private static List<byte[]> rows(Random random, int rows) {
    List<byte[]> made = records(random, rows);
    for (int i = 1; i < rows; i++) {
      if (random.nextInt(8) == 0) {
        made.set(i, lines(List.of(made.get(i), made.get(i - 1))));
      }
    }
    return made;
  }

  @Test
  void parquetIsCutAtRowGroups() throws IOException {
    Random random = new Random(2);
    parquet(folder.resolve("a.parquet"), rows(random, 600), 4000);
    parquet(folder.resolve("b.parquet"), rows(random, 40), 4000);
    parquet(folder.resolve("c.parquet"), rows(random, 250), 4000);
    for (DocumentUnit unit :
        List.of(
            DocumentUnit.FILE, DocumentUnit.RECORD, DocumentUnit.LINE, DocumentUnit.BLANK_LINE)) {
      everyCutReadsTheSame(folder, unit, 997, 7000);
      everyCutReadsTheSame(folder, unit, SplitMethod.HASHED_WORDS, 3000);
    }
  }

  /** A task has the rows of its piece, not those of the file. */
  @Test
  void aLargeParquetFileIsManyTasks() throws IOException {
    parquet(folder.resolve("a.parquet"), rows(new Random(3), 2000), 4000);
    CorpusSource source = source(folder, DocumentUnit.RECORD);
    int withRows = 0;
    for (CorpusRange range : plan(source, 5000).ranges()) {
      RangeSummary summary =
          RangeLines.read(CONF, source, range, new long[1], new Lines(), n -> {});
      assertThat(summary.records()).isLessThan(500);
      withRows += summary.records() > 0 ? 1 : 0;
    }
    assertThat(withRows).isGreaterThan(8);
  }

  /** A file that cannot be read is one, however many pieces it has. */
  @Test
  void anUnreadableParquetFileIsToldOfOnce() throws IOException {
    Path file = folder.resolve("a.parquet");
    parquet(file, rows(new Random(4), 500), 4000);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 7] = (byte) 0xFF; // of the footer's length
    Files.write(file, bytes);
    CorpusSource source = source(folder, DocumentUnit.RECORD);
    Reading cut = read(source, plan(source, 2000));
    assertThat(cut.bad().get(BadKind.UNREADABLE_FILE.index())).isEqualTo(1);
    isSame(cut, read(source, plan(source, WHOLE)), "unreadable");
  }
}
