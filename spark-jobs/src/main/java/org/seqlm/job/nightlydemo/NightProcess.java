package org.seqlm.job.nightlydemo;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.seqlm.UserException;
import org.seqlm.bench.meter.ChildProcess;
import org.seqlm.job.cli.JobCommand;

/**
 * A command of ours in a process of its own, that has this one's class path, options of Java and
 * settings of Spark. It ends with this one, unless this one is killed itself.
 */
final class NightProcess implements Closeable {
  private static final int POLL_MILLIS = 20;
  private static final int TOLD = 2000;

  /** Of Java's options those that two processes can have. */
  private static final List<String> SHARED =
      List.of("-XX:", "-Xm", "-Xss", "-D", "--add-opens", "--add-exports", "-Xlog:");

  /** Settings that say what spark-submit shall do, and no longer what Spark is to do. */
  private static final List<String> SUBMITTED =
      List.of("spark.jars", "spark.submit.", "spark.app.", "spark.files");

  private final Path settings;
  private final Path log;
  private final Process process;
  private final Thread end;

  private NightProcess(Path settings, Path log, Process process) {
    this.settings = settings;
    this.log = log;
    this.process = process;
    this.end = new Thread(process::destroyForcibly, "seqlm-night-process");
    Runtime.getRuntime().addShutdownHook(end);
  }

  /** Starts a command. */
  static NightProcess start(List<String> command) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(options(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    // There may be keys among them, and a command line is for all users of the machine to see.
    Path settings = Files.createTempFile("seqlm-night", ".settings");
    Files.write(settings, argumentFile(settings()));
    line.add("@" + settings);
    line.add("-cp");
    line.add(String.join(File.pathSeparator, ChildProcess.classPath()));
    line.add(JobCommand.MAIN_CLASS);
    line.addAll(command);
    Path log = Files.createTempFile("seqlm-night", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectError(log.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().remove("SEQLM_TERMINAL");
    try {
      return new NightProcess(settings, log, builder.start());
    } catch (IOException e) {
      Files.deleteIfExists(log);
      Files.deleteIfExists(settings);
      throw e;
    }
  }

  /** System properties as the lines of a file that Java's launcher reads options from. */
  static List<String> argumentFile(Map<String, String> properties) {
    List<String> lines = new ArrayList<>();
    properties.forEach(
        (key, value) -> {
          String option = "-D" + key + "=" + value;
          String escaped =
              option
                  .replace("\\", "\\\\")
                  .replace("\"", "\\\"")
                  .replace("\n", "\\n")
                  .replace("\r", "\\r");
          lines.add('"' + escaped + '"');
        });
    return lines;
  }

  /** Those of Java's options that another process may have at the same time. */
  static List<String> options(List<String> all) {
    return all.stream()
        .filter(option -> SHARED.stream().anyMatch(option::startsWith))
        .filter(option -> !option.contains("file=") && !option.contains("FlightRecord"))
        .filter(option -> !option.startsWith("-Dcom.sun.management."))
        .toList();
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    for (String key : System.getProperties().stringPropertyNames()) {
      if (key.startsWith("spark.") && SUBMITTED.stream().noneMatch(key::startsWith)) {
        settings.put(key, System.getProperty(key));
      }
    }
    return settings;
  }

  /** Whether something has happened that is looked for while the process runs. */
  @FunctionalInterface
  interface Moment {
    boolean come() throws IOException;
  }

  /**
   * Kills the process at a moment, with the signal that nobody can catch.
   *
   * @return its exit code
   * @throws UserException with exit code 5 where it ended before
   */
  int killAt(Moment moment) throws IOException {
    while (!ended()) {
      if (moment.come()) {
        process.destroyForcibly();
        return exitCode();
      }
    }
    throw UserException.platform(
        "the process that was to be killed ended before, with exit code "
            + process.exitValue()
            + ": "
            + said());
  }

  /**
   * Waits for its end.
   *
   * @throws UserException with exit code 5 where that is a failure
   */
  void finish() throws IOException {
    int code = exitCode();
    if (code != 0) {
      throw UserException.platform(
          "the night's process ended with exit code " + code + ": " + said());
    }
  }

  private boolean ended() throws IOException {
    try {
      return process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private int exitCode() throws IOException {
    while (!ended()) {
      // Looks again.
    }
    return process.exitValue();
  }

  /** The end of what it said. */
  private String said() throws IOException {
    String all = Files.readString(log, StandardCharsets.UTF_8).strip();
    return all.substring(Math.max(0, all.length() - TOLD));
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException e) {
      // This process is ending, and the hook at work.
    }
    Files.deleteIfExists(log);
    Files.deleteIfExists(settings);
  }
}
