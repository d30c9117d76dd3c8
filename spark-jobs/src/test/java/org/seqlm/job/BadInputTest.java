package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;

/**
 * Every mistake gives one clear line, the exit code of its kind, and leaves nothing half-written.
 */
class BadInputTest {
  @TempDir Path folder;

  private Path text;
  private Path output;

  @BeforeAll
  static void spark() {
    TestSpark.session();
  }

  @BeforeEach
  void write() throws IOException {
    text = folder.resolve("text.txt");
    Files.writeString(text, "the cat sat on the mat\nthe dog sat on the log\n".repeat(50));
    output = folder.resolve("output");
  }

  private record Outcome(int code, String errors) {}

  private static Outcome seqlm(Object... args) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    String[] line = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    int code = SeqLM.run(line, new PrintStream(errors, true, StandardCharsets.UTF_8));
    return new Outcome(code, errors.toString(StandardCharsets.UTF_8));
  }

  private void assertRefused(ExitCode code, String message, Object... args) throws IOException {
    List<Object> line = new ArrayList<>(Arrays.asList(args));
    Outcome outcome = seqlm(line.toArray());
    assertThat(outcome.errors()).contains(message).doesNotContain("\tat ");
    assertThat(outcome.errors().lines()).hasSizeLessThanOrEqualTo(2);
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(code.code());
    try (var entries = Files.list(folder)) {
      assertThat(entries.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".output") || name.equals("output"));
    }
  }

  private void assertPrepareRefused(ExitCode code, String message, Object input, Object... more)
      throws IOException {
    List<Object> line =
        new ArrayList<>(
            List.of("prepare", "--input", input, "--output", output, "--tokenizer", "word"));
    line.addAll(Arrays.asList(more));
    assertRefused(code, message, line.toArray());
  }

  @Test
  void missingPath() throws IOException {
    assertPrepareRefused(ExitCode.DATA, "none.txt", folder.resolve("none.txt"));
  }

  @Test
  void emptyCorpus() throws IOException {
    Path empty = folder.resolve("empty.txt");
    Files.writeString(empty, "");
    assertPrepareRefused(ExitCode.DATA, "empty", empty);
  }

  @Test
  void corpusOfOneToken() throws IOException {
    Path one = folder.resolve("one.txt");
    Files.writeString(one, "a");
    assertRefused(
        ExitCode.DATA,
        "token",
        "prepare",
        "--input",
        one,
        "--output",
        output,
        "--tokenizer",
        "char");
  }

  @Test
  void unknownKey() throws IOException {
    assertPrepareRefused(
        ExitCode.CONFIGURATION, "unknown key tokenizer.knid", text, "--set", "tokenizer.knid=char");
  }

  @Test
  void typoInAnEnum() throws IOException {
    assertRefused(
        ExitCode.CONFIGURATION,
        "did you mean word?",
        "prepare",
        "--input",
        text,
        "--output",
        output,
        "--tokenizer",
        "wrod");
  }

  @Test
  void truncatedGzip() throws IOException {
    Path whole = folder.resolve("whole.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(whole))) {
      out.write(Files.readAllBytes(text));
    }
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = folder.resolve("cut.txt.gz");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length * 2 / 3));
    assertPrepareRefused(ExitCode.DATA, "cut.txt.gz", cut);
  }

  /** In the midst of the deflated text, and in the checksum behind it. */
  @Test
  void corruptGzip() throws IOException {
    Path whole = folder.resolve("whole.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(whole))) {
      out.write(Files.readAllBytes(text));
    }
    for (int fromEnd : new int[] {30, 6}) {
      byte[] bytes = Files.readAllBytes(whole);
      bytes[bytes.length - fromEnd] ^= 0x10;
      Path corrupt = folder.resolve("corrupt.txt.gz");
      Files.write(corrupt, bytes);
      assertPrepareRefused(ExitCode.DATA, "corrupt.txt.gz", corrupt);
    }
  }

  @Test
  void outputThatExists() throws IOException {
    Files.createDirectories(output);
    Files.writeString(output.resolve("precious"), "x");
    Outcome outcome = seqlm("prepare", "--input", text, "--output", output, "--tokenizer", "word");
    assertThat(outcome.code()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(outcome.errors()).contains("exists");
    assertThat(output.resolve("precious")).exists();
  }

  @Test
  void orderZero() throws IOException {
    assertRefused(
        ExitCode.CONFIGURATION,
        "order must be",
        "ngrams",
        "--input",
        text,
        "--output",
        output,
        "--order",
        "0",
        "--tokenizer",
        "word");
  }

  @Test
  void vocabularyLimitOfThree() throws IOException {
    assertPrepareRefused(ExitCode.CONFIGURATION, "vocabulary", text, "--vocabulary-size", "3");
  }

  @Test
  void learningRateOfAMillion() throws IOException {
    Path dataset = folder.resolve("dataset");
    assertThat(seqlm("prepare", "--input", text, "--output", dataset, "--tokenizer", "char").code())
        .isZero();
    Path run = folder.resolve("run");
    Outcome outcome =
        seqlm(
            "train",
            "--input",
            dataset,
            "--output",
            run,
            "--learning-rate",
            "1e6",
            "--hidden",
            "8",
            "--batch",
            "2",
            "--time-steps",
            "8",
            "--workers",
            "2");
    assertThat(outcome.errors())
        .contains("learning-rate")
        .contains("--overwrite")
        .doesNotContain("\tat ");
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(ExitCode.DIVERGED.code());
    assertThat(ArtifactFiles.isComplete(run)).isFalse();
    assertThat(ArtifactFiles.checkpoints(run)).containsExactly(0);
  }

  @Test
  void noSuchCommandOrFlag() throws IOException {
    assertRefused(ExitCode.CONFIGURATION, "prepare", "prepar");
    assertRefused(ExitCode.CONFIGURATION, "--inptu", "prepare", "--inptu", text);
  }
}
