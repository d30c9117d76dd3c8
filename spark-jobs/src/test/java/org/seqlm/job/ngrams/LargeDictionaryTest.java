package org.seqlm.job.ngrams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.TestSpark;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.SeqLM;
import org.seqlm.spark.words.DictionaryLimit;
import org.seqlm.store.Sha256;

/** Whether a dictionary fits in one memory changes no byte of what a user gets. */
final class LargeDictionaryTest {
  @TempDir Path folder;

  @AfterEach
  void defaults() {
    TestSpark.context().hadoopConfiguration().unset(DictionaryLimit.KEY);
  }

  private void write() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder limited = new StringBuilder("</s> never-seen\n");
    Files.createDirectories(folder.resolve("text"));
    for (int file = 0; file < 3; file++) {
      StringBuilder text = new StringBuilder();
      for (int line = 0; line < 400; line++) {
        for (int n = random.nextInt(15); n > 0; n--) {
          int word = (int) (3000 * Math.pow(random.nextDouble(), 3));
          text.append(word % 101 == 7 ? "<s>" : "w" + word).append(n == 1 ? "" : " ");
          limited.append(word % 3 == 0 ? "w" + word + "\n" : "");
        }
        text.append('\n');
      }
      Files.writeString(folder.resolve("text/" + file + ".txt"), text);
    }
    Files.writeString(folder.resolve("limited.txt"), limited);
  }

  /** All that a count leaves behind. */
  private TreeMap<String, String> count(long most, int partitions, List<String> more)
      throws IOException {
    TestSpark.context().hadoopConfiguration().setLong(DictionaryLimit.KEY, most);
    // The same names each time: the manifest records them.
    Path output = folder.resolve("out");
    Path arpa = folder.resolve("out.arpa");
    List<String> args =
        new ArrayList<>(
            List.of(
                "ngrams",
                "--input",
                folder.resolve("text").toString(),
                "--output",
                output.toString(),
                "--arpa",
                arpa.toString(),
                "--parquet",
                folder.resolve("out.parquet").toString(),
                "--tsv",
                folder.resolve("out.tsv").toString(),
                "--overwrite",
                "--set",
                "slices=5",
                "--partitions",
                Integer.toString(partitions)));
    args.addAll(more);
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code =
        SeqLM.run(
            args.toArray(new String[0]), new PrintStream(errors, true, StandardCharsets.UTF_8));
    assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    TreeMap<String, String> digests = new TreeMap<>();
    for (String form : List.of("out", "out.parquet", "out.tsv")) {
      NgramsOutcomes.content(folder.resolve(form))
          .forEach((name, digest) -> digests.put(form + "/" + name, digest));
    }
    digests.put("out.arpa", Sha256.of(Files.readAllBytes(arpa)));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".parts") || name.endsWith(".incomplete"));
    }
    return digests;
  }

  private void same(int[] partitions, String... more) throws IOException {
    TreeMap<String, String> expected = count(1 << 20, 2, List.of(more));
    assertThat(expected).containsKeys("out/vocabulary.jsonl", "out/top.tsv", "out.arpa");
    for (int tasks : partitions) {
      assertThat(count(0, tasks, List.of(more))).isEqualTo(expected);
    }
  }

  @Test
  @Exhaustive
  void words() throws IOException {
    write();
    same(new int[] {1, 2, 7}, "--tokenizer", "word", "--order", "3");
  }

  @Test
  @Exhaustive
  void whitespaceWithAnotherBoundaryAndFewWords() throws IOException {
    write();
    same(
        new int[] {7},
        "--tokenizer",
        "whitespace",
        "--order",
        "2",
        "--boundary",
        "document",
        "--set",
        "vocabulary.max-size=700",
        "--set",
        "vocabulary.min-count=2");
  }

  @Test
  void limitedVocabulary() throws IOException {
    write();
    same(
        new int[] {7},
        "--tokenizer",
        "whitespace",
        "--order",
        "3",
        "--limit-vocabulary",
        folder.resolve("limited.txt").toString(),
        "--prune",
        "0,1");
  }
}
