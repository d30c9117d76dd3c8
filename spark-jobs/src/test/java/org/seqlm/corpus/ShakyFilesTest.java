package org.seqlm.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ShakyStore;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.file.PackedPiece;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/** An error that may pass is no damage, whatever library it passes through. */
public class ShakyFilesTest {
  private static final Configuration CONF = ShakyStore.configuration();

  /** A file of each kind that is read by a library of its own. */
  public static final List<String> NAMES =
      List.of("a.txt", "a.jsonl", "a.txt.gz", "a.txt.bz2", "a.txt.zst", "a.jsonl.xz", "a.parquet");

  @TempDir private Path folder;

  @AfterEach
  void still() {
    ShakyStore.fail(0, 0, IOException::new);
  }

  /** Text of 3,000 lines that packs badly: it takes several reads. */
  public static Path write(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    StringBuilder text = new StringBuilder();
    boolean json = name.contains("json");
    long seed = 7;
    MessageType schema = MessageTypeParser.parseMessageType("message m { optional binary text; }");
    // One of its own: another test's may be kept whose settings are gone.
    Configuration own = new Configuration();
    own.setBoolean("fs.file.impl.disable.cache", true);
    try (ParquetWriter<Group> rows =
        ExampleParquetWriter.builder(
                new org.apache.hadoop.fs.Path(folder.resolve("rows.parquet").toUri()))
            .withConf(own)
            .withType(schema)
            .withRowGroupSize(15_000L)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .build()) {
      for (int i = 0; i < 3000; i++) {
        seed = seed * 6364136223846793005L + 1442695040888963407L;
        String line = Long.toString(seed >>> 1, 36) + " " + Long.toString(seed >>> 9, 36);
        text.append(json ? "{\"text\":\"" + line + "\"}\n" : line + "\n");
        SimpleGroup row = new SimpleGroup(schema);
        row.add("text", line);
        rows.write(row);
      }
    }
    if (name.endsWith("parquet")) {
      return Files.move(folder.resolve("rows.parquet"), file);
    }
    try (OutputStream out = Compression.ofName(name).pack(Files.newOutputStream(file))) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private static CorpusSource source(Path file) {
    return CorpusSource.of(List.of(ShakyStore.name(file)));
  }

  /** What a task makes of a file's one range, as far as it can be compared. */
  private static RangeSummary scan(Path file, CorpusRange range) {
    try (RangeScanner scanner =
        new RangeScanner(
            CONF,
            source(file),
            TextRules.of(TokenizerKind.WHITESPACE),
            SplitMethod.HASHED,
            DocumentFields.NONE,
            range,
            n -> {})) {
      RangeSummary summary = null;
      while (scanner.hasNext()) {
        if (scanner.next() instanceof RangeSummary last) {
          summary = last;
        }
      }
      return summary;
    }
  }

  private static CorpusRange range(Path file) throws IOException {
    return CorpusPlan.of(CONF, source(file), 1 << 24).ranges().get(0);
  }

  private static void isWhole(RangeSummary read, RangeSummary calm) {
    assertThat(read.bad(BadKind.UNREADABLE_FILE)).isZero();
    assertThat(read.records()).isEqualTo(3000).isEqualTo(calm.records());
    assertThat(read.tokens()).isEqualTo(calm.tokens());
    assertThat(read.fingerprint()).isEqualTo(calm.fingerprint());
  }

  /** Wherever a call fails, the task does, and with it nothing else: the next attempt reads all. */
  @Test
  void everyCallMayFailOnce() throws IOException {
    List<Function<String, Exception>> failures =
        List.of(
            SocketTimeoutException::new,
            IOException::new,
            EOFException::new, // of a connection: "Premature EOF"
            IllegalStateException::new); // as clients of stores throw
    for (String name : NAMES) {
      Path file = write(folder, name);
      ShakyStore.fail(0, 0, IOException::new);
      RangeSummary calm = scan(file, range(file));
      int calls = ShakyStore.calls();
      assertThat(calls).as(name).isGreaterThanOrEqualTo(3);
      isWhole(calm, calm);
      for (int n = 0; n < calls; n++) {
        Function<String, Exception> failure = failures.get(n % failures.size());
        ShakyStore.fail(n, n + 1, failure);
        try {
          // What was over when it failed may do without that call.
          isWhole(scan(file, range(file)), calm);
          assertThat(n).as("the last calls of %s", name).isGreaterThan(calls - 3);
        } catch (UncheckedIOException | IllegalStateException e) {
          Throwable cause = e instanceof UncheckedIOException io ? io.getCause() : e;
          assertThat(cause)
              .as("call %d of %s", n, name)
              .isExactlyInstanceOf(failure.apply("").getClass())
              .hasMessage("Connection reset");
        }
        isWhole(scan(file, range(file)), calm);
      }
    }
  }

  /** What is wrong with the bytes stays wrong, and is told with its reason. */
  @Test
  void aDamagedParquetFileIsUnreadable() throws IOException {
    Path file = write(folder, "a.parquet");
    CorpusRange range = range(file);
    byte[] whole = Files.readAllBytes(file);
    for (int cut : new int[] {0, 3, 11, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, cut));
      assertThat(scan(file, range).bad(BadKind.UNREADABLE_FILE)).as("%d bytes", cut).isEqualTo(1);
    }
    // A footer that is longer than the file; a page that is none.
    for (int at : new int[] {whole.length - 8, whole.length - 5, 4}) {
      byte[] damaged = whole.clone();
      damaged[at] = (byte) 0xFF;
      damaged[at + 1] = (byte) 0xFF;
      Files.write(file, damaged);
      assertThat(scan(file, range).bad(BadKind.UNREADABLE_FILE)).as("at %d", at).isEqualTo(1);
    }
    // The middle of it is missing: its footer points past its end.
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(0);
      out.write(whole, 0, 4);
      int footer = (whole[whole.length - 8] & 0xFF) | (whole[whole.length - 7] & 0xFF) << 8;
      out.write(whole, whole.length - 8 - footer, footer + 8);
    }
    assertThat(scan(file, range).bad(BadKind.UNREADABLE_FILE)).isEqualTo(1);
    Files.delete(file);
    assertThat(scan(file, range).bad(BadKind.UNREADABLE_FILE)).isEqualTo(1);
  }

  /** The records before a piece are counted by themselves. */
  @Test
  void countingRecordsFailsAndSucceedsLikewise() throws IOException {
    Path file = write(folder, "a.txt");
    CorpusRange.Piece piece =
        CorpusPlan.of(CONF, source(file), 15_000).ranges().get(1).pieces().get(0);
    assertThat(piece.from()).isEqualTo(15_000);
    long calm = RangeLines.records(CONF, piece);
    ShakyStore.fail(0, 1, SocketTimeoutException::new);
    assertThatThrownBy(() -> RangeLines.records(CONF, piece))
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(RangeLines.records(CONF, piece)).isEqualTo(calm).isGreaterThan(200);
    Files.delete(file);
    assertThat(RangeLines.records(CONF, piece)).isZero();
  }

  /** So is finding which text a piece of a packed file holds. */
  @Test
  void findingTheTextOfAPieceFailsAndSucceedsLikewise() throws IOException {
    Path file = write(folder, "a.txt.bz2");
    for (CorpusRange range : CorpusPlan.of(CONF, source(file), 30_000).packedParts().ranges()) {
      CorpusRange.Piece piece = range.pieces().get(0);
      ShakyStore.fail(0, 0, IOException::new);
      PackedPiece calm = PackedPieces.read(CONF, source(file), piece, n -> {});
      assertThat(calm.lineFeeds()).isEqualTo(piece.from() == 0 ? 3000 : 0);
      int calls = ShakyStore.calls();
      for (int n = 0; n < calls; n++) {
        ShakyStore.fail(n, n + 1, SocketTimeoutException::new);
        try {
          assertThat(PackedPieces.read(CONF, source(file), piece, ignored -> {}).bytes())
              .isEqualTo(calm.bytes());
          assertThat(n).isGreaterThan(calls - 3);
        } catch (SocketTimeoutException e) {
          assertThat(e).hasMessage("Connection reset");
        }
      }
    }
  }
}
