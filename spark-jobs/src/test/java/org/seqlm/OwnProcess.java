package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Main classes in processes of their own, with the class path of the tests and whatever executors
 * they start: for what needs a cluster, but not the jar ({@link SubmittedJar} is for that).
 */
final class OwnProcess implements AutoCloseable {
  private static final String BRIEF = "-XX:TieredStopAtLevel=1";

  private final Path folder;
  private final Map<String, Object> properties = new LinkedHashMap<>();
  private final List<String> options = new ArrayList<>(List.of("-Xmx1g", BRIEF));
  private String address = "127.0.0.1";
  private Process process;

  /**
   * @param folder where it works, of its own
   */
  OwnProcess(Path folder) {
    this.folder = folder;
  }

  /** A property of the Java machine, as Spark's settings are. */
  OwnProcess with(String key, Object value) {
    properties.put(key, value);
    return this;
  }

  /** An option of the Java machine; a later one is stronger. */
  OwnProcess option(String option) {
    options.add(option);
    return this;
  }

  /** The address that Spark takes for the machine's. */
  OwnProcess at(String ip) {
    address = ip;
    return this;
  }

  /** A command of ours. */
  OwnProcess command(Object... line) throws IOException {
    with("spark.driver.host", "127.0.0.1");
    with("spark.kryo.registrationRequired", true);
    with("spark.executor.memory", "600m");
    with("spark.executor.extraJavaOptions", BRIEF + " " + SubmittedJar.natives());
    return start(
        "org.seqlm.job.SeqLM", Arrays.stream(line).map(Object::toString).toArray(String[]::new));
  }

  OwnProcess start(String mainClass, String... arguments) throws IOException {
    Files.createDirectories(folder.resolve("spark/jars"));
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(options);
    line.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" +")));
    line.addAll(List.of("-cp", classPath(), SubmittedJar.natives()));
    line.add("-Dlog4j2.configurationFile=" + Path.of("../conf/log4j2.properties").toAbsolutePath());
    properties.forEach((key, value) -> line.add("-D" + key + "=" + value));
    line.add(mainClass);
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    // What starts executors without a Spark distribution.
    builder.environment().put("SPARK_HOME", folder.resolve("spark").toString());
    builder.environment().put("SPARK_DIST_CLASSPATH", classPath());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_IP", address);
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("OPENBLAS_NUM_THREADS", "1");
    process = builder.start();
    return this;
  }

  /** Executors work in other folders. */
  private static String classPath() {
    return Arrays.stream(SubmittedJar.classPath().split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** All that it has said on standard error. */
  String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  /** Waits for its end, which is a good one. */
  OwnProcess succeeds() throws Exception {
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("ended in time").isTrue();
    assertThat(process.exitValue()).as(err()).isZero();
    return this;
  }

  /** Sends a signal, by its name, to a process that is there. */
  void signal(String name) throws Exception {
    int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
    assertThat(code).as("kill -" + name).isZero();
  }

  @Override
  public void close() {
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.onExit().join();
    }
  }
}
