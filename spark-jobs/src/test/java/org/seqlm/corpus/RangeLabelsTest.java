package org.seqlm.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.UserException;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

class RangeLabelsTest {
  private static final Configuration CONF = new Configuration();

  @TempDir Path folder;

  private RangeDocuments read(DocumentFields fields, Path input) throws IOException {
    CorpusSource source = CorpusSource.of(List.of(input.toString()));
    RangeDocuments found = null;
    for (CorpusRange range : CorpusPlan.of(CONF, source).ranges()) {
      assertThat(found).isNull();
      try (RangeScanner scanner =
          new RangeScanner(
              CONF,
              source,
              TextRules.of(TokenizerKind.CHAR),
              SplitMethod.HASHED_WORDS,
              fields,
              range,
              n -> {})) {
        while (scanner.hasNext()) {
          if (scanner.next() instanceof RangeDocuments documents) {
            found = documents;
          }
        }
      }
    }
    return found;
  }

  private static List<List<String>> labels(RangeDocuments documents) {
    List<List<String>> labels = new ArrayList<>();
    for (int i = 0; i < documents.starts.length; i++) {
      labels.add(java.util.Arrays.asList(documents.labels().labels(i)));
    }
    return labels;
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void aRecordHasItsFieldsAndAFileItsFolder() throws IOException {
    write(
        "dt=2026-11-01/b/a.jsonl",
        """
        {"text": "one", "language": "en", "source": "web"}
        {"language": " f\\na\\u0000 ", "text": "two"}
        {"text": "", "language": "empty"}
        {"text": "three", "language": null, "other": {"language": "xx"}}
        {"text": "four", "language": 4, "language": true}
        {"text": 5, "language": "bad"}
        {"text": "five", "language": "  "}
        """);
    write("dt=2026-11-01/c/d/a.txt", "six");
    write("dt=2026-11-01/e.txt", "seven");
    DocumentFields fields = new DocumentFields(List.of("language", "source"), null);
    assertThat(labels(read(fields, folder.resolve("dt=2026-11-01"))))
        .containsExactly(
            java.util.Arrays.asList("en", "web"),
            List.of("f a", "b"),
            List.of("empty", "b"),
            java.util.Arrays.asList(null, "b"),
            List.of("true", "b"),
            java.util.Arrays.asList(null, "b"),
            java.util.Arrays.asList(null, "c"),
            java.util.Arrays.asList(null, folder.getFileName().toString()));
  }

  @Test
  void theSourceOfAFileIsAFolder() {
    assertThat(source("hdfs://h/text/news/dt=1/a/b.txt", "a/b.txt")).isEqualTo("a");
    assertThat(source("hdfs://h/text/news/dt=1/b.txt", "b.txt")).isEqualTo("news");
    assertThat(source("file:/dt=1/b.txt", "b.txt")).isNull();
    assertThat(source("file:/text/b.txt", "b.txt")).isNull();
  }

  /** What is kept of a file is read again: below no folder that is hidden. */
  @Test
  void theFoldersOfAFileAreItsSourceAndItsPartitions() {
    assertThat(folders("hdfs://h/text/news/dt=1/a/b.txt", "news/dt=1/a/b.txt"))
        .isEqualTo("news/dt=1/");
    assertThat(folders("hdfs://h/text/news/dt=1/b.txt", "b.txt")).isEqualTo("news/dt=1/");
    assertThat(folders("hdfs://h/text/_staging/dt=1/b.txt", "b.txt")).isEqualTo("dt=1/");
    assertThat(folders("hdfs://h/env=x/text/_t=2/b.txt", "b.txt")).isEqualTo("text/env=x/");
    assertThat(folders("file:/text/b.txt", "b.txt")).isEmpty();
  }

  private static String folders(String path, String relative) {
    return DocumentFields.folders(new CorpusFile(path, relative, 1, null, null, null));
  }

  private static String source(String path, String relative) {
    return DocumentFields.source(new CorpusFile(path, relative, 1, null, null, null));
  }

  @Test
  void columnsOfParquetAreLabels() throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { optional binary language (UTF8); required binary text (UTF8);"
                + " required int32 year; repeated int32 pages; }");
    Path file = folder.resolve("a.parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withType(schema)
            .build()) {
      SimpleGroupFactory rows = new SimpleGroupFactory(schema);
      writer.write(rows.newGroup().append("language", "en").append("text", "a").append("year", 7));
      writer.write(rows.newGroup().append("text", "b").append("year", 8));
    }
    assertThat(labels(read(new DocumentFields(List.of("language", "year", "no"), null), file)))
        .containsExactly(
            java.util.Arrays.asList("en", "7", null), java.util.Arrays.asList(null, "8", null));
    assertThatThrownBy(() -> read(new DocumentFields(List.of(), "pages"), file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("field pages of ")
        .hasMessageContaining("must hold one text, number or truth value");
  }

  @Test
  void nestedFieldsAreRefused() throws IOException {
    Path file = write("a.jsonl", "{\"text\": \"a\"}\n{\"text\": \"b\", \"tags\": [\"x\"]}\n");
    assertThatThrownBy(() -> read(new DocumentFields(List.of("tags"), null), file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("field tags of ")
        .hasMessageContaining("a.jsonl at byte 14 must hold one text");
    assertThatThrownBy(() -> new DocumentFields(List.of("meta.language", ""), "a.b"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("labels must name a field of the record itself")
        .hasMessageContaining("splits.cluster-field must name");
    assertThatThrownBy(() -> new DocumentFields(List.of("a", "a"), null))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("different fields");
  }

  /** Labels change no split; a cluster has one, whatever its documents are. */
  @Test
  void clustersStandTogetherAndAllElseStays() throws IOException {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      text.append("{\"cluster\": ")
          .append(i % 4 == 0 ? "null" : "\"c" + random.nextInt(5) + "\"")
          .append(", \"text\": \"w")
          .append(random.nextInt(50))
          .append("\\nx\"}\n");
    }
    Path file = write("a.jsonl", text.toString());
    RangeDocuments plain = read(DocumentFields.NONE, file);
    RangeDocuments labelled = read(new DocumentFields(List.of("cluster"), null), file);
    RangeDocuments clustered = read(new DocumentFields(List.of("cluster"), "cluster"), file);
    assertThat(plain.labels()).isNull();
    assertThat(labelled.starts).isEqualTo(plain.starts);
    assertThat(labelled.hashes).isEqualTo(plain.hashes);
    Set<Long> clusters = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      String name = clustered.labels().labels(i)[0];
      assertThat(labelled.labels().cluster(i)).isNegative();
      if (name == null) {
        assertThat(clustered.labels().cluster(i)).isNegative();
        assertThat(clustered.hashes[i]).isEqualTo(plain.hashes[i]);
      } else {
        assertThat(clustered.hashes[i]).isEqualTo(clustered.labels().cluster(i)).isNotNegative();
        clusters.add(clustered.hashes[i]);
      }
    }
    assertThat(clusters).hasSize(5);
  }

  @Test
  void labelsAreBounded() {
    RangeLabels.Collector collector =
        new RangeLabels.Collector(new DocumentFields(List.of("a", "b"), null), 3);
    collector.startFile(new CorpusFile("file:/x", "x", 1, null, null, null));
    for (int i = 0; i < 40; i++) {
      collector.record(new String[] {"v" + i % 10, "😀".repeat(70)});
      collector.startDocument();
      collector.add();
    }
    RangeLabels labels = collector.take();
    assertThat(labels.labels(0)).containsExactly("v0", "😀".repeat(RangeLabels.LONGEST));
    assertThat(labels.labels(12)[0]).isEqualTo("v2");
    for (int i : new int[] {3, 39}) {
      // The other label of the document is what it was.
      assertThat(labels.labels(i))
          .containsExactly(RangeLabels.OTHER, "😀".repeat(RangeLabels.LONGEST));
    }
    long[] together = new long[labels.size()];
    for (int i = 0; i < 40; i++) {
      labels.countTogether(i, together);
    }
    assertThat(together).containsExactly(28, 0); // v3 to v9, four times each
  }
}
