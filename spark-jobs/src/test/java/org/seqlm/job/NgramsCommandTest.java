package org.seqlm.job;

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
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Shared;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.NgramArtifact;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.MarkovModel;

/** The command as a user runs it, in the shared session. */
final class NgramsCommandTest {
  @TempDir Path temporary;

  @BeforeEach
  void session() {
    // A command uses the session there is and leaves it running.
    TestSpark.session();
  }

  private record Outcome(int code, String errors) {}

  private static Outcome run(Object... args) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    String[] line = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    int code = SeqLM.run(line, new PrintStream(errors, true, StandardCharsets.UTF_8));
    return new Outcome(code, errors.toString(StandardCharsets.UTF_8));
  }

  private Path text(String name, String content) throws IOException {
    return Files.writeString(temporary.resolve(name), content);
  }

  private static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().startsWith(".")) {
          byte[] bytes = Files.readAllBytes(file);
          files.put(folder.relativize(file).toString(), org.seqlm.artifact.Sha256.of(bytes));
        }
      }
    }
    return files;
  }

  /** The spec's case A1: thirty rows, in order, whatever the number of partitions. */
  @Test
  void timeMachine() throws IOException {
    Path corpus = Shared.require("corpora/time-machine.txt");
    String[] expected = {
      "the 2261, i 1267, and 1245, of 1155, a 816, to 695, was 552, in 541, that 443, my 440",
      "of the 309, in the 169, i had 130, i was 112, and the 109, the time 102, it was 99,"
          + " to the 85, as i 78, of a 73",
      "the time traveller 59, the time machine 30, the medical man 24, it seemed to 16,"
          + " it was a 15, here and there 15, seemed to me 14, i did not 14, i saw the 13,"
          + " i began to 13"
    };
    StringBuilder rows = new StringBuilder();
    for (int n = 1; n <= 3; n++) {
      String[] entries = expected[n - 1].split(", ", -1);
      for (int rank = 1; rank <= 10; rank++) {
        int space = entries[rank - 1].lastIndexOf(' ');
        String ngram = entries[rank - 1].substring(0, space);
        String count = entries[rank - 1].substring(space + 1);
        rows.append(n + "\t" + rank + "\t" + ngram + "\t" + count + "\n");
      }
    }
    Map<String, String> first = null;
    for (int partitions : new int[] {1, 2, 7}) {
      Path output = temporary.resolve("p" + partitions);
      Outcome outcome =
          run(
              "ngrams",
              "--input",
              corpus,
              "--output",
              output,
              "--order",
              3,
              "--tokenizer",
              "whitespace",
              "--letters-only",
              "--lowercase",
              "--boundary",
              "stream",
              "--partitions",
              partitions);
      assertThat(outcome.errors()).isEmpty();
      assertThat(outcome.code()).isZero();
      assertThat(output.resolve("top.tsv")).hasContent(rows.toString());
      Map<String, String> files = content(output);
      if (first == null) {
        first = files;
      } else {
        assertThat(files).isEqualTo(first);
      }
    }
  }

  /** A dataset brings its tokeniser; models are scored on its valid split and can be loaded. */
  @Test
  void dataset() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      lines.append(i % 3 == 0 ? "the cat sat\n" : i % 7 == 0 ? "\n" : "a dog saw the cat\n");
    }
    Path data = temporary.resolve("data");
    assertThat(
            run(
                    "prepare",
                    "--input",
                    text("corpus.txt", lines.toString()),
                    "--output",
                    data,
                    "--tokenizer",
                    "word")
                .code())
        .isZero();
    Path output = temporary.resolve("out");
    Path json = temporary.resolve("result.json");
    Outcome outcome =
        run(
            "ngrams",
            "--input",
            data,
            "--output",
            output,
            "--order",
            2,
            "--json",
            json,
            "--add-k",
            0.1);
    assertThat(outcome.errors()).isEmpty();
    JsonNode result = Json.mapper().readTree(json.toFile());
    assertThat(result.at("/report/scored").asText()).isEqualTo("the valid split");
    assertThat(result.at("/details/rules/kind").asText()).isEqualTo("word");
    JsonNode models = result.at("/report/models");
    assertThat(models).hasSize(4);

    NgramArtifact artifact =
        NgramArtifact.open(TestSpark.context().hadoopConfiguration(), output.toString());
    MarkovModel model = artifact.model(null);
    assertThat(model.name()).isEqualTo("2-gram add-k 0.1");
    assertThat(artifact.model("estimator=mle,order=1").name()).isEqualTo("1-gram mle");
    assertThat(artifact.report().statistics().orders().get(0).top().get(0).text()).isEqualTo("the");
    // The same perplexity by reading the split with the loaded model.
    org.seqlm.dataset.Dataset dataset =
        org.seqlm.dataset.Dataset.open(TestSpark.context().hadoopConfiguration(), data.toString());
    long tokens = dataset.tokens(org.seqlm.dataset.Split.VALID);
    int[] ids = dataset.read(org.seqlm.dataset.Split.VALID, 0, tokens, 0).tokens();
    LanguageModel.Reading reading = model.start();
    double nats = 0;
    for (int id : ids) {
      nats -= reading.logProbability(id);
      reading.read(id);
    }
    assertThat(models.get(3).get("tokens").asLong()).isEqualTo(tokens);
    assertThat(models.get(3).get("perplexity").asDouble())
        .isCloseTo(Math.exp(nats / tokens), within(1e-9));

    Outcome again = run("ngrams", "--input", data, "--output", output, "--order", 2);
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.errors()).contains("--overwrite");
    Outcome contradicts =
        run(
            "ngrams",
            "--input",
            data,
            "--output",
            temporary.resolve("no"),
            "--tokenizer",
            "char",
            "--lowercase",
            "--text-field",
            "body");
    assertThat(contradicts.code()).isEqualTo(2);
    assertThat(contradicts.errors().lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("tokenizer.kind is char"))
        .anyMatch(line -> line.contains("prepared with keep"))
        .anyMatch(line -> line.contains("--text-field"));
    // Meant, though it is what the file says by default.
    Path characters = temporary.resolve("characters");
    run("prepare", "--input", temporary.resolve("corpus.txt"), "--output", characters);
    assertThat(
            run(
                    "ngrams",
                    "--input",
                    characters,
                    "--output",
                    temporary.resolve("no"),
                    "--tokenizer",
                    "word")
                .code())
        .isEqualTo(2);
    assertThat(
            run(
                    "ngrams",
                    "--input",
                    characters,
                    "--output",
                    temporary.resolve("no"),
                    "--set",
                    "tokenizer.kind=word")
                .code())
        .isEqualTo(2);
    assertThat(
            run(
                    "ngrams",
                    "--input",
                    characters,
                    "--output",
                    temporary.resolve("c"),
                    "--order",
                    4,
                    "--split",
                    "test")
                .code())
        .isZero();
    assertThat(temporary.resolve("no")).doesNotExist();
  }

  @Test
  void charactersInTables() throws IOException {
    Path corpus = text("tabs.txt", "a\tb\na\tb\na\\b\n");
    Path output = temporary.resolve("out");
    assertThat(
            run(
                    "ngrams",
                    "--input",
                    corpus,
                    "--output",
                    output,
                    "--order",
                    2,
                    "--tokenizer",
                    "char",
                    "--top",
                    3)
                .errors())
        .isEmpty();
    assertThat(output.resolve("top.tsv"))
        .hasContent(
            """
            1\t1\ta\t3
            1\t2\tb\t3
            1\t3\t\\n\t3
            2\t1\tb \\n\t3
            2\t2\ta \\t\t2
            2\t3\t\\t b\t2
            """);
    assertThat(Files.readAllLines(output.resolve("counts-of-counts.tsv")).get(1))
        .isEqualTo("1\t2\t1");
  }

  @Test
  void badInputIsToldInOneLine() throws IOException {
    Path corpus = text("corpus.txt", "one two three\n");
    Path output = temporary.resolve("out");
    List<Object[]> cases = new ArrayList<>();
    cases.add(new Object[] {2, "order must be 1 to 16, but is 0", "--order", 0});
    cases.add(new Object[] {2, "order must be 1 to 16, but is 17", "--order", 17});
    cases.add(new Object[] {2, "boundary must be line, document, stream", "--boundary", "lines"});
    cases.add(new Object[] {2, "model.add-k must be greater than 0", "--add-k", 0});
    cases.add(new Object[] {2, "model.estimator must be mle, add-k", "--estimator", "mlee"});
    cases.add(new Object[] {2, "did you mean order", "--set", "ordre=3"});
    cases.add(new Object[] {2, "vocabulary.max-size", "--set", "vocabulary.max-size=3"});
    for (Object[] one : cases) {
      List<Object> line = new ArrayList<>(List.of("ngrams", "--input", corpus, "--output", output));
      line.addAll(List.of(one).subList(2, one.length));
      Outcome outcome = run(line.toArray());
      assertThat(outcome.errors()).contains((String) one[1]);
      assertThat(outcome.errors().lines()).hasSize(1);
      assertThat(outcome.code()).isEqualTo(one[0]);
    }
    Outcome missing = run("ngrams", "--input", temporary.resolve("none"), "--output", output);
    assertThat(missing.code()).isEqualTo(3);
    Outcome empty = run("ngrams", "--input", text("empty", ""), "--output", output);
    assertThat(empty.code()).isEqualTo(3);
    Outcome single =
        run("ngrams", "--input", text("single", "one"), "--output", output, "--boundary", "stream");
    assertThat(single.code()).isEqualTo(3);
    Outcome few =
        run("ngrams", "--input", text("few", "one two three"), "--output", output, "--order", 9);
    assertThat(few.code()).isEqualTo(3);
    assertThat(few.errors()).contains("order 9 need at least 9");
    Outcome limited =
        run(
            "ngrams",
            "--input",
            corpus,
            "--output",
            output,
            "--tokenizer",
            "char",
            "--set",
            "vocabulary.max-size=4");
    assertThat(limited.code()).isEqualTo(2);
    assertThat(limited.errors()).contains("boundary line needs the line feed");
    for (Outcome outcome : List.of(missing, empty, single, few, limited)) {
      assertThat(outcome.errors().lines()).hasSize(1);
    }
    try (Stream<Path> files = Files.list(temporary)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("corpus.txt", "empty", "single", "few");
    }
    assertThat(run("ngrams", "--input", corpus, "--output", output, "--dry-run").code()).isZero();
    assertThat(output).doesNotExist();
  }
}
