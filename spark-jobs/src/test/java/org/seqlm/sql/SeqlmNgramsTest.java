package org.seqlm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Overwrite;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.ngrams.NgramsCommand;
import org.seqlm.job.ngrams.NgramsConfig;
import org.seqlm.store.FileEntry;

/** A column's counts are those of its documents as a file. */
class SeqlmNgramsTest {
  private static final Map<String, String> KEYS =
      Map.of("order", "2", "tokenizer.kind", "whitespace", "boundary", "document");

  @TempDir static Path folder;

  private static Map<String, String> content(String output) throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (FileEntry file : ArtifactReader.open(new Configuration(), output).manifest().files()) {
      files.put(file.path(), file.sha256());
    }
    return files;
  }

  /** In several partitions. */
  @Test
  void aColumnIsCountedAsAFileOfItsDocumentsIs() throws Exception {
    Dataset<Row> documents = SqlModels.documents(TestSpark.session(), 40);
    StringBuilder lines = new StringBuilder();
    for (Row row : documents.where("text is not null").collectAsList()) {
      lines.append("{\"text\":\"").append(row.getString(1).replace("\n", "\\n")).append("\"}\n");
    }
    Path file = Files.writeString(folder.resolve("docs.jsonl"), lines);
    String expected = folder.resolve("expected").toString();
    FlagValues flags =
        new FlagValues()
            .put("input.paths", List.of(file.toString()))
            .put("output", expected)
            .put("order", 2)
            .put("tokenizer.kind", "whitespace")
            .put("boundary", "document");
    try (JobContext context = new JobContext("ngrams", null, Overwrite.REPLACE, Progress.SILENT)) {
      new NgramsCommand()
          .run(ConfigLoader.load("ngrams", NgramsConfig.class, flags.tree()), context);
    }
    String output = folder.resolve("lm").toString();
    TestSpark.context().setJobDescription("mine");
    String localFiles = TestSpark.context().hadoopConfiguration().get("fs.file.impl");
    assertThat(documents.javaRDD().getNumPartitions()).isGreaterThan(1);
    SeqlmNgrams.count(documents, "text", output, SaveMode.ErrorIfExists, KEYS);
    assertThat(content(output)).isEqualTo(content(expected));
    assertThat(TestSpark.context().getLocalProperty("spark.job.description")).isEqualTo("mine");
    TestSpark.context().setJobDescription(null);
    assertThat(TestSpark.context().hadoopConfiguration().get("fs.file.impl")).isEqualTo(localFiles);
    assertThat(folder.resolve(".lm.documents")).doesNotExist();

    assertRefused(
        () -> SeqlmNgrams.count(documents, "text", output, SaveMode.ErrorIfExists, KEYS),
        "output " + output + " exists: give --overwrite");
  }

  @Test
  void whatIsWrongIsToldAtOnce() {
    Dataset<Row> documents = SqlModels.documents(TestSpark.session(), 3);
    String output = folder.resolve("none").toString();
    assertRefused(
        () ->
            SeqlmNgrams.count(
                documents, "id", output, SaveMode.Append, Map.of("input.format", "text")),
        "column id must be of type string, but is bigint: cast it, or name another",
        "the mode must be ErrorIfExists or Overwrite, but is Append",
        "key input.format follows from the column");
    assertRefused(
        () -> SeqlmNgrams.count(documents, "body", output, SaveMode.Overwrite, Map.of()),
        "column body is none of id, text: name one");
    assertRefused(
        () ->
            SeqlmNgrams.count(documents, "text", output, SaveMode.Overwrite, Map.of("odrer", "3")),
        "odrer");
    assertThat(folder.resolve("none")).doesNotExist();
    assertThat(folder.resolve(".none.documents")).doesNotExist();
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... messages) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContainingAll(messages);
  }
}
