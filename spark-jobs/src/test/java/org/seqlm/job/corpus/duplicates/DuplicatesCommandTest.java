package org.seqlm.job.corpus.duplicates;

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
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;

class DuplicatesCommandTest {
  @TempDir static Path folder;

  @BeforeAll
  static void start() {
    TestSpark.session();
  }

  private static String run(int code, String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(SeqLM.run(args, new PrintStream(err, true, StandardCharsets.UTF_8)))
        .as(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(code);
    return err.toString(StandardCharsets.UTF_8);
  }

  private static JsonNode find(Path input, String output, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "corpus",
                "duplicates",
                "--input",
                input.toString(),
                "--output",
                folder.resolve(output).toString(),
                "--format",
                "tsv",
                "--json",
                folder.resolve(output + ".json").toString()));
    args.addAll(List.of(more));
    run(0, args.toArray(String[]::new));
    return Json.mapper().readTree(Files.readString(folder.resolve(output + ".json")));
  }

  /** The rows of a table, all parts one after the other, without head lines and folders. */
  private static List<String> table(String output, String name) throws IOException {
    Path files;
    try (Stream<Path> data = Files.list(folder.resolve(output))) {
      files =
          data.filter(path -> path.getFileName().toString().startsWith("data-"))
              .findFirst()
              .orElseThrow()
              .resolve("tables/" + name);
    }
    List<String> rows = new ArrayList<>();
    try (Stream<Path> parts = Files.list(files)) {
      for (Path part : parts.filter(path -> path.toString().endsWith(".tsv")).sorted().toList()) {
        rows.addAll(Files.readAllLines(part).subList(1, Files.readAllLines(part).size()));
      }
    }
    return rows.stream().map(row -> row.replaceAll("file:[^\t]*/", "")).toList();
  }

  /**
   * Seven words have three shingles of five. b.txt repeats a document of a.txt, and has one with
   * other letters and signs; the line "Share this page" stands five times in three documents.
   */
  @Test
  void whatIsFoundIsWrittenAndTold() throws IOException {
    Path input = folder.resolve("in");
    Files.createDirectories(input.resolve("news"));
    Files.createDirectories(input.resolve("web"));
    Files.writeString(
        input.resolve("news/a.txt"), "one two three four five six seven\n\nShare this page\nx\n");
    Files.writeString(
        input.resolve("web/b.txt"),
        "one two three four five six seven\n\n"
            + "One, two, three: four five six seven!\n\n"
            + "y\nShare this page\nShare this page\n\n"
            + "z\n Share this page\nShare this page \n");
    JsonNode result =
        find(
            input,
            "out",
            "--document",
            "blank-line",
            "--find",
            "exact-documents,near,exact-lines",
            "--remove");
    assertThat(table("out", "duplicates"))
        .containsExactly(
            // Lines are those of the documents that are left.
            "b.txt\t1\texact-document\t\t35\ta.txt\t1\t\t1.0\ta.txt\t1\t1.0",
            "b.txt\t3\tnear-document\t\t39\ta.txt\t1\t\t1.0\ta.txt\t1\t1.0",
            "b.txt\t5\tline\t2\t15\ta.txt\t3\t1\t1.0\ta.txt\t3\t1.0",
            "b.txt\t5\tline\t3\t15\ta.txt\t3\t1\t1.0\ta.txt\t3\t1.0",
            "b.txt\t9\tline\t2\t15\ta.txt\t3\t1\t1.0\ta.txt\t3\t1.0",
            "b.txt\t9\tline\t3\t15\ta.txt\t3\t1\t1.0\ta.txt\t3\t1.0");
    assertThat(table("out", "groups")).containsExactly("a.txt\t1\t3\t109");
    assertThat(table("out", "sources"))
        .containsExactly(
            "news\t2\t53\t4\t11\t0\t0\t0\t0\t0", "web\t4\t145\t11\t28\t1\t1\t74\t4\t0");
    assertThat(table("out", "frequent-lines")).containsExactly("5\t3\tShare this page");
    assertThat(result.get("groups").asInt()).isEqualTo(1);
    assertThat(result.get("less-alike").asInt()).isZero();
    assertThat(result.get("expected-recall").asDouble()).isBetween(0.99, 1.0);
    Path kept =
        Path.of(java.net.URI.create(result.get("kept").asText().replace("file:/", "file:///")));
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(kept)) {
      for (Path file : files.sorted().filter(path -> path.toString().endsWith(".txt")).toList()) {
        text.append(Files.readString(file)).append('|');
      }
    }
    assertThat(text.toString())
        .isEqualTo("one two three four five six seven\n\nShare this page\nx\n|y\n\nz\n|");
    assertThat(
            ArtifactReader.open(
                    new Configuration(), folder.resolve("out").toString(), ArtifactKind.ANALYSIS)
                .manifest()
                .inputs())
        .containsKey("text");
    run(
        0,
        "report",
        "--input",
        folder.resolve("out").toString(),
        "--output",
        folder.resolve("report.html").toString());
    assertThat(Files.readString(folder.resolve("report.html"))).contains("Share this page");
  }

  /** Lines that few have are in no table. */
  @Test
  void rareLinesAreNotShown() throws IOException {
    Path input = Files.writeString(folder.resolve("rare.txt"), "secret\nsecret\nx\n");
    find(input, "rare", "--document", "line", "--find", "exact-lines");
    assertThat(table("rare", "frequent-lines")).isEmpty();
    assertThat(table("rare", "duplicates"))
        .containsExactly("rare.txt\t2\tline\t1\t6\trare.txt\t1\t1\t1.0\trare.txt\t1\t1.0");
  }

  /** A day is held against two days before it, of which what they kept is known. */
  @Test
  void daysBeforeAreKnown() throws IOException {
    Path one = Files.writeString(folder.resolve("one.txt"), "a b c d e f\nq r s\na b c d e f\n");
    Path two = Files.writeString(folder.resolve("two.txt"), "x y z\nA B C D E F\nu\n");
    Path three =
        Files.writeString(folder.resolve("three.txt"), "u\nv\na, b, c, d, e, f\nv\nx y z\n");
    String first = folder.resolve("one").toString();
    String second = folder.resolve("two").toString();
    find(one, "one", "--document", "line", "--keep-sketches");
    find(two, "two", "--document", "line", "--keep-sketches", "--against", first);
    assertThat(table("two", "duplicates"))
        .containsExactly("two.txt\t2\tnear-document\t\t12\tone.txt\t1\t\t1.0\tone.txt\t1\t1.0");
    JsonNode result =
        find(three, "three", "--document", "line", "--remove", "--against", first, second);
    assertThat(table("three", "duplicates"))
        .containsExactly(
            "three.txt\t1\texact-document\t\t2\ttwo.txt\t3\t\t1.0\ttwo.txt\t3\t1.0",
            "three.txt\t3\tnear-document\t\t17\tone.txt\t1\t\t1.0\tone.txt\t1\t1.0",
            "three.txt\t4\texact-document\t\t2\tthree.txt\t2\t\t1.0\tthree.txt\t2\t1.0",
            "three.txt\t5\texact-document\t\t6\ttwo.txt\t1\t\t1.0\ttwo.txt\t1\t1.0");
    assertThat(table("three", "sources")).containsExactly("\t5\t29\t5\t12\t3\t1\t27\t0\t0");
    assertThat(result.get("kept-files").asLong()).isEqualTo(1);
    assertThat(
            run(
                2,
                "corpus",
                "duplicates",
                "--input",
                three.toString(),
                "--output",
                folder.resolve("none").toString(),
                "--against",
                first,
                "--threshold",
                "0.5"))
        .contains("--against", "give the same near.* and seed, or make it again");
    find(three, "plain", "--document", "line");
    assertThat(
            run(
                3,
                "corpus",
                "duplicates",
                "--input",
                three.toString(),
                "--output",
                folder.resolve("none").toString(),
                "--against",
                folder.resolve("plain").toString()))
        .contains("has no sketches: make it again with seqlm corpus duplicates --keep-sketches");
  }

  /** The second day's lines, held against the first's, are those of one run over both. */
  @Test
  void linesOfDaysBeforeAreKnown() throws IOException {
    Path days = Files.createDirectories(folder.resolve("days"));
    Path one =
        Files.writeString(
            days.resolve("1.txt"), "one of it\nShare this page\n\ntwo of it\nShare this page\n");
    Path two =
        Files.writeString(
            days.resolve("2.txt"),
            "three of it\nShare this page\nnever before seen\n\nfour of it\n Share this page\n\n"
                + "five of it\nnever before seen\nnever before seen\n");
    List<String> lines =
        List.of("--document", "blank-line", "--find", "exact-documents,exact-lines");
    find(days, "both", lines.toArray(String[]::new));
    List<String> kept = new ArrayList<>(lines);
    kept.add("--keep-sketches");
    find(one, "day1", kept.toArray(String[]::new));
    List<String> against = new ArrayList<>(lines);
    against.addAll(List.of("--against", folder.resolve("day1").toString()));
    find(two, "day2", against.toArray(String[]::new));
    List<String> found = table("day2", "duplicates");
    assertThat(found)
        .isNotEmpty()
        .isEqualTo(
            table("both", "duplicates").stream().filter(row -> row.startsWith("2.txt")).toList());
    // The first stands in a day before, and the other lines of it here.
    assertThat(found.get(0)).startsWith("2.txt\t1\tline\t2\t15\t1.txt\t1\t2\t");
    assertThat(table("day2", "frequent-lines")).allMatch(row -> !row.contains("1.txt"));

    try (Stream<Path> files = Files.walk(folder.resolve("day1"))) {
      for (Path lines1 : files.filter(path -> path.toString().contains("/lines/part-")).toList()) {
        byte[] bytes = Files.readAllBytes(lines1);
        bytes[3] ^= 1;
        Files.write(lines1, bytes);
      }
    }
    List<String> hurt =
        new ArrayList<>(List.of("corpus", "duplicates", "--input", two.toString(), "--output"));
    hurt.add(folder.resolve("no1").toString());
    hurt.addAll(against);
    assertThat(run(3, hurt.toArray(String[]::new))).contains("lines/part-").doesNotContain("\tat ");

    find(one, "nolines", "--document", "blank-line", "--keep-sketches");
    against.set(against.size() - 1, folder.resolve("nolines").toString());
    List<String> command =
        new ArrayList<>(List.of("corpus", "duplicates", "--input", two.toString(), "--output"));
    command.add(folder.resolve("no2").toString());
    command.addAll(against);
    assertThat(run(2, command.toArray(String[]::new))).contains("kept no lines, but exact-lines");
  }

  @Test
  void whatCannotBeIsSaid() throws IOException {
    Path records = Files.writeString(folder.resolve("r.jsonl"), "{\"text\": \"a b\"}\n");
    String out = folder.resolve("no").toString();
    assertThat(
            run(
                2,
                "corpus",
                "duplicates",
                "--input",
                records.toString(),
                "--output",
                out,
                "--document",
                "line",
                "--remove"))
        .contains("records are documents where something is removed, but a document of", "r.jsonl")
        .contains("give --document record, or leave --remove out");
    assertThat(
            run(
                2,
                "corpus",
                "duplicates",
                "--input",
                records.toString(),
                "--output",
                out,
                "--threshold",
                "0.01"))
        .contains("near.recall 0.99 at a threshold of 0.01");
  }
}
