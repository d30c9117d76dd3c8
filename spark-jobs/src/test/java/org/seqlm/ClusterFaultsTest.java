package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.FaultPlugin.Fault;
import org.seqlm.FaultPlugin.Kind;
import org.seqlm.dataset.Dataset;
import org.seqlm.job.NgramsOutcomes;

/**
 * The pipeline on a cluster of processes on which something goes wrong: what it leaves equals, byte
 * by byte, what it leaves undisturbed, or the command says what it lacks and ends with the code for
 * it.
 */
@OnCluster
@EnabledOnOs(OS.LINUX)
class ClusterFaultsTest {
  private static final int ROUNDS = 12;

  /** On a disk that is full but for a beginning, in bytes. */
  private static final long ROOM = 24 << 10;

  private static final int BOMB_BYTES = 768 << 20;
  private static final int BOMB_MEMBERS = 16;

  @TempDir static Path folder;
  private static SharedCluster cluster;
  private static Path text;
  private static final Map<Step, Map<String, String>> UNDISTURBED = new TreeMap<>();

  /** The commands of the pipeline. */
  enum Step {
    PREPARE("org.seqlm.corpus."),
    NGRAMS("org.seqlm.ngram."),
    SCORE("org.seqlm.lm."),
    TRAIN("org.seqlm.neural.");

    /** What is on a task's stack while it does the step's own work. */
    final String inside;

    Step(String inside) {
      this.inside = inside;
    }

    Path output() {
      return folder.resolve("undisturbed-" + name().toLowerCase(java.util.Locale.ROOT));
    }

    List<Object> line(Path output) {
      List<Object> line = new ArrayList<>();
      switch (this) {
        case PREPARE -> line.addAll(List.of("prepare", "--input", text, "--tokenizer", "word"));
        case NGRAMS -> {
          line.addAll(List.of("ngrams", "--input", text, "--tokenizer", "word"));
          line.addAll(List.of("--order", 3, "--boundary", "line", "--set", "slices=6"));
        }
        case SCORE ->
            // Not Parquet, whose footer lists encodings in an order that each process has its own
            // of.
            line.addAll(
                List.of(
                    "score", "--model", NGRAMS.output(), "--input", text, "--set", "format=jsonl"));
        case TRAIN -> {
          line.addAll(List.of("train", "--input", PREPARE.output(), "--workers", 4));
          line.addAll(List.of("--frequency", 2, "--hidden", 16, "--embedding", 8));
          line.addAll(List.of("--batch", 2, "--time-steps", 8, "--set", "checkpoints.every=4"));
          line.addAll(List.of("--set", "budget.rounds=" + ROUNDS));
          line.addAll(List.of("--set", "validation={every: 6, max-tokens: 200, sample-length: 0}"));
        }
      }
      line.addAll(List.of("--output", output));
      return line;
    }
  }

  @BeforeAll
  static void undisturbed() throws IOException {
    text = folder.resolve("text.txt");
    Random random = new Random(3);
    StringBuilder words = new StringBuilder();
    for (int i = 1; i <= 60_000; i++) {
      words.append('w').append((int) Math.pow(2000, random.nextDouble()));
      words.append(i % 11 == 0 ? '\n' : ' ');
    }
    Files.writeString(text, words);
    cluster = new SharedCluster(Files.createDirectory(folder.resolve("cluster")));
    for (Step step : Step.values()) {
      SharedCluster.Outcome outcome = cluster.run(step.line(step.output()).toArray());
      assertThat(outcome.code()).as("%s: %s", step, outcome.errors()).isZero();
      UNDISTURBED.put(step, content(step, step.output()));
    }
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void noFaults() throws IOException {
    cluster.faults();
    cluster.awaitExecutors();
  }

  /** SHA-256 by file of what a step is for; of a training its models, not its times. */
  private static Map<String, String> content(Step step, Path output) {
    Map<String, String> files = new TreeMap<>();
    NgramsOutcomes.content(output)
        .forEach(
            (file, hash) -> {
              if (step != Step.TRAIN || file.endsWith(".safetensors")) {
                files.put(file.replaceAll("data-[0-9a-f]+/", ""), hash);
              }
            });
    assertThat(files).isNotEmpty();
    return files;
  }

  private static void assertUndisturbed(Step step, Path output, SharedCluster.Outcome outcome) {
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    assertThat(content(step, output)).isEqualTo(UNDISTURBED.get(step));
    assertThat(ArtifactFiles.isComplete(output)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void anExecutorIsKilled(Step step) throws IOException {
    Fault fault = new Fault(Kind.KILL, folder.resolve("killed in " + step), 0, 0, step.inside);
    cluster.faults(fault);
    int lost = cluster.lost();
    Path output = folder.resolve("killed-" + step);
    SharedCluster.Outcome outcome = cluster.run(step.line(output).toArray());
    assertThat(fault.marker()).exists();
    assertUndisturbed(step, output, outcome);
    SharedCluster.await("lost executor", () -> cluster.lost() == lost + 1);
  }

  /**
   * A host that stands still until it is given up, and then goes on where it stood: what it has
   * trained too late is not counted. An executor that notices first that its driver has hung up
   * ends without a result, on a busy machine more often; then it is tried again.
   */
  @Test
  void aHostComesBackThatWasTakenForLost() throws Exception {
    int tries = 1;
    while (!tellsItsResultTooLate("zombie-" + tries)) {
      assertThat(++tries).as("tries, of which each ended without a result").isLessThan(6);
      cluster.awaitExecutors();
    }
  }

  /** Whether an executor that was given up told a result; the training is undisturbed anyway. */
  private boolean tellsItsResultTooLate(String name) throws Exception {
    Fault fault = new Fault(Kind.STOP, folder.resolve("stopped " + name), 0, 4, Step.TRAIN.inside);
    cluster.faults(fault);
    int lost = cluster.lost();
    Path output = folder.resolve(name);
    CompletableFuture<SharedCluster.Outcome> command =
        cluster.begin(Step.TRAIN.line(output).toArray());
    SharedCluster.await("executor that stops", () -> Files.exists(fault.marker()));
    long pid = Long.parseLong(Files.readString(fault.marker()));
    SharedCluster.Executor zombie =
        cluster.executors().stream().filter(one -> one.pid() == pid).findFirst().orElseThrow();
    // Or it would be ended before it can do anything.
    long worker = cluster.worker(zombie.host());
    SharedCluster.signal("STOP", worker);
    SharedCluster.await("loss", () -> cluster.lost() > lost);
    assertThat(command).isNotDone();
    SharedCluster.signal("CONT", pid);
    String late = "from unknown executor with ID " + zombie.id();
    try {
      SharedCluster.await(
          "result that is too late, or the end of who has it",
          () -> cluster.log().contains(late) || isOver(pid));
    } finally {
      SharedCluster.signal("CONT", worker);
    }
    assertUndisturbed(Step.TRAIN, output, command.join());
    return cluster.log().contains(late);
  }

  /** Whether a process has ended; its parent, who stands still, has not asked for its code. */
  private static boolean isOver(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (IOException e) {
      return ProcessHandle.of(pid).isEmpty();
    }
  }

  /** Cut off for less than Spark's patience, its work is waited for; for longer, done again. */
  @Test
  void anExecutorIsCutOffFromTheDriverInARound() throws Exception {
    TestHosts hosts = cluster.hosts();
    hosts.requireNamespaces();
    String second = hosts.address(1);
    Fault brief = new Fault(Kind.HOLD, folder.resolve("cut"), 0, 4, second);
    int lost = cluster.lost();
    cluster.faults(brief);
    Path output = folder.resolve("cut-briefly");
    CompletableFuture<SharedCluster.Outcome> command =
        cluster.begin(Step.TRAIN.line(output).toArray());
    SharedCluster.await("task of the second host", () -> Files.exists(brief.marker()));
    hosts.cut();
    brief.release();
    Thread.sleep(SharedCluster.SILENT_SECONDS * 1000L / 4);
    assertThat(command).isNotDone();
    hosts.mend();
    assertUndisturbed(Step.TRAIN, output, command.join());
    assertThat(cluster.lost()).isEqualTo(lost);

    Fault longer = new Fault(Kind.HOLD, folder.resolve("cut longer"), 0, 4, second);
    cluster.faults(longer);
    Path other = folder.resolve("cut-for-long");
    command = cluster.begin(Step.TRAIN.line(other).toArray());
    SharedCluster.await("task of the second host", () -> Files.exists(longer.marker()));
    hosts.cut();
    longer.release();
    SharedCluster.await("loss", () -> cluster.lost() > lost);
    hosts.mend();
    assertUndisturbed(Step.TRAIN, other, command.join());
    cluster.awaitExecutors();
  }

  @Test
  void anExecutorDiesInEveryRound() throws IOException {
    cluster.awaitExecutors();
    Fault[] faults = new Fault[ROUNDS];
    int first = cluster.run("train", "--dry-run").stages();
    for (int round = 0; round < faults.length; round++) {
      Path marker = folder.resolve("round " + round);
      // A round has two stages.
      faults[round] = new Fault(Kind.KILL, marker, first + 2 * round, 4, Step.TRAIN.inside);
    }
    cluster.faults(faults);
    Path output = folder.resolve("dying");
    List<Object> line = Step.TRAIN.line(output);
    line.addAll(List.of("--set", "validation.every=0"));
    List<Object> little = new ArrayList<>(line);
    little.addAll(List.of("--set", "budget.losses=1"));
    SharedCluster.Outcome outcome = cluster.run(little.toArray());
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(outcome.errors())
        .contains("in each of the last 2 rounds, 2 in all")
        .contains("budget.losses 1 for each of 2")
        .contains("goes on from its last checkpoint");
    assertThat(outcome.errors().lines()).hasSize(1);
    cluster.faults();
    assertUndisturbed(Step.TRAIN, output, cluster.run(Step.TRAIN.line(output).toArray()));
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void theDiskOfTheOutputIsFull(Step step) throws IOException {
    cluster.hosts().requireNamespaces();
    aDiskIsFull(step, cluster.hosts().output(), ROOM, "that of the output: make room");
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"NGRAMS", "TRAIN"})
  void theDiskOfShufflesIsFull(Step step) throws IOException {
    cluster.hosts().requireNamespaces();
    aDiskIsFull(step, cluster.hosts().disk(), 0, "spark.local.dir");
  }

  /** Until there is room again, and the command is given again. */
  private static void aDiskIsFull(Step step, Path disk, long left, String named)
      throws IOException {
    TestHosts hosts = cluster.hosts();
    Path output = hosts.output().resolve(step + " beside full " + disk.getFileName());
    Path filler = hosts.fill(disk, left);
    SharedCluster.Outcome outcome;
    try {
      outcome = cluster.run(step.line(output).toArray());
    } finally {
      Files.delete(filler);
    }
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(outcome.errors()).contains("No space left on device", named);
    if (step != Step.TRAIN) { // whose rounds so far count
      assertThat(ArtifactFiles.isThere(hosts.here(output))).isFalse();
    }
    assertUndisturbed(step, hosts.here(output), cluster.run(step.line(output).toArray()));
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void theOutputIsReadOnly(Step step) throws IOException {
    TestHosts hosts = cluster.hosts();
    hosts.requireNamespaces();
    Path output = hosts.output().resolve("read-only-" + step);
    hosts.mount(hosts.output(), "ro");
    try {
      SharedCluster.Outcome outcome = cluster.run(step.line(output).toArray());
      assertThat(outcome.code()).as(outcome.errors()).isEqualTo(ExitCode.CONFIGURATION.code());
      assertThat(outcome.errors()).contains(output.toString() + " cannot be written");
      assertThat(outcome.errors().lines()).hasSize(1);
      assertThat(hosts.here(output)).doesNotExist();
    } finally {
      hosts.mount(hosts.output(), "rw");
    }
  }

  /** Spark gives up at the fourth. */
  @Test
  void aTaskThatTakesEveryExecutorAlongIsGivenUp() throws IOException {
    Path marker = folder.resolve("each time");
    cluster.faults(new Fault(Kind.KILL_EACH_TIME, marker, 0, 0, Step.NGRAMS.inside));
    Path output = folder.resolve("each-time");
    SharedCluster.Outcome outcome = cluster.run(Step.NGRAMS.line(output).toArray());
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(outcome.errors())
        .contains("failed 4 times", "executor", "the folder work of its worker");
    assertThat(ArtifactFiles.isThere(output)).isFalse();
    cluster.faults();
    assertUndisturbed(Step.NGRAMS, output, cluster.run(Step.NGRAMS.line(output).toArray()));
  }

  /**
   * A class that only the class path names cuts text in other processes, with a file that is gone.
   */
  @Test
  void stagesOfOnesOwnCutOnExecutors() throws IOException {
    Path input = Files.writeString(folder.resolve("own.txt"), "abc the def\nabc\n");
    Path words = Files.writeString(folder.resolve("stop.txt"), "the\n");
    Path chain =
        Files.writeString(
            folder.resolve("own.yaml"),
            "[words, {stop-words: {file: \"" + words + "\"}}, own-backwards]\n");
    Path output = folder.resolve("own");
    SharedCluster.Outcome outcome =
        cluster.run(
            "prepare",
            "--input",
            input,
            "--tokenizer",
            "chain:" + chain,
            "--splits",
            "contiguous:1,0,0",
            "--output",
            output);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    assertThat(Dataset.open(new Configuration(), output.toString()).vocabulary().id("cba"))
        .isGreaterThan(2);
  }

  /** Less than a MiB that unpacks to a line half as long again as an executor's heap. */
  @Test
  void aGzipBombIsLeftOut() throws IOException {
    Path corpus = Files.createDirectory(folder.resolve("bomb"));
    Files.copy(text, corpus.resolve("text.txt"));
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(member)) {
      byte[] block = new byte[BOMB_BYTES / BOMB_MEMBERS];
      Arrays.fill(block, (byte) 'a');
      out.write(block);
    }
    try (OutputStream out = Files.newOutputStream(corpus.resolve("z.txt.gz"))) {
      for (int each = 0; each < BOMB_MEMBERS; each++) {
        member.writeTo(out);
      }
    }
    int lost = cluster.lost();
    Path output = folder.resolve("bombed");
    SharedCluster.Outcome outcome =
        cluster.run("prepare", "--input", corpus, "--tokenizer", "word", "--output", output);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    assertThat(cluster.lost()).isEqualTo(lost);
    assertThat(Files.readString(ArtifactFiles.manifestFile(output)))
        .containsPattern("\"over-long\" : 1\\b");
    Map<String, String> tokens = content(Step.PREPARE, output);
    Map<String, String> without = new TreeMap<>(UNDISTURBED.get(Step.PREPARE));
    tokens.remove("manifest.json");
    without.remove("manifest.json");
    assertThat(tokens).isEqualTo(without);
  }

  /** Nine tenths of the text in one file of ten: tasks differ, results do not. */
  @Test
  void mostOfTheTextIsInOneFile() throws IOException {
    Path corpus = Files.createDirectory(folder.resolve("skewed"));
    List<String> lines = Files.readAllLines(text);
    int large = lines.size() * 9 / 10;
    int small = (lines.size() - large) / 9;
    Files.write(corpus.resolve("0.txt"), lines.subList(0, large));
    for (int file = 1; file < 10; file++) {
      int from = large + (file - 1) * small;
      Files.write(corpus.resolve(file + ".txt"), lines.subList(from, from + small));
    }
    List<Map<String, String>> trained = new ArrayList<>();
    for (int partitions : new int[] {1, 7}) {
      Path dataset = folder.resolve("skewed-" + partitions);
      Path run = folder.resolve("run-" + partitions);
      List<Object> prepare = List.of("prepare", "--input", corpus, "--output", dataset);
      List<Object> train = Step.TRAIN.line(run);
      train.set(train.indexOf("--input") + 1, dataset);
      for (List<Object> command :
          List.of(
              plus(prepare, "--tokenizer", "word", "--partitions", partitions),
              plus(train, "--partitions", partitions))) {
        SharedCluster.Outcome outcome = cluster.run(command.toArray());
        assertThat(outcome.code()).as(outcome.errors()).isZero();
      }
      trained.add(content(Step.TRAIN, run));
    }
    assertThat(trained.get(1)).isEqualTo(trained.get(0));
  }

  private static List<Object> plus(List<Object> line, Object... more) {
    List<Object> longer = new ArrayList<>(line);
    longer.addAll(Arrays.asList(more));
    return longer;
  }
}
