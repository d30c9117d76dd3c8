package org.seqlm.job.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.example.ParquetRows;
import org.seqlm.corpus.file.Compression;
import org.seqlm.job.SeqLM;
import org.seqlm.ngram.arpa.TinyArpa;
import org.seqlm.text.pieces.PieceKind;
import org.seqlm.text.pieces.PieceTokenizer;
import org.seqlm.text.pieces.TinyPieces;

/** Scores beside the records they are of, and by bucket, as pipelines over web text have them. */
class ScorePipelineTest {
  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void start() throws IOException {
    TestSpark.session();
    model = Files.writeString(folder.resolve("tiny.arpa"), TinyArpa.TEXT);
  }

  private static int run(ByteArrayOutputStream errors, Object... args) {
    return SeqLM.run(
        Arrays.stream(args).map(Object::toString).toArray(String[]::new),
        new PrintStream(errors, true, StandardCharsets.UTF_8));
  }

  private static JsonNode score(Path input, Path output, Object... more) throws IOException {
    return score(model, input, output, more);
  }

  private static JsonNode score(Path model, Path input, Path output, Object... more)
      throws IOException {
    Path json = Files.createTempFile(folder, "result", ".json");
    List<Object> line = new ArrayList<>(List.of("score", "--model", model, "--input", input));
    line.addAll(List.of("--output", output, "--json", json, "--overwrite"));
    line.addAll(List.of(more));
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    assertThat(run(errors, line.toArray())).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    return Json.mapper().readTree(json.toFile());
  }

  private static void refused(int code, String message, Path input, Object... more) {
    List<Object> line = new ArrayList<>(List.of("score", "--model", model, "--input", input));
    line.addAll(List.of("--output", folder.resolve("refused")));
    line.addAll(List.of(more));
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    assertThat(run(errors, line.toArray())).isEqualTo(code);
    assertThat(errors.toString(StandardCharsets.UTF_8)).contains(message);
  }

  private static List<String> lines(Path output, String part) throws IOException {
    List<String> lines = new ArrayList<>();
    try (var files = Files.list(ArtifactFiles.file(output, "scores").resolve(part))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    return lines;
  }

  @Test
  void linesOfJsonKeepTheirFields() throws IOException {
    Path input = folder.resolve("kept.jsonl");
    Files.writeString(
        input,
        "{\"id\": 12345678901234567890.10, \"text\":\"a b\", \"n\":null,\"deep\":{\"x\":[1,{}]}} "
            + " \n"
            + "\n"
            + "{\"text\":\"b a\\n"
            + "b\",\"é\":\"\\u00e9 }\"}\n");
    Path output = folder.resolve("kept");
    score(input, output, "--unit", "document", "--keep", "columns", "--format", "jsonl");
    List<String> lines = lines(output, "");
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .startsWith(
            "{\"id\": 12345678901234567890.10, \"text\":\"a b\","
                + " \"n\":null,\"deep\":{\"x\":[1,{}]},\"seqlm_log10\":-1.875");
    JsonNode second = Json.mapper().readTree(lines.get(1));
    assertThat(second.get("é").asText()).isEqualTo("é }");
    assertThat(second.get("seqlm_log10").doubleValue())
        .isCloseTo(-3.875 - (1.5 + 0.625), within(1e-9));
    assertThat(second.get("seqlm_perplexity").doubleValue())
        .isCloseTo(Math.pow(10, 6.0 / 5), within(1e-9));
    assertThat(second.get("seqlm_tokens").longValue()).isEqualTo(5);
    assertThat(second.get("seqlm_oov").longValue()).isZero();
    assertThat(second.get("seqlm_characters").longValue()).isEqualTo(6);

    Path again = folder.resolve("again.jsonl");
    Files.write(again, lines);
    Object[] keep = {"--unit", "document", "--keep", "columns", "--format", "jsonl"};
    refused(3, "record 1 of ", again, keep);
    refused(3, "has a field seqlm_log10 already", again, keep);
    refused(2, "--format jsonl", input, "--unit", "document", "--keep", "columns");
    refused(2, "--unit document", input, "--keep", "columns", "--format", "jsonl");
    refused(
        2,
        "a document is a line",
        input,
        "--document",
        "line",
        keep[0],
        keep[1],
        keep[2],
        keep[3],
        keep[4],
        keep[5]);
  }

  @Test
  void rowsOfParquetKeepTheirColumns() throws IOException {
    Path input = Files.createDirectories(folder.resolve("rows"));
    String nested =
        "message m { optional int32 id; required binary text (STRING); optional group deep (LIST) {"
            + " repeated group list { optional double element; } } }";
    for (int file = 0; file < 3; file++) {
      int number = file;
      boolean other = file == 2;
      ParquetRows.write(
          input.resolve("f" + file + ".parquet"),
          other ? "message m { required binary text (STRING); optional int32 b; }" : nested,
          row -> {
            if (row.number() == 2) {
              return false;
            }
            row.group().add("text", row.number() == 0 ? "a b" : "zebra");
            if (!other && row.number() == 0) {
              row.group().add("id", number);
              var list = row.group().addGroup("deep");
              list.addGroup("list").add("element", 0.5);
              list.addGroup("list");
            }
            return true;
          });
    }
    Path output = folder.resolve("rows-out");
    JsonNode result =
        score(
            input,
            output,
            "--unit",
            "document",
            "--keep",
            "columns",
            "--buckets",
            "good,bad",
            "--cutoffs",
            Files.writeString(folder.resolve("cut.json"), "[10]"));
    assertThat(result.get("buckets").toString()).isEqualTo("{\"good\":3,\"bad\":3}");
    assertThat(result.get("bounds").toString()).isEqualTo("[10.0]");
    Path good = ArtifactFiles.file(output, "scores").resolve("good");
    List<Group> rows = new ArrayList<>();
    try (var files = Files.list(good)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).sorted().toList()) {
        try (ParquetReader<Group> reader =
            ParquetReader.builder(
                    new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
                .build()) {
          for (Group row = reader.read(); row != null; row = reader.read()) {
            rows.add(row);
          }
        }
      }
    }
    assertThat(rows).hasSize(3);
    Group first = rows.get(0);
    assertThat(first.getInteger("id", 0)).isZero();
    Group deep = first.getGroup("deep", 0);
    assertThat(deep.getFieldRepetitionCount("list")).isEqualTo(2);
    assertThat(deep.getGroup("list", 0).getDouble("element", 0)).isEqualTo(0.5);
    assertThat(deep.getGroup("list", 1).getFieldRepetitionCount("element")).isZero();
    assertThat(first.getDouble("seqlm_log10", 0)).isCloseTo(-1.875, within(1e-9));
    assertThat(first.getString("seqlm_bucket", 0)).isEqualTo("good");
    assertThat(rows.get(1).getInteger("id", 0)).isEqualTo(1);
    assertThat(rows.get(2).getType().getFields().stream().map(Type::getName))
        .startsWith("text", "b", "seqlm_log10");
    assertThat(rows.get(2).getFieldRepetitionCount("b")).isZero();
  }

  /** A crawl's records, to be filtered, and counted. */
  @Test
  void webArchivesAreText() throws IOException {
    StringBuilder wet = new StringBuilder();
    for (String text : List.of("a b\nb a", "zebra")) {
      int bytes = text.length();
      wet.append("WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: http://a.org/\r\n")
          .append("WARC-Date: 2026-01-02T03:04:05Z\r\nContent-Type: text/plain\r\n")
          .append("WARC-Record-ID: <urn:uuid:1>\r\nContent-Length: " + bytes + "\r\n\r\n")
          .append(text + "\r\n\r\n");
    }
    Path input = folder.resolve("crawl.warc.wet.gz");
    Files.write(input, Compression.GZIP.packed(wet.toString().getBytes(StandardCharsets.UTF_8)));
    Path output = folder.resolve("crawl-out");
    JsonNode result =
        score(input, output, "--unit", "document", "--keep", "columns", "--format", "jsonl");
    assertThat(result.get("documents").intValue()).isEqualTo(2);
    assertThat(lines(output, "").get(0))
        .startsWith(
            "{\"url\":\"http://a.org/\",\"date\":\"2026-01-02T03:04:05Z\",\"id\":\"<urn:uuid:1>\","
                + "\"language\":null,\"text\":\"a b\\nb a\",\"seqlm_log10\":-5.75");
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    Path json = folder.resolve("counted.json");
    Object[] ngrams = {
      "ngrams",
      "--input",
      input,
      "--order",
      2,
      "--output",
      folder.resolve("counted"),
      "--json",
      json
    };
    assertThat(run(errors, ngrams)).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(Json.mapper().readTree(json.toFile()).at("/details/tokens").intValue())
        .isEqualTo(6 + 2);
  }

  /** CCNet's way: normalised, cut into pieces, scored by a model whose words are pieces. */
  @Test
  void piecesAreTheWordsOfAModel() throws IOException {
    Path pieces = Files.write(folder.resolve("tiny.model"), TinyPieces.sentencePiece());
    try {
      PieceTokenizer.open(PieceKind.SENTENCEPIECE, "x", "x", TinyPieces::sentencePiece);
    } catch (UserException e) {
      Assumptions.abort(e.getMessage());
    }
    Path arpa =
        Files.writeString(
            folder.resolve("pieces.arpa"),
            TinyArpa.TEXT
                .replace("\ta", "\t\u2581un")
                .replace(" a", " \u2581un")
                .replace("b ", "able ")
                .replace("\tb", "\table")
                .replace(" b", " able"));
    Path input = Files.writeString(folder.resolve("pieces.txt"), "  UNABLE\nÜn z\n");
    JsonNode result =
        score(
            arpa,
            input,
            folder.resolve("pieces-out"),
            "--normalize",
            "ccnet",
            "--tokenizer",
            "sentencepiece:" + pieces,
            "--tokens",
            "--format",
            "jsonl");
    List<String> lines = lines(folder.resolve("pieces-out"), "");
    assertThat(Json.mapper().readTree(lines.get(0)).get("log10").doubleValue())
        .isCloseTo(-1.875, within(1e-9));
    assertThat(Json.mapper().readTree(lines.get(1)).get("oov").intValue()).isEqualTo(2);
    assertThat(result.get("tokens").intValue()).isEqualTo(3 + 4);
    refused(2, "tokenizer must be sentencepiece:FILE.model", input, "--tokenizer", "bpe:x");
    refused(3, "does not exist", input, "--tokenizer", "sentencepiece:" + folder.resolve("no"));
  }

  /** Learnt on all of a text, each bucket has its share; the cutoffs give the same again. */
  @Test
  void bucketsHaveTheirShares() throws IOException {
    Path input = folder.resolve("web.txt");
    Random random = new Random(5);
    List<String> text = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      StringBuilder line = new StringBuilder("a");
      for (int k = random.nextInt(30); k >= 0; k--) {
        line.append(random.nextInt(3) == 0 ? " zebra" : random.nextBoolean() ? " a" : " b");
      }
      text.add(line.toString());
    }
    Files.write(input, text);
    Path output = folder.resolve("buckets");
    JsonNode result =
        score(
            input,
            output,
            "--buckets",
            "head,middle,tail",
            "--format",
            "jsonl",
            "--cutoffs",
            "quantiles:0.3,0.6");
    assertThat(result.get("buckets").get("head").intValue()).isBetween(85, 90);
    assertThat(result.get("buckets").get("middle").intValue()).isBetween(85, 92);
    double bound = result.get("bounds").get(0).doubleValue();
    assertThat(lines(output, "head")).hasSize(result.get("buckets").get("head").intValue());
    for (String bucket : List.of("head", "middle", "tail")) {
      for (String line : lines(output, bucket)) {
        JsonNode row = Json.mapper().readTree(line);
        double perplexity =
            Math.pow(10, -row.get("log10").doubleValue() / row.get("tokens").longValue());
        assertThat(perplexity < bound).isEqualTo(bucket.equals("head"));
      }
    }
    Path file = ArtifactFiles.file(output, "cutoffs.json");
    for (Path cutoffs : List.of(file, output)) {
      Path again = folder.resolve("buckets-again");
      JsonNode same =
          score(
              input,
              again,
              "--buckets",
              "head,middle,tail",
              "--format",
              "jsonl",
              "--cutoffs",
              cutoffs);
      assertThat(same.get("buckets")).isEqualTo(result.get("buckets"));
      assertThat(lines(again, "tail")).isEqualTo(lines(output, "tail"));
    }
    assertThat(
            Json.mapper()
                .readTree(
                    ArtifactFiles.file(folder.resolve("buckets-again"), "cutoffs.json").toFile()))
        .isEqualTo(Json.mapper().readTree(file.toFile()));
    refused(2, "give --buckets NAME,NAME", input, "--cutoffs", file);
    cutoffsAreToldOf(input, output);
    // Equal shares; of a sample of about a third.
    JsonNode halves =
        score(
            input,
            output,
            "--buckets",
            "head,tail",
            "--set",
            "cutoffs-sample=" + Files.size(input) / 3);
    assertThat(halves.get("buckets").get("head").intValue()).isBetween(110, 190);
    refused(
        2,
        "cutoffs must be 1,",
        input,
        "--buckets",
        "a,b",
        "--cutoffs",
        output.getParent().resolve("buckets-again"));
    refused(
        2,
        "cutoffs must be quantiles",
        input,
        "--buckets",
        "a,b",
        "--cutoffs",
        "quantiles:0.5,0.4");
    refused(2, "buckets must be", input, "--buckets", "a,../b");
    refused(3, "does not exist", input, "--buckets", "a,b", "--cutoffs", folder.resolve("none"));
  }

  /** Cutoffs that were learnt otherwise are used, and the differences told. */
  private static void cutoffsAreToldOf(Path input, Path learnt) throws IOException {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    Path output = folder.resolve("told");
    Object[] line = {
      "score",
      "--model",
      model,
      "--input",
      input,
      "--output",
      output,
      "--cutoffs",
      learnt,
      "--buckets",
      "a,b,c",
      "--unit",
      "document",
      "--normalize",
      "ccnet",
      "--no-eos"
    };
    PrintStream before = System.err;
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      assertThat(run(new ByteArrayOutputStream(), line)).isZero();
    } finally {
      System.setErr(before);
    }
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains(
            "note: the cutoffs of "
                + learnt
                + " were learnt with buckets head,middle,tail, but here a,b,c; unit line, but here"
                + " document; normalize none, but here ccnet; eos true, but here false: buckets may"
                + " have other shares of a text");
  }
}
