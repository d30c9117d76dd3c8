package org.seqlm.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.seqlm.corpus.SplittingTest.WHOLE;
import static org.seqlm.corpus.SplittingTest.everyCutReadsTheSame;
import static org.seqlm.corpus.SplittingTest.isSame;
import static org.seqlm.corpus.SplittingTest.lines;
import static org.seqlm.corpus.SplittingTest.plan;
import static org.seqlm.corpus.SplittingTest.read;
import static org.seqlm.corpus.SplittingTest.records;
import static org.seqlm.corpus.SplittingTest.source;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.corpus.file.BgzfMembers;
import org.seqlm.corpus.file.Bzip2Blocks;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;

/** However packed files are cut, what is read of them is what is read of them whole. */
class PackedSplittingTest {
  @TempDir private Path folder;

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
      everyCutReadsTheSame(folder, unit, 21_000);
    }
    everyCutReadsTheSame(folder, DocumentUnit.RECORD, 9_000);
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
      everyCutReadsTheSame(folder, unit, 1, 2, 3, 17, 40, 100);
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
      SplittingTest.Reading read = read(source, plan(source, WHOLE));
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
    everyCutReadsTheSame(folder, DocumentUnit.FILE, 3, 5, 17, 50);
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
    // A seed of which no look-alike of a member has one task read the rest, as it rightly may.
    Random random = new Random(11);
    List<byte[]> records = records(random, 500);
    for (int i = 7; i < records.size(); i += 31) {
      byte[] member = Arrays.copyOf(bgzip(random, lines(records.subList(i, i + 2)), 900), 999);
      // Just a head; or a whole member, with others after it that end somewhere.
      records.set(i, Arrays.copyOf(member, i % 2 == 0 ? BgzfMembers.HEAD : member.length));
    }
    byte[] packed = bgzip(random, lines(records), 3000);
    Files.write(folder.resolve("a.txt.gz"), packed);
    ByteArrayOutputStream mixed = new ByteArrayOutputStream();
    mixed.writeBytes(Arrays.copyOf(packed, packed.length));
    mixed.writeBytes(Compression.GZIP.packed(lines(records(random, 100))));
    mixed.writeBytes(packed);
    Files.write(folder.resolve("b.txt.gz"), mixed.toByteArray());
    for (DocumentUnit unit : List.of(DocumentUnit.FILE, DocumentUnit.BLANK_LINE)) {
      everyCutReadsTheSame(folder, unit, 997, 7000);
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
      everyCutReadsTheSame(folder, unit, 997, 7000);
    }
    CorpusPlan plan = plan(source(folder.resolve("a.txt.zst"), DocumentUnit.LINE), 5000);
    assertThat(filled(plan)).isGreaterThan(plan.ranges().size() - 2).isGreaterThan(4);
  }

  /** Of other packed files the first piece has all. */
  @Test
  void whatCannotBeCutIsReadWhole() throws IOException {
    // A seed of which no look-alike of a member has one task read the rest, as it rightly may.
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
    everyCutReadsTheSame(folder, DocumentUnit.FILE, 300, 1000);
  }
}
