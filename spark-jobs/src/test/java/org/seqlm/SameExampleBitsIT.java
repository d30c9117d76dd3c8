package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.FaultPlugin.Fault;
import org.seqlm.FaultPlugin.Kind;
import org.seqlm.artifact.Json;
import org.seqlm.neural.torch.ModuleLearner;
import org.seqlm.store.Sha256;

/**
 * Networks over examples end with the same bits on one, two and four executors, and where an
 * executor is killed in a round, as {@link SameBitsIT} shows of a language model; and what they
 * predict is the same on one executor, on two, and in one process. The same within one process,
 * through partitions, kills of the driver and every way to average, is in {@code
 * TrainExamplesTest}.
 */
@OnCluster
class SameExampleBitsIT {
  private static final int WORKERS = 4;
  private static final int ROUNDS = 6;

  /** Records of three files, of which each of two executors writes some. */
  private static final int ASKED = 5000;

  /** What is on a task's stack while it trains. */
  private static final String TRAINING = ModuleLearner.class.getName();

  @TempDir static Path folder;

  /** What is trained, each with dropout. */
  enum Task {
    CLASSIFY,
    SEQUENCE;

    private String title() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    private String line(SplittableRandom random) {
      String word =
          random
              .ints(random.nextInt(1, 7), 'a', 'e')
              .mapToObj(letter -> String.valueOf((char) letter))
              .collect(Collectors.joining());
      return Json.line(
          this == CLASSIFY
              ? Map.of("input", word, "label", word.contains("a") ? "yes" : "no")
              : Map.of("source", word, "target", new StringBuilder(word).reverse().toString()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whereverTheyRunAndThoughAnExecutorIsKilled(Task task) throws Exception {
    Path data = prepared(task, task + "");
    Map<String, String> undisturbed = bits(data, task + " in one process", "local[2]");
    assertThat(undisturbed)
        .containsOnlyKeys(
            "model/parameters.safetensors",
            "checkpoints/" + ROUNDS + "/parameters.safetensors",
            "checkpoints/" + ROUNDS + "/velocity.safetensors");
    for (int executors : new int[] {1, 4}) {
      String cluster = "local-cluster[" + executors + ",1,1024]";
      assertThat(bits(data, task + " on " + executors, cluster)).as(cluster).isEqualTo(undisturbed);
    }
    Path marker = folder.resolve(task + " killed");
    Fault killed = new Fault(Kind.KILL, marker, 2, WORKERS, TRAINING);
    assertThat(bits(data, task + " killed on 2", "local-cluster[2,1,1024]", killed))
        .isEqualTo(undisturbed);
    assertThat(marker).exists();
  }

  @Test
  void predictsTheSameWhereverItRuns() throws Exception {
    Path data = prepared(Task.CLASSIFY, "asked");
    String run = "asked run";
    bits(data, run, "local[2]");
    SplittableRandom random = new SplittableRandom(2);
    Path records = folder.resolve("asked.jsonl");
    Files.write(records, Stream.generate(() -> Task.CLASSIFY.line(random)).limit(ASKED).toList());
    Map<String, String> expected = predicted(run, records, "local[2]");
    assertThat(expected).hasSize(3);
    for (int executors : new int[] {1, 2}) {
      String cluster = "local-cluster[" + executors + ",1,1024]";
      assertThat(predicted(run, records, cluster)).as(cluster).isEqualTo(expected);
    }
  }

  /** Predicts; SHA-256 of what was, by file. */
  private static Map<String, String> predicted(String run, Path records, String master)
      throws Exception {
    Path output = folder.resolve("predicted on " + master);
    SubmittedJar.Result process =
        new SubmittedJar(folder)
            .master(master)
            .run(
                "predict",
                "--model=" + folder.resolve(run),
                "--input=" + records,
                "--output=" + output);
    assertThat(process.exit()).as(process.err()).isZero();
    Map<String, String> bits = new TreeMap<>();
    for (Path file : visible(ArtifactFiles.data(output))) {
      bits.put(file.getFileName().toString(), Sha256.of(Files.readAllBytes(file)));
    }
    return bits;
  }

  private static Path prepared(Task task, String name) throws Exception {
    Path given = Files.createDirectories(folder.resolve(name + " given"));
    SplittableRandom random = new SplittableRandom(1);
    for (String split : List.of("train", "valid")) {
      Files.write(
          given.resolve(split + ".jsonl"),
          Stream.generate(() -> task.line(random)).limit(split.equals("train") ? 99 : 20).toList());
    }
    Path data = folder.resolve(name + " data");
    SubmittedJar.Result prepared =
        new SubmittedJar(folder)
            .run(
                "prepare",
                "--input=" + given,
                "--output=" + data,
                "--task=" + task.title(),
                "--tokenizer=char");
    assertThat(prepared.exit()).as(prepared.err()).isZero();
    return data;
  }

  /** Trains; SHA-256 of all that was trained, by file. */
  private static Map<String, String> bits(Path data, String name, String master, Fault... faults)
      throws Exception {
    Path run = folder.resolve(name);
    SubmittedJar jar = new SubmittedJar(folder).withTestClasses().master(master);
    if (faults.length > 0) {
      jar.conf("spark.plugins", FaultPlugin.class.getName());
      jar.conf(FaultPlugin.FAULTS, FaultPlugin.format(Arrays.asList(faults)));
    }
    List<String> command = new ArrayList<>(List.of("train", "--input=" + data, "--output=" + run));
    command.addAll(List.of("--workers=" + WORKERS, "--frequency=3", "--batch=4", "--epochs=3"));
    command.addAll(List.of("--hidden=24", "--embedding=8", "--dropout=0.3"));
    command.addAll(List.of("--set", "averaging.outer.kind=nesterov")); // which has a velocity
    command.addAll(List.of("--set", "validation.every=3", "--set", "checkpoints.every=3"));
    SubmittedJar.Result process = jar.run(command.toArray(String[]::new));
    assertThat(process.exit()).as(process.err()).isZero();
    Map<String, String> bits = new TreeMap<>();
    for (String part : List.of("model", "checkpoints/" + ROUNDS)) {
      for (Path file : visible(ArtifactFiles.data(run.resolve(part)))) {
        if (file.toString().endsWith(".safetensors")) {
          bits.put(part + "/" + file.getFileName(), Sha256.of(Files.readAllBytes(file)));
        }
      }
    }
    return bits;
  }

  private static List<Path> visible(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
    }
  }
}
