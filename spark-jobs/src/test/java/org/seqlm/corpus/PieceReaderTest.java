package org.seqlm.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.corpus.file.CompressionTest;
import org.seqlm.corpus.file.FileFinderTest;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;

/** Files that are not what their names say, or more than is wanted. */
class PieceReaderTest {
  private static final Configuration CONF = new Configuration();

  @TempDir private Path folder;

  /** What became of a file. */
  private record Read(String text, RangeSummary summary) {
    String unreadable() {
      return summary.bad(BadKind.UNREADABLE_FILE) == 0
          ? null
          : summary.firstBad(BadKind.UNREADABLE_FILE);
    }
  }

  private Read read(String name, byte[] bytes, int windowLog) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);
    CorpusSource plain = CorpusSource.of(List.of(file.toString()));
    CorpusSource source =
        new CorpusSource(
            plain.paths(),
            plain.format(),
            plain.textField(),
            plain.document(),
            plain.badRecords(),
            plain.maxRecordBytes(),
            windowLog);
    CorpusRange range = CorpusPlan.of(CONF, source).ranges().get(0);
    StringBuilder text = new StringBuilder();
    RangeSummary summary =
        RangeLines.read(
            CONF, source, range, new long[1], new FileFinderTest.Collecting(text), n -> {});
    return new Read(text.toString(), summary);
  }

  private Read read(String name, byte[] bytes) throws IOException {
    return read(name, bytes, CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
  }

  /** Packs bytes. */
  private interface Packing {
    OutputStream into(OutputStream out) throws IOException;
  }

  private static byte[] pack(Packing packing, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = packing.into(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** Wherever a file of two members is cut but between them, the cut shows. */
  private void everyCutShows(String name, Packing packing) throws IOException {
    byte[] first = pack(packing, "one\ntwo\n");
    byte[] both = join(first, pack(packing, "three\n"));
    Read whole = read(name, both);
    assertThat(whole.unreadable()).isNull();
    assertThat(whole.text()).isEqualTo("one\ntwo\nthree\n");
    for (int length = 0; length < both.length; length++) {
      Read cut = read(name, Arrays.copyOf(both, length));
      if (length == first.length) {
        assertThat(cut.text()).isEqualTo("one\ntwo\n");
      } else {
        assertThat(cut.unreadable()).as("%s cut at %d", name, length).contains(name);
      }
    }
  }

  @Test
  void whatIsCutIsUnreadable() throws IOException {
    everyCutShows("x.bz2", BZip2CompressorOutputStream::new);
    everyCutShows("x.gz", GZIPOutputStream::new);
    everyCutShows("x.zst", out -> new ZstdOutputStream(out).setChecksum(true));
    everyCutShows("x.zst", out -> new ZstdOutputStream(out).setChecksum(false));
  }

  /**
   * Of all kinds of blocks and sizes; some frames tell their length, and some are to be skipped.
   */
  @Test
  void zstdFramesAreFollowedToTheirEnds() throws IOException {
    Random random = new Random(3);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      String part = line(random, i % 3 == 0 ? 300_000 : 1 << i, i % 2 == 0 ? 1 : 26);
      text.append(part);
      byte[] plain = part.getBytes(StandardCharsets.UTF_8);
      bytes.write(
          i % 4 < 2 ? Zstd.compress(plain) : pack(out -> new ZstdOutputStream(out, 9), part));
      bytes.write(new byte[] {0x5A, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 'n', 'o'});
    }
    byte[] all = bytes.toByteArray();
    assertThat(read("x.zst", all).text()).isEqualTo(text.toString());
    for (int cut = 1; cut < 10; cut++) {
      assertThat(read("x.zst", Arrays.copyOf(all, all.length - cut)).unreadable()).isNotNull();
    }
  }

  private static String line(Random random, int length, int letters) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < length; i++) {
      line.append((char) ('a' + random.nextInt(letters)));
    }
    return line.append('\n').toString();
  }

  /** Blocks of 100 kB. */
  @Test
  void aBzip2FileOfManyBlocksIsCheckedToItsEnd() throws IOException {
    StringBuilder text = new StringBuilder();
    Random random = new Random(1);
    while (text.length() < 250_000) {
      text.append(Long.toString(random.nextLong(), 36)).append('\n');
    }
    byte[] whole = pack(out -> new BZip2CompressorOutputStream(out, 1), text.toString());
    assertThat(read("x.bz2", whole).text()).isEqualTo(text.toString());
    assertThat(read("x.bz2", Arrays.copyOf(whole, whole.length * 7 / 10)).unreadable()).isNotNull();
    // The checksum of the whole is what the file ends with, but for less than a byte.
    byte[] flipped = whole.clone();
    flipped[whole.length - 3] ^= 0x10;
    assertThat(read("x.bz2", flipped).unreadable()).isNotNull();
    assertThat(read("x.bz2", "no bzip2 file\n".getBytes(StandardCharsets.UTF_8)).unreadable())
        .isNotNull();
  }

  @Test
  void aLargeXzDictionaryIsNoDamage() throws IOException {
    assumeThat(Runtime.getRuntime().maxMemory()).isLessThan(6L << 30);
    assertThat(read("x.xz", CompressionTest.xzOfALargeDictionary()).unreadable())
        .contains("it takes 1,53")
        .contains("give spark.driver.memory and spark.executor.memory more");
  }

  @Test
  void aLargeZstdWindowIsASetting() throws IOException {
    byte[] wide = pack(out -> new ZstdOutputStream(out).setLong(21), "one\n");
    assertThat(read("x.zst", wide, 20).unreadable())
        .contains("its zstd window is larger than 2^20 bytes: raise input.max-zstd-window-log");
    assertThat(read("x.zst", wide, 21).text()).isEqualTo("one\n");
  }

  @Test
  void whatNobodyWantsMayHoldAnything() throws IOException {
    String lines =
        """
        {"a": NaN, "b": [-Infinity, Infinity], "text": "one"}
        {"a": %s, "text": "two"}
        {"a": %s, "text": "three"}
        {"a": -0.%s, "text": "four"}
        {"text": NaN}
        {"text": null}
        null
        """
            .formatted("1".repeat(1001), "[".repeat(1100) + "]".repeat(1100), "5".repeat(2000));
    Read read = read("x.jsonl", lines.getBytes(StandardCharsets.UTF_8));
    assertThat(read.text()).isEqualTo("one\ntwo\nthree\nfour\n");
    assertThat(read.summary().bad(BadKind.MISSING_FIELD)).isEqualTo(2);
    assertThat(read.summary().bad(BadKind.BAD_JSON)).isEqualTo(1);
  }

  @Test
  void aCodecOfParquetThatIsNotThereIsNamed() throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType("message m { required binary text (STRING); }");
    Path file = folder.resolve("10:00.parquet");
    Path written = folder.resolve("written.parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(written.toUri()))
            .withConf(CONF)
            .withType(schema)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .build()) {
      writer.write(new SimpleGroupFactory(schema).newGroup().append("text", "one"));
    }
    byte[] bytes = Files.readAllBytes(written);
    assertThat(read(file.getFileName().toString(), bytes).text()).isEqualTo("one\n");
    // In the footer: the column's path, then its codec in Thrift's compact form.
    byte[] snappy = {'t', 'e', 'x', 't', 0x15, 2};
    int at = bytes.length - snappy.length;
    while (!Arrays.equals(bytes, at, at + snappy.length, snappy, 0, snappy.length)) {
      at--;
    }
    bytes[at + snappy.length - 1] = 8;
    assertThat(read(file.getFileName().toString(), bytes).unreadable())
        .contains("its column text is compressed with BROTLI, which this Spark does not know");
  }
}
