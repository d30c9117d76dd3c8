package org.seqlm.job.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Someone ends the process while a job runs, with Ctrl-C or a scheduler's signal. Spark then stops
 * under the running tasks, and its log would bury the user in stack traces; one line takes their
 * place.
 */
public final class Interruption {
  private static volatile boolean running;
  private static volatile boolean happened;

  /** What the job at hand does that is started again; null where it does what most do. */
  private static volatile String again;

  /** What to say where memory ran out; else null. */
  private static volatile String memory;

  private Interruption() {}

  /**
   * Watches from here until {@link #over}.
   *
   * @param args the command line
   */
  public static void watch(String[] args, PrintStream err) {
    running = true;
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (running) {
                    happened = true;
                    Configurator.setAllLevels("", Level.OFF);
                    err.println(
                        "seqlm: interrupted: no half-written output is left; "
                            + startedAgain(args));
                    // Pools that are shut down under their tasks print past the log.
                    System.setErr(
                        new PrintStream(
                            OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
                  }
                },
                "seqlm-interruption"));
  }

  /** What a command line does that is given once more after it was ended. */
  static String startedAgain(String[] args) {
    String command =
        Arrays.stream(args).filter(word -> !word.startsWith("-")).findFirst().orElse("");
    if (again != null) {
      return "started again, " + again;
    }
    return command.equals("train")
        ? "an unfinished training run goes on when started again"
        : "started again, " + (command.isEmpty() ? "it" : command) + " starts from the beginning";
  }

  /**
   * Interrupts the calling thread, which runs the command, where a thread of Spark's own runs out
   * of memory: it may wait for that thread for ever. (Where a task does, its job fails.)
   *
   * @param err receives what other threads die of
   */
  public static void onOutOfMemory(PrintStream err) {
    Thread worker = Thread.currentThread();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, problem) -> {
          if (running && problem instanceof OutOfMemoryError error) {
            memory = Failures.outOfMemory(error);
            worker.interrupt();
            return;
          }
          err.print("Exception in thread \"" + thread.getName() + "\" ");
          problem.printStackTrace(err);
        });
  }

  /** What to say where a thread of Spark's ran out of memory: what fails then fails for that. */
  static Optional<String> outOfMemory() {
    return Optional.ofNullable(memory);
  }

  /**
   * A job says what it does that is interrupted from here on and started again.
   *
   * @param does for instance {@code it goes on with what is left}
   */
  public static void startedAgain(String does) {
    again = does;
  }

  /** The job is over: what ends the process now is its own end. */
  public static void over() {
    running = false;
    memory = null;
    again = null;
  }

  /** Whether the process is being ended: what fails now fails for that reason. */
  static boolean happened() {
    return happened;
  }
}
