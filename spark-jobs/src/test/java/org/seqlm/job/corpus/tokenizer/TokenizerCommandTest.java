package org.seqlm.job.corpus.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
