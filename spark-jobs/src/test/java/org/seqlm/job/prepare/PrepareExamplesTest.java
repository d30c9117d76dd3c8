package org.seqlm.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.TestSpark;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.corpus.example.ParquetRows;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.ExampleBlock;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.Split;
import org.seqlm.job.SeqLM;
import org.seqlm.vocab.ExampleVocabulary;

class PrepareExamplesTest {
  @TempDir Path folder;

  @BeforeAll
  static void session() {
    TestSpark.session();
  }

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(String... args) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int code = SeqLM.run(args, new PrintStream(err, true, StandardCharsets.UTF_8));
      return new Outcome(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), text);
  }

  private Outcome prepare(String input, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("prepare", "--input", path(input), "--output", path("out"), "--overwrite"));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private Examples prepared(String input, String... more) throws IOException {
    Outcome outcome = prepare(input, more);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return Examples.open(new Configuration(), path("out"));
  }

  /** What one line says is wrong, whatever was told before it. */
  private void refused(int code, String expected, String input, String... more) {
    Outcome outcome = prepare(input, more);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    String[] lines = outcome.err().strip().split("\n");
    assertThat(lines[lines.length - 1]).contains(expected.replace("DIR", folder.toString()));
    assertThat(outcome.err()).doesNotContain("\tat ");
  }

  /** A column's strings, by example, of a split, in the order of the blocks. */
  private static List<String> strings(Examples examples, Split split, String column)
      throws IOException {
    List<String> all = new ArrayList<>();
    List<String> labels = examples.details().labels().get(column);
    ExampleVocabulary words = labels == null ? examples.vocabulary(column) : null;
    for (int b = 0; b < examples.blocks(split); b++) {
      ExampleBlock block = examples.block(split, b);
      int[] ids = block.ints(column);
      int[] starts = block.starts(column);
      for (int e = 0; e < block.examples(); e++) {
        all.add(
            IntStream.range(starts[e], starts[e + 1])
                .mapToObj(i -> words == null ? labels.get(ids[i]) : words.token(ids[i]))
                .collect(Collectors.joining(" ")));
      }
    }
    return all;
  }

  @Test
  void aBuiltInExampleOfTagsByHand() throws IOException {
    write(
        "kind/task.json",
        """
        {"kind": "tags", "task": "tag", "metric": "accuracy", "description": "parts of speech",
         "seed": 1, "train": 3, "valid": 1, "test": 1}
        """);
    write("kind/floor.json", "{\"metric\": \"accuracy\", \"floor\": 0.9731, \"split\": \"test\"}");
    write(
        "kind/examples/train.jsonl",
        """
        {"input": ["the", "cat", "runs"], "tags": ["D", "N", "V"]}
        {"input": ["the", "runs"], "tags": ["D", "N"]}

        {"input": ["cat"], "tags": ["N"]}
        """);
    write("kind/examples/valid.jsonl", "{\"input\": [\"dog\", \"the\"], \"tags\": [\"N\", \"D\"]}");
    write("kind/examples/test.jsonl", "{\"input\": [\"<unk>\"], \"tags\": [\"V\"]}\n");
    Examples examples = prepared("kind");
    ExamplesDetails details = examples.details();
    assertThat(details.task()).isEqualTo(ExampleTask.TAG);
    assertThat(details.metric()).isEqualTo("accuracy");
    assertThat(details.rules()).isNull();
    assertThat(details.columns())
        .containsExactly(ExampleColumn.ids("input"), ExampleColumn.ids("tags"));
    assertThat(details.labels()).isEqualTo(Map.of("tags", List.of("D", "N", "V")));
    assertThat(details.origin().kind()).isEqualTo("tags");
    assertThat(details.origin().floor().path("floor").asDouble()).isEqualTo(0.9731);
    ExampleVocabulary words = examples.vocabulary("input");
    // Two each, by bytes; then the one that stands once less.
    assertThat(IntStream.range(0, words.size()).mapToObj(words::token))
        .containsExactly("<unk>", "cat", "runs", "the");
    assertThat(words.count(3)).isEqualTo(2);
    assertThat(strings(examples, Split.TRAIN, "input"))
        .containsExactlyInAnyOrder("the cat runs", "the runs", "cat");
    assertThat(strings(examples, Split.TRAIN, "tags"))
        .containsExactlyInAnyOrder("D N V", "D N", "N");
    assertThat(strings(examples, Split.VALID, "input")).containsExactly("<unk> the");
    assertThat(strings(examples, Split.TEST, "input")).containsExactly("<unk>");
    ExampleStatistics train = details.splits().get(Split.TRAIN);
    assertThat(train.examples()).isEqualTo(3);
    assertThat(train.longest()).isEqualTo(Map.of("input", 3, "tags", 3));
    assertThat(train.items()).isEqualTo(Map.of("input", 6L, "tags", 6L));
    assertThat(train.labels()).isEqualTo(Map.of("tags", List.of(2L, 3L, 1L)));
    assertThat(details.splits().get(Split.VALID).unknown()).isEqualTo(Map.of("input", 1L));

    Outcome outcome = prepare("kind", "--json", path("result.json"));
    assertThat(outcome.out().replaceAll(" +", " "))
        .contains(
            "task tag, accuracy counts; the built-in example tags, whose best possible accuracy is"
                + " 0.9731",
            "train 3 1 3 3",
            "dealt out by the files' names",
            "3 labels, in the train split N: 3, D: 2, V: 1",
            "input 4 ids for 3 types; 6 tokens to train on; unknown: train 0.000 %, valid 50.000 %",
            "examples " + path("out"));
    JsonNode result = Json.mapper().readTree(folder.resolve("result.json").toFile());
    assertThat(result.path("splits").path("train").path("examples").asInt()).isEqualTo(3);
    assertThat(result.path("fingerprint").asText()).isEqualTo(examples.fingerprint());
    assertThat(result.path("splits-by").asText()).isEqualTo("by the files' names");
    refused(
        2,
        "examples.task is classify, but DIR/kind is the built-in example tags of tag: leave --task"
            + " out",
        "kind",
        "--task",
        "classify");
  }

  @Test
  void theBuiltInTextIsReadAsText() throws IOException {
    write("kind/task.json", "{\"kind\":\"grammar\",\"task\":\"language\"}");
    write("kind/corpus.txt", "a b\nb a\na b\n".repeat(20));
    write("kind/grammar.tsv", "not\tof\tit\n");
    Outcome outcome = prepare("kind", "--tokenizer", "word");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    Dataset dataset = Dataset.open(new Configuration(), path("out"));
    assertThat(dataset.vocabulary().id("not")).isZero();
    assertThat(dataset.artifact().manifest().config().has("examples")).isFalse();
    assertThat(dataset.artifact().manifest().config().path("input").path("paths").get(0).asText())
        .isEqualTo(path("kind") + "/corpus.txt");
    refused(2, "is the built-in example grammar, which is text", "kind", "--task", "tag");
  }

  /** The same rows in each form, in several files: no form and no number of tasks is told apart. */
  @Test
  void theSameBytesForAnyFormOfRecordsAndAnyNumberOfTasks() throws IOException {
    Random random = new Random(5);
    List<String> reviews = new ArrayList<>();
    List<String> stars = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      reviews.add("Film " + random.nextInt(90) + " \"is\" é,\nwell " + random.nextInt(9));
      stars.add(i % 3 == 0 ? "bad" : "good");
    }
    StringBuilder json = new StringBuilder();
    StringBuilder csv = new StringBuilder("\uFEFFid,review,stars\r\n");
    for (int i = 0; i < reviews.size(); i++) {
      String review = reviews.get(i);
      json.append(Json.line(Map.of("id", i, "review", review, "stars", stars.get(i)))).append('\n');
      csv.append(i).append(",\"").append(review.replace("\"", "\"\"")).append("\",");
      csv.append(stars.get(i)).append("\r\n");
    }
    write("a/all.jsonl", json.toString());
    write("b/all.csv", csv.toString());
    Files.createDirectories(folder.resolve("c"));
    ParquetRows.write(
        folder.resolve("c/all.parquet"),
        """
        message row { required int64 id; optional binary review (STRING);
          required binary stars (STRING); }
        """,
        row -> {
          int i = row.number();
          if (i == reviews.size()) {
            return false;
          }
          row.group().append("id", (long) i).append("review", reviews.get(i));
          row.group().append("stars", stars.get(i));
          return true;
        });
    Map<String, String> first = null;
    for (String input : List.of("a", "b", "c")) {
      for (String partitions : input.equals("a") ? List.of("1", "2", "7") : List.of("2")) {
        Examples examples =
            prepared(
                input,
                "--task",
                "classify",
                "--columns",
                "input=review,label=stars",
                "--tokenizer",
                "word",
                "--lowercase",
                "--splits",
                "hashed:0.6,0.2,0.2",
                "--vocabulary-size",
                "40",
                "--partitions",
                partitions);
        Map<String, String> files = new TreeMap<>(ArtifactFiles.content(folder.resolve("out")));
        files.remove("manifest.json"); // the input's name is in it
        assertThat(files)
            .containsOnlyKeys(
                "train/part-00000.parquet",
                "valid/part-00000.parquet",
                "test/part-00000.parquet",
                "vocabulary-input.jsonl");
        first = first == null ? files : first;
        assertThat(files).as(input + partitions).isEqualTo(first);
        check(examples);
      }
    }
  }

  private static void check(Examples examples) throws IOException {
    assertThat(examples.vocabulary("input").size()).isEqualTo(40);
    assertThat(examples.details().rules()).isNotNull();
    long all = 0;
    Map<Split, Set<String>> seen = new TreeMap<>();
    for (Split split : Split.values()) {
      all += examples.examples(split);
      seen.put(split, new TreeSet<>(strings(examples, split, "input")));
    }
    assertThat(all).isEqualTo(300);
    assertThat(examples.examples(Split.TRAIN)).isBetween(140L, 220L);
    assertThat(examples.examples(Split.TEST)).isBetween(30L, 90L);
  }

  @Exhaustive
  @Test
  void manyExamplesFillBlocksThatAreMixed() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 40_000; i++) {
      lines.append("{\"input\":\"").append(i).append("\",\"label\":").append(i % 2).append("}\n");
    }
    write("many/all.jsonl", lines.toString());
    Map<String, String> first = null;
    for (String partitions : List.of("1", "2", "7")) {
      Examples examples =
          prepared(
              "many",
              "--task",
              "classify",
              "--tokenizer",
              "word",
              "--splits",
              "hashed:0.8,0.1,0.1",
              "--min-count",
              "2",
              "--partitions",
              partitions);
      Map<String, String> files = ArtifactFiles.content(folder.resolve("out"));
      first = first == null ? files : first;
      assertThat(files).isEqualTo(first);
      assertThat(examples.blocks(Split.TRAIN)).isEqualTo(3);
      for (int size : examples.details().splits().get(Split.TRAIN).blocks()) {
        assertThat(size).isBetween(10_000, 11_400);
      }
      // Of labels that alternate a block has about as many of each.
      int ones = IntStream.of(examples.block(Split.TRAIN, 1).ints("label")).sum();
      assertThat(ones).isBetween(5_000, 5_700);
      assertThat(examples.vocabulary("input").size()).isEqualTo(1);
    }
  }

  @Test
  void equalExamplesNeverStandOnBothSides() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      // The same text with another label is the same question.
      lines.append("{\"input\":\"t").append(i % 50).append("\",\"label\":").append(i % 3);
      lines.append("}\n");
    }
    write("twice.jsonl", lines.toString());
    Examples examples =
        prepared(
            "twice.jsonl",
            "--task",
            "classify",
            "--tokenizer",
            "whitespace",
            "--splits",
            "hashed:0.5,0.25,0.25",
            "--set",
            "vocabulary.from=all");
    Map<Split, Set<String>> seen = new TreeMap<>();
    for (Split split : Split.values()) {
      seen.put(split, new TreeSet<>(strings(examples, split, "input")));
      assertThat(seen.get(split)).isNotEmpty();
    }
    assertThat(seen.values().stream().mapToInt(Set::size).sum()).isEqualTo(50);
    Examples other =
        prepared(
            "twice.jsonl",
            "--task",
            "classify",
            "--tokenizer",
            "whitespace",
            "--splits",
            "hashed:0.5,0.25,0.25",
            "--set",
            "splits.salt=other");
    assertThat(new TreeSet<>(strings(other, Split.TRAIN, "input")))
        .isNotEqualTo(seen.get(Split.TRAIN));
  }

  @Test
  void seriesGridsFramesAndSequences() throws IOException {
    write(
        "series.jsonl",
        """
        {"values": [[1, 2], null, [3, null]], "times": [0, 1, 2.5], "split": "train"}
        {"values": [[5, 4], [7, 6]], "times": [0, 3], "split": "train"}
        {"values": [null, [1, 1]], "times": [1, 2], "split": "test"}
        """);
    Examples series = prepared("series.jsonl", "--task", "series", "--columns", "split=split");
    ExampleBlock test = series.block(Split.TEST, 0);
    assertThat(test.floats("values")).containsExactly(0, 0, 1, 1);
    assertThat(test.mask("observed")).containsExactly(0, 0, 1, 1);
    assertThat(test.floats("times")).containsExactly(1, 2);
    assertThat(series.details().columns())
        .extracting(ExampleColumn::name)
        .containsExactly("values", "observed", "times");
    assertThat(series.details().features().get("values").means()).containsExactly(4.0, 4.0);
    assertThat(series.details().features().get("values").counts()).containsExactly(4L, 3L);
    assertThat(series.details().splits().get(Split.TRAIN).longest())
        .containsEntry("values", 3)
        .containsEntry("observed", 3);

    write(
        "grid.csv",
        """
        values,shape,label
        "[1,2,3,4,5,6]","[1,3,2]",a
        "[6,5,4,3,2,1]","[1,3,2]",b
        """);
    Examples grid = prepared("grid.csv", "--task", "grid", "--splits", "hashed:1,0,0");
    assertThat(grid.details().columns())
        .containsExactly(
            ExampleColumn.floats("values", List.of(1, 3, 2)), ExampleColumn.label("label"));
    assertThat(grid.block(Split.TRAIN, 0).length("values", 1)).isEqualTo(1);
    assertThat(grid.details().features().get("values").means()).containsExactly(3.5, 3.5);

    write(
        "frames.jsonl",
        """
        {"values": [1, 2, 3, 4], "shape": [2, 1, 2, 1], "label": "left"}
        {"values": [1, 2], "shape": [1, 1, 2, 1], "label": "right"}
        """);
    Examples frames = prepared("frames.jsonl", "--task", "frames", "--splits", "hashed:1,0,0");
    assertThat(frames.details().columns().get(0))
        .isEqualTo(ExampleColumn.raggedFloats("values", List.of(1, 2, 1)));
    assertThat(frames.details().splits().get(Split.TRAIN).items()).containsEntry("values", 3L);

    write(
        "dates.jsonl",
        """
        {"source": "may", "target": "5"}
        {"source": "june", "target": "06"}
        """);
    Examples dates = prepared("dates.jsonl", "--task", "sequence", "--splits", "hashed:1,0,0");
    assertThat(dates.details().metric()).isEqualTo("exact-match");
    assertThat(strings(dates, Split.TRAIN, "source")).containsExactlyInAnyOrder("m a y", "j u n e");
    assertThat(dates.vocabulary("target").token(0)).isEqualTo("</s>");
    assertThat(dates.vocabulary("target").size()).isEqualTo(5);

    write(
        "colours.jsonl",
        """
        {"condition": [0.5, 1], "target": "red"}
        {"condition": [0, 1], "target": "blue"}
        """);
    Examples colours = prepared("colours.jsonl", "--task", "sequence", "--splits", "hashed:1,0,0");
    assertThat(colours.details().columns())
        .containsExactly(
            ExampleColumn.floats("condition", List.of(2)), ExampleColumn.ids("target"));
    assertThat(colours.details().metric()).isEqualTo("perplexity");

    write("bits.jsonl", "{\"input\": [[0, 1], [1, 1]], \"tags\": [1, 0]}\n");
    Examples bits = prepared("bits.jsonl", "--task", "tag", "--splits", "hashed:1,0,0");
    assertThat(bits.details().columns().get(0))
        .isEqualTo(ExampleColumn.raggedFloats("input", List.of(2)));
    assertThat(bits.details().labels().get("tags")).containsExactly("0", "1");
  }

  @Test
  void badExamplesAreNamedOrLeftOut() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      lines.append("{\"input\": [\"a\", \"b\"], \"tags\": [\"x\", \"y\"], \"n\": ").append(i);
      lines.append("}\n");
    }
    lines.append("{\"input\": [\"a\", \"b\"], \"tags\": [\"x\"]}\nnonsense\n");
    write("in.jsonl", lines.toString());
    refused(
        3,
        "2 of 22 examples are bad (bad-json 1, unequal-lengths 1), more than the fraction"
            + " input.bad-records.max-fraction 0.001: the first is file:DIR/in.jsonl line 21:"
            + " column tags has 1, but column input has 2 elements: give each element its tag; or"
            + " raise the threshold to leave them out",
        "in.jsonl",
        "--task",
        "tag");
    Examples examples =
        prepared(
            "in.jsonl",
            "--task",
            "tag",
            "--set",
            "input.bad-records.max-fraction=0.1",
            "--splits",
            "hashed:1,0,0");
    assertThat(examples.details().badRecords())
        .isEqualTo(Map.of("bad-json", 1L, "unequal-lengths", 1L));
    assertThat(examples.examples(Split.TRAIN)).isEqualTo(20);
    refused(
        3,
        "there is no column text (input) among input, tags, n: give each example its input, or"
            + " name the column, --columns input=NAME",
        "in.jsonl",
        "--task",
        "tag",
        "--columns",
        "input=text");
  }

  @Test
  void whatCannotBeLearnedIsRefused() throws IOException {
    write(
        "t/train.jsonl", "{\"input\":\"a\",\"label\":\"x\"}\n{\"input\":\"b\",\"label\":\"y\"}\n");
    write("t/test.jsonl", "{\"input\":\"a\",\"label\":\"x\"}\n{\"input\":\"b\",\"label\":\"z\"}\n");
    refused(
        3,
        "file:DIR/t/test.jsonl line 2: column label has the label z, which no training example has:"
            + " give training examples with it, leave it out, or move one that has it into a"
            + " training file",
        "t",
        "--task",
        "classify");
    write("t/more.jsonl", "{\"input\":\"a\",\"label\":\"x\"}\n");
    refused(
        3, "t/more.jsonl is of no split, but file:DIR/t/test.jsonl is", "t", "--task", "classify");
    write("v/test.jsonl", "{\"input\":\"a\",\"label\":\"x\"}\n");
    refused(
        3,
        "the train split has no example: 1 is dealt out by the files' names",
        "v",
        "--task",
        "classify");
    write("one.jsonl", "{\"input\":\"a\",\"label\":\"x\"}\n");
    refused(
        3,
        "column label has the same label, x, in all training examples",
        "one.jsonl",
        "--task",
        "classify",
        "--splits",
        "hashed:1,0,0");
    write("empty.jsonl", "\n");
    refused(3, "there is no example in DIR/empty.jsonl", "empty.jsonl", "--task", "classify");
    write("bad.jsonl", "{\"input\":\"\",\"label\":\"x\"}\n");
    refused(
        3,
        "1 of 1 examples is bad (empty 1), and none is good: the first is",
        "bad.jsonl",
        "--task",
        "classify");
    write("gap.jsonl", "{\"values\":[[1,null],[2,null]]}\n");
    refused(
        3,
        "feature 2 of column values has no value in any training example",
        "gap.jsonl",
        "--task",
        "series",
        "--splits",
        "hashed:1,0,0");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** What nobody asked for and may be meant otherwise is told, in a line. */
  @Test
  void whatIsLeftOpenIsTold() throws IOException {
    StringBuilder table = new StringBuilder("input,label\n");
    for (int i = 0; i < 20; i++) {
      table.append("a b ").append(i).append(',').append(i % 2 == 0 ? "x" : "y").append('\n');
    }
    write("table.csv", table.toString());
    String note = "note       text is cut into characters (input): --tokenizer word cuts it";
    String[] asked = {"--task", "classify", "--splits", "hashed:1,0,0"};
    assertThat(prepare("table.csv", asked).out()).containsOnlyOnce(note);
    String[] chosen =
        Stream.concat(Stream.of(asked), Stream.of("--tokenizer", "char")).toArray(String[]::new);
    assertThat(prepare("table.csv", chosen).out()).doesNotContain("note");
    Manifest manifest = ArtifactReader.open(new Configuration(), path("out")).manifest();
    assertThat(manifest.config().at("/splits/method").asText()).isEqualTo("hashed");
    assertThat(manifest.config().at("/splits/train").asDouble()).isEqualTo(1);
    assertThat(prepare("table.csv", "--dry-run").out())
        .containsOnlyOnce(
            "note: file:DIR/table.csv is read as text: for labelled examples give --task and"
                .replace("DIR", folder.toString()));
    assertThat(prepare("table.csv", "--dry-run", "--format", "text").out()).doesNotContain("note:");
  }

  @Test
  void whatTakesTextSaysThatTheseAreExamples() throws IOException {
    write("in.jsonl", "{\"input\":\"a\",\"label\":1}\n{\"input\":\"b\",\"label\":2}\n");
    prepared("in.jsonl", "--task", "classify", "--splits", "hashed:1,0,0");
    String out = path("out");
    for (String command :
        List.of(
            "interpolate --input DIR --model m1 --model m2 --output DIR-mixture",
            "drift --from DIR --input DIR",
            "ngrams --input DIR --output DIR-ngrams",
            "generate --model DIR",
            "score --model DIR --input DIR --output DIR-scores",
            "models add DIR-registry --from DIR")) {
      Outcome outcome = run(command.replace("DIR", out).split(" "));
      assertThat(outcome.code()).as(command + ": " + outcome.err()).isIn(2, 3);
      assertThat(outcome.err())
          .as(command)
          .contains("is of kind examples (labelled examples, which seqlm train and evaluate take)");
    }
  }

  @Test
  void whatIsOfTextOnlyIsRefusedWithATaskAndTheOtherWayRound() throws IOException {
    write("in.jsonl", "{\"input\":\"a\",\"label\":\"x\"}\n");
    Outcome outcome =
        prepare(
            "in.jsonl",
            "--task",
            "classify",
            "--text-field",
            "t",
            "--document",
            "line",
            "--format",
            "text",
            "--vocabulary-from",
            "m",
            "--splits",
            "hashed-words:1,0,0");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .contains(
            "input.format text is of text",
            "input.text-field is of text",
            "input.document is of text",
            "splits.method hashed-words is of text",
            "vocabulary.base is of text");
    refused(
        2,
        "--splits contiguous is of text",
        "in.jsonl",
        "--task",
        "classify",
        "--splits",
        "contiguous:0.8,0.1,0.1");
    refused(
        2,
        "examples.columns is of labelled examples, and there is text",
        "in.jsonl",
        "--columns",
        "input=a");
    refused(2, "input.format csv is of labelled examples", "in.jsonl", "--format", "csv");
    refused(
        2,
        "the task classify has no role tags: its roles are input, label, split",
        "in.jsonl",
        "--task",
        "classify",
        "--columns",
        "tags=a");
    write("in.txt", "a\n");
    refused(2, "the file in.txt does not say what it holds", "in.txt", "--task", "classify");
    Outcome dry = prepare("in.jsonl", "--task", "classify", "--dry-run");
    assertThat(dry.out()).contains("writes the examples", "task classify");
    assertThat(dry.code()).isZero();
  }
}
