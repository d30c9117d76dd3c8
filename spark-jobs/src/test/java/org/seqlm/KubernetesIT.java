package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.SmallFile;
import org.seqlm.kernels.KernelVariables;

/**
 * The jar that users submit on Kubernetes in cluster mode, through {@code deploy/kubernetes/submit}
 * and its pod templates. The API server is {@link MiniKubernetes}; drivers and executors are
 * containers that {@link MiniKubelet} starts: another user than root, without capabilities, on a
 * root file system that is read-only.
 */
@OnCluster
@EnabledOnOs(OS.LINUX)
class KubernetesIT {
  private static final int ENOUGH_SECONDS = 600;
  private static final String NAMESPACE = "seqlm";
  private static final Path DEPLOY = Path.of("..", "deploy", "kubernetes").toAbsolutePath();

  /** Thirty rounds of two workers: the last of them outlast the start of an executor's pod. */
  private static final List<String> TRAINING =
      List.of(
          "--set",
          "network={hidden: 8, embedding: 8}",
          "--set",
          "training={epochs: 0.75, batch: 4, time-steps: 8}",
          "--set",
          "averaging={workers: 2, frequency: 20}",
          "--set",
          "validation={every: 6, max-tokens: 1000, sample-length: 20}");

  /**
   * No temporary folder of JUnit's, which warns of each link to the system's libraries that JavaCPP
   * makes beside the natives.
   */
  private static final Path FOLDER = Path.of("target", "kubernetes", "cluster").toAbsolutePath();

  /** Where {@link SubmittedJar#natives} are. */
  private static final Path NATIVES = Path.of("target", "natives").toAbsolutePath();

  private static Path data;
  private static Path sparkHome;
  private static MiniKubernetes kubernetes;
  private static MiniKubelet kubelet;

  private record Result(int exit, String out, String err) {}

  private record Submission(String name, Process process) {}

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(
        namespaces(), "containers need unshare, chroot and setpriv, and the right to use them");
    remove(FOLDER);
    Files.createDirectories(FOLDER);
    data = folderForAll(FOLDER.resolve("data"));
    openNatives();
    sparkHome = assembleSpark();
    kubernetes = MiniKubernetes.start(FOLDER);
    for (String file : List.of("namespace", "driver-account", "submitters")) {
      kubernetes
          .admin()
          .load(Files.newInputStream(DEPLOY.resolve("base/" + file + ".yaml")))
          .items()
          .forEach(
              item -> {
                if (!item.getKind().equals("Namespace")) {
                  item.getMetadata().setNamespace(NAMESPACE);
                }
                kubernetes.admin().resource(item).create();
              });
    }
    kubelet = new MiniKubelet(kubernetes, FOLDER, image());
  }

  @AfterAll
  static void stop() throws Exception {
    if (kubelet != null) {
      kubelet.close();
    }
    if (kubernetes != null) {
      kubernetes.close();
    }
  }

  /**
   * Text to model. Each task of the training gets a GPU of the executor's, by a discovery script of
   * the image; both executors are deleted in the middle of it; and the model has the bits that one
   * undisturbed process leaves.
   */
  @Test
  void trainsTheSameBitsAsOneProcessThoughItsExecutorsAreDeleted() throws Exception {
    Path text = data.resolve("text.txt");
    Files.writeString(text, MiniYarn.text(new Random(7), 1500));
    Result prepared =
        await(
            submit(
                "prepare",
                List.of("prepare", "--input", "/data/text.txt", "--output", "/data/dataset")));
    assertThat(prepared.exit()).as(prepared.err()).isZero();
    Path local = FOLDER.resolve("local");
    List<String> train = new ArrayList<>(List.of("train", "--input", "/data/dataset"));
    train.addAll(List.of("--output", "/data/run", "--json", "/data/train.json"));
    train.addAll(TRAINING);
    // The number of its GPU arrives at a task: the engine, which cannot use it, refuses it by it.
    Result refused = await(submit("refused", train, gpus()));
    assertThat(refused.exit()).as(refused.err()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(refused.err()).contains("this task was given GPU 3", "--engine torch");

    train.addAll(List.of("--set", "execution.device=cpu", "--overwrite"));
    Set<String> before = names(executors("train"));
    Submission submission = submit("train", train, gpus());
    while (lastCheckpoint(data.resolve("run")) < 2) {
      assertThat(submission.process().isAlive())
          .as("ended before its executor could be deleted")
          .isTrue();
      Thread.sleep(50);
    }
    // Both: one alone might train all that is left before another is there.
    Set<String> deleted = names(executors("train"));
    deleted.removeAll(before);
    for (String name : deleted) {
      kubernetes.admin().pods().inNamespace(NAMESPACE).withName(name).withGracePeriod(0).delete();
    }
    for (String name : deleted) {
      kubelet.await(
          "is the deleted " + name,
          running -> running.pod().getMetadata().getName().equals(name) && running.ended(),
          60);
    }
    int deletedAfter = lastCheckpoint(data.resolve("run"));
    Result trained = await(submission);
    assertThat(trained.exit()).as(trained.err()).isZero();
    JsonNode result = Json.mapper().readTree(data.resolve("train.json").toFile());
    int rounds = result.path("rounds").asInt();
    assertThat(deletedAfter).as("the last round before an executor was lost").isLessThan(rounds);
    assertThat(result.path("resumed-from").isNull()).isTrue();
    assertThat(trained.err()).doesNotContain("resumed");
    Set<String> all = names(executors("train"));
    all.removeAll(before);
    assertThat(deleted).hasSize(2);
    assertThat(all).as("the deleted, and those in their place").hasSizeGreaterThan(2);

    train.set(2, data + "/dataset");
    train.set(4, local + "/run");
    train.set(6, local + "/train.json");
    inOneProcess(train.toArray(String[]::new));
    String parameters = "parameters.safetensors";
    assertThat(Files.readAllBytes(ArtifactFiles.file(data.resolve("run/model"), parameters)))
        .hasSizeGreaterThan(1000)
        .isEqualTo(Files.readAllBytes(ArtifactFiles.file(local.resolve("run/model"), parameters)));

    for (Pod pod : executors("train")) {
      assertThat(pod.getSpec().getContainers().get(0).getResources().getLimits())
          .contains(entry("nvidia.com/gpu", new Quantity("1")));
      assertThat(pod.getSpec().getTolerations())
          .extracting(Toleration::getKey)
          .contains("nvidia.com/gpu");
      assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
    }
    for (MiniKubelet.Running running : kubelet.started().values()) {
      Pod pod = running.pod();
      assertThat(pod.getMetadata().getLabels()).containsEntry("app.kubernetes.io/name", "seqlm");
      assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(
              pod.getSpec().getContainers().get(0).getSecurityContext().getCapabilities().getDrop())
          .containsExactly("ALL");
      assertThat(kubelet.said(pod.getMetadata().getName())).doesNotContain("Read-only file system");
    }
  }

  /** spark-submit itself ends with 0 here. */
  @Test
  void theExitCodeIsTheDrivers() throws Exception {
    Result missing =
        await(
            submit(
                "missing", List.of("prepare", "--input", "/data/nothing", "--output", "/data/no")));
    assertThat(missing.exit()).as(missing.err()).isEqualTo(ExitCode.DATA.code());
    assertThat(missing.err().lines())
        .contains("seqlm: error: input /data/nothing does not exist: give another --input")
        .anyMatch(
            line ->
                line.matches("seqlm: pod seqlm/seqlm-prepare-.*-driver ended with exit code 3"));

    Result mistake = await(submit("mistake", List.of("train", "--set", "training.batch=-1")));
    assertThat(mistake.exit()).as(mistake.err()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(mistake.err()).contains("training.batch").doesNotContain("\tat ");
  }

  /** A GPU an executor, of the image's fake ones, and a task. */
  private static List<String> gpus() {
    return List.of(
        "spark.executor.resource.gpu.amount=1",
        "spark.executor.resource.gpu.vendor=nvidia.com",
        "spark.executor.resource.gpu.discoveryScript=/opt/seqlm/discover",
        "spark.task.resource.gpu.amount=1");
  }

  private static Submission submit(String name, List<String> line) throws IOException {
    return submit(name, line, List.of());
  }

  /** The script that the documentation names, its sizes made smaller. */
  private static Submission submit(String name, List<String> line, List<String> more)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("../deploy/kubernetes/submit"));
    command.addAll(line);
    command.addAll(List.of("--", "--driver-memory", "512m", "--executor-memory", "512m"));
    Map<String, String> settings = new TreeMap<>(kubernetes.submitter());
    settings.put("spark.executor.cores", "1");
    settings.put("spark.kubernetes.driver.master", kubernetes.url());
    settings.put("spark.kubernetes.allocation.batch.delay", "200ms");
    settings.put("spark.kryo.registrationRequired", "true");
    settings.put("spark.ui.enabled", "false");
    for (String who : List.of("driver", "executor")) {
      // The folder of the natives that all tests share, in place of /cache: unpacked once.
      String options = "-XX:TieredStopAtLevel=1 \"" + SubmittedJar.natives() + "\"";
      settings.put("spark." + who + ".extraJavaOptions", options);
      String volume = "spark.kubernetes." + who + ".volumes.hostPath.";
      settings.put(volume + "data.mount.path", "/data");
      settings.put(volume + "data.options.path", data.toString());
      settings.put(volume + "natives.mount.path", NATIVES.toString());
      settings.put(volume + "natives.options.path", NATIVES.toString());
    }
    settings.forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    more.forEach(setting -> command.addAll(List.of("--conf", setting)));
    return new Submission(name, process(name, command));
  }

  private static void inOneProcess(String... line) throws Exception {
    List<String> command = new ArrayList<>(List.of(sparkHome + "/bin/spark-submit"));
    command.addAll(List.of("--master", "local[2]", "--driver-memory", "1g"));
    String options = "-XX:TieredStopAtLevel=1 \"" + SubmittedJar.natives() + "\"";
    command.addAll(List.of("--driver-java-options", options));
    command.addAll(List.of("--class", "org.seqlm.job.SeqLM", SubmittedJar.JAR.toString()));
    command.addAll(List.of(line));
    String name = "local-" + line[0];
    Result result = await(new Submission(name, process(name, command)));
    assertThat(result.exit()).as(result.err()).isZero();
  }

  private static Process process(String name, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(FOLDER.resolve(name + ".out").toFile())
            .redirectError(FOLDER.resolve(name + ".err").toFile());
    builder.environment().keySet().removeAll(KernelVariables.names());
    builder.environment().keySet().removeAll(Set.of("SPARK_CONF_DIR", "HADOOP_CONF_DIR"));
    builder.environment().keySet().removeAll(Set.of("KUBECONFIG", "KUBERNETES_SERVICE_HOST"));
    builder.environment().put("SPARK_HOME", sparkHome.toString());
    builder.environment().put("SEQLM_API", kubernetes.url());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    if (System.getProperty("os.arch").equals("amd64")) {
      // Whatever this machine would choose: kernels without FMA, with other last bits.
      builder.environment().put("OPENBLAS_CORETYPE", "Sandybridge");
    }
    return builder.start();
  }

  private static Result await(Submission submission) throws Exception {
    Process process = submission.process();
    boolean ended = false;
    for (int second = 0; second < ENOUGH_SECONDS && !ended && kubelet.problem() == null; second++) {
      ended = process.waitFor(1, TimeUnit.SECONDS);
    }
    process.destroyForcibly();
    String err = Files.readString(FOLDER.resolve(submission.name() + ".err"));
    assertThat(kubelet.problem()).as(err).isNull();
    assertThat(ended).as("ended in time: " + err).isTrue();
    String out = Files.readString(FOLDER.resolve(submission.name() + ".out"));
    return new Result(process.exitValue(), out, err);
  }

  private static boolean isExecutor(MiniKubelet.Running running, String command) {
    Map<String, String> labels = running.pod().getMetadata().getLabels();
    return "executor".equals(labels.get("spark-role"))
        && labels.get("spark-app-name").equals("seqlm-" + command);
  }

  private static Set<String> names(List<Pod> pods) {
    return pods.stream()
        .map(pod -> pod.getMetadata().getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Pod> executors(String command) {
    return kubelet.started().values().stream()
        .filter(running -> isExecutor(running, command))
        .map(MiniKubelet.Running::pod)
        .toList();
  }

  /** The last round whose checkpoint counts; -1 for none. */
  private static int lastCheckpoint(Path run) throws IOException {
    ArtifactReader.Newest newest =
        ArtifactReader.newest(new Configuration(), run.toString(), SmallFile.Remedy.NONE);
    return newest == null
        ? -1
        : newest.manifest().files().stream()
            .map(file -> file.path().split("/"))
            .filter(path -> path[0].equals("checkpoints"))
            .mapToInt(path -> Integer.parseInt(path[1]))
            .max()
            .orElse(-1);
  }

  /** Whether this process may make containers. */
  private static boolean namespaces() throws Exception {
    List<String> probe = List.of("--mount", "--pid", "--uts", "--fork", "setpriv", "--reuid=185");
    List<String> command = new ArrayList<>(List.of("unshare"));
    command.addAll(probe);
    command.addAll(List.of("--regid=185", "--clear-groups", "true"));
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException missing) {
      return false;
    }
  }

  private static MiniKubelet.Image image() throws IOException {
    Path image = Files.createDirectories(FOLDER.resolve("image"));
    Path seqlm = Files.createDirectories(image.resolve("seqlm"));
    link(SubmittedJar.JAR, seqlm.resolve("seqlm.jar"));
    Files.copy(Path.of("../conf/log4j2.properties"), seqlm.resolve("log4j2.properties"));
    Path discover = seqlm.resolve("discover");
    Files.writeString(discover, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"3\"]}'\n");
    assertThat(discover.toFile().setExecutable(true, false)).isTrue();
    Map<String, Path> files = new TreeMap<>();
    files.put("/opt/seqlm", seqlm);
    files.put("/opt/spark/jars", sparkHome.resolve("jars"));
    files.put("/opt/spark/bin", sparkHome.resolve("bin"));
    files.put("/opt/entrypoint.sh", Path.of("src/test/kubernetes/entrypoint.sh"));
    String java = System.getProperty("java.home");
    if (!java.startsWith("/usr/")) {
      files.put(java, Path.of(java));
    }
    return new MiniKubelet.Image(
        files,
        Map.of(
            "JAVA_HOME", java,
            "SPARK_HOME", "/opt/spark",
            "PATH", java + "/bin:/usr/local/bin:/usr/bin:/bin",
            "LANG", "C.UTF-8",
            "LC_ALL", "C.UTF-8"));
  }

  /** A Spark for Kubernetes as bin/seqlm assembles it, from what the tests have anyway. */
  private static Path assembleSpark() throws IOException {
    Path home = FOLDER.resolve("spark-home");
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String jar : SubmittedJar.classPathOfSpark().split(File.pathSeparator, -1)) {
      link(Path.of(jar), jars.resolve(Path.of(jar).getFileName()));
    }
    Path bin = Files.createDirectories(home.resolve("bin"));
    for (String script : List.of("spark-class", "spark-submit")) {
      Path copy =
          Files.copy(
              Path.of("../deploy/spark/bin", script),
              bin.resolve(script),
              StandardCopyOption.REPLACE_EXISTING);
      assertThat(copy.toFile().setExecutable(true, false)).isTrue();
    }
    return home;
  }

  /** Symbolic links lead nowhere in a container. */
  private static void link(Path file, Path name) throws IOException {
    try {
      Files.createLink(name, file);
    } catch (IOException | UnsupportedOperationException otherDisk) {
      Files.copy(file, name);
    }
  }

  private static Path folderForAll(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /**
   * Other tests unpacked them as another user, whose files may be read and whose lock may be taken.
   */
  private static void openNatives() throws IOException {
    folderForAll(NATIVES);
    try (Stream<Path> files = Files.walk(NATIVES)) {
      for (Path file : files.filter(file -> !Files.isSymbolicLink(file)).toList()) {
        if (Files.isDirectory(file)) {
          folderForAll(file);
        } else if (file.endsWith(".lock")) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        }
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }
}
