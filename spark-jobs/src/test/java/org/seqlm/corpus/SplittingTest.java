package org.seqlm.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
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
import org.seqlm.corpus.file.BgzfMembers;
import org.seqlm.corpus.file.Bzip2Blocks;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.file.PackedPiece;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/** However files are cut, what is read of them is what is read of them whole. */
class SplittingTest {
  private static final Configuration CONF = new Configuration();
  private static final long WHOLE = Long.MAX_VALUE / 4;

  @TempDir private Path folder;

  /**
   * All that can be told of what was read.
   *
   * @param lines with their documents' starts and their records' places
   * @param splits of the tokens, in their order
   */
  private record Reading(
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

  private static CorpusSource source(Path input, DocumentUnit document) {
    return new CorpusSource(
        List.of(input.toString()),
        CorpusFormat.AUTO,
        "text",
        document,
        BadRecordLimits.DEFAULT,
        3000,
        CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
  }

  private static CorpusPlan plan(CorpusSource source, long rangeBytes) throws IOException {
    CorpusPlan plan = CorpusPlan.of(CONF, source, rangeBytes);
    List<PackedPiece> parts = new ArrayList<>();
    for (CorpusRange range : plan.packedParts().ranges()) {
      for (CorpusRange.Piece piece : range.pieces()) {
        parts.add(PackedPieces.read(CONF, source, piece, n -> {}));
      }
    }
    return plan.with(parts);
  }

  private static Reading read(CorpusSource source, CorpusPlan plan) throws IOException {
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
          new RangeScanner(CONF, source, TextRules.of(TokenizerKind.WHITESPACE), range, n -> {})) {
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
            new SplitRules(SplitMethod.HASHED, 0.5, 0.25, 0.25),
            3,
            source.document(),
            scanned,
            before);
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
  private void everyCutReadsTheSame(DocumentUnit document, long... rangeBytes) throws IOException {
    CorpusSource source = source(folder, document);
    Reading whole = read(source, plan(source, WHOLE));
    assertThat(whole.records()).isPositive();
    for (long bytes : rangeBytes) {
      CorpusPlan plan = plan(source, bytes);
      assertThat(plan.ranges().size()).isGreaterThan(1);
      isSame(read(source, plan), whole, document + " by " + bytes + " bytes");
    }
  }

  /** Tells the first difference only. */
  private static void isSame(Reading cut, Reading whole, String how) {
    for (int i = 0; i < Math.min(cut.lines.size(), whole.lines.size()); i++) {
      assertThat(cut.lines.get(i)).as("%s, line %d", how, i).isEqualTo(whole.lines.get(i));
    }
    assertThat(cut.lines).as(how).hasSameSizeAs(whole.lines);
    assertThat(cut.splits.equals(whole.splits)).as("%s, splits", how).isTrue();
    assertThat(cut.rest()).as(how).isEqualTo(whole.rest());
  }

  /** Of lines of all lengths, some blank, some bad, some with a line feed in them. */
  private static List<byte[]> records(Random random, int records) {
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
      } else if (kind == 2 && random.nextInt(4) == 0) {
        text.append("x ".repeat(1501)); // over-long
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      if (kind == 1 && random.nextInt(4) == 0) {
        bytes = new byte[] {'a', (byte) 0xFF};
      }
      made.add(bytes);
    }
    return made;
  }

  private static byte[] lines(List<byte[]> records) {
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
      everyCutReadsTheSame(unit, 100, 499, 3000);
    }
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
      everyCutReadsTheSame(unit, 997, 7000);
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

  /** Blocks of 100 kB that pack to about 60 kB, of several streams, one of them empty. */
  private static byte[] bzip2(Random random, byte[] text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    int from = 0;
    while (from < text.length) {
      int to = Math.min(text.length, from + 50_000 + random.nextInt(250_000));
      try (OutputStream out = new BZip2CompressorOutputStream(packed, 1)) {
        out.write(text, from, to - from);
      }
      packed.writeBytes(Compression.BZIP2.packed(new byte[0]));
      from = to;
    }
    return packed.toByteArray();
  }

  private static byte[] largeText(Random random, int records, boolean json) {
    List<byte[]> made = new ArrayList<>();
    for (byte[] record : records(random, records)) {
      String text = new String(record, StandardCharsets.UTF_8);
      made.add(
          json && random.nextInt(20) > 0
              ? ("{\"text\": \"" + text + "\"}").getBytes(StandardCharsets.UTF_8)
              : record);
    }
    byte[] lines = lines(made);
    return random.nextBoolean() ? lines : Arrays.copyOf(lines, lines.length - 1);
  }

  @Test
  void bzip2IsCutAtBlocks() throws IOException {
    Random random = new Random(5);
    Files.write(folder.resolve("a.txt.bz2"), bzip2(random, largeText(random, 2500, false)));
    Files.write(folder.resolve("b.jsonl.bz2"), bzip2(random, largeText(random, 1500, true)));
    Files.writeString(folder.resolve("c.txt"), "one\ntwo\n");
    for (DocumentUnit unit :
        List.of(DocumentUnit.FILE, DocumentUnit.LINE, DocumentUnit.BLANK_LINE)) {
      everyCutReadsTheSame(unit, 21_000);
    }
    everyCutReadsTheSame(DocumentUnit.RECORD, 9_000);
  }

  /** A line is longer than a block, a block ends with a line or lies in one. */
  @Test
  void linesMayHaveManyBlocks() throws IOException {
    Random random = new Random(6);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (String part :
        List.of(
            "one\n", "two", "\n", "\n", " ", "", "three ", "four ", "five\nsix", "\n", "seven")) {
      packed.writeBytes(Compression.BZIP2.packed(part.getBytes(StandardCharsets.UTF_8)));
    }
    Files.write(folder.resolve("a.bz2"), packed.toByteArray());
    for (DocumentUnit unit :
        List.of(DocumentUnit.FILE, DocumentUnit.LINE, DocumentUnit.BLANK_LINE)) {
      everyCutReadsTheSame(unit, 1, 2, 3, 17, 40, 100);
    }
  }

  /** Wherever a file is damaged, or breaks off, it is told of once, and what is before is read. */
  @Test
  void damageIsToldOfOnce() throws IOException {
    Random random = new Random(7);
    Path file = folder.resolve("a.bz2");
    byte[] text = lines(records(random, 8));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (int i = 0; i < 5; i++) {
      packed.writeBytes(
          Compression.BZIP2.packed(
              Arrays.copyOfRange(text, i * text.length / 5, (i + 1) * text.length / 5)));
    }
    byte[] whole = packed.toByteArray();
    CorpusSource source = source(folder, DocumentUnit.FILE);
    int tried = 0;
    int damaged = 0;
    for (int at = 0; at < whole.length; at += 1 + random.nextInt(9)) {
      tried++;
      byte[] bytes = whole.clone();
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, at % 3 == 0 ? Arrays.copyOf(whole, at + 1) : bytes);
      long size = 60 + random.nextInt(120);
      Reading read = read(source, plan(source, WHOLE));
      isSame(read(source, plan(source, size)), read, "byte " + at + " by " + size);
      damaged += (int) (long) read.bad().get(BadKind.UNREADABLE_FILE.index());
    }
    assertThat(damaged).isGreaterThan(tried * 9 / 10);
  }

  /**
   * What a block begins with stands in it, too: a block's head has a bit for each byte, and just
   * these bytes are used.
   */
  @Test
  void whatLooksLikeABlockIsNone() throws IOException {
    StringBuilder bytes = new StringBuilder();
    int[] sixteens = {0x3141, 0x5926, 0x5359};
    for (int i = 0; i < 48; i++) {
      if ((sixteens[i / 16] & 0x8000 >>> i % 16) != 0) {
        bytes.append((char) (0x20 + i));
      }
    }
    byte[] packed = Compression.BZIP2.packed((bytes + "\n").getBytes(StandardCharsets.UTF_8));
    long first = Bzip2Blocks.find(new ByteArrayInputStream(packed), 0, packed.length);
    assertThat(first).isEqualTo(32);
    int from = 5;
    byte[] rest = Arrays.copyOfRange(packed, from, packed.length);
    assertThat(Bzip2Blocks.find(new ByteArrayInputStream(rest), from, packed.length))
        .isEqualTo(32 + 48 + 32 + 1 + 24 + 16 + 16);
    ByteArrayOutputStream three = new ByteArrayOutputStream();
    three.writeBytes(packed);
    three.writeBytes(packed);
    three.writeBytes(packed);
    Files.write(folder.resolve("a.bz2"), three.toByteArray());
    everyCutReadsTheSame(DocumentUnit.FILE, 3, 5, 17, 50);
  }

  /** As bgzip writes it, but for the size of members. */
  private static byte[] bgzip(Random random, byte[] text, int most) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (int from = 0; from <= text.length; ) {
      int length = Math.min(text.length - from, 1 + random.nextInt(most));
      Deflater deflater = new Deflater(random.nextInt(3) * 3, /* nowrap= */ true);
      deflater.setInput(text, from, length);
      deflater.finish();
      byte[] bytes = new byte[length + 1000];
      int n = deflater.deflate(bytes);
      deflater.end();
      CRC32 crc = new CRC32();
      crc.update(text, from, length);
      packed.writeBytes(
          ByteBuffer.allocate(n + 26)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(0x04088b1f)
              .putInt(0)
              .putShort((short) 0xff00)
              .putShort((short) 6)
              .putInt(0x00024342)
              .putShort((short) (n + 25))
              .put(bytes, 0, n)
              .putInt((int) crc.getValue())
              .putInt(length)
              .array());
      from += Math.max(1, length); // and a last one of nothing
    }
    return packed.toByteArray();
  }

  /** With what looks like the head of a member in its text, and as it is in stored ones. */
  @Test
  void bgzipIsCutAtMembers() throws IOException {
    Random random = new Random(8);
    List<byte[]> records = records(random, 500);
    for (int i = 7; i < records.size(); i += 31) {
      records.set(i, Arrays.copyOf(bgzip(random, new byte[] {'x'}, 1), BgzfMembers.HEAD));
    }
    byte[] packed = bgzip(random, lines(records), 3000);
    Files.write(folder.resolve("a.txt.gz"), packed);
    ByteArrayOutputStream mixed = new ByteArrayOutputStream();
    mixed.writeBytes(Arrays.copyOf(packed, packed.length));
    mixed.writeBytes(Compression.GZIP.packed(lines(records(random, 100))));
    mixed.writeBytes(packed);
    Files.write(folder.resolve("b.txt.gz"), mixed.toByteArray());
    for (DocumentUnit unit : List.of(DocumentUnit.FILE, DocumentUnit.BLANK_LINE)) {
      everyCutReadsTheSame(unit, 997, 7000);
    }
    CorpusSource source = source(folder.resolve("a.txt.gz"), DocumentUnit.LINE);
    CorpusPlan plan = plan(source, 5000);
    assertThat(filled(plan)).isGreaterThan(plan.ranges().size() - 2).isGreaterThan(5);
  }

  /** Pieces in which records may begin. */
  private static long filled(CorpusPlan plan) {
    return plan.ranges().stream()
        .flatMap(range -> range.pieces().stream())
        .filter(piece -> !piece.text().isEmpty())
        .count();
  }

  private static byte[] seekable(Random random, byte[] text, int most) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    ByteArrayOutputStream entries = new ByteArrayOutputStream();
    int frames = 0;
    for (int from = 0; from < text.length; frames++) {
      int length = Math.min(text.length - from, random.nextInt(most));
      byte[] frame = Zstd.compress(Arrays.copyOfRange(text, from, from + length));
      packed.writeBytes(frame);
      entries.writeBytes(
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(frame.length)
              .putInt(length)
              .array());
      from += length;
    }
    packed.writeBytes(
        ByteBuffer.allocate(8 + entries.size() + 9)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0x184D2A5E)
            .putInt(entries.size() + 9)
            .put(entries.toByteArray())
            .putInt(frames)
            .put((byte) 0)
            .putInt(0x8F92EAB1)
            .array());
    return packed.toByteArray();
  }

  /** Where the table is right, and where it tells of other frames than there are. */
  @Test
  void seekableZstdIsCutAtFrames() throws IOException {
    Random random = new Random(10);
    byte[] text = lines(records(random, 600));
    byte[] packed = seekable(random, text, 3000);
    Files.write(folder.resolve("a.txt.zst"), packed);
    byte[] wrong = packed.clone();
    wrong[wrong.length - 9 - 8 * 5 + 4] ^= 3; // the text of a frame
    Files.write(folder.resolve("b.txt.zst"), wrong);
    for (DocumentUnit unit : List.of(DocumentUnit.FILE, DocumentUnit.BLANK_LINE)) {
      everyCutReadsTheSame(unit, 997, 7000);
    }
    CorpusPlan plan = plan(source(folder.resolve("a.txt.zst"), DocumentUnit.LINE), 5000);
    assertThat(filled(plan)).isGreaterThan(plan.ranges().size() - 2).isGreaterThan(4);
  }

  /** Of other packed files the first piece has all. */
  @Test
  void whatCannotBeCutIsReadWhole() throws IOException {
    Random random = new Random(11);
    for (Compression packing :
        List.of(Compression.GZIP, Compression.ZSTD, Compression.XZ, Compression.BZIP2)) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      for (int i = 0; i < 3; i++) {
        packed.writeBytes(packing.packed(lines(records(random, 40))));
      }
      Files.write(folder.resolve("x" + packing.extension()), packed.toByteArray());
      // Whatever it holds, and with a table's last bytes in one.
      byte[] noise = new byte[3000];
      random.nextBytes(noise);
      Files.write(folder.resolve("noise" + packing.extension()), noise);
    }
    byte[] table = seekable(random, new byte[100], 50);
    Files.write(folder.resolve("y.zst"), Arrays.copyOfRange(table, 40, table.length));
    everyCutReadsTheSame(DocumentUnit.FILE, 300, 1000);
  }
}
