package org.seqlm.job.predict;

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
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.dataset.Examples;
import org.seqlm.job.SeqLM;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.files.ModelFolders;
import org.seqlm.neural.network.Alignment;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.neural.network.StepInput;
import org.seqlm.task.TaskContent;
import org.seqlm.vocab.ExampleVocabulary;

/** Networks that nobody trained are asked: what they say is as good as anything to compare. */
class PredictTest {
  private static final Configuration CONF = new Configuration();

  @TempDir static Path folder;

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

  private static JsonNode done(String... args) throws IOException {
    String[] all = Stream.concat(Stream.of(args), Stream.of("--json", "-")).toArray(String[]::new);
    Outcome outcome = run(all);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return Json.mapper().readTree(outcome.out());
  }

  private static void refused(int code, String expected, String... args) {
    Outcome outcome = run(args);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    String[] lines = outcome.err().strip().split("\n");
    assertThat(lines[lines.length - 1]).contains(expected.replace("DIR", folder.toString()));
    assertThat(outcome.err()).doesNotContain("\tat ");
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static void write(String name, List<String> lines) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  private static final List<String> WORDS = List.of("good", "bad", "fair", "day", "Night", "it's");

  private static String text(Random random, int longest) {
    List<String> words = new ArrayList<>();
    for (int n = 1 + random.nextInt(longest); n > 0; n--) {
      words.add(WORDS.get(random.nextInt(WORDS.size())));
    }
    return String.join(" ", words);
  }

  private static String classified(Random random, int id) {
    return "{\"id\":%d,\"review\":\"%s\",\"stars\":\"%s\"}"
        .formatted(id, text(random, 5), random.nextBoolean() ? "many" : "few");
  }

  private static String translated(Random random) {
    return "{\"source\":\"%s\",\"target\":\"%s\"}".formatted(text(random, 4), text(random, 3));
  }

  private static List<String> lines(int count, java.util.function.IntFunction<String> line) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(line.apply(i));
    }
    return lines;
  }

  @BeforeAll
  static void models() throws IOException {
    TestSpark.session();
    Random random = new Random(3);
    write(
        "kind/task.json",
        List.of("{\"kind\":\"k\",\"task\":\"classify\",\"metric\":\"macro-f1\"}"));
    write(
        "kind/floor.json", List.of("{\"metric\":\"macro-f1\",\"floor\":0.75,\"split\":\"test\"}"));
    for (String split : List.of("train", "valid")) {
      write("kind/examples/" + split + ".jsonl", lines(30, i -> classified(random, i)));
    }
    write("kind/examples/test.jsonl", lines(2100, i -> classified(random, i)));
    done(
        "prepare",
        "--input",
        path("kind"),
        "--output",
        path("reviews"),
        "--columns",
        "input=review,label=stars",
        "--tokenizer",
        "word",
        "--lowercase");
    for (String split : List.of("train", "valid", "test")) {
      write("pairs/" + split + ".jsonl", lines(40, i -> translated(random)));
    }
    done(
        "prepare",
        "--input",
        path("pairs"),
        "--output",
        path("translated"),
        "--task",
        "sequence",
        "--tokenizer",
        "word");
    RecurrentBody body = new RecurrentBody(CellKind.GRU, 1, 4, Direction.FORWARD);
    Examples reviews = Examples.open(CONF, path("reviews"));
    int words = reviews.vocabulary("input").size();
    model("classifier", reviews, new Classifier(StepInput.tokens(words, 3), body, Pooling.LAST, 2));
    Examples pairs = Examples.open(CONF, path("translated"));
    model(
        "writer",
        pairs,
        new SequenceToSequence(
            StepInput.tokens(pairs.vocabulary("source").size(), 3),
            body,
            pairs.vocabulary("target").size(),
            3,
            body,
            Alignment.DOT,
            SequenceToSequence.Feeding.TOKENS));
  }

  private static void model(String name, Examples examples, Network network) throws IOException {
    Map<String, ExampleVocabulary> vocabularies = new TreeMap<>();
    for (String column : examples.details().vocabularies().keySet()) {
      vocabularies.put(column, examples.vocabulary(column));
    }
    float[] parameters = InitialParameters.create(network, 5);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] *= 3; // what it says is not all the same
    }
    ModelFolders.write(
        CONF, path(name), new TaskContent(network, examples.details(), vocabularies), parameters);
  }

  private static List<String> rows(String output) throws IOException {
    List<String> rows = new ArrayList<>();
    for (Path file : files(output)) {
      rows.addAll(Files.readAllLines(file));
    }
    return rows;
  }

  /** Of an artifact but its manifest, in the order of their names. */
  private static List<Path> files(String output) throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve(output))) {
      return all.filter(file -> file.getFileName().toString().matches("part-\\d{5}\\..*"))
          .sorted()
          .toList();
    }
  }

  private static String[] asking(String output, String... more) {
    return Stream.concat(
            Stream.of(
                "predict",
                "--model",
                path("classifier"),
                "--columns",
                "input=review,label=stars",
                "--overwrite",
                "--output",
                path(output)),
            Stream.of(more))
        .toArray(String[]::new);
  }

  @Test
  void rowsAreInTheOrderOfTheRecordsWhateverTheTasksAndAsEvaluateSays() throws IOException {
    String test = path("kind/examples/test.jsonl");
    JsonNode result = done(asking("p1", "--input", test, "--partitions", "1"));
    List<String> rows = rows("p1");
    assertThat(files("p1")).hasSize(2);
    assertThat(rows).hasSize(2100);
    for (int i = 0; i < rows.size(); i++) {
      JsonNode row = Json.mapper().readTree(rows.get(i));
      assertThat(row.path("path").asText()).isEqualTo("file:" + test);
      assertThat(row.path("record").asInt()).isEqualTo(i + 1);
      assertThat(row.path("id").asInt()).isEqualTo(i);
      JsonNode probabilities = row.path("probabilities");
      String label = row.path("label").asText();
      assertThat(probabilities.path(label).asDouble()).isGreaterThanOrEqualTo(0.5);
      assertThat(probabilities.path("few").asDouble() + probabilities.path("many").asDouble())
          .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
    }
    assertThat(rows.toString()).contains("\"label\":\"few\"", "\"label\":\"many\"");
    done(asking("p7", "--input", test, "--partitions", "7"));
    assertThat(rows("p7")).isEqualTo(rows);

    JsonNode evaluated =
        done(
            "evaluate",
            "--input",
            path("reviews"),
            "--model",
            path("classifier"),
            "--model",
            path("classifier"),
            "--name",
            "one",
            "--name",
            "two");
    assertThat(evaluated.path("metric").asText()).isEqualTo("macro-f1");
    assertThat(evaluated.path("examples").asInt()).isEqualTo(2100);
    assertThat(evaluated.path("floor").asDouble()).isEqualTo(0.75);
    assertThat(evaluated.path("models")).hasSize(2);
    assertThat(evaluated.path("models").get(1).path("metrics"))
        .isEqualTo(evaluated.path("metrics"));
    for (String metric : List.of("macro-f1", "accuracy")) {
      assertThat(result.path("metrics").path(metric))
          .isEqualTo(evaluated.path("metrics").path(metric));
    }
    Outcome table =
        run(
            "evaluate",
            "--input",
            path("reviews"),
            "--split",
            "valid",
            "--model",
            path("classifier"),
            "--output",
            path("kept"));
    assertThat(table.out()).contains("macro-f1").doesNotContain("best possible");
    JsonNode confusion = evaluated.path("models").get(0).path("confusion");
    assertThat(confusion.path("labels").toString()).isEqualTo("[\"few\",\"many\"]");
    long right =
        confusion.path("counts").get(0).get(0).asLong()
            + confusion.path("counts").get(1).get(1).asLong();
    assertThat(right / 2100.0).isEqualTo(evaluated.path("metrics").path("accuracy").asDouble());
    assertThat(run("report", "--input", path("kept"), "--output", path("r.html")).code()).isZero();
    assertThat(Files.readString(folder.resolve("r.html"))).contains("takes for what: a row");
    assertThat(run("report", "--input", path("p7"), "--output", path("p.html")).code()).isZero();
    assertThat(Files.readString(folder.resolve("p.html")))
        .contains("2,100 of 2,100 records predicted", "How often each label was predicted");
  }

  @Test
  void badRecordsHaveRowsInTheirPlacesAndLabelsNeedNotBeThere() throws IOException {
    write(
        "some/a.csv",
        List.of("id,review,stars", "x,\"good, day\",many", "y,,few", "z,zebra night,"));
    write("some/b.jsonl", List.of("{\"review\":[\"good\",\"day\"],\"id\":4}", "no", ""));
    String[] asked =
        asking(
            "s",
            "--input",
            path("some"),
            "--keep",
            "review",
            "--top",
            "1",
            "--set",
            "input.bad-records.max-fraction=0.5");
    JsonNode result = done(asked);
    List<JsonNode> rows = new ArrayList<>();
    for (String row : rows("s")) {
      rows.add(Json.mapper().readTree(row));
    }
    assertThat(rows.stream().map(row -> row.path("record").asInt())).containsExactly(2, 3, 4, 1, 2);
    assertThat(rows.stream().map(row -> row.path("id").asText()))
        .containsExactly("x", "y", "z", "4", "");
    assertThat(rows.get(0).path("review").asText()).isEqualTo("good, day");
    assertThat(rows.get(0).path("probabilities")).hasSize(1);
    assertThat(rows.get(1).path("problem").asText()).contains("there is no column review (input)");
    assertThat(rows.get(1).has("label")).isFalse();
    assertThat(rows.get(4).path("problem").asText()).contains("it is no JSON");
    // What a text was cut into says the same as the text.
    assertThat(rows.get(3).path("label")).isEqualTo(rows.get(0).path("label"));
    assertThat(rows.get(3).path("review").toString()).isEqualTo("[\"good\",\"day\"]");
    assertThat(result.path("records").asInt()).isEqualTo(5);
    assertThat(result.path("predicted").asInt()).isEqualTo(3);
    assertThat(result.path("told").asInt()).isEqualTo(1);
    assertThat(result.path("bad-records").toString())
        .isEqualTo("{\"bad-json\":1,\"missing-column\":1}");
    assertThat(result.has("metrics")).isFalse();
    assertThat(result.path("tokens").asInt()).isEqualTo(6);
    assertThat(result.path("unknown").asInt()).isEqualTo(1);
    int few = result.path("labels").path("few").asInt();
    assertThat(few + result.path("labels").path("many").asInt()).isEqualTo(3);
    assertThat(rows.stream().filter(row -> row.path("label").asText().equals("few")).count())
        .isEqualTo(few);
    assertThat(run(asked).out())
        .contains("unknown    1 token of 6, which the model read as <unk>\n");

    String[] parquet =
        Stream.concat(Stream.of(asked), Stream.of("--format", "parquet")).toArray(String[]::new);
    parquet[7] = path("sp");
    done(parquet);
    List<Group> table = table(files("sp").get(0));
    assertThat(table).hasSize(5);
    for (int i = 0; i < 5; i++) {
      Group row = table.get(i);
      JsonNode same = rows.get(i);
      assertThat(row.getLong("record", 0)).isEqualTo(same.path("record").asLong());
      for (String field : List.of("path", "id", "label", "problem")) {
        assertThat(row.getFieldRepetitionCount(field)).isEqualTo(same.has(field) ? 1 : 0);
        if (same.has(field)) {
          assertThat(row.getString(field, 0)).isEqualTo(same.path(field).asText());
        }
      }
      if (same.has("probabilities")) {
        Group entry = row.getGroup("probabilities", 0).getGroup(0, 0);
        assertThat(entry.getString("key", 0)).isEqualTo(same.path("label").asText());
        assertThat(entry.getFloat("value", 0))
            .isEqualTo(same.path("probabilities").iterator().next().floatValue());
      }
    }
    assertThat(table.get(3).getString("review", 0)).isEqualTo("[\"good\",\"day\"]");
  }

  private static List<Group> table(Path file) throws IOException {
    List<Group> rows = new ArrayList<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
            .build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.add(row);
      }
    }
    return rows;
  }

  @Test
  void targetsAreWrittenAsTheKeysSay() throws IOException {
    String[] asked = {
      "predict",
      "--model",
      path("writer"),
      "--input",
      path("pairs/test.jsonl"),
      "--overwrite",
      "--output",
      path("w")
    };
    JsonNode greedy = done(asked);
    List<String> first = rows("w");
    assertThat(first).hasSize(40);
    for (String row : first) {
      JsonNode read = Json.mapper().readTree(row);
      assertThat(read.path("target").isTextual()).isTrue();
      assertThat(read.path("log_probability").asDouble()).isNegative();
    }
    JsonNode evaluated = done("evaluate", "--input", path("translated"), "--model", path("writer"));
    assertThat(evaluated.path("metrics").path("exact-match"))
        .isEqualTo(greedy.path("metrics").path("exact-match"));
    assertThat(evaluated.has("floor")).isFalse();
    done(
        "evaluate",
        "--input",
        path("translated"),
        "--model",
        path("writer"),
        "--set",
        "attention=hard");
    String[] drawn =
        Stream.concat(Stream.of(asked), Stream.of("--set", "decoding.kind=sample"))
            .toArray(String[]::new);
    done(drawn);
    List<String> sampled = rows("w");
    assertThat(sampled).isNotEqualTo(first);
    done(drawn);
    assertThat(rows("w")).isEqualTo(sampled);
  }

  @Test
  void whatMakesNoSenseIsOneLine() throws IOException {
    String test = path("kind/examples/test.jsonl");
    try (ArtifactWriter writer = ArtifactWriter.create(CONF, path("lm"), Overwrite.REPLACE)) {
      writer.write("network.json", "{}");
      writer.publish(Manifest.of(ArtifactKind.MODEL, Map.of(), Map.of(), 1, Map.of()));
    }
    refused(
        2,
        "DIR/lm is a language model, for which there is text",
        "predict",
        "--model",
        path("lm"),
        "--input",
        test,
        "--output",
        path("x"));
    refused(
        2,
        "DIR/lm is a language model",
        "evaluate",
        "--input",
        path("reviews"),
        "--model",
        path("lm"));
    refused(
        2,
        "DIR/kind is the folder of the built-in example k: give a file of its records, for instance"
            + " DIR/kind/examples/test.jsonl; or prepare --input DIR/kind",
        asking("x", "--input", path("kind")));
    refused(2, "DIR/reviews is no file of records", asking("x", "--input", path("reviews")));
    refused(3, "no record has the field other", asking("x", "--input", test, "--keep", "other"));
    refused(
        2,
        "keep label: rows have a field of that name",
        asking("x", "--input", test, "--keep", "label"));
    refused(
        2,
        "the keys of the group decoding are of networks that write targets",
        asking("x", "--input", test, "--beam", "3"));
    refused(
        2,
        "top is of labels with their probabilities",
        "predict",
        "--model",
        path("writer"),
        "--input",
        test,
        "--output",
        path("x"),
        "--top",
        "2");
    refused(
        3,
        "2,100 of 2,100 examples are bad (missing-column 2,100)",
        "predict",
        "--model",
        path("classifier"),
        "--input",
        test,
        "--output",
        path("x"));
    refused(
        2,
        "it has task classify, not sequence",
        "evaluate",
        "--input",
        path("translated"),
        "--model",
        path("classifier"));
    refused(
        2,
        "attention hard is of a network that was trained with network.attention dot",
        "evaluate",
        "--input",
        path("reviews"),
        "--model",
        path("classifier"),
        "--set",
        "attention=hard");
    refused(
        2,
        "max-tokens is of text",
        "evaluate",
        "--input",
        path("reviews"),
        "--model",
        path("classifier"),
        "--max-tokens",
        "5");
    Outcome plan = run(asking("x", "--input", test, "--dry-run"));
    assertThat(plan.out()).contains("predicts with gru 1x4, 2 labels, task classify");
    assertThat(folder.resolve("x")).doesNotExist();
  }
}
