package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.files.S3Server;

/** The jar that users submit, with its output on S3 through Hadoop's S3A. */
@OnCluster
class S3aCommandsIT {
  private static final Path LIBRARIES = Path.of(System.getProperty("seqlm.test.s3a", "target/s3a"));

  @TempDir static Path temporary;
  private static S3Server server;
  private static Path text;

  @BeforeAll
  static void start() throws IOException {
    server = new S3Server();
    text = Files.writeString(temporary.resolve("text.txt"), "red fox\nred owl\n".repeat(500));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static SubmittedJar.Result run(String name, String... command) throws Exception {
    SubmittedJar jar =
        new SubmittedJar(Files.createDirectories(temporary.resolve(name))).withJars(LIBRARIES);
    server.settings().forEach((key, value) -> jar.conf("spark.hadoop." + key, value));
    return jar.run(command);
  }

  private static SubmittedJar.Result prepare(String name, String output, String... more)
      throws Exception {
    List<String> line =
        new ArrayList<>(List.of("prepare", "--input", text.toString(), "--output", output));
    line.addAll(List.of(more));
    return run(name, line.toArray(String[]::new));
  }

  private static void assertReads(String dataset) throws Exception {
    Path ngrams = Files.createTempDirectory(temporary, "ngrams").resolve("out");
    SubmittedJar.Result result =
        run("ngrams", "ngrams", "--input", dataset, "--output", ngrams.toString(), "--order", "2");
    assertThat(result.exit()).as(result.err()).isZero();
  }

  @Test
  void aDatasetIsWrittenAndReplaced() throws Exception {
    String output = "s3a://one/data/set";
    SubmittedJar.Result first = prepare("first", output, "--tokenizer", "word");
    assertThat(first.exit()).as(first.err()).isZero();
    SubmittedJar.Result second = prepare("second", output, "--tokenizer", "char");
    assertThat(second.exit()).as(second.err()).isEqualTo(ExitCode.CONFIGURATION.code());
    SubmittedJar.Result third = prepare("third", output, "--tokenizer", "char", "--overwrite");
    assertThat(third.exit()).as(third.err()).isZero();
    assertReads(output);
  }

  @Test
  void ofTwoThatReplaceItOneWins() throws Exception {
    String output = "s3a://two/data/set";
    SubmittedJar.Result first = prepare("before", output, "--tokenizer", "word");
    assertThat(first.exit()).as(first.err()).isZero();
    List<CompletableFuture<SubmittedJar.Result>> both = new ArrayList<>();
    for (String tokenizer : List.of("word", "char")) {
      both.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return prepare(tokenizer, output, "--tokenizer", tokenizer, "--overwrite");
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    List<Integer> exits = new ArrayList<>();
    for (CompletableFuture<SubmittedJar.Result> each : both) {
      SubmittedJar.Result result = each.join();
      exits.add(result.exit());
      assertThat(result.exit()).as(result.err()).isIn(0, ExitCode.PLATFORM.code());
    }
    assertThat(exits).contains(0);
    assertReads(output);
  }
}
