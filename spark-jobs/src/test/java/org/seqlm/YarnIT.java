package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.SmallFile;
import org.seqlm.kernels.KernelVariables;

/**
 * The jar that users submit on a real YARN in cluster mode, with HDFS, through {@code
 * deploy/yarn/submit}. Name node, data node, resource manager and node manager are Hadoop's own, in
 * a process that {@code src/test/minicluster} starts.
 */
@OnCluster
@EnabledOnOs({OS.LINUX, OS.MAC})
class YarnIT {
  private static final Path SERVERS = Path.of("src", "test", "minicluster");
  private static final int ENOUGH_SECONDS = 600;

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
  private static Path conf;
  private static Path sparkHome;
  private static Checkout checkout;
  private static Process servers;
  private static FileSystem hdfs;

  private record Result(int exit, String out, String err) {
    /** The name YARN gave it. */
    String application() {
      Matcher matcher = Pattern.compile("application_\\d+_\\d+").matcher(err);
      assertThat(matcher.find()).as(err).isTrue();
      return matcher.group();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    conf = Files.createDirectories(temporary.resolve("conf"));
    Path log = temporary.resolve("servers.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                java().toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                // Guice, in Hadoop's web pages.
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Dlog4j.configuration="
                    + SERVERS.resolve("log4j.properties").toAbsolutePath().toUri(),
                "-cp",
                Path.of("target", "yarn", "hadoop").toAbsolutePath() + "/*",
                SERVERS.resolve("MiniCluster.java").toAbsolutePath().toString(),
                conf.toString())
            .directory(temporary.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // A node has nothing of what steers kernels where a job is submitted.
    builder.environment().keySet().removeAll(KernelVariables.names());
    servers = builder.start();
    sparkHome =
        Checkout.assembleSpark(
            Path.of("target", "yarn", "spark-home").toAbsolutePath(),
            Path.of("target", "yarn", "spark"));
    checkout = new Checkout(Path.of("target", "yarn").toAbsolutePath());
    Path last = conf.resolve("yarn-site.xml");
    for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(ENOUGH_SECONDS);
        !Files.exists(last) && servers.isAlive() && System.nanoTime() < until; ) {
      Thread.sleep(100);
    }
    assertThat(last).as(Files.readString(log)).exists();
    Configuration core = new Configuration();
    core.addResource(conf.resolve("core-site.xml").toUri().toURL());
    hdfs = FileSystem.newInstance(URI.create(core.get("fs.defaultFS")), core);
  }

  @AfterAll
  static void stop() throws Exception {
    if (hdfs != null) {
      hdfs.close();
    }
    // Containers are their children.
    servers.descendants().forEach(ProcessHandle::destroyForcibly);
    servers.destroyForcibly().waitFor();
  }

  /**
   * Text to report, all of it on HDFS. The application master is killed in the middle of the
   * training; YARN's second attempt goes on, and leaves the bits that one undisturbed process
   * leaves.
   */
  @Test
  void trainsTheSameBitsAsOneProcessThoughTheApplicationMasterDies() throws Exception {
    Path text = temporary.resolve("text.txt");
    Files.writeString(text, text(new Random(7), 1500));
    hdfs.copyFromLocalFile(path(text.toString()), path("/in/text.txt"));

    succeed("prepare", "--input", "hdfs:///in/text.txt", "--output", "hdfs:///out/data");
    Path local = temporary.resolve("local");
    inOneProcess("prepare", "--input", file(text), "--output", file(local.resolve("data")));
    for (String file : List.of("vocabulary.jsonl", "train/00000000-000000.tokens")) {
      assertThat(bytes("/out/data", file))
          .as(file)
          .isEqualTo(Files.readAllBytes(ArtifactFiles.file(local.resolve("data"), file)));
    }

    List<String> train = new ArrayList<>(List.of("train", "--input", "hdfs:///out/data"));
    train.addAll(List.of("--output", "hdfs:///out/run", "--json", "hdfs:///out/train.json"));
    train.addAll(TRAINING);
    Process submission = submit("train", train, "--conf", "spark.yarn.maxAppAttempts=2");
    killApplicationMasterAfter("/out/run", 2, submission);
    Result trained = await(submission, "train");
    assertThat(trained.exit()).as(trained.err()).isZero();
    JsonNode result = Json.mapper().readTree(bytes("/out/train.json"));
    assertThat(result.path("resumed-from").asInt()).isBetween(2, 11);
    assertThat(result.path("rounds").asInt()).isEqualTo(12);
    List<String> containers = containers(trained.application());
    assertThat(containers).anyMatch(name -> name.endsWith("_01_000001"));
    assertThat(containers)
        .as("the second attempt's application master and executors")
        .filteredOn(name -> name.contains("_02_"))
        .hasSizeGreaterThanOrEqualTo(3);
    assertThat(log(trained.application(), "_02_000001")).contains("resumed after round");

    train.set(2, file(local.resolve("data")));
    train.set(4, file(local.resolve("run")));
    train.set(6, file(local.resolve("train.json")));
    inOneProcess(train.toArray(String[]::new));
    String parameters = "parameters.safetensors";
    assertThat(bytes("/out/run/model", parameters))
        .hasSizeGreaterThan(1000)
        .isEqualTo(Files.readAllBytes(ArtifactFiles.file(local.resolve("run/model"), parameters)));

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
    succeed(evaluate);
    JsonNode evaluation = Json.mapper().readTree(bytes("/out/evaluation.json"));
    assertThat(evaluation.path("models")).hasSize(1);
    assertThat(Json.mapper().readTree(bytes("/out/evaluation", "evaluation.json")))
        .isEqualTo(evaluation);
    assertThat(hdfs.exists(path("/out/evaluation/manifest.json"))).isTrue();
  }

  /**
   * In cluster mode spark-submit's own code says only that it failed. YARN's diagnostics keep the
   * command's own and its line, too, whether Spark had started or not.
   */
  @Test
  void aFailureEndsWithTheCommandsCodeAndItsLine() throws Exception {
    Result result =
        await(
            submit(
                "missing",
                List.of("prepare", "--input", "hdfs:///in/nothing.txt", "--output", "/out/none")),
            "missing");
    String missing = "input hdfs:///in/nothing.txt does not exist";
    assertThat(result.exit()).as(result.err()).isEqualTo(3);
    assertThat(result.err()).contains("seqlm: " + result.application() + " is ");
    assertThat(errors(result.err())).containsExactly("seqlm: error: " + missing);
    assertThat(errors(log(result.application(), "_01_000001")))
        .containsExactly("seqlm: error: " + missing);
    assertThat(diagnostics(result.application())).contains("seqlm exit code 3: " + missing);
    assertThat(hdfs.exists(path("/out/none"))).isFalse();

    // Tasks find it, on executors.
    try (OutputStream out = hdfs.create(path("/in/damaged.txt.gz"))) {
      out.write(new byte[] {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, 3, 75, 76});
    }
    result =
        await(
            submit(
                "damaged",
                List.of("ngrams", "--input", "hdfs:///in/damaged.txt.gz", "--output", "/out/none")),
            "damaged");
    assertThat(result.exit()).as(result.err()).isEqualTo(3);
    assertThat(errors(result.err())).hasSize(1).first().asString().contains("damaged.txt.gz");
    assertThat(result.err()).doesNotContain("\tat ");
    assertThat(diagnostics(result.application())).contains("seqlm exit code 3: ", "damaged.txt.gz");
    assertThat(containers(result.application())).hasSizeGreaterThan(1);
    assertThat(hdfs.exists(path("/out/none"))).isFalse();
  }

  private static List<String> errors(String said) {
    return said.lines().filter(line -> line.startsWith("seqlm: error:")).toList();
  }

  /** What YARN keeps of an application. */
  private static String diagnostics(String application) throws Exception {
    Configuration configuration = new Configuration(hdfs.getConf());
    configuration.addResource(conf.resolve("yarn-site.xml").toUri().toURL());
    try (YarnClient client = YarnClient.createYarnClient()) {
      client.init(configuration);
      client.start();
      return client.getApplicationReport(ApplicationId.fromString(application)).getDiagnostics();
    }
  }

  private static void succeed(String... line) throws Exception {
    Result result = await(submit(line[0], List.of(line)), line[0]);
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).isNotEmpty();
  }

  /** The script that README names, its sizes made smaller. */
  private static Process submit(String name, List<String> line, String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of(checkout.program("deploy/yarn/submit")));
    command.addAll(line);
    command.addAll(List.of("--", "--driver-memory", "512m", "--executor-memory", "512m"));
    command.addAll(List.of("--num-executors", "2", "--executor-cores", "1"));
    for (String setting :
        List.of(
            "spark.yarn.jars=local:" + sparkHome + "/jars/*",
            "spark.driver.memoryOverhead=1g",
            "spark.executor.memoryOverhead=1g",
            "spark.driver.extraJavaOptions=" + options(),
            "spark.executor.extraJavaOptions=" + options(),
            // Whatever the machine's name resolves to.
            "spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1",
            "spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1",
            "spark.kryo.registrationRequired=true",
            "spark.ui.enabled=false",
            // YARN is asked every second otherwise.
            "spark.yarn.report.interval=200")) {
      command.addAll(List.of("--conf", setting));
    }
    command.addAll(List.of(more));
    return process(name, command);
  }

  private static void inOneProcess(String... line) throws Exception {
    List<String> command = new ArrayList<>(List.of(sparkHome + "/bin/spark-submit"));
    command.addAll(List.of("--master", "local[2]", "--driver-memory", "1g"));
    command.addAll(List.of("--driver-java-options", options()));
    command.addAll(List.of("--class", "org.seqlm.job.SeqLM", SubmittedJar.JAR.toString()));
    command.addAll(List.of(line));
    String name = "local-" + line[0];
    Result result = await(process(name, command), name);
    assertThat(result.exit()).as(result.err()).isZero();
  }

  /** These processes live for seconds, and unpack the natives once. */
  private static String options() {
    return "-XX:TieredStopAtLevel=1 \"" + SubmittedJar.natives() + "\"";
  }

  private static Process process(String name, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(temporary.resolve(name + ".out").toFile())
            .redirectError(temporary.resolve(name + ".err").toFile());
    builder.environment().keySet().removeAll(Set.of("SPARK_CONF_DIR", "YARN_CONF_DIR"));
    builder.environment().put("SPARK_HOME", sparkHome.toString());
    builder.environment().put("HADOOP_CONF_DIR", conf.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    if (System.getProperty("os.arch").equals("amd64")) {
      // Whatever this machine would choose: kernels without FMA, with other last bits.
      builder.environment().put("OPENBLAS_CORETYPE", "Sandybridge");
    }
    return builder.start();
  }

  private static Result await(Process process, String name) throws Exception {
    boolean ended = process.waitFor(ENOUGH_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String err = Files.readString(temporary.resolve(name + ".err"));
    assertThat(ended).as("ended in time: " + err).isTrue();
    return new Result(process.exitValue(), Files.readString(temporary.resolve(name + ".out")), err);
  }

  /** Kills it as a lost machine would: {@code kill -9}, as soon as the file is there. */
  private static void killApplicationMasterAfter(String run, int round, Process submission)
      throws Exception {
    while (lastCheckpoint(run) < round) {
      assertThat(submission.isAlive()).as("ended before it could be killed").isTrue();
      Thread.sleep(50);
    }
    List<ProcessHandle> masters =
        servers
            .descendants()
            .filter(process -> process.info().command().orElse("").endsWith("java"))
            .filter(
                process ->
                    process.info().commandLine().orElse("").contains(".yarn.ApplicationMaster"))
            .toList();
    assertThat(masters).hasSize(1);
    assertThat(masters.get(0).destroyForcibly()).isTrue();
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

  /** The names of an application's containers. */
  private static List<String> containers(String application) throws IOException {
    try (Stream<Path> files = Files.walk(temporary.resolve("target"))) {
      return files
          .filter(folder -> folder.getParent().endsWith(application))
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.startsWith("container_"))
          .distinct()
          .toList();
    }
  }

  /** What a container wrote to standard error. */
  private static String log(String application, String container) throws IOException {
    try (Stream<Path> files = Files.walk(temporary.resolve("target"))) {
      Path log =
          files
              .filter(file -> file.endsWith("stderr"))
              .filter(file -> file.toString().contains(application))
              .filter(file -> file.getParent().toString().endsWith(container))
              .findAny()
              .orElseThrow();
      return Files.readString(log);
    }
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

  private static String text(Random random, int lines) {
    List<String> words =
        List.of("the", "cat", "dog", "sees", "a", "man", "old", "under", "likes", "tree", "and");
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < lines; line++) {
      text.append(
              random
                  .ints(4 + random.nextInt(9), 0, words.size())
                  .mapToObj(words::get)
                  .collect(Collectors.joining(" ")))
          .append(".\n");
    }
    return text.toString();
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
