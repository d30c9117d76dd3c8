package org.seqlm.job.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.Shared;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;
import org.seqlm.ngram.arpa.TinyArpa;

/** Evaluating, scoring and generating with an ARPA file. */
class ArpaCommandsTest {
  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void start() throws IOException {
    TestSpark.session();
    model = folder.resolve("tiny.arpa.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(model))) {
      out.write(TinyArpa.TEXT.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static int run(ByteArrayOutputStream errors, Object... args) {
    return SeqLM.run(
        Arrays.stream(args).map(Object::toString).toArray(String[]::new),
        new PrintStream(errors, true, StandardCharsets.UTF_8));
  }

  private static JsonNode seqlm(Object... args) throws IOException {
    Path json = Files.createTempFile(folder, "result", ".json");
    Object[] line = Arrays.copyOf(args, args.length + 2);
    line[args.length] = "--json";
    line[args.length + 1] = json;
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code = run(errors, line);
    assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    return Json.mapper().readTree(json.toFile());
  }

  @Test
  void pairsMustBeWhole() throws IOException {
    Path pairs = folder.resolve("bad.jsonl");
    Path text = Files.writeString(folder.resolve("pairs.txt"), "a b\n");
    Map<String, String> bad =
        Map.of(
            "{\"group\":\"g\",\"prefix\":\"a\",\"right\":\"b\"}", "wrong is missing",
            "{\"group\":\"g\",\"prefix\":null,\"right\":\"b\",\"wrong\":\"a\"}",
                "prefix is missing",
            "null", "it is null",
            "[]", "each line must be",
            "{\"group\":", "each line must be",
            "{\"group\":\"g\",\"prefix\":\"a\",\"right\":{},\"wrong\":\"a\"}", "each line must be");
    String good = "{\"group\":\"g\",\"prefix\":\"\",\"right\":\"b\",\"wrong\":\"a\"}\n";
    bad.forEach(
        (line, message) -> {
          try {
            Files.writeString(pairs, good + "\n" + line + "\n" + good);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          refused(3, "line 3: ", "evaluate", "--model", model, "--input", text, "--pairs", pairs);
          refused(3, message, "evaluate", "--model", model, "--input", text, "--pairs", pairs);
        });
  }

  private static void refused(int code, String message, Object... args) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    assertThat(run(errors, args)).isEqualTo(code);
    assertThat(errors.toString(StandardCharsets.UTF_8)).contains(message);
  }

  private static Path text(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static List<String> rows(Path output) throws IOException {
    List<String> rows = new ArrayList<>();
    try (var files = Files.list(ArtifactFiles.file(output, "scores"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".tsv")).sorted().toList()) {
        for (String line : Files.readAllLines(file)) {
          rows.add(line.substring(line.lastIndexOf('/') + 1));
        }
      }
    }
    return rows;
  }

  // a b: -0.5 -0.75 -0.625. b: -0.25-1.25, -0.625. An empty line: -0.25-1.5.
  // z a: -0.25-2, -1, -0.5-1.5.
  private static final String TEXT = "a b\nb\n\nz a";

  @Test
  void evaluatesOnTextByHand() throws IOException {
    Path text = text("by-hand.txt", TEXT);
    JsonNode score = seqlm("evaluate", "--model", model, "--input", text).path("models").path(0);
    assertThat(score.path("kind").asText()).isEqualTo("2-gram arpa");
    assertThat(score.path("tokens").asInt()).isEqualTo(9);
    assertThat(score.path("unknown").asInt()).isEqualTo(1);
    double log10 = -1.875 - 2.125 - 1.75 - 5.25;
    assertThat(score.path("nats").asDouble()).isCloseTo(-log10 * Math.log(10), within(1e-9));
    assertThat(score.path("perplexity").asDouble())
        .isCloseTo(Math.pow(10, -log10 / 9), within(1e-9));
    assertThat(score.path("perplexity-without-unknown").asDouble())
        .isCloseTo(Math.pow(10, (-log10 - 2.25) / 8), within(1e-9));
    JsonNode bigrams = score.path("orders").path(1);
    assertThat(bigrams.path("tokens").asInt()).isEqualTo(4);
    assertThat(bigrams.path("share").asDouble()).isCloseTo(4 / 9.0, within(1e-12));
    assertThat(bigrams.path("bits-per-token").asDouble())
        .isCloseTo((0.5 + 0.75 + 0.625 + 0.625) / 4 * Math.log(10) / Math.log(2), within(1e-9));
    assertThat(score.path("orders").path(0).path("tokens").asInt()).isEqualTo(5);
  }

  /** KenLM's query gives the ARPA file's lines these numbers, and so it does the folder's. */
  @Test
  void theOtherSpellingOfUnknownIsUnknownEverywhere() throws IOException {
    Path text = text("spelled.txt", "red <UNK> fox\nred fox\n");
    Path counted = folder.resolve("spelled");
    Path arpa = folder.resolve("spelled.arpa");
    seqlm(
        "ngrams",
        "--input",
        text,
        "--output",
        counted,
        "--tokenizer",
        "whitespace",
        "--order",
        2,
        "--arpa",
        arpa);
    assertThat(arpa).content().contains("\tred <unk>").doesNotContain("<UNK>");
    Path lines = text("spelled-lines.txt", "red <UNK> fox\nred zzz fox\nred <unk> fox\nred fox\n");
    for (Path model : List.of(counted, arpa)) {
      Path scores = folder.resolve("scores-" + model.getFileName());
      seqlm("score", "--model", model, "--input", lines, "--output", scores, "--format", "tsv");
      List<String> rows = rows(scores);
      assertThat(rows).hasSize(4);
      for (int line = 0; line < 4; line++) {
        String[] fields = rows.get(line).split("\t");
        assertThat(fields[4]).isEqualTo(line < 3 ? "1" : "0");
        assertThat(Double.parseDouble(fields[5]))
            .isCloseTo(line < 3 ? -1.0452939 : -0.8103639, within(1e-6));
      }
    }
  }

  /** Packed as the name says, and read for what it is. */
  @Test
  void packedArpaFiles() throws IOException {
    Path counted = folder.resolve("packed");
    Path text = text("packed.txt", "a b\nb a a\n\na b b a\n");
    seqlm("ngrams", "--input", text, "--output", counted, "--order", 2, "--set", "slices=3");
    double perplexity = perplexity(counted, text);
    for (String name : List.of("p.arpa.bz2", "p.arpa.xz", "p.arpa.zst", "p.arpa.GZ")) {
      Path arpa = folder.resolve(name);
      seqlm("export", "--model", counted, "--arpa", arpa);
      assertThat(Files.readAllBytes(arpa)[0]).isNotEqualTo((byte) '\\');
      assertThat(perplexity(arpa, text)).isCloseTo(perplexity, within(1e-5));
      Path renamed = Files.move(arpa, folder.resolve("renamed.arpa"));
      assertThat(perplexity(renamed, text)).isCloseTo(perplexity, within(1e-5));
      Files.delete(renamed);
    }
    Path lz4 = folder.resolve("p.arpa.lz4");
    refused(
        2, "--arpa " + lz4 + " is packed with lz4", "export", "--model", counted, "--arpa", lz4);
    assertThat(lz4).doesNotExist();
    Files.write(lz4, new byte[] {4, 0x22, 0x4d, 0x18, 0x64, 0x40});
    refused(
        3,
        lz4 + " is packed with lz4",
        "score",
        "--model",
        lz4,
        "--input",
        text,
        "--output",
        folder.resolve("none"));
  }

  private static double perplexity(Path model, Path text) throws IOException {
    return seqlm("evaluate", "--model", model, "--input", text)
        .path("models")
        .path(0)
        .path("perplexity")
        .asDouble();
  }

  @Test
  void evaluatesOnADatasetAsOnItsText() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      lines.append(i % 3 == 0 ? "a b a" : i % 5 == 0 ? "z b" : "b a a b").append('\n');
    }
    Path text = text("dataset.txt", lines.toString());
    // The second half of it is the text again.
    Path twice = text("dataset-twice.txt", lines.toString() + lines);
    for (String kind : List.of("whitespace", "word")) {
      Path dataset = folder.resolve("dataset-" + kind);
      seqlm(
          "prepare",
          "--input",
          twice,
          "--output",
          dataset,
          "--tokenizer",
          kind,
          "--splits",
          "contiguous:0.5,0,0.5");
      JsonNode onDataset = seqlm("evaluate", "--model", model, "--input", dataset);
      JsonNode onText = seqlm("evaluate", "--model", model, "--input", text);
      for (String figure :
          List.of("perplexity", "perplexity-without-unknown", "bits-per-character")) {
        assertThat(onDataset.path("models").path(0).path(figure).asDouble())
            .as(figure)
            .isCloseTo(onText.path("models").path(0).path(figure).asDouble(), within(1e-9));
      }
      assertThat(onDataset.findValue("unknown")).isEqualTo(onText.findValue("unknown"));
    }
    Path characters = folder.resolve("dataset-char");
    seqlm("prepare", "--input", text, "--output", characters);
    refused(2, "reads whitespace tokens", "evaluate", "--model", model, "--input", characters);
  }

  @Test
  void scoresLinesAndDocumentsByHand() throws IOException {
    Path text = text("lines/one.txt", TEXT);
    text("lines/two.txt", "a\n");
    Path output = folder.resolve("scores-lines");
    JsonNode result =
        seqlm(
            "score",
            "--model",
            model,
            "--input",
            text.getParent(),
            "--output",
            output,
            "--format",
            "tsv");
    assertThat(rows(output))
        .containsExactly(
            "one.txt\t1\t1\t3\t0\t-1.875\t4\t0",
            "one.txt\t2\t1\t2\t0\t-2.125\t2\t0",
            "one.txt\t3\t1\t1\t0\t-1.75\t1\t0",
            "one.txt\t4\t1\t3\t1\t-5.25\t3\t-4.8198662",
            "two.txt\t1\t1\t2\t0\t-2.5\t2\t0");
    assertThat(result.path("log10").asDouble()).isCloseTo(-13.5, within(1e-9));
    Path documents = folder.resolve("scores-documents");
    seqlm(
        "score",
        "--model",
        model,
        "--input",
        text.getParent(),
        "--output",
        documents,
        "--format",
        "tsv",
        "--unit",
        "document");
    assertThat(rows(documents))
        .containsExactly(
            "one.txt\t1\t4\t9\t1\t-11\t10\t-4.8198662", "two.txt\t1\t1\t2\t0\t-2.5\t2\t0");
    refused(
        2, "give --overwrite", "score", "--model", model, "--input", text, "--output", documents);
    Path both = folder.resolve("scores-both");
    JsonNode several =
        seqlm(
            "score",
            "--model",
            model,
            "--model",
            model,
            "--input",
            text,
            "--output",
            both,
            "--format",
            "tsv",
            "--unit",
            "document");
    String row = "\t9\t1\t-11\t10\t-4.8198662";
    assertThat(rows(both)).containsExactly("one.txt\t1\t4" + row + row);
    JsonNode evaluated = seqlm("evaluate", "--model", model, "--input", text);
    assertThat(several.path("models").path(1).path("bits-per-character").asDouble())
        .isCloseTo(evaluated.findValue("bits-per-character").asDouble(), within(1e-12));
  }

  @Test
  void scoresJsonLinesAndCountsWhatIsBad() throws IOException {
    Path text =
        text(
            "records.jsonl",
            "{\"text\":\"a b\\nb\"}\n\nno json\n{\"text\":\"b\"}\n{\"other\":1}\n");
    Path output = folder.resolve("scores-json");
    refused(3, "records are bad", "score", "--model", model, "--input", text, "--output", output);
    assertThat(output).doesNotExist();
    JsonNode result =
        seqlm(
            "score",
            "--model",
            model,
            "--input",
            text,
            "--output",
            output,
            "--set",
            "input.bad-records.max-fraction=1");
    assertThat(result.path("bad-records").path("bad-json").asInt()).isEqualTo(1);
    assertThat(result.path("bad-records").path("missing-field").asInt()).isEqualTo(1);
    List<Row> rows =
        TestSpark.session()
            .read()
            .parquet(ArtifactFiles.file(output, "scores").toString())
            .selectExpr("record", "line", "tokens", "oov", "round(log10, 9)")
            .orderBy("record", "line")
            .collectAsList();
    assertThat(rows.stream().map(Row::toString))
        .containsExactly("[1,1,3,0,-1.875]", "[1,2,2,0,-2.125]", "[4,1,2,0,-2.125]");
    Path documents = folder.resolve("scores-json-documents");
    seqlm(
        "score",
        "--model",
        model,
        "--input",
        text,
        "--output",
        documents,
        "--unit",
        "document",
        "--format",
        "tsv",
        "--set",
        "input.bad-records.max-fraction=1");
    assertThat(rows(documents))
        .containsExactly(
            "records.jsonl\t1\t2\t5\t0\t-4\t6\t0", "records.jsonl\t4\t1\t2\t0\t-2.125\t2\t0");
  }

  @Test
  void evaluatesOnRecordsWithTheKeysThatItsMessagesName() throws IOException {
    Path text = text("evaluated.jsonl", "{\"body\":\"a b\\nb\"}\nno json\n{\"body\":\"\\nz a\"}\n");
    Object[] evaluate = {
      "evaluate", "--model", model, "--input", text, "--text-field", "body", "--set", ""
    };
    evaluate[8] = "seed=1";
    refused(
        3,
        "more than the fraction input.bad-records.max-fraction 0.001: the first bad-json is in",
        evaluate);
    refused(3, "; mend them, give the right input.format (now auto), or raise", evaluate);
    evaluate[8] = "input.bad-records.max-fraction=0.5";
    JsonNode score = seqlm(evaluate).path("models").path(0);
    assertThat(score.path("tokens").asInt()).isEqualTo(9);
    assertThat(score.path("nats").asDouble()).isCloseTo(11 * Math.log(10), within(1e-9));

    Path broken = folder.resolve("broken.txt.gz");
    Files.writeString(broken, "no gzip");
    Object[] two = {
      "evaluate", "--model", model, "--input", text, broken, "--set", "", "--set", ""
    };
    two[7] = "input.text-field=body";
    two[9] = "input.bad-records.max-fraction=1";
    refused(3, "more than input.bad-records.max-unreadable-files 0: the first is", two);
    two[9] = "input.bad-records={max-fraction: 1, max-unreadable-files: 1}";
    assertThat(seqlm(two).path("models").path(0).path("tokens").asInt()).isEqualTo(9);
  }

  @Test
  void aDatasetIsEvaluatedAloneAndWithoutTheFlagsOfText() throws IOException {
    Path text = text("prepared.txt", "a b\n".repeat(100));
    Path dataset = folder.resolve("prepared");
    seqlm("prepare", "--input", text, "--output", dataset, "--tokenizer", "whitespace");
    refused(
        2, "is a dataset among 2 inputs", "evaluate", "--model", model, "--input", text, dataset);
    refused(
        2,
        "--document does not apply to a dataset: leave it out",
        "evaluate",
        "--model",
        model,
        "--input",
        dataset,
        "--document",
        "line");
  }

  @Test
  void generatesFromAnArpaFile() throws IOException {
    String once =
        seqlm("generate", "--model", model, "--length", 40, "--seed", 3).path("text").asText();
    assertThat(once).matches("[ab \n]+").contains("b a");
    assertThat(
            seqlm("generate", "--model", model, "--length", 40, "--seed", 3).path("text").asText())
        .isEqualTo(once);
  }

  @Test
  void refusesInOneLine() throws IOException {
    Path text = text("plain.txt", "a b\n");
    refused(
        3,
        "is no ARPA file: \\data\\ is due in line 1",
        "evaluate",
        "--model",
        text,
        "--input",
        text);
    refused(
        2,
        "is an ARPA file: leave out #order=2",
        "evaluate",
        "--model",
        model + "#order=2",
        "--input",
        text);
    refused(3, "does not exist", "evaluate", "--model", folder.resolve("absent"), "--input", text);
    refused(
        3,
        "does not exist",
        "evaluate",
        "--model",
        folder.resolve("absent"),
        "--input",
        text,
        "--dry-run");
    refused(
        2,
        "max-tokens takes the first tokens",
        "evaluate",
        "--model",
        model,
        "--input",
        text,
        "--max-tokens",
        5);
  }

  @Test
  void theTimeMachineUnderItsOwnModel() throws IOException {
    Path arpa = Shared.require("reference/kenlm/time-machine.o3.arpa.gz");
    Path lines = Shared.require("reference/kenlm/time-machine.lines.txt.gz");
    JsonNode score = seqlm("evaluate", "--model", arpa, "--input", lines).path("models").path(0);
    assertThat(score.path("tokens").asInt()).isEqualTo(35_623);
    assertThat(score.path("unknown").asInt()).isZero();
    assertThat(score.path("perplexity").asDouble()).isCloseTo(18.58095, within(5e-6));
  }
}
