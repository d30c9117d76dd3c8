package org.seqlm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.job.SeqLM;

/** What is found in a column is what the commands find in the same texts as a file. */
class SeqlmCorpusTest {
  private static final String ONE = "one two three four five six seven";

  /** The second is the first with other signs; the fifth is the first; the last has nothing. */
  private static final List<String> TEXTS =
      Arrays.asList(
          ONE,
          "One, two, three: four five six seven!",
          null,
          "a cup of tea and a cup of tea and a pot of tea",
          ONE,
          "the tea was hot and the cup of coffee was cold",
          "a cup of tea for two and a cup of coffee for one",
          "");

  @TempDir static Path folder;

  /** Rows {@code id, body, tags}, in several partitions. */
  private static Dataset<Row> documents(List<String> texts) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      rows.add(RowFactory.create((long) i, texts.get(i), new String[] {"t" + i}));
    }
    return TestSpark.session()
        .createDataFrame(
            rows,
            new StructType()
                .add("id", DataTypes.LongType)
                .add("body", DataTypes.StringType)
                .add("tags", DataTypes.createArrayType(DataTypes.StringType)));
  }

  private static String file(String name, List<String> texts) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String text : texts) {
      if (text != null) {
        lines.append("{\"text\":\"").append(text).append("\"}\n");
      }
    }
    return Files.writeString(folder.resolve(name), lines).toString();
  }

  private static void run(String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(SeqLM.run(args, new PrintStream(err, true, StandardCharsets.UTF_8)))
        .as(err.toString(StandardCharsets.UTF_8))
        .isZero();
  }

  private static String to(String name) {
    return folder.resolve(name).toString();
  }

  private static List<String> rows(Dataset<Row> table) {
    return table.collectAsList().stream().map(row -> row.mkString("|")).sorted().toList();
  }

  /** Row 4 repeats row 0; row 1 has all three of its shingles; ids are from 0, groups from 1. */
  @Test
  void rowsAreGroupedAsDocumentsAre() throws IOException {
    Dataset<Row> groups =
        SeqlmDuplicates.groups(
            documents(TEXTS), "body", to("groups"), SaveMode.ErrorIfExists, Map.of());
    assertThat(groups.columns())
        .containsExactly("id", "body", "tags", "group", "kept", "similarity");
    assertThat(rows(groups.selectExpr("id", "tags[0]", "group", "kept", "similarity")))
        .containsExactly(
            "0|t0|1|true|1.0",
            "1|t1|1|false|1.0",
            "3|t3|3|true|1.0",
            "4|t4|1|false|1.0",
            "5|t5|5|true|1.0",
            "6|t6|6|true|1.0",
            "7|t7|7|true|1.0");
    assertThat(
            rows(
                SeqlmDuplicates.groups(
                        documents(TEXTS).coalesce(1),
                        "body",
                        to("whole"),
                        SaveMode.Overwrite,
                        Map.of("partitions", "3"))
                    .drop("tags")))
        .isEqualTo(rows(groups.drop("tags")));
    String file = file("groups.jsonl", TEXTS);
    run("corpus", "duplicates", "--input", file, "--output", to("command"));
    // Of both, the number of a row among those with text, and of the one that is kept.
    List<Object> numbers = List.of(0L, 1L, 3L, 4L, 5L, 6L, 7L);
    assertThat(
            groups.where("not kept").collectAsList().stream()
                .map(row -> numbers.indexOf(row.get(0)) + 1 + " " + row.getLong(3)))
        .containsExactlyInAnyOrderElementsOf(
            SeqlmTables.read(TestSpark.session(), to("command"), "duplicates")
                .collectAsList()
                .stream()
                .map(row -> row.getLong(1) + " " + row.getLong(10))
                .toList());
    // Eight shingles of five words, and one more: 8/9.
    List<String> near = List.of("a b c d e f g h i j k l", "a b c d e f g h i j k l m");
    assertThat(
            rows(
                SeqlmDuplicates.groups(
                        documents(near), "body", to("near"), SaveMode.Overwrite, Map.of())
                    .selectExpr("group", "kept", "similarity")))
        .containsExactly("1|false|" + 8.0 / 9, "1|true|1.0");
    assertThat(folder.resolve(".groups.documents")).doesNotExist();
    assertThat(folder.resolve(".groups.analysis")).doesNotExist();

    assertThatThrownBy(
            () ->
                SeqlmDuplicates.groups(
                    documents(TEXTS), "body", to("groups"), SaveMode.ErrorIfExists, Map.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("groups exists: give SaveMode.Overwrite");
    assertThatThrownBy(
            () -> SeqlmDuplicates.groups(groups, "body", to("g2"), SaveMode.Overwrite, Map.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("column kept would stand twice");
  }

  @Test
  void wordsAroundOthersAreThoseOfTheCommand() throws IOException {
    String[] least = {"--min-count", "2", "--min-documents", "2"};
    String file = file("near.jsonl", TEXTS);
    run(with(least, "collocations", "--input", file, "--around", "cup,tea", "--output", to("c1")));
    Dataset<Row> near =
        SeqlmCollocations.of(
            documents(TEXTS),
            "body",
            List.of("cup", "tea"),
            to("c2"),
            SaveMode.ErrorIfExists,
            Map.of("min-count", "2", "min-documents", "2"));
    assertThat(rows(near))
        .isNotEmpty()
        .isEqualTo(rows(SeqlmTables.read(TestSpark.session(), to("c1"), "collocations")));
    assertThatThrownBy(
            () ->
                SeqlmCollocations.of(
                    documents(TEXTS),
                    "body",
                    List.of("cup"),
                    to("c3"),
                    SaveMode.ErrorIfExists,
                    Map.of("formats", "[tsv]")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("formats must have parquet");
    assertThat(folder.resolve("c3")).doesNotExist();
    assertThatThrownBy(() -> SeqlmTables.read(TestSpark.session(), to("c2"), "words"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has no table words: name one of collocations");
  }

  /** As those around others, which every build tests. */
  @Exhaustive
  @Test
  void keyWordsAreThoseOfTheCommand() throws IOException {
    List<String> target = List.of(ONE, ONE + " tea", "tea one two", "tea and tea", "tea one");
    List<String> least = List.of("cup one two", "a cup", "the cup and the cup", "cup of two");
    String[] options = {"--min-count", "2", "--min-documents", "2", "--max-q", "1"};
    run(
        with(
            options,
            "keyness",
            "--set",
            "bootstrap.replicates=0",
            "--input",
            file("target.jsonl", target),
            "--reference",
            file("reference.jsonl", least),
            "--output",
            to("k1")));
    Dataset<Row> keys =
        SeqlmKeyness.between(
            documents(target),
            documents(least),
            "body",
            to("k2"),
            SaveMode.ErrorIfExists,
            Map.of(
                "min-count", "2", "min-documents", "2", "max-q", "1", "bootstrap.replicates", "0"));
    assertThat(rows(keys))
        .isNotEmpty()
        .isEqualTo(rows(SeqlmTables.read(TestSpark.session(), to("k1"), "target-words")));
  }

  /** As those around others, which every build tests. */
  @Exhaustive
  @Test
  void theProfileIsThatOfTheCommand() throws IOException {
    String[] least = {"--min-count", "2", "--min-documents", "2"};
    run(with(least, "profile", "--input", file("p.jsonl", TEXTS), "--output", to("p1")));
    Dataset<Row> words =
        SeqlmProfile.of(
            documents(TEXTS),
            "body",
            to("p2"),
            SaveMode.ErrorIfExists,
            Map.of("min-count", "2", "min-documents", "2"));
    assertThat(rows(words))
        .isNotEmpty()
        .isEqualTo(rows(SeqlmTables.read(TestSpark.session(), to("p1"), "words")));
    SeqlmProfile.of(
        documents(TEXTS),
        "body",
        to("p3"),
        SaveMode.ErrorIfExists,
        Map.of("by", "id", "min-documents", "1"));
    assertThat(rows(SeqlmTables.read(TestSpark.session(), to("p3"), "groups").select("name")))
        .contains("0", "1", "3", "4", "5", "6");
  }

  /** Lines keep what else their rows have; by default what is rare is not shown. */
  @Test
  void linesAreThoseOfTheCommand() throws IOException {
    Dataset<Row> lines =
        SeqlmConcordance.lines(
            documents(TEXTS),
            "body",
            "cup of (tea|coffee)",
            to("l2"),
            SaveMode.Overwrite,
            Map.of("min-count", "1", "min-documents", "1", "span", "2"));
    assertThat(lines.columns())
        .containsExactly("id", "body", "tags", "line", "left", "keyword", "right");
    assertThat(rows(lines.selectExpr("line", "id", "tags[0]", "left", "keyword", "right")))
        .containsExactly(
            "1|3|t3|a|cup of tea|and a",
            "2|3|t3|and a|cup of tea|and a",
            "3|5|t5|and the|cup of coffee|was cold",
            "4|6|t6|a|cup of tea|for two",
            "5|6|t6|and a|cup of coffee|for one");
    run(
        "corpus",
        "concordance",
        "--input",
        file("l.jsonl", TEXTS),
        "--index",
        to("i1"),
        "--query",
        "cup of (tea|coffee)",
        "--span",
        "2",
        "--min-count",
        "1",
        "--min-documents",
        "1",
        "--output",
        to("l1"));
    assertThat(rows(lines.selectExpr("line", "left", "keyword", "right")))
        .isEqualTo(
            rows(
                SeqlmTables.read(TestSpark.session(), to("l1"), "lines")
                    .selectExpr("line", "left", "keyword", "right")));
    assertThat(folder.resolve(".l2.index")).doesNotExist();
  }

  private static String[] with(String[] options, String... command) {
    List<String> all = new ArrayList<>(List.of("corpus"));
    all.addAll(List.of(command));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }
}
