package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.seqlm.job.train.SmallTraining.HADOOP;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;

/** Runs of {@code train} on a few examples, in the shared session and a folder of the test's. */
final class SmallExampleTraining {
  /** Of one worker two, of 4 examples each, beside what a test says. */
  private static final List<String> SMALL =
      List.of(
          "engine=torch",
          "training.batch=4",
          "network.hidden=6",
          "network.embedding=4",
          "training.learning-rate=0.02",
          "averaging.frequency=5",
          "validation.every=2");

  private final Path folder;

  SmallExampleTraining(Path folder) {
    this.folder = folder;
    TestSpark.session();
  }

  /** What a command ends with and says. */
  record Outcome(int code, String out, String errors) {}

  static Outcome seqlm(String... line) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int code = SeqLM.run(line, new PrintStream(errors, true, StandardCharsets.UTF_8));
      return new Outcome(
          code, out.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  /**
   * What {@code prepare} makes of examples.
   *
   * @param sizes of the splits train, valid and test
   * @param draw makes an example
   */
  String prepare(
      String name, String task, int[] sizes, Function<RandomGenerator, Map<String, Object>> draw)
      throws IOException {
    Path given = Files.createDirectories(folder.resolve(name + "-given"));
    SplittableRandom random = new SplittableRandom(1);
    String[] splits = {"train", "valid", "test"};
    for (int s = 0; s < splits.length; s++) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < sizes[s]; i++) {
        lines.add(Json.line(draw.apply(random)));
      }
      if (!lines.isEmpty()) {
        Files.write(given.resolve(splits[s] + ".jsonl"), lines);
      }
    }
    String written = folder.resolve(name).toString();
    Outcome outcome =
        seqlm("prepare", "--input", given.toString(), "--task", task, "--output", written);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    return written;
  }

  private static List<String> word(RandomGenerator random) {
    List<String> letters = new ArrayList<>();
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      letters.add(String.valueOf((char) ('a' + random.nextInt(4))));
    }
    return letters;
  }

  /** Words, and whether there is an a in them. */
  static Map<String, Object> classified(RandomGenerator random) {
    List<String> word = word(random);
    return Map.of("input", word, "label", word.contains("a") ? "yes" : "no");
  }

  /** Words with a label that they say nothing of. */
  static Map<String, Object> noise(RandomGenerator random) {
    return Map.of("input", word(random), "label", random.nextBoolean() ? "yes" : "no");
  }

  /** Words, and the same backwards. */
  static Map<String, Object> reversed(RandomGenerator random) {
    List<String> word = word(random);
    List<String> back = new ArrayList<>(word);
    Collections.reverse(back);
    return Map.of("source", word, "target", back);
  }

  /** A run's configuration; later keys win. */
  TrainConfig config(String input, String run, String... sets) {
    List<String> all = new ArrayList<>(SMALL);
    all.addAll(Arrays.asList(sets));
    var overrides =
        new FlagValues().put("input", input).put("output", folder.resolve(run).toString());
    return ConfigLoader.load("train", TrainConfig.class, HADOOP, null, all, overrides.tree());
  }
}
