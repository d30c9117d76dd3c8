package org.seqlm.spark.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.Shared;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.text.Alphabet;
import org.seqlm.text.ArabicLetters;
import org.seqlm.text.LetterCase;
import org.seqlm.text.Punctuation;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.text.UnicodeForm;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

class TokenizedCorpusTest {
  @TempDir Path folder;

  private static final TextRules WORDS = TextRules.of(TokenizerKind.WHITESPACE);
  private static final TextRules CHARS = TextRules.of(TokenizerKind.CHAR);

  /** What a corpus reads as. */
  private record Read(
      String text,
      List<Long> documents,
      long tokens,
      long characters,
      long lines,
      String fingerprint,
      Map<String, Long> bad,
      String vocabulary) {}

  private CorpusSource source(DocumentUnit unit, BadRecordLimits limits, int maxBytes) {
    return new CorpusSource(
        List.of(folder.toString()),
        CorpusFormat.AUTO,
        "text",
        unit,
        limits,
        maxBytes,
        CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
  }

  private CorpusSource source(DocumentUnit unit) {
    return source(unit, BadRecordLimits.DEFAULT, 1 << 20);
  }

  private CorpusSource tolerant(int maxBytes) {
    return source(DocumentUnit.AUTO, new BadRecordLimits(1, 100), maxBytes);
  }

  private static Read read(CorpusSource source, TextRules rules, long rangeBytes)
      throws IOException {
    CorpusPlan plan = CorpusPlan.of(TestSpark.context().hadoopConfiguration(), source, rangeBytes);
    try (TokenizedCorpus corpus =
        TokenizedCorpus.read(
            TestSpark.context(), plan, source, rules, VocabularyLimits.NONE, Progress.SILENT)) {
      StringBuilder text = new StringBuilder();
      List<Long> documents = new ArrayList<>();
      long offset = 0;
      int reach = 3;
      Vocabulary vocabulary = corpus.vocabulary();
      List<Integer> tokens = new ArrayList<>();
      for (TokenBlock block : corpus.blocks(reach).collect()) {
        assertThat(block.offset()).isEqualTo(offset);
        // The last tokens so far; line ends that follow each other are one, and where a document
        // begins with any of them, it begins with that one.
        List<Integer> before = new ArrayList<>();
        List<Boolean> starts = new ArrayList<>();
        for (int at = tokens.size() - 1; at >= 0; at--) {
          int id = tokens.get(at);
          boolean starting = documents.contains((long) at);
          if (!before.isEmpty() && id == before.get(0) && id == vocabulary.sentenceEnd()) {
            starts.set(0, starts.get(0) || starting);
          } else if (before.size() < reach) {
            before.add(0, id);
            starts.add(0, starting);
          } else {
            break;
          }
        }
        assertThat(block.before()).isEqualTo(before.stream().mapToInt(id -> id).toArray());
        List<Integer> early = new ArrayList<>();
        for (int start : block.documentStarts()) {
          if (start >= before.size()) {
            documents.add(offset + start - before.size());
          } else {
            early.add(start);
          }
        }
        assertThat(early)
            .isEqualTo(IntStream.range(0, starts.size()).filter(starts::get).boxed().toList());
        for (int id : block.tokens()) {
          text.append(vocabulary.token(id)).append(rules.kind() == TokenizerKind.CHAR ? "" : " ");
          tokens.add(id);
        }
        offset += block.tokens().length;
      }
      assertThat(corpus.documents()).isEqualTo(documents.size());
      assertThat(corpus.tokens()).isEqualTo(offset);
      return new Read(
          text.toString(),
          documents,
          corpus.tokens(),
          corpus.characters(),
          corpus.lines(),
          corpus.fingerprint(),
          corpus.badRecords(),
          vocabulary.fingerprint());
    }
  }

  private void write(String name, String text) throws IOException {
    write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void textInPathOrderWithHiddenFilesSkipped() throws IOException {
    write("b.txt", "b one\n\nlast without end");
    write("a/z.txt", "\uFEFFa  one\r\n");
    write("_SUCCESS", "no");
    write(".x.crc", "no");
    write("empty.txt", "");
    Read words = read(source(DocumentUnit.AUTO), WORDS, 1 << 20);
    assertThat(words.text()).isEqualTo("a one </s> b one </s> </s> last without end </s> ");
    assertThat(words.documents()).containsExactly(0L, 3L);
    // 8 of "a  one\r\n" and 23 of the other, without the byte order mark.
    assertThat(words.characters()).isEqualTo(31);
    assertThat(words.lines()).isEqualTo(4);
    Read characters = read(source(DocumentUnit.AUTO), CHARS, 1 << 20);
    assertThat(characters.text()).isEqualTo("a  one\r\nb one\n\nlast without end");
    assertThat(characters.characters()).isEqualTo(characters.tokens()).isEqualTo(31);
    assertThat(characters.lines()).isEqualTo(4);
  }

  @Test
  void nothingDependsOnTheRanges() throws IOException {
    assertNothingDependsOnTheRanges(DocumentUnit.BLANK_LINE);
  }

  @Test
  @Exhaustive
  void nothingDependsOnTheRangesOfOtherDocuments() throws IOException {
    List<DocumentUnit> others = new ArrayList<>(List.of(DocumentUnit.values()));
    others.remove(DocumentUnit.BLANK_LINE);
    assertNothingDependsOnTheRanges(others.toArray(new DocumentUnit[0]));
  }

  private void assertNothingDependsOnTheRanges(DocumentUnit... units) throws IOException {
    Random random = new Random(5);
    String[] pieces = {"a", "bc", " ", "  ", "é", "😀", ",", "\t", "\u200C", "\r"};
    StringBuilder whole = new StringBuilder();
    for (int file = 0; file < 3; file++) {
      StringBuilder text = new StringBuilder();
      for (int line = 0; line < 24; line++) {
        for (int k = random.nextInt(8); k > 0; k--) {
          text.append(pieces[random.nextInt(pieces.length)]);
        }
        if (file < 2 || line < 23) {
          text.append('\n');
        } else {
          text.append("end");
        }
      }
      whole.append(text);
      write("f" + file + ".txt", text.toString());
      write(
          "f" + file + "j.jsonl",
          "{\"text\":\"x\\n\\ny z\",\"n\":[{\"text\":1}]}\n\n{\"id\":1,\"text\":\"\"}\n");
    }
    for (DocumentUnit unit : units) {
      for (TextRules rules :
          List.of(
              WORDS,
              CHARS,
              new TextRules(
                  TokenizerKind.WORD,
                  UnicodeForm.NFC,
                  LetterCase.LOWER,
                  Alphabet.ALL,
                  ArabicLetters.PERSIAN,
                  Punctuation.KEEP))) {
        boolean thorough = unit == DocumentUnit.BLANK_LINE || unit == DocumentUnit.FILE;
        if (rules.kind() != TokenizerKind.WHITESPACE && !thorough) {
          continue;
        }
        Read one = read(source(unit), rules, 1 << 20);
        for (long range : thorough ? new long[] {29, 300} : new long[] {200}) {
          assertThat(read(source(unit), rules, range)).as(unit + " " + rules).isEqualTo(one);
        }
        if (rules.kind() == TokenizerKind.CHAR) {
          assertThat(one.text().replace("x\n\ny z\n\n", "")).isEqualTo(whole.toString());
        }
      }
    }
  }

  @Test
  void blankLinesSeparateDocuments() throws IOException {
    write("a.txt", "one\ntwo\n \t\r\n\nthree\n\nfour\n");
    for (long range : new long[] {1, 2, 3, 5, 9, 100}) {
      assertThat(read(source(DocumentUnit.BLANK_LINE), WORDS, range).documents())
          .containsExactly(0L, 6L, 9L);
    }
    assertThat(read(source(DocumentUnit.LINE), WORDS, 4).documents()).hasSize(7);
  }

  @Test
  void everyFormatReadsTheSame() throws Exception {
    String text = "one two\nthree\n";
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    write("a.txt", utf8);
    Read plain = read(source(DocumentUnit.FILE), CHARS, 1 << 20);
    Files.delete(folder.resolve("a.txt"));

    write("a.txt.gz", gzip(utf8));
    assertThat(read(source(DocumentUnit.FILE), CHARS, 1).text()).isEqualTo(plain.text());
    Files.delete(folder.resolve("a.txt.gz"));

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BZip2Codec bzip2 = new BZip2Codec();
    bzip2.setConf(new Configuration());
    try (OutputStream out = bzip2.createOutputStream(bytes)) {
      out.write(utf8);
    }
    write("a.txt.bz2", bytes.toByteArray());
    assertThat(read(source(DocumentUnit.FILE), CHARS, 1).text()).isEqualTo(plain.text());
    Files.delete(folder.resolve("a.txt.bz2"));

    bytes.reset();
    try (OutputStream out = new ZstdOutputStream(bytes)) {
      out.write(utf8);
    }
    write("a.txt.zst", bytes.toByteArray());
    assertThat(read(source(DocumentUnit.FILE), CHARS, 1).text()).isEqualTo(plain.text());
    Files.delete(folder.resolve("a.txt.zst"));

    write("a.txt.XZ", Compression.XZ.packed(utf8));
    assertThat(read(source(DocumentUnit.FILE), CHARS, 1).text()).isEqualTo(plain.text());
    Files.delete(folder.resolve("a.txt.XZ"));

    write("a.jsonl.gz", gzip("{\"text\":\"one two\\nthree\"}".getBytes(StandardCharsets.UTF_8)));
    Read json = read(source(DocumentUnit.AUTO), CHARS, 1);
    assertThat(json.text()).isEqualTo(plain.text());
    assertThat(json.lines()).isEqualTo(2);
    Files.delete(folder.resolve("a.jsonl.gz"));

    parquet("a.parquet", "optional binary text (UTF8);", "one two", "three");
    Read rows = read(source(DocumentUnit.AUTO), CHARS, 1);
    assertThat(rows.text()).isEqualTo(plain.text());
    assertThat(rows.documents()).containsExactly(0L, 8L);
  }

  private void parquet(String name, String column, String... values) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType("message row { optional int64 id; " + column + " }");
    SimpleGroupFactory groups = new SimpleGroupFactory(schema);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(folder.resolve(name).toString()))
            .withType(schema)
            .build()) {
      for (String value : values) {
        Group group = groups.newGroup().append("id", 1L);
        if (value != null) {
          group.append(schema.getFieldName(1), value);
        }
        writer.write(group);
      }
    }
    Files.deleteIfExists(folder.resolve("." + name + ".crc"));
  }

  @Test
  void everyKindOfBadRecordIsCountedAndLeftOut() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.write("good line\n".getBytes(StandardCharsets.UTF_8));
    text.write(new byte[] {'b', (byte) 0xC3, '\n'});
    text.write("x".repeat(200_000).getBytes(StandardCharsets.UTF_8));
    text.write("\nlast\n".getBytes(StandardCharsets.UTF_8));
    write("a.txt", text.toByteArray());
    write(
        "b.jsonl",
        """
        {"text":"json"}
        {"text":
        [1]
        {"text":5}
        {"other":"x"}
        {"text":"\\ud800"}
        {"text":"a"} x
        """);
    parquet("c.parquet", "optional binary text (UTF8);", "row", null);
    parquet("d.parquet", "optional binary body (UTF8);", "nothing", "here");
    write(
        "e.txt.gz",
        Arrays.copyOf(gzip("cut short\n".repeat(50).getBytes(StandardCharsets.UTF_8)), 20));
    write("f.parquet", "no parquet");
    byte[] noise = new byte[400];
    new Random(1).nextBytes(noise);
    write("g.txt.bz2", noise);
    write("h.txt.zst", noise);
    for (long range : new long[] {1 << 20, 1000}) {
      Read read = read(tolerant(1024), WORDS, range);
      assertThat(read.text()).startsWith("good line </s> last </s> json </s> row </s> ");
      assertThat(read.bad())
          .isEqualTo(
              new TreeMap<>(
                  Map.of(
                      "invalid-utf8", 2L,
                      "over-long", 1L,
                      "bad-json", 3L,
                      "missing-field", 5L,
                      "unreadable-file", 4L)));
    }
    assertThatThrownBy(() -> read(source(DocumentUnit.AUTO), WORDS, 1 << 20))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining(
            "4 unreadable-file, more than input.bad-records.max-unreadable-files 0")
        .hasMessageContaining("e.txt.gz");
    for (String name : List.of("e.txt.gz", "f.parquet", "g.txt.bz2", "h.txt.zst")) {
      Files.delete(folder.resolve(name));
    }
    assertThatThrownBy(() -> read(source(DocumentUnit.AUTO), WORDS, 1 << 20))
        .isInstanceOfSatisfying(UserException.class, e -> assertThat(e.problems()).hasSize(1))
        .hasMessageContaining("10 of 15 records are bad")
        .hasMessageContaining("max-fraction 0.001: the first invalid-utf8 is in ")
        .hasMessageContaining("a.txt at byte 10");
  }

  @Test
  void packedFilesThatAreNotReadAreNamed() throws IOException {
    byte[] utf8 = "some words in a line\n".repeat(3000).getBytes(StandardCharsets.UTF_8);
    write("c.txt", "fine words\n");
    write("a.txt.lz4", "lz4, as its name says");
    assertThatThrownBy(() -> read(source(DocumentUnit.AUTO), WORDS, 1 << 20))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a.txt.lz4 (it is packed with lz4, which is neither read nor written")
        .hasMessageContaining("or pack it with gzip (.gz), bzip2 (.bz2), zstd (.zst) or xz (.xz)");
    Files.delete(folder.resolve("a.txt.lz4"));
    // Nothing is taken for text that is none, whatever its name.
    for (Compression compression :
        List.of(Compression.GZIP, Compression.BZIP2, Compression.ZSTD, Compression.XZ)) {
      write("a.txt", compression.packed(utf8));
      assertThatThrownBy(() -> read(source(DocumentUnit.AUTO), WORDS, 1 << 20))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("a.txt (it is packed with " + compression.title())
          .hasMessageContaining("but its name does not end in " + compression.extension());
    }
  }

  @Test
  void truncatedBzip2AndZstdAreUnreadable() throws IOException {
    byte[] utf8 = "some words in a line\n".repeat(3000).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BZip2Codec bzip2 = new BZip2Codec();
    bzip2.setConf(new Configuration());
    try (OutputStream out = bzip2.createOutputStream(bytes)) {
      out.write(utf8);
    }
    write("a.bz2", Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
    bytes.reset();
    try (OutputStream out = new ZstdOutputStream(bytes)) {
      out.write(utf8);
    }
    write("b.zst", Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
    write("c.txt", "fine words\n");
    for (String name : List.of("d.gz", "e.bz2", "f.zst")) {
      write(name, "");
    }
    assertThat(read(tolerant(1024), WORDS, 1 << 20).bad()).containsEntry("unreadable-file", 5L);
  }

  @Test
  void aTextOfLessThanTwoTokensIsRefused() throws IOException {
    for (String text : List.of("", "\n\n\n", "one\n")) {
      write("a.txt", text);
      assertThatThrownBy(() -> read(source(DocumentUnit.AUTO), WORDS, 1 << 20))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
          .hasMessageContaining("at least 2 are needed");
    }
  }

  @Test
  void theFingerprintKnowsTheTextAndItsPlace() throws IOException {
    write("a.txt", "one two\nthree\n");
    String first = read(source(DocumentUnit.AUTO), WORDS, 1 << 20).fingerprint();
    write("a.txt", "three\none two\n");
    String swapped = read(source(DocumentUnit.AUTO), WORDS, 1 << 20).fingerprint();
    write("a.txt", "one two\nthree");
    String open = read(source(DocumentUnit.AUTO), WORDS, 1 << 20).fingerprint();
    write("b.txt", "one two\nthree\n");
    Files.delete(folder.resolve("a.txt"));
    String moved = read(source(DocumentUnit.AUTO), WORDS, 1 << 20).fingerprint();
    assertThat(List.of(first, swapped, open, moved)).doesNotHaveDuplicates();
    assertThat(first).hasSize(32);
  }

  @Test
  void progressTellsWhatTasksDid() throws IOException {
    write("a.txt", "one two\n");
    List<String> told = new java.util.concurrent.CopyOnWriteArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void stage(String name, long total, String unit) {
            told.add(name + " of " + total + " " + unit);
          }

          @Override
          public void update(long done, String detail) {
            told.add(done + " " + detail);
          }

          @Override
          public void message(String line) {
            told.add(line);
          }
        };
    TokenizedCorpus.read(
            TestSpark.context(), source(DocumentUnit.AUTO), WORDS, VocabularyLimits.NONE, progress)
        .close();
    assertThat(told).startsWith("read of 8 bytes").endsWith("8 3 tokens");
  }

  @Test
  void caseA1Unigrams() throws IOException {
    Path book = Shared.require("corpora/time-machine.txt");
    TextRules rules =
        new TextRules(
            TokenizerKind.WHITESPACE,
            UnicodeForm.NONE,
            LetterCase.LOWER,
            Alphabet.LETTERS_ONLY,
            ArabicLetters.KEEP,
            Punctuation.DROP);
    CorpusSource source = CorpusSource.of(List.of(book.toString()));
    for (long range : new long[] {CorpusPlan.RANGE_BYTES, 30_000}) {
      CorpusPlan plan = CorpusPlan.of(TestSpark.context().hadoopConfiguration(), source, range);
      try (TokenizedCorpus corpus =
          TokenizedCorpus.read(
              TestSpark.context(), plan, source, rules, VocabularyLimits.NONE, Progress.SILENT)) {
        Vocabulary vocabulary = corpus.vocabulary();
        List<String> top = new ArrayList<>();
        for (int id = 3; id < 13; id++) {
          top.add(vocabulary.token(id) + " " + vocabulary.count(id));
        }
        assertThat(top)
            .containsExactly(
                "the 2261",
                "i 1267",
                "and 1245",
                "of 1155",
                "a 816",
                "to 695",
                "was 552",
                "in 541",
                "that 443",
                "my 440");
      }
    }
  }
}
