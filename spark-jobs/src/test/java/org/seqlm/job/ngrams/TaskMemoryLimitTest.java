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
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.TestSpark;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.SeqLM;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.store.Sha256;

/**
 * How much a task may hold changes no byte of what a user gets: where it is nothing, all that may
 * wait on the disk does, and what would be one piece of memory is many.
 */
final class TaskMemoryLimitTest {
  @TempDir Path folder;

  @AfterEach
  void defaults() {
    SparkEnv.get().conf().remove(TaskMemory.LIMIT);
  }

  private static void limit(long bytes) {
    TestSpark.session();
    SparkEnv.get().conf().set(TaskMemory.LIMIT, Long.toString(bytes));
  }

  /** Lines in which a few contexts, which slices share, have many followers. */
  private void write() throws IOException {
    SplittableRandom random = new SplittableRandom(6);
    for (String name : List.of("one", "more")) {
      StringBuilder text = new StringBuilder();
      for (int line = 0; line < 120; line++) {
        for (int n = 1 + random.nextInt(9); n > 0; n--) {
          text.append("w").append((int) (400 * Math.pow(random.nextDouble(), 6))).append(' ');
          text.append("of the w").append(random.nextInt(500)).append(n == 1 ? "\n" : " ");
        }
      }
      Files.writeString(folder.resolve(name + ".txt"), text);
    }
  }

  private void run(String... args) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code = SeqLM.run(args, new PrintStream(errors, true, StandardCharsets.UTF_8));
    assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
  }

  private String[] forms(String name, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    for (String form : List.of("arpa", "parquet", "tsv")) {
      all.addAll(List.of("--" + form, path(name + "." + form)));
    }
    all.add("--overwrite");
    return all.toArray(String[]::new);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  /** All that a count, an export and a restriction leave. */
  private TreeMap<String, String> outcomes(String... more) throws IOException {
    List<String> count =
        new ArrayList<>(List.of("ngrams", "--input", path("one.txt"), "--output", path("out")));
    count.addAll(List.of("--set", "slices=15", "--discount-fallback", "fallback"));
    count.addAll(List.of(more));
    run(forms("counted", count.toArray(String[]::new)));
    run(forms("exported", "export", "--model", path("out")));
    run(
        "counts",
        "restrict",
        "--input",
        path("out"),
        "--output",
        path("lower"),
        "--order",
        "2",
        "--overwrite");
    TreeMap<String, String> digests = new TreeMap<>();
    for (String form :
        List.of(
            "out", "counted.parquet", "counted.tsv", "exported.parquet", "exported.tsv", "lower")) {
      NgramsOutcomes.content(folder.resolve(form))
          .forEach((name, digest) -> digests.put(form + "/" + name, digest));
    }
    for (String arpa : List.of("counted.arpa", "exported.arpa")) {
      digests.put("arpa " + arpa, Sha256.of(Files.readAllBytes(folder.resolve(arpa))));
    }
    return digests;
  }

  private void same(long[] limits, String... more) throws IOException {
    write();
    TreeMap<String, String> expected = outcomes(more);
    assertThat(expected.keySet()).anyMatch(name -> name.contains("shared-00001"));
    assertThat(expected.get("arpa exported.arpa")).isEqualTo(expected.get("arpa counted.arpa"));
    for (long bytes : limits) {
      limit(bytes);
      assertThat(outcomes(more)).isEqualTo(expected);
    }
  }

  @Test
  void nothingIsHeld() throws IOException {
    same(new long[] {1000}, "--order", "4", "--prune", "0,0,1");
  }

  @Test
  @Exhaustive
  void otherBoundariesAndLimits() throws IOException {
    same(
        new long[] {0, 4096},
        "--order",
        "5",
        "--tokenizer",
        "whitespace",
        "--document",
        "line",
        "--boundary",
        "document");
  }
}
