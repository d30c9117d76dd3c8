package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
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
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.seqlm.kernels.KernelVariables;

/**
 * HDFS and YARN of one machine: Hadoop's own name node, data node, resource manager and node
 * manager, in a process that {@code src/test/minicluster} starts; and what submits the jar to them
 * in processes of its own.
 */
final class MiniYarn implements AutoCloseable {
  private static final Path SERVERS = Path.of("src", "test", "minicluster");
  private static final int ENOUGH_SECONDS = 600;

  /** Who asks Kerberos whom it lets in, and for how long. */
  enum Security {
    PLAIN,
    SECURE
  }

  /** What became of a process. */
  record Result(int exit, String out, String err) {
    /** The name YARN gave it. */
    String application() {
      Matcher matcher = Pattern.compile("application_\\d+_\\d+").matcher(err);
      assertThat(matcher.find()).as(err).isTrue();
      return matcher.group();
    }
  }

  private final Path folder;
  private final Path conf;
  private final Security security;
  private final Path sparkHome;
  private final Checkout checkout;
  private final Process servers;

  /** Starts one, and waits until it is up. */
  static MiniYarn start(Path folder, Security security) throws Exception {
    MiniYarn yarn = new MiniYarn(folder, security);
    try {
      yarn.await(yarn.conf.resolve("yarn-site.xml"));
      return yarn;
    } catch (Exception | Error e) {
      yarn.close();
      throw e;
    }
  }

  private MiniYarn(Path folder, Security security) throws IOException {
    this.folder = folder;
    this.security = security;
    conf = Files.createDirectories(folder.resolve("conf"));
    ProcessBuilder builder =
        new ProcessBuilder(
                java(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                // Guice, in Hadoop's web pages.
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Dlog4j.configuration="
                    + SERVERS.resolve("log4j.properties").toAbsolutePath().toUri(),
                "-cp",
                // What nodes fetch for containers they fetch with these settings.
                conf
                    + File.pathSeparator
                    + Path.of("target", "yarn", "hadoop").toAbsolutePath()
                    + "/*",
                SERVERS.resolve("MiniCluster.java").toAbsolutePath().toString(),
                conf.toString(),
                security == Security.SECURE ? "secure" : "plain")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("servers.log").toFile());
    // A node has nothing of what steers kernels where a job is submitted.
    builder.environment().keySet().removeAll(KernelVariables.names());
    servers = builder.start();
    sparkHome =
        Checkout.assembleSpark(
            Path.of("target", "yarn", "spark-home").toAbsolutePath(),
            Path.of("target", "yarn", "spark"));
    checkout = new Checkout(Path.of("target", "yarn").toAbsolutePath());
  }

  /** The folder of the cluster's settings. */
  Path conf() {
    return conf;
  }

  /** Spark's jars, which all nodes of this machine reach. */
  String jars() {
    return "local:" + sparkHome + "/jars/*";
  }

  /** For what is read and written beside jobs, on a cluster that asks nobody who he is. */
  FileSystem hdfs() throws IOException {
    Configuration file = new Configuration(false);
    file.addResource(conf.resolve("core-site.xml").toUri().toURL());
    // Without the file: Hadoop keeps settings in static places and reads their files again long
    // after this cluster's folder is gone.
    Configuration core = new Configuration();
    file.forEach(setting -> core.set(setting.getKey(), setting.getValue()));
    return FileSystem.newInstance(URI.create(core.get("fs.defaultFS")), core);
  }

  /** Has the servers do one of the things that MiniCluster lists, and waits until it is done. */
  void command(String... words) throws Exception {
    commandLater(words);
    await(conf.resolve(words[0] + "-" + words[1]));
  }

  /** The same without waiting. */
  void commandLater(String... words) throws IOException {
    Files.deleteIfExists(conf.resolve(words[0] + "-" + words[1]));
    OutputStream in = servers.getOutputStream();
    in.write((String.join(" ", words) + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  private void await(Path file) throws Exception {
    for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(ENOUGH_SECONDS);
        !Files.exists(file) && servers.isAlive() && System.nanoTime() < until; ) {
      Thread.sleep(100);
    }
    assertThat(file).as(Files.readString(folder.resolve("servers.log"))).exists();
  }

  /** All containers, and the node managers that are processes of their own. */
  Stream<ProcessHandle> processes() {
    return servers.descendants();
  }

  /** The script that README names, its sizes made smaller. */
  Process submit(String name, List<String> line, String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of(checkout.program("deploy/yarn/submit")));
    command.addAll(line);
    command.addAll(List.of("--", "--driver-memory", "512m", "--executor-memory", "512m"));
    command.addAll(List.of("--num-executors", "2", "--executor-cores", "1"));
    for (String setting :
        List.of(
            "spark.yarn.jars=" + jars(),
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

  /** A job that must succeed. */
  Result succeed(String... line) throws Exception {
    Result result = await(submit(line[0], List.of(line)), line[0]);
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).isNotEmpty();
    return result;
  }

  /** A job whose driver is the submitting process. */
  Result fromHere(String name, String master, List<String> line, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of(sparkHome + "/bin/spark-submit"));
    command.addAll(List.of("--master", master, "--driver-memory", "1g"));
    Path log = Path.of("..", "conf", "log4j2.properties").toAbsolutePath().normalize();
    command.addAll(
        List.of(
            "--driver-java-options", options() + " \"-Dlog4j2.configurationFile=" + log + "\""));
    command.addAll(
        List.of("--properties-file", Path.of("..", "conf", "spark-defaults.conf").toString()));
    command.addAll(List.of(more));
    command.addAll(List.of("--class", "org.seqlm.job.SeqLM", SubmittedJar.JAR.toString()));
    command.addAll(line);
    return await(process(name, command), name);
  }

  /** A job in one process, which must succeed. */
  void inOneProcess(String... line) throws Exception {
    Result result = fromHere("local-" + line[0], "local[2]", List.of(line));
    assertThat(result.exit()).as(result.err()).isZero();
  }

  /** These processes live for seconds, and unpack the natives once. */
  private String options() {
    String options = "-XX:TieredStopAtLevel=1 \"" + SubmittedJar.natives() + "\"";
    return security == Security.PLAIN ? options : options + " " + kerberos();
  }

  /** Elsewhere it is in /etc. */
  private String kerberos() {
    return "\"-Djava.security.krb5.conf=" + conf.resolve("krb5.conf") + "\"";
  }

  private Process process(String name, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .redirectError(folder.resolve(name + ".err").toFile());
    builder.environment().keySet().removeAll(Set.of("SPARK_CONF_DIR", "YARN_CONF_DIR"));
    builder.environment().put("SPARK_HOME", sparkHome.toString());
    builder.environment().put("HADOOP_CONF_DIR", conf.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Path token = conf.resolve(name + ".token");
    if (Files.exists(token)) {
      builder.environment().put("HADOOP_TOKEN_FILE_LOCATION", token.toString());
    }
    if (security == Security.SECURE) {
      builder.environment().put("SPARK_SUBMIT_OPTS", kerberos());
      // The jar is where nodes reach it.
      builder.environment().put("SEQLM_JAR", "local:" + SubmittedJar.JAR.toAbsolutePath());
      // Nobody's ticket.
      builder.environment().put("KRB5CCNAME", folder.resolve("no-tickets").toString());
    }
    if (System.getProperty("os.arch").equals("amd64")) {
      // Whatever this machine would choose: kernels without FMA, with other last bits.
      builder.environment().put("OPENBLAS_CORETYPE", "Sandybridge");
    }
    return builder.start();
  }

  /** Waits for what was submitted under a name. */
  Result await(Process process, String name) throws Exception {
    boolean ended = process.waitFor(ENOUGH_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String err = Files.readString(folder.resolve(name + ".err"));
    assertThat(ended).as("ended in time: " + err).isTrue();
    return new Result(process.exitValue(), Files.readString(folder.resolve(name + ".out")), err);
  }

  /** What YARN keeps of an application. */
  ApplicationReport report(String application) throws Exception {
    Configuration configuration = new Configuration();
    configuration.addResource(conf.resolve("core-site.xml").toUri().toURL());
    configuration.addResource(conf.resolve("yarn-site.xml").toUri().toURL());
    try (YarnClient client = YarnClient.createYarnClient()) {
      client.init(configuration);
      client.start();
      return client.getApplicationReport(ApplicationId.fromString(application));
    }
  }

  /** The application masters that run. */
  List<ProcessHandle> applicationMasters() {
    return processes()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .filter(
            process -> process.info().commandLine().orElse("").contains(".yarn.ApplicationMaster"))
        .toList();
  }

  /** The names of an application's containers. */
  List<String> containers(String application) throws IOException {
    return logs().stream()
        .map(Path::getParent)
        .filter(path -> path.getParent().endsWith(application))
        .map(path -> path.getFileName().toString())
        .filter(name -> name.startsWith("container_"))
        .distinct()
        .toList();
  }

  /** What a container wrote to standard error. */
  String log(String application, String container) throws IOException {
    return Files.readString(said(application, container, "stderr"));
  }

  /** A file of what a container wrote: {@code stdout} or {@code stderr}. */
  Path said(String application, String container, String name) throws IOException {
    return logs().stream()
        .filter(file -> file.endsWith(name))
        .filter(file -> file.toString().contains(application))
        .filter(file -> file.getParent().toString().endsWith(container))
        .findAny()
        .orElseThrow();
  }

  /** All that containers said; what they work with comes and goes meanwhile. */
  private List<Path> logs() throws IOException {
    List<Path> logs = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return path.endsWith("usercache") || path.endsWith("dfs")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (path.endsWith("stdout") || path.endsWith("stderr")) {
              logs.add(path);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException gone) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return logs;
  }

  /** Text of few words. */
  static String text(Random random, int lines) {
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

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  @Override
  public void close() throws Exception {
    // Containers are their children; one that is stopped dies, too.
    servers.descendants().forEach(ProcessHandle::destroyForcibly);
    servers.destroyForcibly().waitFor();
  }
}
