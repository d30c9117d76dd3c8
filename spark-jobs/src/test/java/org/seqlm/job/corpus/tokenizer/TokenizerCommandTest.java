package org.seqlm.job.corpus.tokenizer;

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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;

class TokenizerCommandTest {
  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    TestSpark.session();
    Files.writeString(
        folder.resolve("text.txt"), "the cat sat on the mat\nthe hat\nبه نام خدا\n".repeat(20));
  }

  private static String run(int code, String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(SeqLM.run(args, new PrintStream(err, true, StandardCharsets.UTF_8)))
        .as(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(code);
    return err.toString(StandardCharsets.UTF_8);
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void aFileOrAFolderForTheSameText() throws IOException {
    String[] line = {
      "corpus",
      "tokenizer",
      "--input",
      path("text.txt"),
      "--vocabulary-size",
      "280",
      "--special",
      "<|end|>",
      "--normalize",
      "nfc,lowercase",
      "--output",
      path("t.json"),
      "--json",
      path("r.json")
    };
    run(0, line);
    JsonNode result = Json.mapper().readTree(Files.readString(folder.resolve("r.json")));
    assertThat(result.get("vocabulary").asLong()).isEqualTo(280);
    assertThat(result.get("merges").asLong()).isEqualTo(23);
    assertThat(result.get("lines").asLong()).isEqualTo(60);
    // 6 + 2 + 3 words, 20 times each; "the" and " the" are two.
    assertThat(result.get("stretches").asLong()).isEqualTo(220);
    assertThat(result.get("different").asLong()).isEqualTo(10);
    assertThat(run(2, line)).contains("--overwrite");
    Files.delete(folder.resolve("r.json"));

    line[11] = path("folder");
    run(0, line);
    result = Json.mapper().readTree(Files.readString(folder.resolve("r.json")));
    Path file = Path.of(java.net.URI.create(result.get("tokenizer").asText()));
    assertThat(Files.readString(file)).isEqualTo(Files.readString(folder.resolve("t.json")));
    assertThat(Files.readString(file)).contains("{\n        \"type\": \"NFC\"\n      }");
    run(0, "report", "--input", path("folder"), "--output", path("report.html"));
    assertThat(Files.readString(folder.resolve("report.html"))).contains("Tokens by length");
  }

  /** "rare" stands 4 times in each text: only together is it frequent enough. */
  @Test
  void textThatIsAddedIsLearnedFromAsIfAllWereRead() throws IOException {
    Files.createDirectories(folder.resolve("days"));
    Files.writeString(folder.resolve("days/1.txt"), "the rare cat\n".repeat(4) + "a hat\n");
    Files.writeString(folder.resolve("days/2.txt"), "no rare mats\n".repeat(4) + "بچه\n".repeat(9));
    String[] rules = {"--vocabulary-size", "280", "--set", "min-count=5"};
    learn(0, rules, "--input", path("days"), "--output", path("both.json"));
    learn(0, rules, "--input", path("days/1.txt"), "--output", path("one"), "--keep-counts");
    String[] second = {
      "--input",
      path("days/2.txt"),
      "--merge",
      path("one"),
      "--output",
      path("two"),
      "--keep-counts"
    };
    String json = learn(0, rules, second);
    Path file =
        Path.of(java.net.URI.create(Json.mapper().readTree(json).get("tokenizer").asText()));
    assertThat(file).hasSameTextualContentAs(folder.resolve("both.json"));
    assertThat(Files.readString(file)).contains("\u0120rare");
    JsonNode told = Json.mapper().readTree(json);
    assertThat(told.get("lines").asLong()).isEqualTo(18);
    assertThat(told.get("stretches").asLong()).isEqualTo(4 * 3 + 2 + 4 * 3 + 9);

    assertThat(
            learn(
                2,
                rules,
                "--input",
                path("days/2.txt"),
                "--merge",
                path("two"),
                "--output",
                path("x")))
        .contains("is in " + path("two") + " already: give --input text that is new");
    assertThat(
            learn(
                2,
                rules,
                "--input",
                path("days/2.txt"),
                "--merge",
                path("one"),
                "--normalize",
                "nfc",
                "--output",
                path("x")))
        .contains("was cut by other rules");
    // Counts that are damaged are told in a line, whether they have sense or not.
    for (int bits : new int[] {1, 0xFF}) {
      String[] hurt = {"--input", path("days/1.txt"), "--output", path("hurt"), "--keep-counts"};
      learn(0, rules, hurt);
      try (Stream<Path> files = Files.walk(folder.resolve("hurt"))) {
        for (Path counts : files.filter(one -> one.toString().contains("stretches-")).toList()) {
          byte[] bytes = Files.readAllBytes(counts);
          for (int i = bits == 1 ? bytes.length - 1 : 0; i < bytes.length; i++) {
            bytes[i] ^= (byte) bits;
          }
          Files.write(counts, bytes);
        }
      }
      String[] merged = {
        "--input", path("days/2.txt"), "--merge", path("hurt"), "--output", path("x")
      };
      assertThat(learn(3, rules, merged))
          .contains("seqlm: error: ", "counts/stretches-")
          .doesNotContain("\tat ");
    }
    assertThat(
            learn(2, rules, "--input", path("days"), "--keep-counts", "--output", path("y.json")))
        .contains("--keep-counts needs a folder");
  }

  /** What it prints where it fails, and else its JSON. */
  private static String learn(int code, String[] rules, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(List.of("corpus", "tokenizer", "--json", path("learn.json")));
    args.addAll(List.of(rules));
    args.addAll(List.of(more));
    args.add("--overwrite");
    String printed = run(code, args.toArray(String[]::new));
    return code == 0 ? Files.readString(folder.resolve("learn.json")) : printed;
  }

  @Test
  void saysWhatIsWrongBeforeAnyWork() throws IOException {
    assertThat(
            run(
                2,
                "corpus",
                "tokenizer",
                "--input",
                path("text.txt"),
                "--vocabulary-size",
                "200",
                "--output",
                path("no.json")))
        .contains("vocabulary-size must be 256 to");
    Files.writeString(folder.resolve("empty.txt"), "");
    assertThat(
            run(
                3,
                "corpus",
                "tokenizer",
                "--input",
                path("empty.txt"),
                "--output",
                path("no.json")))
        .contains("has no words: give another --input");
    assertThat(folder.resolve("no.json")).doesNotExist();
    for (String output : List.of("plan.json", "plan")) {
      PrintStream before = System.out;
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      try {
        run(
            0,
            "corpus",
            "tokenizer",
            "--input",
            path("text.txt"),
            "--output",
            path(output),
            "--dry-run");
      } finally {
        System.setOut(before);
      }
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .contains("learns up to 32,512 merges of at most 2,000,000 different stretches");
    }
  }
}
