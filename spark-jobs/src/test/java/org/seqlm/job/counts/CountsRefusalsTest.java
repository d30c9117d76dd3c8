package org.seqlm.job.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.seqlm.job.NgramsOutcomes.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes.Outcome;

/** What is refused is told in one line, and nothing is left behind. */
final class CountsRefusalsTest {
  @TempDir static Path folder;

  private static Path a;
  private static Path b;
  private static Path ab;

  @BeforeAll
  static void count() throws IOException {
    write("a", "the cat sat\nthe dog ran\n\nthe cat ran to the dog\n");
    write("b", "a cat ran\na dog sat\n\nthe dog sat by a cat\n");
    a = counted("a", "a");
    b = counted("b", "b");
    ab = folder.resolve("ab");
    done("counts", "merge", "--input", a, "--input", b, "--output", ab, "--estimator", "mle");
  }

  private static void write(String name, String lines) throws IOException {
    Files.writeString(text(name), lines);
  }

  private static Path text(String name) {
    return folder.resolve(name + ".txt");
  }

  private static Path counted(String name, String text, Object... more) {
    Path output = folder.resolve(name);
    List<Object> line = new ArrayList<>(List.of("ngrams", "--input", text(text)));
    line.addAll(List.of("--output", output, "--estimator", "mle", "--tokenizer", "whitespace"));
    line.addAll(Arrays.asList(more));
    done(line.toArray());
    return output;
  }

  private static void done(Object... line) {
    Outcome outcome = run(line);
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.code()).isZero();
  }

  /** One message, and nothing is left behind. */
  private static void assertRefused(int code, String message, String command) throws IOException {
    Path output = folder.resolve("refused");
    boolean makes = !command.contains("--output") && !command.contains("show");
    Outcome outcome = run((Object[]) (command + (makes ? " --output " + output : "")).split(" "));
    assertThat(outcome.errors()).startsWith("seqlm: error: ").contains(message);
    assertThat(outcome.errors().lines()).hasSize(1);
    assertThat(outcome.code()).isEqualTo(code);
    assertThat(output).doesNotExist();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".") && !name.endsWith(".crc"));
    }
  }

  @Test
  void whatIsMissingIsTold() throws IOException {
    assertRefused(2, "inputs must be at least 2, but are 0", "counts merge");
    assertRefused(2, "inputs must be at least 2, but are 1", "counts merge --input " + a);
    assertRefused(2, "minus must be given", "counts subtract --input " + a);
    assertRefused(2, "give --input DIR", "counts subtract --minus " + a);
    assertRefused(2, "give --input DIR", "counts restrict --order 2");
    assertRefused(2, "give --input DIR", "counts show");
    assertRefused(
        2,
        "but " + a + " was counted up to order 3",
        "counts restrict --input " + a + " --order 4");
    assertRefused(2, "order must be", "counts restrict --input " + a + " --order -1");
    assertRefused(
        2,
        "max-size must be 0 (no limit) or at least 4",
        "counts restrict --input " + a + " --max-size 2");
    assertRefused(2, b + " exists", "counts restrict --input " + a + " --output " + b);
    assertRefused(
        2, b + " exists", "counts merge --input " + a + " --input " + a + " --output " + b);
    assertRefused(
        2, b + " exists", "counts subtract --input " + a + " --minus " + a + " --output " + b);
    Path text = text("a");
    assertRefused(3, text.toString(), "counts show --input " + text);
    assertRefused(3, text.toString(), "counts merge --input " + a + " --input " + text);
    assertRefused(3, folder + "/none", "counts restrict --input " + folder + "/none");
    Path dataset = folder.resolve("limited-dataset");
    done(
        "prepare",
        "--input",
        text,
        "--output",
        dataset,
        "--tokenizer",
        "whitespace",
        "--set",
        "vocabulary.max-size=5");
    assertRefused(3, dataset.toString(), "counts show --input " + dataset);
    assertRefused(
        3, "prepare it without vocabulary.max-size", "ngrams --input " + dataset + " --add " + a);
    assertRefused(
        2,
        "vocabulary.max-size",
        "ngrams --input " + text + " --add " + a + " --set vocabulary.max-size=9");
    assertRefused(
        2, "leave out --add", "ngrams --input " + text + " --add " + a + " --boundary stream");
    assertRefused(3, text.toString(), "ngrams --input " + text + " --add " + text);
  }

  @Test
  void whatWasCountedOtherwiseIsRefused() throws IOException {
    Path shorter = saying("shorter", details -> details.put("order", 2));
    Path documents = saying("documents", details -> details.put("boundary", "document"));
    Path stream = saying("stream", details -> details.put("boundary", "stream"));
    Path characters =
        saying("characters", details -> ((ObjectNode) details.path("rules")).put("kind", "char"));
    Path limited = counted("limited-b", "b", "--set", "vocabulary.max-size=9");
    String cut = "or cut " + a + " with seqlm counts restrict";
    assertRefused(
        3,
        shorter
            + " was counted with order 2, not 3 as "
            + a
            + ": count it again with the same, "
            + cut,
        "counts merge --input " + a + " --input " + shorter);
    assertRefused(
        3,
        a
            + " was counted with order 3, not 2 as "
            + shorter
            + ": count it again with the same, "
            + cut,
        "counts subtract --input " + shorter + " --minus " + a);
    assertRefused(
        3,
        documents
            + " was counted with boundary document, not line as "
            + a
            + ": count it again with the same\n",
        "counts merge --input " + a + " --input " + documents);
    assertRefused(
        3,
        characters + " was counted with tokenizer {\"kind\":\"char\"",
        "counts merge --input " + a + " --input " + characters);
    assertRefused(
        3,
        stream + " was counted with boundary stream",
        "counts merge --input " + stream + " --input " + stream);
    String unknown = "unknown tokens, whose words are not known any more";
    assertRefused(3, unknown, "counts merge --input " + a + " --input " + limited);
    assertRefused(3, unknown, "counts subtract --input " + limited + " --minus " + limited);
    assertRefused(3, unknown, "counts restrict --input " + limited + " --min-count 2");
    Path text = text("b");
    assertRefused(
        2,
        "--add " + a + " has n-grams of order 3, but --order is 2: give --order 3, or cut those",
        "ngrams --input " + text + " --add " + a + " --tokenizer whitespace --order 2");
    assertRefused(
        3,
        a + " was counted with boundary line, not document as the text",
        "ngrams --input " + text + " --add " + a + " --tokenizer whitespace --boundary document");
    assertRefused(3, a + " was counted with tokenizer", "ngrams --input " + text + " --add " + a);
    assertRefused(
        3, unknown, "ngrams --input " + text + " --add " + limited + " --tokenizer whitespace");
  }

  /** The words of the part are b often enough, but not in this order. */
  @Test
  void whatIsNoPartIsNotTakenAway() throws IOException {
    assertRefused(
        3,
        "holds \"the\" 4 times, the counts 1 times: it is no part of them",
        "counts subtract --input " + b + " --minus " + a);
    write("x", "cat the sat dog\n");
    Path shuffled = counted("shuffled", "x");
    assertRefused(
        3,
        "holds an n-gram more often than the counts do: it is no part of them",
        "counts subtract --input " + ab + " --minus " + shuffled);
    assertRefused(
        3,
        "tokens, but n-grams of order 3 need at least 3",
        "counts subtract --input " + ab + " --minus " + ab);
  }

  @Test
  void countsOfEarlierReleasesAreRefused() throws IOException {
    Path old = saying("old", details -> details.put("sliced-unknown", 0));
    Path manifest = ArtifactFiles.manifestFile(old);
    ObjectNode tree = (ObjectNode) Json.mapper().readTree(manifest.toFile());
    ArrayNode files = (ArrayNode) tree.path("files");
    for (int i = files.size() - 1; i >= 0; i--) {
      if (files.get(i).path("path").asText().equals("slices.json")) {
        files.remove(i);
      }
    }
    Files.writeString(manifest, Json.pretty(tree));
    String message = old + " was written by a release that kept less";
    assertRefused(3, message, "counts show --input " + old);
    assertRefused(3, message, "counts show --input " + old + " --no-digest");
    assertRefused(3, message, "counts restrict --input " + old + " --order 2");
    assertRefused(3, message, "counts merge --input " + a + " --input " + old);
    assertRefused(3, message, "counts subtract --input " + a + " --minus " + old);
    assertRefused(
        3, message, "ngrams --input " + text("b") + " --add " + old + " --tokenizer whitespace");
  }

  /** A copy of counts whose manifest says something else. */
  private static Path saying(String name, Consumer<ObjectNode> details) throws IOException {
    Path counts = a;
    Path copy = folder.resolve(name);
    try (Stream<Path> all = Files.walk(counts)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(counts.relativize(file));
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
    Path manifest = ArtifactFiles.manifestFile(copy);
    ObjectNode tree = (ObjectNode) Json.mapper().readTree(manifest.toFile());
    details.accept((ObjectNode) tree.path("details"));
    Files.deleteIfExists(manifest.resolveSibling("." + manifest.getFileName() + ".crc"));
    Files.writeString(manifest, Json.pretty(tree));
    return copy;
  }
}
