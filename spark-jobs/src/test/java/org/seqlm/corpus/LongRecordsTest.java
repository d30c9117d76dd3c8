package org.seqlm.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.corpus.file.LineCut;
import org.seqlm.corpus.file.LineReader;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.corpus.plan.LongRecords;

/** Lines that are too long, cut between sentences. */
class LongRecordsTest {
  @TempDir Path folder;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The parts of lines, each with its offset and place; over-long ones as {@code !}. */
  private static List<String> parts(String text, int maxBytes) throws IOException {
    List<String> parts = new ArrayList<>();
    try (LineReader reader =
        new LineReader(new ByteArrayInputStream(utf8(text)), 0, maxBytes, Long.MAX_VALUE)) {
      reader.cutBy(new LineCut());
      while (reader.next()) {
        parts.add(
            reader.offset()
                + "/"
                + reader.part()
                + (reader.terminated() ? ":" : ";")
                + (reader.overLong()
                    ? "!"
                    : new String(
                        reader.bytes(),
                        reader.from(),
                        reader.to() - reader.from(),
                        StandardCharsets.UTF_8)));
      }
    }
    return parts;
  }

  @Test
  void linesAreCutBehindSentencesElseWhiteSpace() throws IOException {
    assertThat(parts("One two. Three four. Five six\nb\n", 24))
        .containsExactly("0/0;One two. Three four. ", "21/1:Five six", "30/0:b");
    assertThat(parts("one two three four five six", 16))
        .containsExactly("0/0;one two three ", "14/1;four five six");
    // 8 characters of three bytes; sentences end with U+3002.
    assertThat(parts("今天好。明天好。后天好。", 30)).containsExactly("0/0;今天好。明天好。", "24/1;后天好。");
    // "z.B." is German for "e.g."; where no other sentence ends, it is better than white space.
    assertThat(parts("Er mag Obst. Saft, z.B. Birnen, auch.", 30))
        .containsExactly("0/0;Er mag Obst. Saft, z.B. ", "24/1;Birnen, auch.");
    assertThat(parts("Er mag Obst. Mehr z.B. Birnen, auch.", 23))
        .containsExactly("0/0;Er mag Obst. ", "13/1;Mehr z.B. Birnen, auch.");
    assertThat(parts("a b\n", 3)).containsExactly("0/0:a b");
    assertThat(parts("a b c ", 6)).containsExactly("0/0;a b c ");
  }

  @Test
  void whatCanBeCutNowhereIsTold() throws IOException {
    assertThat(parts("xxxxxxxxxxxxxxxxxxxxxxx y\nz\n", 16)).containsExactly("0/0:!", "26/0:z");
    assertThat(parts("aaaaa bbbbb ccc dddddddddddddddddddd\nz", 16))
        .containsExactly("0/0;aaaaa bbbbb ccc ", "16/1:!", "37/0;z");
  }

  /** Whatever the text, its parts are the text, no longer than the bound, whole code points. */
  @Test
  void partsMakeTheLine() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    String alphabet = "ab. é漢。😀 ?!\"م\u061F";
    for (int i = 0; i < 300; i++) {
      StringBuilder line = new StringBuilder();
      for (int n = random.nextInt(4000); n > 0; n--) {
        int at = random.nextInt(alphabet.codePointCount(0, alphabet.length()));
        line.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, at)));
      }
      int most = random.nextInt(64, 900);
      List<String> parts = parts(line + "\nend", most);
      StringBuilder whole = new StringBuilder();
      for (String part : parts.subList(0, parts.size() - 1)) {
        String text = part.substring(part.indexOf('/') + 1).replaceFirst("^\\d+[:;]", "");
        assertThat(utf8(text).length).isLessThanOrEqualTo(most);
        whole.append(text);
      }
      assertThat(whole.toString()).isEqualTo(line.toString());
    }
  }

  private static CorpusSource source(Path file, LongRecords longRecords, DocumentUnit document) {
    return new CorpusSource(
        List.of(file.toString()),
        CorpusFormat.AUTO,
        "text",
        document,
        BadRecordLimits.DEFAULT,
        24,
        longRecords,
        CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
  }

  /** Lines as RECORD.LINE, documents as |, then what the summary says. */
  private List<String> read(
      String name, String text, LongRecords longRecords, DocumentUnit document) throws IOException {
    Path file = Files.write(folder.resolve(name), utf8(text));
    CorpusSource source = source(file, longRecords, document);
    Configuration conf = new Configuration(false);
    List<String> told = new ArrayList<>();
    RangeSummary summary =
        RangeLines.read(
            conf,
            source,
            CorpusPlan.of(conf, source).ranges().get(0),
            new long[1],
            new RangeLines.Sink() {
              @Override
              public void startPiece(CorpusFile from, boolean goesOn) {}

              @Override
              public void startDocument() {
                told.add("|");
              }

              @Override
              public void line(
                  byte[] utf8, int from, int to, boolean terminated, long record, long line) {
                told.add(
                    record
                        + "."
                        + line
                        + (terminated ? ":" : ";")
                        + new String(utf8, from, to - from, StandardCharsets.UTF_8));
              }

              @Override
              public void endPiece(boolean goesOn) {}
            },
            n -> {});
    told.add(
        summary.records()
            + " records, "
            + summary.split()
            + " split, "
            + summary.bad(BadKind.OVER_LONG)
            + " over-long");
    return told;
  }

  @Test
  void partsAreLinesOfOneRecord() throws IOException {
    String text = "One two. Three four. Five six.\nb\n";
    assertThat(read("a.txt", text, LongRecords.SPLIT, DocumentUnit.LINE))
        .containsExactly(
            "|",
            "1.1;One two. Three four. ",
            "1.2:Five six.",
            "|",
            "2.1:b",
            "2 records, 1 split, 0 over-long");
    assertThat(read("a.txt", text, LongRecords.DROP, DocumentUnit.LINE))
        .containsExactly("|", "2.1:b", "2 records, 0 split, 1 over-long");
  }

  @Test
  void linesOfRecordsAreCutWhereTheRecordIsHeld() throws IOException {
    String text =
        "{\"text\": \"short\\nOne two. Three four. Five six.\\nend\"}\n"
            + "{\"text\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}\n"
            + "{\"text\": \"a\", \"more\": \""
            + "x".repeat(400)
            + "\"}\n{\"text\": \"b\"}\n";
    assertThat(read("a.jsonl", text, LongRecords.SPLIT, DocumentUnit.AUTO))
        .containsExactly(
            "|",
            "1.1:short",
            "1.2;One two. Three four. ",
            "1.3:Five six.",
            "1.4:end",
            "|",
            "4.1:b",
            "4 records, 1 split, 2 over-long");
    assertThat(read("a.jsonl", text, LongRecords.DROP, DocumentUnit.AUTO))
        .containsExactly("|", "4.1:b", "4 records, 0 split, 3 over-long");
  }
}
