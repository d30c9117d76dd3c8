package org.seqlm;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A standalone Spark cluster of real processes for many tests: a master, two workers that Spark
 * takes for two hosts, an executor of two cores on each, and one driver that runs commands of ours
 * one after another. All are started once, from the classes under test.
 *
 * <p>Where {@link TestHosts} may, the second worker has a network of its own, which can be cut, and
 * small disks can be mounted.
 *
 * <p>Spark's times are short here: an executor that has not been heard of for {@value
 * #SILENT_SECONDS} s is lost, which takes 120 s by default.
 */
final class SharedCluster implements AutoCloseable {
  static final int SILENT_SECONDS = 10;

  private static final int START_SECONDS = 120;
  private static final int COMMAND_SECONDS = 240;
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Path folder;
  private final TestHosts hosts;
  private final List<Process> processes = new ArrayList<>();
  private final Process driver;
  private final Thread ended = new Thread(this::kill, "shared-cluster"); // if no test can
  private final BufferedWriter commands;
  private final BufferedReader replies;
  private final Ready ready;

  /** What the driver says when it has begun. */
  record Ready(String application, String host, int port) {}

  /**
   * What became of a command.
   *
   * @param stages that the application has begun, of all commands
   */
  record Outcome(int code, String errors, int stages) {}

  /** A process that runs tasks, as the system knows it. */
  record Executor(long pid, String id, String host) {}

  /**
   * Starts it.
   *
   * @param folder where its processes work; all of them reach it
   */
  SharedCluster(Path folder) throws IOException {
    this.folder = folder;
    Runtime.getRuntime().addShutdownHook(ended);
    hosts = TestHosts.find(Files.createDirectories(folder.resolve("disks")));
    Files.createDirectories(folder.resolve("spark/jars"));
    int port = freePort();
    String master = "spark://" + hosts.first() + ":" + port;
    try {
      start(0, "master.Master", "--port", Integer.toString(port));
      for (int host = 0; host < 2; host++) {
        Path work = Files.createDirectories(folder.resolve("work-" + host));
        start(
            host,
            "worker.Worker",
            "--cores",
            "2",
            "--memory",
            "1g",
            "--work-dir",
            "" + work,
            master);
      }
      driver = launch(0, "driver", driverCommand(master));
      commands = driver.outputWriter(StandardCharsets.UTF_8);
      replies =
          new BufferedReader(
              new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
      ready = reply(Ready.class, START_SECONDS);
      awaitExecutors();
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void start(int host, String name, String... options) throws IOException {
    List<String> command = java("256m");
    command.add("org.apache.spark.deploy." + name);
    command.addAll(List.of("--host", hosts.address(host), "--webui-port", "0"));
    command.addAll(List.of(options));
    processes.add(launch(host, name + "-" + host, command));
  }

  private List<String> driverCommand(String master) {
    List<String> command = java("1g");
    String natives = "org.bytedeco.javacpp.cachedir";
    String natively = "-D" + natives + "=" + System.getProperty(natives, "target/natives/cluster");
    Path log = Path.of("../conf/log4j2.properties").toAbsolutePath();
    for (String setting :
        List.of(
            "master=" + master,
            "app.name=faults",
            "driver.host=" + hosts.first(),
            "driver.bindAddress=" + hosts.first(),
            "ui.enabled=false",
            "ui.showConsoleProgress=false",
            "kryo.registrationRequired=true",
            "kryoserializer.buffer.max=256m",
            "driver.maxResultSize=0",
            "executor.memory=512m",
            "executor.cores=2",
            "executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC " + natively,
            "executorEnv.OMP_NUM_THREADS=1",
            "executorEnv.OPENBLAS_NUM_THREADS=1",
            "local.dir=" + disk(),
            "plugins=" + FaultPlugin.class.getName(),
            "seqlm.test.fault-file=" + faultFile(),
            "network.timeout=" + SILENT_SECONDS + "s",
            "network.timeoutInterval=1s",
            "executor.heartbeatInterval=1s",
            "shuffle.io.retryWait=1s",
            "shuffle.io.maxRetries=1")) {
      command.add("-Dspark." + setting);
    }
    command.add(natively);
    command.add("-Dlog4j2.configurationFile=" + log);
    command.add(SharedDriver.class.getName());
    command.add(lostFile().toString());
    return command;
  }

  private static List<String> java(String heap) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" +")));
    return command;
  }

  private Process launch(int host, String name, List<String> command) throws IOException {
    List<String> line = new ArrayList<>(hosts.within(host));
    line.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectError(folder.resolve(name + ".err").toFile());
    if (!name.equals("driver")) {
      builder.redirectOutput(folder.resolve(name + ".out").toFile());
    }
    builder.environment().put("CLASSPATH", classPath());
    builder.environment().put("SPARK_HOME", folder.resolve("spark").toString());
    builder.environment().put("SPARK_DIST_CLASSPATH", classPath());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_IP", hosts.address(host));
    builder.environment().put("SPARK_LOCAL_DIRS", disk().toString());
    return builder.start();
  }

  /** That of the tests, whole. */
  private static String classPath() {
    return Arrays.stream(SubmittedJar.classPath().split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Path faultFile() {
    return folder.resolve("faults");
  }

  private Path lostFile() {
    return folder.resolve("lost");
  }

  /** Where executors and the driver spill and shuffle: a small disk of its own, if hosts may. */
  Path disk() {
    return hosts.disk();
  }

  /** What hosts its processes. */
  TestHosts hosts() {
    return hosts;
  }

  /** What the driver logs. */
  String log() {
    try {
      return Files.readString(folder.resolve("driver.err"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on these faults, of which each happens once. */
  void faults(FaultPlugin.Fault... faults) throws IOException {
    Path written = folder.resolve("faults.new");
    Files.writeString(written, FaultPlugin.format(List.of(faults)));
    Files.move(written, faultFile(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  /** Runs a command to its end. */
  Outcome run(Object... command) {
    return begin(command).join();
  }

  /** Begins a command; one at a time. */
  CompletableFuture<Outcome> begin(Object... command) {
    try {
      commands.write(
          MAPPER.writeValueAsString(Arrays.stream(command).map(Object::toString).toList()));
      commands.newLine();
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return CompletableFuture.supplyAsync(() -> reply(Outcome.class, COMMAND_SECONDS));
  }

  private <T> T reply(Class<T> type, int seconds) {
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return replies.readLine();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    try {
      String said = line.get(seconds, TimeUnit.SECONDS);
      if (said == null) {
        throw new AssertionError("the driver ended: " + log());
      }
      return MAPPER.readValue(said, type);
    } catch (AssertionError e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("no answer of the driver within " + seconds + " s", e);
    }
  }

  /** How many executors have been lost. */
  int lost() {
    try {
      return Files.exists(lostFile()) ? Files.readAllLines(lostFile()).size() : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The executors of this application that the system has. */
  List<Executor> executors() {
    String url = "spark://CoarseGrainedScheduler@" + ready.host() + ":" + ready.port();
    List<Executor> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : all.toList()) {
        List<String> words = words(process);
        if (words.contains(url) && words.contains(ready.application())) {
          found.add(
              new Executor(
                  Long.parseLong(process.getFileName().toString()),
                  words.get(words.indexOf("--executor-id") + 1),
                  words.get(words.indexOf("--hostname") + 1)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static List<String> words(Path process) {
    try {
      return List.of(Files.readString(process.resolve("cmdline")).split("\0"));
    } catch (IOException e) {
      return List.of(); // no process, or one that has ended
    }
  }

  /** Waits until each host has its executor again. */
  void awaitExecutors() {
    await(
        "executor on each host",
        () -> executors().stream().map(Executor::host).distinct().count() == 2);
  }

  /** The process of the worker of a host; it starts executors there, and ends them. */
  long worker(String host) {
    return processes.get(host.equals(hosts.address(0)) ? 1 : 2).pid();
  }

  static void signal(String signal, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
  }

  /** Waits for something that comes by itself. */
  static void await(String what, BooleanSupplier happened) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    try {
      while (!happened.getAsBoolean()) {
        if (System.nanoTime() > end) {
          throw new AssertionError("no " + what + " within " + START_SECONDS + " s");
        }
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Workers take their executors with them. */
  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(ended);
    if (driver != null) {
      driver.destroyForcibly().onExit().join();
    }
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      process.onExit().orTimeout(20, TimeUnit.SECONDS).exceptionally(late -> null).join();
    }
    kill();
  }

  private void kill() {
    if (driver != null) {
      driver.destroyForcibly();
    }
    processes.forEach(Process::destroyForcibly);
    if (hosts != null) {
      hosts.close();
    }
  }
}
