package org.seqlm.bench.meter;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A process that is measured from its start to its end, as the system counts it. One at a time: the
 * processor time is what all children of this process that ended meanwhile had.
 */
public final class ChildProcess {
  /** Linux shows times in hundredths of a second, whatever the kernel's own clock. */
  private static final double TICKS = 100;

  private static final int POLL_MILLIS = 20;
  private static final int TOLD = 2000;
  private static final Path SELF = Path.of("/proc/self/stat");

  private ChildProcess() {}

  /**
   * What a process cost.
   *
   * @param exit code
   * @param seconds of wall time
   * @param cpuSeconds user and system, with the children it waited for; null where there is no
   *     {@code /proc}
   * @param peakBytes most resident memory, looked up every {@value #POLL_MILLIS} ms; null likewise
   * @param log the end of what it wrote to standard error
   */
  public record Usage(int exit, double seconds, Double cpuSeconds, Long peakBytes, String log) {}

  /**
   * Runs a command.
   *
   * @param input files for its standard input, one after the other, each ended by a line feed; may
   *     be empty
   * @param output receives its standard output, or null
   * @param log receives its standard error
   */
  public static Usage run(List<String> command, List<Path> input, Path output, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(log.toFile())
            .redirectOutput(
                output == null
                    ? ProcessBuilder.Redirect.DISCARD
                    : ProcessBuilder.Redirect.to(output.toFile()));
    if (input.size() == 1) {
      builder.redirectInput(input.get(0).toFile());
    }
    Double before = childrenSeconds();
    long start = System.nanoTime();
    Process process = builder.start();
    Long peak = null;
    try {
      if (input.size() > 1) {
        Thread feeder = new Thread(() -> feed(input, process), "seqlm-feeder");
        feeder.setDaemon(true);
        feeder.start();
      }
      Path status = Path.of("/proc/" + process.pid() + "/status");
      do {
        Long now = peak(status);
        peak = now == null ? peak : now;
      } while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS));
      double seconds = (System.nanoTime() - start) / 1e9;
      Double after = childrenSeconds();
      return new Usage(
          process.exitValue(),
          seconds,
          before == null || after == null ? null : after - before,
          peak,
          end(log));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroy();
    }
  }

  private static void feed(List<Path> files, Process process) {
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = process.getOutputStream()) {
      for (Path file : files) {
        byte last = '\n';
        try (InputStream in = InputFiles.open(file)) {
          for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
            out.write(buffer, 0, got);
            last = got > 0 ? buffer[got - 1] : last;
          }
        }
        if (last != '\n') {
          out.write('\n');
        }
      }
    } catch (IOException e) {
      // The process ended before its input; its exit code tells.
    }
  }

  private static String end(Path log) throws IOException {
    String all = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    return all.substring(Math.max(0, all.length() - TOLD));
  }

  /** Processor time of all children that this process waited for. */
  private static Double childrenSeconds() throws IOException {
    return Files.isReadable(SELF) ? childrenSeconds(Files.readString(SELF)) : null;
  }

  /** Of {@code /proc/PID/stat}: its fields 16 and 17, behind a name that may hold anything. */
  public static double childrenSeconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS;
  }

  private static Long peak(Path status) {
    try {
      return Files.isReadable(status) ? peak(Files.readString(status)) : null;
    } catch (IOException e) {
      return null; // it ended meanwhile
    }
  }

  /** Of {@code /proc/PID/status}: null of a process that has ended. */
  public static Long peak(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(null);
  }

  /** What this process runs from: spark-submit adds the program's jar and --jars on its own. */
  public static Set<String> classPath() {
    Set<String> entries = new LinkedHashSet<>();
    String own =
        URI.create(
                ChildProcess.class.getProtectionDomain().getCodeSource().getLocation().toString())
            .getPath();
    entries.add(own);
    for (String jar : System.getProperty("spark.jars", "").split(",")) {
      if (!jar.isEmpty()) {
        entries.add(jar.startsWith("file:") ? URI.create(jar).getPath() : jar);
      }
    }
    entries.addAll(Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator)));
    return entries;
  }
}
