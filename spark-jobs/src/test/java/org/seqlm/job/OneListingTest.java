package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.CountingStore;
import org.seqlm.TestSpark;
import org.seqlm.ngram.arpa.TinyArpa;

/** Every command that reads text lists its files once: a listing may take as long as the job. */
class OneListingTest {
  private static final String SETTING = "fs.far.impl";

  @TempDir static Path folder;

  /** As {@code spark.hadoop.fs.far.impl}, before and after Spark has started. */
  @BeforeAll
  static void start() throws IOException {
    Configuration conf = CountingStore.start(CountingStore.class, 0);
    System.setProperty("spark.hadoop." + SETTING, conf.get(SETTING));
    TestSpark.context().hadoopConfiguration().set(SETTING, conf.get(SETTING));
    for (int i = 0; i < 3; i++) {
      Path file = folder.resolve("text/d" + i + "/a.txt");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "a b a\nb a\n".repeat(40));
    }
    Files.writeString(folder.resolve("m.arpa"), TinyArpa.TEXT);
  }

  @AfterAll
  static void end() {
    System.clearProperty("spark.hadoop." + SETTING);
    TestSpark.context().hadoopConfiguration().unset(SETTING);
  }

  private static int listings(String input, String... arguments) {
    CountingStore.start(CountingStore.class, 0);
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    String[] all =
        Stream.concat(
                Stream.of(arguments),
                Stream.of("--input", CountingStore.name(folder.resolve(input))))
            .toArray(String[]::new);
    int code = SeqLM.run(all, new PrintStream(errors, true, StandardCharsets.UTF_8));
    assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    return CountingStore.calls().get("list");
  }

  @Test
  void everyCommandListsOnce() {
    String out = folder.resolve("out").toString();
    String model = folder.resolve("m.arpa").toString();
    String[] two = {"evaluate", "--model", model, "--model", model, "--name", "a", "--name", "b"};
    List<String[]> commands =
        List.of(
            new String[] {"prepare", "--tokenizer", "word", "--output", out + 1},
            new String[] {"ngrams", "--tokenizer", "word", "--order", "2", "--output", out + 2},
            new String[] {"score", "--model", model, "--output", out + 3},
            two);
    for (String[] command : commands) {
      // The folder, and the three in it.
      // Some look first whether it is a dataset: evaluate before it starts Spark, and after.
      int before = Map.of("ngrams", 1, "evaluate", 2).getOrDefault(command[0], 0);
      assertThat(listings("text", command)).as(command[0]).isEqualTo(before + 4);
    }
    String[] elsewhere = {"prepare", "--tokenizer", "word", "--output", out + 4};
    assertThat(listings("text/d*", elsewhere)).isEqualTo(4);
    // Here a match might be what is written to: that is looked at first.
    String[] beside = {"prepare", "--dry-run", "--output", CountingStore.name(folder) + "/text/e"};
    assertThat(listings("text/d*", beside)).isEqualTo(4 + 1);
  }
}
