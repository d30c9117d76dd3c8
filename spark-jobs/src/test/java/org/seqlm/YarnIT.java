package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.SmallFile;

/**
 * The jar that users submit on a real YARN in cluster mode, with HDFS, through {@code
 * deploy/yarn/submit}. Name node, data node, resource manager and node manager are Hadoop's own, in
 * a process that {@code src/test/minicluster} starts.
 */
@OnCluster
@EnabledOnOs({OS.LINUX, OS.MAC})
class YarnIT {
  /** Twelve rounds of two workers. */
  private static final List<String> TRAINING =
      List.of(
          "--set",
          "network={hidden: 8, embedding: 8}",
          "--set",
          "training={epochs: 0.3, batch: 4, time-steps: 8}",
          "--set",
          "averaging={workers: 2, frequency: 20}",
          "--set",
          "validation={every: 6, max-tokens: 1000, sample-length: 20}");

  @TempDir static Path temporary;
  private static MiniYarn yarn;
  private static FileSystem hdfs;

  @BeforeAll
  static void start() throws Exception {
    yarn = MiniYarn.start(temporary, MiniYarn.Security.PLAIN);
    hdfs = yarn.hdfs();
  }

  @AfterAll
  static void stop() throws Exception {
    if (hdfs != null) {
      hdfs.close();
    }
    if (yarn != null) {
      yarn.close();
    }
  }

  /**
   * Text to report, all of it on HDFS. The application master is killed in the middle of the
   * training; YARN's second attempt goes on, and leaves the bits that one undisturbed process
   * leaves.
   */
  @Test
  void trainsTheSameBitsAsOneProcessThoughTheApplicationMasterDies() throws Exception {
    Path local = reference();
    hdfs.copyFromLocalFile(path(temporary.resolve("text.txt").toString()), path("/in/text.txt"));
    prepareInAQueueWithGpus("hdfs:///in/text.txt", "hdfs:///out/data");
    for (String file : List.of("vocabulary.jsonl", "train/00000000-000000.tokens")) {
      assertThat(bytes("/out/data", file))
          .as(file)
          .isEqualTo(Files.readAllBytes(ArtifactFiles.file(local.resolve("data"), file)));
    }

    List<String> train = new ArrayList<>(List.of("train", "--input", "hdfs:///out/data"));
    train.addAll(List.of("--output", "hdfs:///out/run", "--json", "hdfs:///out/train.json"));
    train.addAll(TRAINING);
    Process submission = yarn.submit("train", train, "--conf", "spark.yarn.maxAppAttempts=2");
    killApplicationMasterAfter("/out/run", 2, submission);
    MiniYarn.Result trained = yarn.await(submission, "train");
    assertThat(trained.exit()).as(trained.err()).isZero();
    JsonNode result = Json.mapper().readTree(bytes("/out/train.json"));
    assertThat(result.path("resumed-from").asInt()).isBetween(2, 11);
    assertThat(result.path("rounds").asInt()).isEqualTo(12);
    List<String> containers = yarn.containers(trained.application());
    assertThat(containers).anyMatch(name -> name.endsWith("_01_000001"));
    assertThat(containers)
        .as("the second attempt's application master and executors")
        .filteredOn(name -> name.contains("_02_"))
        .hasSizeGreaterThanOrEqualTo(3);
    assertThat(yarn.log(trained.application(), "_02_000001")).contains("resumed after round");

    assertSameBits("/out/run");

    String[] evaluate = {
      "evaluate",
      "--input",
      "hdfs:///out/data",
      "--model",
      "hdfs:///out/run",
      "--output",
      "hdfs:///out/evaluation",
      "--json",
      "hdfs:///out/evaluation.json"
    };
    yarn.succeed(evaluate);
    JsonNode evaluation = Json.mapper().readTree(bytes("/out/evaluation.json"));
    assertThat(evaluation.path("models")).hasSize(1);
    assertThat(Json.mapper().readTree(bytes("/out/evaluation", "evaluation.json")))
        .isEqualTo(evaluation);
    assertThat(hdfs.exists(path("/out/evaluation/manifest.json"))).isTrue();
  }

  /**
   * The driver's machine hangs until YARN has given it up and started the program again elsewhere;
   * then the first driver goes on while the second trains, and the name node is away for seconds.
   * What is committed is the second's alone.
   */
  @Test
  void aDriverThatComesBackAndANameNodeThatIsStartedAgainChangeNoBit() throws Exception {
    Path local = reference();
    hdfs.mkdirs(path("/again"));
    hdfs.copyFromLocalFile(path(local.resolve("data").toString()), path("/again/data"));
    yarn.command("start-node", "second");
    yarn.command("label", "second");
    List<String> train = new ArrayList<>(List.of("train", "--input", "hdfs:///again/data"));
    train.addAll(List.of("--output", "hdfs:///again/run", "--json", "hdfs:///again/train.json"));
    train.addAll(TRAINING);
    Process submission =
        yarn.submit(
            "again",
            train,
            "--conf",
            "spark.yarn.maxAppAttempts=2",
            "--conf",
            "spark.yarn.am.nodeLabelExpression=apart",
            // What a driver without a cluster waits for, one thing after the other, at its end.
            "--conf",
            "spark.rpc.askTimeout=30s");
    awaitCheckpoint("/again/run", 2, submission);
    List<ProcessHandle> masters = yarn.applicationMasters();
    assertThat(masters).hasSize(1);
    ProcessHandle first = masters.get(0);
    ProcessHandle node = nodeOf(first);
    signal("STOP", node);
    signal("STOP", first);
    int seen = lastCheckpoint("/again/run");
    yarn.command("label", "first");
    while (yarn.applicationMasters().size() < 2) {
      assertThat(submission.isAlive()).as("ended before its second attempt").isTrue();
      Thread.sleep(50);
    }
    // Executors may only be where no label is.
    yarn.command("label", "none");
    awaitCheckpoint("/again/run", seen + 1, submission);
    signal("CONT", first);
    yarn.commandLater("restart-name-node", "3");
    MiniYarn.Result trained = yarn.await(submission, "again");
    assertThat(trained.exit()).as(trained.err()).isZero();
    awaitEnd(trained.application(), "_01_000001", first);
    JsonNode result = Json.mapper().readTree(bytes("/again/train.json"));
    assertThat(result.path("resumed-from").asInt()).isBetween(seen, 11);
    assertThat(result.path("rounds").asInt()).isEqualTo(12);
    assertThat(yarn.said(trained.application(), "_01_000001", "stderr").toString())
        .as("the first attempt's driver ran on the node with the label")
        .contains("/second/");
    assertThat(yarn.log(trained.application(), "_02_000001")).contains("resumed after round");
    assertSameBits("/again/run");
  }

  /** Asked from here, where the driver stays; in cluster mode spark-submit itself says it. */
  @Test
  void aQueueThatDoesNotExistIsToldInOneLine() throws Exception {
    hdfs.mkdirs(path("/queue"));
    MiniYarn.Result result =
        yarn.fromHere(
            "queue",
            "yarn",
            List.of("ngrams", "--input", file(text()), "--output", "/queue/counts"),
            "--queue",
            "nowhere",
            "--conf",
            "spark.yarn.jars=" + yarn.jars());
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(result.err().lines().filter(line -> line.startsWith("seqlm:")))
        .singleElement()
        .asString()
        .contains("queue nowhere", "spark.yarn.queue");
    assertThat(result.err()).doesNotContain("\tat ");
    assertThat(hdfs.exists(path("/queue/counts"))).isFalse();
  }

  /**
   * A node whose GPUs YARN counts and nobody shuts off: each of two executors has one of its own by
   * {@code deploy/yarn/discover-free}.
   */
  private static void prepareInAQueueWithGpus(String input, String output) throws Exception {
    Path bin = Files.createDirectories(temporary.resolve("bin"));
    Path smi = Files.writeString(bin.resolve("nvidia-smi"), "#!/bin/sh\necho 0\necho 1\n");
    assertThat(smi.toFile().setExecutable(true)).isTrue();
    Path events = Files.createDirectories(temporary.resolve("events"));
    String settings = Files.readString(Path.of("../conf/overlays/yarn.conf"));
    for (String more : List.of("queue.conf", "gpu-shared.conf")) {
      settings += Files.readString(Path.of("../deploy/yarn", more));
    }
    Path conf =
        Files.writeString(
            temporary.resolve("gpus.conf"),
            settings
                .replace("QUEUE", "nights")
                .replace("deploy/", Path.of("../deploy").toAbsolutePath().normalize() + "/"));
    MiniYarn.Result prepared =
        yarn.await(
            yarn.submit(
                "prepare",
                List.of("prepare", "--input", input, "--output", output),
                "--properties-file",
                conf.toString(),
                "--conf",
                "spark.executorEnv.PATH=" + bin + ":" + System.getenv("PATH"),
                "--conf",
                "spark.executorEnv.SEQLM_GPU_LOCKS=" + temporary.resolve("locks"),
                "--conf",
                "spark.scheduler.minRegisteredResourcesRatio=1",
                "--conf",
                "spark.scheduler.maxRegisteredResourcesWaitingTime=300s",
                "--conf",
                "spark.eventLog.enabled=true",
                "--conf",
                "spark.eventLog.dir=" + file(events)),
            "prepare");
    assertThat(prepared.exit()).as(prepared.err()).isZero();
    assertThat(yarn.report(prepared.application()).getQueue()).endsWith("nights");
    Set<String> addresses = new TreeSet<>();
    int executors = 0;
    Path attempt = events.resolve(prepared.application() + "_1");
    for (String line : Files.readAllLines(attempt)) {
      JsonNode event = Json.mapper().readTree(line);
      if (event.path("Event").asText().equals("SparkListenerExecutorAdded")) {
        executors++;
        JsonNode gpus = event.at("/Executor Info/Resources/gpu/addresses");
        assertThat(gpus).hasSize(1);
        addresses.add(gpus.get(0).asText());
      }
    }
    assertThat(executors).isEqualTo(2);
    assertThat(addresses).containsExactly("0", "1");
  }

  private static Path text() throws IOException {
    Path text = temporary.resolve("text.txt");
    if (!Files.exists(text)) {
      Files.writeString(text, MiniYarn.text(new Random(7), 1500));
    }
    return text;
  }

  /** What one undisturbed process makes of the text: a dataset and a run. */
  private static Path reference() throws Exception {
    Path local = temporary.resolve("local");
    if (!Files.exists(local)) {
      yarn.inOneProcess(
          "prepare", "--input", file(text()), "--output", file(local.resolve("data")));
      List<String> train =
          new ArrayList<>(List.of("train", "--input", file(local.resolve("data"))));
      train.addAll(List.of("--output", file(local.resolve("run"))));
      train.addAll(TRAINING);
      yarn.inOneProcess(train.toArray(String[]::new));
    }
    return local;
  }

  private static void assertSameBits(String run) throws Exception {
    String parameters = "parameters.safetensors";
    assertThat(bytes(run + "/model", parameters))
        .hasSizeGreaterThan(1000)
        .isEqualTo(
            Files.readAllBytes(ArtifactFiles.file(reference().resolve("run/model"), parameters)));
  }

  /**
   * Waits until a driver says that it is not the one: it tried to commit, or Spark asked YARN,
   * whichever comes first. Its process stays for the half minute that Spark gives itself to end.
   */
  private static void awaitEnd(String application, String container, ProcessHandle driver)
      throws Exception {
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    String said = "";
    while (!said.contains("is no longer this job's: another seqlm train writes it now (term 2")
        && !said.contains("seqlm: error: this driver was told to stop")) {
      if (System.nanoTime() > until) {
        // A Java process prints its threads then.
        signal("QUIT", driver);
        Thread.sleep(2000);
        String threads = Files.readString(yarn.said(application, container, "stdout"));
        driver.destroyForcibly(); // or the next test takes it for its own
        throw new AssertionError(said + threads);
      }
      Thread.sleep(100);
      said = yarn.log(application, container);
    }
    assertThat(said).doesNotContain("this is a bug");
  }

  /** The node manager above a container's process. */
  private static ProcessHandle nodeOf(ProcessHandle container) {
    ProcessHandle at = container;
    while (!at.info().commandLine().orElse("").contains("nodemanager.NodeManager")) {
      at = at.parent().orElseThrow();
    }
    return at;
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  /**
   * In cluster mode spark-submit's own code says only that it failed. YARN's diagnostics keep the
   * command's own and its line, too, whether Spark had started or not.
   */
  @Test
  void aFailureEndsWithTheCommandsCodeAndItsLine() throws Exception {
    MiniYarn.Result result =
        yarn.await(
            yarn.submit(
                "missing",
                List.of("prepare", "--input", "hdfs:///in/nothing.txt", "--output", "/out/none")),
            "missing");
    String missing = "input hdfs:///in/nothing.txt does not exist: give another --input";
    assertThat(result.exit()).as(result.err()).isEqualTo(3);
    assertThat(result.err()).contains("seqlm: " + result.application() + " is ");
    assertThat(errors(result.err())).containsExactly("seqlm: error: " + missing);
    assertThat(errors(yarn.log(result.application(), "_01_000001")))
        .containsExactly("seqlm: error: " + missing);
    assertThat(diagnostics(result.application())).contains("seqlm exit code 3: " + missing);
    assertThat(hdfs.exists(path("/out/none"))).isFalse();

    // Tasks find it, on executors.
    try (OutputStream out = hdfs.create(path("/in/damaged.txt.gz"))) {
      out.write(new byte[] {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, 3, 75, 76});
    }
    result =
        yarn.await(
            yarn.submit(
                "damaged",
                List.of("ngrams", "--input", "hdfs:///in/damaged.txt.gz", "--output", "/out/none")),
            "damaged");
    assertThat(result.exit()).as(result.err()).isEqualTo(3);
    assertThat(errors(result.err())).hasSize(1).first().asString().contains("damaged.txt.gz");
    assertThat(result.err()).doesNotContain("\tat ");
    assertThat(diagnostics(result.application())).contains("seqlm exit code 3: ", "damaged.txt.gz");
    assertThat(yarn.containers(result.application())).hasSizeGreaterThan(1);
    assertThat(hdfs.exists(path("/out/none"))).isFalse();
  }

  private static List<String> errors(String said) {
    return said.lines().filter(line -> line.startsWith("seqlm: error:")).toList();
  }

  private static String diagnostics(String application) throws Exception {
    return yarn.report(application).getDiagnostics();
  }

  /** Kills it as a lost machine would: {@code kill -9}, as soon as the file is there. */
  private static void killApplicationMasterAfter(String run, int round, Process submission)
      throws Exception {
    awaitCheckpoint(run, round, submission);
    List<ProcessHandle> masters = yarn.applicationMasters();
    assertThat(masters).hasSize(1);
    assertThat(masters.get(0).destroyForcibly()).isTrue();
  }

  private static void awaitCheckpoint(String run, int round, Process submission) throws Exception {
    while (lastCheckpoint(run) < round) {
      assertThat(submission.isAlive()).as("ended before round " + round).isTrue();
      Thread.sleep(50);
    }
  }

  /** The last round whose checkpoint counts; -1 for none. */
  private static int lastCheckpoint(String run) throws IOException {
    String name = hdfs.makeQualified(path(run)).toString();
    ArtifactReader.Newest newest =
        ArtifactReader.newest(hdfs.getConf(), name, SmallFile.Remedy.NONE);
    return newest == null
        ? -1
        : newest.manifest().files().stream()
            .map(file -> file.path().split("/"))
            .filter(path -> path[0].equals("checkpoints"))
            .mapToInt(path -> Integer.parseInt(path[1]))
            .max()
            .orElse(-1);
  }

  private static byte[] bytes(String file) throws IOException {
    try (InputStream in = hdfs.open(path(file))) {
      return in.readAllBytes();
    }
  }

  /** A file of an artifact. */
  private static byte[] bytes(String artifact, String file) throws IOException {
    String name = hdfs.makeQualified(path(artifact)).toString();
    return ArtifactReader.open(hdfs.getConf(), name).readVerified(file);
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(name);
  }

  /** Where the cluster's configuration says that a plain path is on HDFS. */
  private static String file(Path path) {
    return "file:" + path;
  }
}
