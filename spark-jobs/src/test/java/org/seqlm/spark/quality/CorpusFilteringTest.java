package org.seqlm.spark.quality;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.quality.Document;
import org.seqlm.quality.FilterChain;
import org.seqlm.quality.FilterCounts;
import org.seqlm.quality.FilterSpec;
import org.seqlm.store.FileEntry;

class CorpusFilteringTest {
  @TempDir static Path folder;

  private static CorpusSource source(Path input, DocumentUnit document) {
    return new CorpusSource(
        List.of(input.toString()),
        CorpusFormat.AUTO,
        "text",
        document,
        new BadRecordLimits(0.5, 0),
        1 << 20,
        CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
  }

  /** What filtering leaves. */
  private record Left(CorpusFiltering.Result result, Path output) {
    List<String> files(String kind) throws IOException {
      List<String> files = new ArrayList<>();
      for (FileEntry file : result.files()) {
        if (file.path().startsWith(kind)) {
          byte[] bytes = Files.readAllBytes(output.resolve(file.path()));
          assertThat(bytes).hasSize((int) file.bytes());
          files.add(new String(bytes, StandardCharsets.UTF_8));
        }
      }
      return files;
    }

    FilterCounts.OfSource total(List<FilterSpec> filters) {
      return result.counts().total(FilterChain.of(filters));
    }
  }

  private static Left filter(
      Path input,
      DocumentUnit document,
      long rangeBytes,
      int mostJudged,
      int tasks,
      Object... filters)
      throws IOException {
    CorpusSource source = source(input, document);
    Path output = Files.createTempDirectory(folder, "out");
    return new Left(
        CorpusFiltering.filter(
            TestSpark.context(),
            CorpusPlan.of(new Configuration(), source, rangeBytes),
            source,
            new FilterSettings(
                FilterSpec.parse(List.of(filters)),
                mostJudged,
                FilterSettings.Removed.WRITTEN,
                2,
                1),
            output.toString(),
            tasks,
            Progress.SILENT),
        output);
  }

  private static final Object[] FILTERS = {
    Map.of("c4", Map.of("min-sentences", 0, "min-line-words", 2, "max-curly-brackets", 0)),
    Map.of("length", Map.of("min-words", 4))
  };

  private static Path text(Random random, boolean blankLines) throws IOException {
    Path input = Files.createTempDirectory(folder, "in");
    for (int file = 0; file < 5; file++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        int words = random.nextInt(blankLines ? 4 : 7) == 0 ? 0 : 1 + random.nextInt(8);
        for (int k = 0; k < words; k++) {
          text.append(k == 0 ? "" : " ").append(random.nextInt(300) == 0 ? "{" : "wörd");
        }
        text.append(words > 0 && random.nextInt(4) > 0 ? "." : "").append('\n');
      }
      if (file == 2) {
        text.append("a".repeat(400)).append(" b."); // longer than a range, and no line feed
      }
      Files.createDirectories(input.resolve("s" + file % 2));
      Files.writeString(input.resolve("s" + file % 2 + "/" + file + ".txt"), text);
    }
    return input;
  }

  /** The same, by strings in memory: documents are lists of lines. */
  private static List<String> expected(
      Path input, DocumentUnit unit, int mostJudged, Object[] filters) throws IOException {
    FilterChain chain = FilterChain.of(FilterSpec.parse(List.of(filters)));
    List<String> kept = new ArrayList<>();
    List<Path> files;
    try (var found = Files.walk(input)) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String all = Files.readString(file);
      List<List<String>> documents = new ArrayList<>();
      List<String> lines = new ArrayList<>(Arrays.asList(all.split("\n", -1)));
      if (all.endsWith("\n")) {
        lines.remove(lines.size() - 1);
      }
      boolean after = true;
      for (String line : lines) {
        boolean starts =
            documents.isEmpty()
                || unit == DocumentUnit.LINE
                || (unit == DocumentUnit.BLANK_LINE && after && !line.isEmpty());
        if (starts) {
          documents.add(new ArrayList<>());
        }
        after = line.isEmpty();
        if (unit != DocumentUnit.BLANK_LINE || !line.isEmpty()) {
          documents.get(documents.size() - 1).add(line);
        }
      }
      for (List<String> document : documents) {
        int judged = 0;
        int bytes = 0;
        for (String line : document) {
          bytes += line.getBytes(StandardCharsets.UTF_8).length + 1;
          judged += bytes <= mostJudged ? 1 : 0;
        }
        // All lines that fit, their last line feed not counted; at least one.
        if (judged < document.size() && bytes > mostJudged) {
          judged = judgedLines(document, mostJudged);
        }
        List<String> rest = document.subList(judged, document.size());
        String beginning = String.join("\n", document.subList(0, judged));
        FilterChain.Verdict verdict =
            chain.judge(new Document(beginning.getBytes(StandardCharsets.UTF_8)));
        if (!verdict.keeps()) {
          continue;
        }
        Document text = verdict.text();
        List<String> left = new ArrayList<>();
        if (text.bytes() > 0) {
          left.add(new String(text.utf8(), text.from(), text.bytes(), StandardCharsets.UTF_8));
        }
        for (String line : rest) {
          String edited = chain.edit(line, verdict.dropped());
          if (edited != null) {
            left.add(edited);
          }
        }
        kept.add(String.join("\n", left));
      }
    }
    return kept;
  }

  private static int judgedLines(List<String> document, int mostJudged) {
    int bytes = 0;
    int lines = 0;
    for (String line : document) {
      bytes += line.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > mostJudged) {
        break;
      }
      bytes++;
      lines++;
    }
    return Math.max(1, lines);
  }

  private static List<String> documents(List<String> files, DocumentUnit unit) {
    List<String> documents = new ArrayList<>();
    for (String file : files) {
      if (unit == DocumentUnit.FILE) {
        documents.add(file.endsWith("\n") ? file.substring(0, file.length() - 1) : file);
      } else {
        for (String document : file.split(unit == DocumentUnit.LINE ? "\n" : "\n\n")) {
          documents.add(
              document.endsWith("\n") ? document.substring(0, document.length() - 1) : document);
        }
      }
    }
    return documents;
  }

  private void assertRangesDoNotShow(DocumentUnit unit, int mostJudged) throws IOException {
    Path input = text(new Random(5), unit == DocumentUnit.BLANK_LINE);
    List<String> expected = expected(input, unit, mostJudged, FILTERS);
    assertThat(expected).isNotEmpty();
    List<FilterSpec> filters = FilterSpec.parse(List.of(FILTERS));
    String counted = null;
    int[][] cuts = {{1 << 20, 1}, {300, 2}, {37, 7}};
    for (int[] cut : cuts) {
      Left left = filter(input, unit, cut[0], mostJudged, cut[1], FILTERS);
      List<String> kept = documents(left.files("text/"), unit);
      if (unit == DocumentUnit.LINE) {
        assertThat(kept).isEqualTo(expected);
      } else {
        // What is read by tasks of their own stands behind its range's.
        assertThat(kept).containsExactlyInAnyOrderElementsOf(expected);
      }
      FilterCounts.OfSource total = left.total(filters);
      assertThat(total.kept()).isEqualTo(expected.size());
      assertThat(left.result().total().documents()).isEqualTo(total.documents());
      assertThat(String.join("", left.files("removed/")).lines())
          .hasSize((int) (total.documents() - total.kept()));
      String all = Json.line(shown(left.result().counts())) + examples(left, filters);
      assertThat(all).isEqualTo(counted == null ? all : counted);
      counted = all;
    }
  }

  private static List<Object> shown(FilterCounts counts) {
    List<Object> shown = new ArrayList<>();
    counts
        .sources()
        .forEach(
            (source, of) ->
                shown.add(
                    List.of(
                        source,
                        of.documents(),
                        of.kept(),
                        of.bytes(),
                        of.keptBytes(),
                        of.lines(),
                        of.editedDocuments(),
                        of.judgedByBeginning(),
                        of.first(2),
                        of.any(3),
                        of.dropped(1))));
    return shown;
  }

  private static String examples(Left left, List<FilterSpec> filters) {
    StringBuilder all = new StringBuilder();
    for (int rule = 0; rule < FilterChain.of(filters).rules().size(); rule++) {
      all.append(left.result().examples().of(rule));
    }
    return all.toString();
  }

  @Test
  void rangesDoNotShow() throws IOException {
    assertRangesDoNotShow(DocumentUnit.BLANK_LINE, 1 << 20);
    assertRangesDoNotShow(DocumentUnit.FILE, 500);
  }

  @Exhaustive
  @ParameterizedTest
  @EnumSource(names = {"FILE", "LINE", "BLANK_LINE"})
  void rangesDoNotShowOfOtherDocuments(DocumentUnit document) throws IOException {
    for (int mostJudged : new int[] {1, 20, 100, 100_000}) {
      assertRangesDoNotShow(document, mostJudged);
    }
  }

  @Test
  void jsonKeepsItsFields() throws IOException {
    Path input = Files.createTempDirectory(folder, "json");
    String good =
        "{\"id\": 1.50, \"text\":\"One \\u0022good\\u0022 line is here.\" ,"
            + " \"x\":{\"text\":\"no\"}}";
    String cut =
        "{\"text\":\"not this\",\"text\" : \"Is this é all?\\n"
            + "no end\\n"
            + "A last one is \\\"here\\\".\\n"
            + "\",\"n\":[1e2]}";
    String bad = "{\"text\":\"Too short.\",\"id\":3}";
    Files.writeString(
        input.resolve("a.jsonl"), good + "\n" + cut + "\n" + bad + "\n{\"text\":5}\nno json\n");
    Files.write(input.resolve("b.jsonl"), new byte[] {'"', (byte) 0xFF, '"', '\n'});
    Left left = filter(input, DocumentUnit.AUTO, 1 << 20, 1 << 20, 1, FILTERS);
    assertThat(left.files("text/"))
        .containsExactly(
            good
                + "\n{\"text\":\"not this\",\"text\" : \"Is this é all?\\nA last one is"
                + " \\\"here\\\".\",\"n\":[1e2]}\n");
    JsonNode removed = Json.mapper().readTree(left.files("removed/").get(0));
    assertThat(removed.get("path").asText()).endsWith("a.jsonl");
    assertThat(removed.get("record").asLong()).isEqualTo(3);
    assertThat(removed.get("removed_by").asText()).isEqualTo("length.words");
    assertThat(removed.get("reasons").get("length.words").asDouble()).isEqualTo(2);
    assertThat(removed.get("text").asText()).isEqualTo("Too short.");
    assertThat(removed.get("beginning").asBoolean()).isFalse();
    assertThat(org.seqlm.corpus.BadRecords.byKind(left.result().total()))
        .isEqualTo(Map.of("bad-json", 1L, "missing-field", 1L, "invalid-utf8", 1L));
    Examples.Example example = left.result().examples().of(3).get(0);
    assertThat(example.record()).isEqualTo(3);
    assertThat(example.text()).isEqualTo("Too short.");
  }

  @Test
  void parquetKeepsItsColumns() throws IOException {
    Path input = Files.createTempDirectory(folder, "parquet");
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { required int64 id; optional binary text (STRING); optional group more {"
                + " repeated binary tags (STRING); optional double weight; } repeated boolean"
                + " flags; optional int32 n; optional float f; optional fixed_len_byte_array(2)"
                + " two; }");
    List<String> texts = List.of("One good line is here.", "Cut this\nA last one is here.", "No.");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(
                new org.apache.hadoop.fs.Path(input.resolve("a.parquet").toUri()))
            .withType(schema)
            .build()) {
      for (String text : texts) {
        SimpleGroup row = new SimpleGroup(schema);
        row.add("id", (long) text.length());
        row.add("text", text);
        Group more = row.addGroup("more");
        more.add("tags", "a");
        more.add("tags", "b");
        row.add("flags", true);
        row.add("flags", false);
        row.add("f", 0.5f);
        row.add("two", Binary.fromString("xy"));
        writer.write(row);
      }
    }
    Left left = filter(input, DocumentUnit.AUTO, 1 << 20, 1 << 20, 1, FILTERS);
    List<String> rows = new ArrayList<>();
    String file = left.result().files().get(1).path();
    assertThat(file).isEqualTo("text/part-00000.parquet");
    try (ParquetReader<Group> reader =
        ParquetReader.builder(
                new GroupReadSupport(),
                new org.apache.hadoop.fs.Path(left.output().resolve(file).toUri()))
            .build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        assertThat(row.getType().getFields()).isEqualTo(schema.getFields());
        rows.add(row.toString().replaceAll("\\s+", " "));
      }
    }
    String others = "more tags: a tags: b flags: true flags: false f: 0.5 two: xy ";
    assertThat(rows)
        .containsExactly(
            "id: 22 text: One good line is here. " + others,
            "id: 28 text: A last one is here. " + others);
  }

  /** In each range one document begins, which goes on to the middle of the next. */
  @Test
  void aDocumentThatIsLeftHasNoMorePiecesThanItStandsIn() throws IOException {
    Path input = Files.createTempDirectory(folder, "pieces");
    Files.writeString(input.resolve("a.txt"), "a b c\n\n".repeat(100));
    CorpusPlan plan =
        CorpusPlan.of(new Configuration(), source(input, DocumentUnit.BLANK_LINE), 35);
    int ranges = plan.ranges().size();
    assertThat(ranges).isGreaterThan(18);
    String path = plan.ranges().get(0).pieces().get(0).file().path();
    List<FilteredPart.OfRange> read = new ArrayList<>();
    for (int r = 0; r < ranges; r++) {
      FilteredPart.OfRange range = new FilteredPart.OfRange();
      range.left.add(new FilteredPart.LeftDocument(path, 5 * r + 2));
      range.left.add(new FilteredPart.LeftDocument(path, 5 * r + 4));
      range.open = r < ranges - 1;
      range.head = r == 0 ? null : new FilteredPart.LeftDocument(path, 5 * r + 1);
      range.headGoesOn = r == 7; // one document goes over a whole range
      read.add(range);
    }
    long[][] before = new long[ranges][1];
    List<CorpusFiltering.LeftOfRange> left = CorpusFiltering.left(plan, read, before);
    assertThat(left).hasSize(ranges);
    for (CorpusFiltering.LeftOfRange range : left) {
      assertThat(range.documents()).extracting(one -> one.number()).containsExactly(1, 2);
      assertThat(range.documents().get(0).pieces()).hasSize(1);
      assertThat(range.documents().get(1).pieces())
          .hasSize(range.range() == ranges - 1 ? 1 : range.range() == 6 ? 3 : 2);
    }
  }

  @Test
  void hostileTextIsBounded() throws IOException {
    Path input = Files.createTempDirectory(folder, "hostile");
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.write("\n".repeat(1_000_000).getBytes(StandardCharsets.UTF_8));
    text.write("a b c d e. ".repeat(90_000).getBytes(StandardCharsets.UTF_8));
    text.write("\n{\n".getBytes(StandardCharsets.UTF_8));
    Files.write(input.resolve("lines.txt"), text.toByteArray());
    Files.writeString(input.resolve("word.txt"), "a".repeat(10 << 20));
    Left left =
        filter(
            input,
            DocumentUnit.FILE,
            1 << 21,
            1 << 19,
            1,
            "gopher-quality",
            "gopher-repetition",
            "c4",
            "fineweb",
            "unicode");
    // The long word is an over-long record; the beginning of the other file has nothing.
    assertThat(org.seqlm.corpus.BadRecords.byKind(left.result().total()))
        .isEqualTo(Map.of("over-long", 1L));
    FilterCounts.OfSource counts = left.result().counts().sources().get("");
    assertThat(counts.documents()).isEqualTo(1);
    assertThat(counts.judgedByBeginning()).isEqualTo(1);
    assertThat(counts.bytes()).isEqualTo(text.size());
    assertThat(counts.first(0)).isEqualTo(1);
  }
}
