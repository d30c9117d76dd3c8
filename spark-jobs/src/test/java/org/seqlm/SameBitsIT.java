package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.FaultPlugin.Fault;
import org.seqlm.FaultPlugin.Kind;
import org.seqlm.artifact.Json;
import org.seqlm.ngram.count.CountSliceWriter;
import org.seqlm.ngram.walk.NgramWalk;
import org.seqlm.store.Sha256;

/**
 * Twenty rounds of four workers with dropout end with the same bits wherever they run and whatever
 * happens to their processes; so do the counts and the model of n-grams. All is done to the jar
 * from outside, and Spark's event log, or what the fault itself left, tells whether it happened.
 */
class SameBitsIT {
  private static final int ROUNDS = 20;
  private static final int WORKERS = 4;

  /** What is on a task's stack while it trains, and while it fetches what others trained. */
  private static final String TRAINING = "org.deeplearning4j.nn.multilayer.MultiLayerNetwork";

  private static final String FETCHING = "org.apache.spark.rdd.ShuffledRDD";

  /**
   * Workers' states are in files after every fourth round: one that runs elsewhere in between
   * trains again what it is lacking. It does so in rounds 7 and 14, whose stages are 12 and 26.
   */
  private static final String[] REPLAYING = {"--set", "checkpoints.every=4"};

  /** Tasks that average where it matters; another number than that of the workers. */
  private static final int AVERAGING = 2;

  private static final String[] AVERAGED = {"--partitions", Integer.toString(AVERAGING)};

  @TempDir static Path folder;

  private static String dataset;
  private static Map<String, String> undisturbed;

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    List<String> lines = List.of("the cats ran", "a dog runs", "no one ran");
    Path text = folder.resolve("text.txt");
    Files.writeString(
        text,
        Stream.iterate(1L, x -> x * 48271 % 2147483647)
            .limit(240)
            .map(x -> lines.get((int) (x % 3)))
            .collect(Collectors.joining("\n")));
    dataset = folder.resolve("dataset").toString();
    // Nothing is held out, so that the model is the last round's.
    SubmittedJar.Result prepared =
        new SubmittedJar(folder)
            .run(
                "prepare",
                "--input",
                text.toString(),
                "--output",
                dataset,
                "--splits",
                "contiguous:1,0,0");
    assertThat(prepared.exit()).as(prepared.err()).isZero();
    undisturbed = new Training("undisturbed").finish();
    assertThat(undisturbed)
        .containsOnlyKeys(
            "model/parameters.safetensors",
            "checkpoints/20/parameters.safetensors",
            "checkpoints/20/velocity.safetensors");
  }

  @Test
  @OnCluster
  void onOneCoreAveragedByOneTask() throws Exception {
    Training training = new Training("one core").on("local[1]").with("--partitions", "1");
    assertThat(training.finish()).isEqualTo(undisturbed);
    assertThat(training.averagingTasks()).isEqualTo(1);
  }

  @Test
  @OnCluster
  void averagedByThreeTasks() throws Exception {
    Training training = new Training("three tasks").with("--partitions", "3");
    assertThat(training.finish()).isEqualTo(undisturbed);
    assertThat(training.averagingTasks()).isEqualTo(3);
  }

  @Test
  void onExecutorsOfWhichOneIsKilledInARoundAndOneInAReduction() throws Exception {
    Training training =
        new Training("executors").on("local-cluster[2,1,1024]").with(REPLAYING).with(AVERAGED);
    Path inRound = training.fault(new Fault(Kind.KILL, folder.resolve("a"), 12, WORKERS, TRAINING));
    Path inReduction =
        training.fault(new Fault(Kind.KILL, folder.resolve("b"), 26, AVERAGING, FETCHING));
    assertThat(training.finish()).isEqualTo(undisturbed);

    assertThat(training.events("ExecutorRemoved"))
        .extracting(removed -> removed.path("Removed Reason").asText())
        .filteredOn(reason -> reason.contains("137"))
        .hasSizeGreaterThanOrEqualTo(2);
    JsonNode trained = training.event("TaskEnd", taskThatMet(inRound));
    assertThat(trained.path("Task Type").asText()).isEqualTo("ShuffleMapTask");
    assertThat(trained.at("/Task End Reason/Reason").asText()).isEqualTo("ExecutorLostFailure");
    JsonNode reduced = training.event("TaskEnd", taskThatMet(inReduction));
    assertThat(reduced.path("Task Type").asText()).isEqualTo("ResultTask");
    assertThat(reduced.at("/Task End Reason/Reason").asText()).isEqualTo("ExecutorLostFailure");
    // What the killed executor had trained was lost with it, and trained again.
    assertThat(training.events("TaskEnd"))
        .anyMatch(
            task ->
                task.path("Task Type").asText().equals("ShuffleMapTask")
                    && task.path("Stage ID").asInt() >= 26
                    && task.path("Stage Attempt ID").asInt() > 0
                    && task.at("/Task End Reason/Reason").asText().equals("Success"));
  }

  @Test
  @OnCluster
  void withASpeculativeCopyThatOvertakesAStraggler() throws Exception {
    Training training = new Training("speculation").with(REPLAYING).with(AVERAGED);
    Path stalled = training.fault(new Fault(Kind.STALL, folder.resolve("c"), 12, WORKERS, ""));
    Map<String, String> bits;
    try (LoopbackCluster cluster = new LoopbackCluster(folder)) {
      bits =
          training
              .on(cluster.url())
              .conf("spark.driver.host", "127.0.0.1")
              .conf("spark.speculation", true)
              .conf("spark.speculation.interval", "100ms")
              .conf("spark.speculation.quantile", 0.5)
              .finish();
    }
    assertThat(bits).isEqualTo(undisturbed);

    JsonNode straggler = training.event("TaskStart", taskThatMet(stalled));
    assertThat(training.events("TaskEnd"))
        .anyMatch(
            task ->
                task.at("/Task Info/Speculative").asBoolean()
                    && task.at("/Task End Reason/Reason").asText().equals("Success")
                    && task.path("Stage ID").equals(straggler.path("Stage ID"))
                    && task.at("/Task Info/Index").equals(straggler.at("/Task Info/Index"))
                    && !task.at("/Task Info/Host").equals(straggler.at("/Task Info/Host")));
  }

  @Test
  @OnCluster
  void byADriverThatIsKilledSixTimesAndGoesOn() throws Exception {
    Training training = new Training("driver");

    // As the first checkpoint is written.
    training.diesBefore("checkpoints/0/[.]manifest.*");
    assertThat(training.checkpoints()).isEmpty();

    // While its tasks train.
    training.diesOf(new Fault(Kind.KILL, folder.resolve("d"), 8, WORKERS, TRAINING));
    assertThat(training.checkpoints().last()).isBetween(4, 8);

    // Between the workers' states of a round and its checkpoint.
    training.diesBefore("checkpoints/10/data-.*");
    assertThat(training.checkpoints().last()).isEqualTo(9);
    assertThat(training.states().resolve("10")).isNotEmptyDirectory();

    // When a part of a checkpoint is written.
    training.diesBefore("checkpoints/13/[.]manifest.*");
    assertThat(training.checkpoints().last()).isEqualTo(12);

    // When a checkpoint is written but does not count: in the commit after that of the beginning.
    training.diesBeforeCommit(2);
    assertThat(training.checkpoints().last()).isEqualTo(12);
    assertThat(training.run.resolve("checkpoints/13/manifest.json")).exists();

    // When all is done but to say so.
    training.diesBeforeCommit(1 + ROUNDS - 12 + 1);
    assertThat(training.checkpoints().last()).isEqualTo(ROUNDS);

    assertThat(training.finish()).isEqualTo(undisturbed);
    assertThat(training.result.path("resumed-from").asInt()).isEqualTo(ROUNDS);
  }

  /** One executor dies as it writes counts, one as it writes lines of the ARPA file. */
  @Test
  @OnCluster
  void ngramsOnExecutorsOfWhichTwoAreKilled() throws Exception {
    Path text = folder.resolve("zipf.txt");
    StringBuilder lines = new StringBuilder();
    SplittableRandom random = new SplittableRandom(1);
    for (int word = 1; word <= 100_000; word++) {
      lines.append('w').append((int) Math.pow(3000, random.nextDouble()));
      lines.append(word % 11 == 0 ? '\n' : ' ');
    }
    Files.writeString(text, lines);
    Map<String, String> alone = ngrams(text, "ngrams alone", "local[2]", List.of());
    assertThat(alone).containsKeys("arpa", "counts/slice-00000.bin", "model/slice-00000.bin");

    List<Fault> faults = new ArrayList<>();
    for (Class<?> writer : List.of(CountSliceWriter.class, NgramWalk.class)) {
      Path marker = folder.resolve("in " + writer.getSimpleName());
      faults.add(new Fault(Kind.KILL, marker, 0, 0, writer.getName()));
    }
    Map<String, String> disturbed =
        ngrams(text, "ngrams disturbed", "local-cluster[2,1,1024]", faults);
    assertThat(faults).allSatisfy(fault -> assertThat(fault.marker()).exists());
    assertThat(disturbed.keySet()).isEqualTo(alone.keySet());
    assertThat(disturbed).isEqualTo(alone);
  }

  /** SHA-256 of all files of counts, model and ARPA file, and that there are no others. */
  private static Map<String, String> ngrams(
      Path text, String name, String master, List<Fault> faults) throws Exception {
    Path output = folder.resolve(name);
    Path arpa = folder.resolve(name + ".arpa");
    SubmittedJar jar = new SubmittedJar(folder).withTestClasses().master(master);
    if (!faults.isEmpty()) {
      jar.conf("spark.plugins", FaultPlugin.class.getName());
      jar.conf(FaultPlugin.FAULTS, FaultPlugin.format(faults));
    }
    SubmittedJar.Result result =
        jar.run(
            "ngrams",
            "--input=" + text,
            "--output=" + output,
            "--arpa=" + arpa,
            "--tokenizer=whitespace",
            "--set",
            "slices=6");
    assertThat(result.exit()).as(result.err()).isZero();
    Map<String, String> bits = ArtifactFiles.content(output);
    bits.keySet().removeIf(file -> file.endsWith(".crc"));
    bits.put("arpa", Sha256.of(Files.readAllBytes(arpa)));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("." + name));
    }
    return bits;
  }

  private static long taskThatMet(Path marker) throws IOException {
    return Long.parseLong(Files.readString(marker));
  }

  /** One training run in a folder of its own, by one or more processes. */
  private static final class Training {
    final Path run;
    JsonNode result;

    private final Path events;
    private final List<String> options = new ArrayList<>();
    private String master = "local[2]";
    private final Map<String, Object> conf = new HashMap<>();
    private final List<Fault> faults = new ArrayList<>();

    Training(String name) throws IOException {
      run = folder.resolve(name);
      events = Files.createDirectories(folder.resolve("events of " + name));
    }

    Training on(String url) {
      master = url;
      return this;
    }

    Training with(String... more) {
      options.addAll(List.of(more));
      return this;
    }

    Training conf(String key, Object value) {
      conf.put(key, value);
      return this;
    }

    /** Returns the fault's marker. */
    Path fault(Fault fault) {
      faults.add(fault);
      return fault.marker();
    }

    /** A process that dies as it begins a file, given as a regular expression below the run. */
    void diesBefore(String file) throws Exception {
      Path marker = Files.createTempDirectory(folder, "before").resolve("marker");
      dies(
          Map.of(
              "spark.hadoop.fs.file.impl",
              FaultyFileSystem.class.getName(),
              "spark.hadoop." + FaultyFileSystem.FILE,
              run + "/" + file,
              "spark.hadoop." + FaultyFileSystem.MARKER,
              marker));
      assertThat(marker).exists();
    }

    /**
     * A process that dies as it begins a commit.
     *
     * @param commit of those of this process, from 1: its beginning, then a checkpoint each
     */
    void diesBeforeCommit(int commit) throws Exception {
      String last = ArtifactFiles.manifestFile(run).getFileName().toString();
      int number = Integer.parseInt(last.replaceAll("\\D", "")) + commit;
      diesBefore("[.]manifest-" + number + "[.]json.*");
    }

    /** A process that dies of a fault. */
    void diesOf(Fault fault) throws Exception {
      faults.add(fault);
      dies(Map.of());
      faults.clear();
      assertThat(fault.marker()).exists();
    }

    private void dies(Map<String, Object> more) throws Exception {
      SubmittedJar.Result process = train(more);
      assertThat(process.exit()).as(process.err()).isEqualTo(128 + 9);
      assertThat(ArtifactFiles.isComplete(run)).isFalse();
    }

    /** A process that comes to the end; returns the SHA-256 of all that was trained, by file. */
    Map<String, String> finish() throws Exception {
      SubmittedJar.Result process =
          train(Map.of("spark.eventLog.enabled", true, "spark.eventLog.dir", events.toUri()));
      assertThat(process.exit()).as(process.err()).isZero();
      result = Json.mapper().readTree(process.out());
      assertThat(result.path("rounds").asInt()).isEqualTo(ROUNDS);
      assertThat(ArtifactFiles.isComplete(run)).isTrue();
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

    private SubmittedJar.Result train(Map<String, Object> more) throws Exception {
      SubmittedJar jar = new SubmittedJar(folder).withTestClasses().master(master);
      conf.forEach(jar::conf);
      more.forEach(jar::conf);
      if (!faults.isEmpty()) {
        jar.conf("spark.plugins", FaultPlugin.class.getName());
        jar.conf(FaultPlugin.FAULTS, FaultPlugin.format(faults));
      }
      List<String> command = new ArrayList<>(List.of("train", "--input", dataset));
      command.addAll(List.of("--output", run.toString(), "--json", "-"));
      command.addAll(List.of("--workers=" + WORKERS, "--frequency=2", "--dropout=0.3"));
      // 73,000 parameters: enough to be cut for four tasks.
      command.addAll(List.of("--layers=2", "--hidden=76", "--embedding=8"));
      command.addAll(List.of("--batch=2", "--time-steps=8", "--epochs=0.94"));
      command.addAll(List.of("--set", "validation.every=0", "--set", "validation.sample-length=0"));
      command.addAll(List.of("--set", "averaging.outer.kind=nesterov")); // which has a velocity
      command.addAll(options);
      return jar.run(command.toArray(String[]::new));
    }

    /** The rounds that have a checkpoint that counts. */
    TreeSet<Integer> checkpoints() {
      return ArtifactFiles.checkpoints(run);
    }

    /** Where the last process kept its workers' states. */
    Path states() {
      return run.resolve("state").resolve(ArtifactFiles.manifest(run).run().writer());
    }

    long averagingTasks() throws IOException {
      return events("TaskEnd").stream()
          .filter(task -> task.path("Task Type").asText().equals("ResultTask"))
          .map(task -> task.at("/Task Info/Index").asInt())
          .distinct()
          .count();
    }

    /** What Spark says happened to a task attempt. */
    JsonNode event(String kind, long task) throws IOException {
      return events(kind).stream()
          .filter(event -> event.at("/Task Info/Task ID").asLong() == task)
          .findFirst()
          .orElseThrow();
    }

    /** What Spark says happened. */
    List<JsonNode> events(String kind) throws IOException {
      List<JsonNode> found = new ArrayList<>();
      for (Path log : visible(events)) {
        for (String line : Files.readAllLines(log)) {
          JsonNode event = Json.mapper().readTree(line);
          if (event.path("Event").asText().equals("SparkListener" + kind)) {
            found.add(event);
          }
        }
      }
      return found;
    }

    private static List<Path> visible(Path folder) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        return files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
      }
    }
  }
}
