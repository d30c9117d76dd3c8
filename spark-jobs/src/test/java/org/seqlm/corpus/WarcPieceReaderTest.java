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
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;

/** Web archives as Common Crawl writes them, and as they arrive. */
class WarcPieceReaderTest {
  private static final String WET_HEAD = "text/plain";

  @TempDir Path folder;
  private String[] firstBad;

  private static byte[] record(String type, String contentType, byte[] body) {
    String head =
        "WARC/1.0\r\nWARC-Type: "
            + type
            + "\r\nWARC-Target-URI: http://example.org/é?a=\"b\"\r\n"
            + "WARC-Date: 2026-01-02T03:04:05Z\r\n"
            + "WARC-Record-ID: <urn:uuid:6c30a2a0-1234-4c6e-9d3a-000000000001>\r\n"
            + "WARC-Identified-Content-Language: eng\r\nContent-Type: "
            + contentType
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    return concat(
        head.getBytes(StandardCharsets.UTF_8), body, "\r\n\r\n".getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] record(String type, String contentType, String body) {
    return record(type, contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] http(String head, byte[] payload) {
    return record(
        "response",
        "application/http; msgtype=response",
        concat(("HTTP/1.1 200 OK\r\n" + head + "\r\n").getBytes(StandardCharsets.UTF_8), payload));
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** What a file holds: its lines with record and place, and what was left out. */
  private List<String> lines(Path file, int maxRecordBytes, Map<String, Long> leftOut)
      throws IOException {
    CorpusSource source =
        new CorpusSource(
            List.of(file.toString()),
            CorpusFormat.AUTO,
            "text",
            DocumentUnit.AUTO,
            new BadRecordLimits(1, 1),
            maxRecordBytes,
            CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
    List<String> found = new ArrayList<>();
    CorpusPlan plan = CorpusPlan.of(new Configuration(), source, 100);
    assertThat(plan.ranges()).hasSize(1);
    RangeSummary summary =
        RangeLines.read(
            new Configuration(),
            source,
            plan.ranges().get(0),
            new long[] {0},
            new RangeLines.Sink() {
              @Override
              public void startPiece(CorpusFile of, boolean goesOn) {
                assertThat(of.format()).isEqualTo(CorpusFormat.WARC);
              }

              @Override
              public boolean keepsRecords() {
                return true;
              }

              @Override
              public void record(KeptRecord record) {
                KeptRecord.Json json = (KeptRecord.Json) record;
                assertThat(json.fields()).containsExactly("url", "date", "id", "language", "text");
                assertThat(new String(json.line(), StandardCharsets.UTF_8))
                    .startsWith(
                        "{\"url\":\"http://example.org/é?a=\\\"b\\\"\","
                            + "\"date\":\"2026-01-02T03:04:05Z\",\"id\":\"<urn:uuid:");
              }

              @Override
              public void startDocument() {
                found.add("--");
              }

              @Override
              public void line(
                  byte[] utf8, int from, int to, boolean terminated, long record, long line) {
                String text = new String(utf8, from, to - from, StandardCharsets.UTF_8);
                found.add(record + "." + line + " " + text);
              }

              @Override
              public void endPiece(boolean goesOn) {
                assertThat(goesOn).isFalse();
              }
            },
            n -> {});
    leftOut.clear();
    leftOut.putAll(BadRecords.byKind(summary));
    firstBad = summary.firstBad;
    return found;
  }

  private static byte[] wet() {
    return concat(
        record("warcinfo", "application/warc-fields", "Software-Info: x\r\n"),
        record("conversion", WET_HEAD, "Un\ndeux é\n"),
        record("conversion", WET_HEAD, ""),
        record("conversion", WET_HEAD, "WARC/1.0\r\nin the text"));
  }

  /** Some writers repeat it, and WARC 1.0 let it stand in brackets. */
  @Test
  void aRecordIsFromTheFirstOfItsAddresses() throws IOException {
    byte[] one = record("conversion", WET_HEAD, "a b");
    String twice =
        new String(one, StandardCharsets.UTF_8)
            .replaceFirst(
                "WARC-Target-URI: (\\S+)",
                "WARC-Target-URI: <$1>\r\nWARC-Target-URI: http://other.example.org/");
    Path file = Files.writeString(folder.resolve("a.wet"), twice);
    Map<String, Long> left = new java.util.TreeMap<>();
    assertThat(lines(file, 1 << 20, left)).containsExactly("--", "1.1 a b");
    assertThat(left).isEmpty();
  }

  /** Each record a member, as crawls are packed; or all in one, or not packed. */
  @Test
  void conversions() throws IOException {
    Map<String, Long> left = new java.util.TreeMap<>();
    List<String> expected =
        List.of(
            "--", "2.1 Un", "2.2 deux é", "--", "3.1 ", "--", "4.1 WARC/1.0\r", "4.2 in the text");
    Path plain = Files.write(folder.resolve("a.wet"), wet());
    assertThat(lines(plain, 1 << 20, left)).isEqualTo(expected);
    assertThat(left).isEqualTo(Map.of("no-document", 1L));
    Path packed = Files.write(folder.resolve("b.warc.wet.gz"), Compression.GZIP.packed(wet()));
    assertThat(lines(packed, 1 << 20, left)).isEqualTo(expected);
    byte[] members = new byte[0];
    byte[] one = record("conversion", WET_HEAD, "a b");
    for (int i = 0; i < 40; i++) {
      members = concat(members, Compression.GZIP.packed(one));
    }
    Path file = Files.write(folder.resolve("c.warc.gz"), members);
    assertThat(lines(file, 1 << 20, left)).hasSize(80).contains("40.1 a b");
    assertThat(left).isEmpty();
  }

  @Test
  void responses() throws IOException {
    byte[] latin = "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1);
    Path file =
        Files.write(
            folder.resolve("r.warc"),
            concat(
                record("request", "application/http; msgtype=request", "GET / HTTP/1.0\r\n\r\n"),
                http("Content-Type: text/html\r\n", "<p>no".getBytes(StandardCharsets.UTF_8)),
                http("Content-Type: text/plain; charset=iso-8859-1\r\n", latin),
                http("Content-Type: text/plain\r\n", latin),
                http("Content-Type: text/plain; charset=x-none\r\n", latin),
                http(
                    "Content-Type: text/plain\r\nContent-Encoding: gzip\r\n",
                    Compression.GZIP.packed("packed".getBytes(StandardCharsets.UTF_8))),
                http("Content-Type: text/plain\r\nContent-Encoding: gzip\r\n", latin),
                record("response", "application/http; msgtype=response", "no head"),
                http("Content-Type: text/plain\r\n", new byte[101]),
                record("resource", "text/plain", "own"),
                record("metadata", "application/warc-fields", "a: b\r\n")));
    Map<String, Long> left = new java.util.TreeMap<>();
    assertThat(lines(file, 100, left))
        .containsExactly("--", "3.1 café", "--", "6.1 packed", "--", "10.1 own");
    assertThat(left)
        .isEqualTo(
            Map.of(
                "no-document",
                2L,
                "other-type",
                1L,
                "invalid-utf8",
                2L,
                "bad-warc",
                2L,
                "over-long",
                1L));
  }

  /** Records are counted from 1, as in rows of scores; what a file lacks is told. */
  @Test
  void messages() throws IOException {
    Map<String, Long> left = new java.util.TreeMap<>();
    Path file = folder.resolve("m.wet");
    byte[] third = {(byte) 0xFF};
    Files.write(
        file,
        concat(
            record("warcinfo", "application/warc-fields", "a: b\r\n"),
            record("conversion", WET_HEAD, "good"),
            record("conversion", WET_HEAD, third)));
    assertThat(lines(file, 1 << 20, left)).containsExactly("--", "2.1 good");
    assertThat(firstBad[BadKind.NO_DOCUMENT.index()]).endsWith("m.wet at record 1");
    assertThat(firstBad[BadKind.INVALID_UTF8.index()]).endsWith("m.wet at record 3");
    byte[] whole = wet();
    Files.write(file, Arrays.copyOf(whole, whole.length - 9));
    lines(file, 1 << 20, left);
    assertThat(firstBad[BadKind.UNREADABLE_FILE.index()])
        .endsWith("m.wet (it breaks off at byte " + (whole.length - 9) + ", in record 4)");
    String feeds = new String(whole, StandardCharsets.UTF_8).replace("\r\n", "\n");
    Files.writeString(file, feeds);
    lines(file, 1 << 20, left);
    assertThat(firstBad[BadKind.UNREADABLE_FILE.index()])
        .contains("its lines end with LF, but those of an archive's heads with CRLF");
  }

  /** What is whole before the damage is kept, and the file told of. */
  @Test
  void damage() throws IOException {
    byte[] whole = wet();
    Map<String, Long> left = new java.util.TreeMap<>();
    int first = record("warcinfo", "application/warc-fields", "Software-Info: x\r\n").length;
    byte[] second = record("conversion", WET_HEAD, "Un\ndeux é\n");
    for (int cut = first + 1; cut < whole.length - 4; cut += 7) {
      Path file = Files.write(folder.resolve("cut.wet"), Arrays.copyOf(whole, cut));
      List<String> lines = lines(file, 1 << 20, left);
      assertThat(lines.contains("2.2 deux é")).isEqualTo(cut >= first + second.length - 4);
      // Between two records nobody can tell.
      assertThat(left.keySet()).isSubsetOf("no-document", "unreadable-file");
    }
    Path text = Files.writeString(folder.resolve("text.warc"), "This is no archive.\n".repeat(9));
    assertThat(lines(text, 1 << 20, left)).isEmpty();
    assertThat(left).isEqualTo(Map.of("unreadable-file", 1L));
    byte[] packed = Compression.GZIP.packed(whole);
    Path broken =
        Files.write(folder.resolve("b.warc.gz"), Arrays.copyOf(packed, packed.length - 20));
    lines(broken, 1 << 20, left);
    assertThat(left).containsEntry("unreadable-file", 1L);
    Path empty = Files.write(folder.resolve("e.warc"), new byte[0]);
    assertThat(lines(empty, 1 << 20, left)).isEmpty();
    assertThat(left).isEmpty();
  }
}
