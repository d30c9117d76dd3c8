package org.seqlm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/** Kills or delays tasks of any program from outside of it, by Spark's own extension point. */
public final class FaultPlugin implements SparkPlugin {
  /** What is to happen, as {@link #format} writes it. */
  static final String FAULTS = "spark.seqlm.test.faults";

  /** A file of faults that every task reads anew, in place of {@link #FAULTS}; need not exist. */
  static final String FAULT_FILE = "spark.seqlm.test.fault-file";

  private static final Process KILLER = killer();

  /** What a fault does to the process or the task that it meets. */
  enum Kind {
    /** {@code kill -9} of the process, while the task's thread is inside of some code. */
    KILL,
    /** The task sleeps before it begins; when it is cancelled it goes on all the same. */
    STALL,
    /** The same as {@link #KILL}, but each time. */
    KILL_EACH_TIME,
    /** {@code kill -STOP} of the process; the marker holds its id. */
    STOP,
    /** The task waits until {@link Fault#release} lets it go on. */
    HOLD
  }

  /**
   * A fault, which happens once.
   *
   * @param marker the file that says that it happened: it holds the id of the task attempt
   * @param stage the first stage whose tasks it may meet; a round has two
   * @param tasks of that stage; 0 for any
   * @param inside the beginning of a class's name: kills or stops while that class is on the task's
   *     stack; of a task that is held, the beginning of its host's name
   */
  record Fault(Kind kind, Path marker, int stage, int tasks, String inside) {
    private static final String SEPARATOR = "|";

    @Override
    public String toString() {
      return String.join(
          SEPARATOR,
          kind.name(),
          marker.toString(),
          Integer.toString(stage),
          Integer.toString(tasks),
          inside);
    }

    static Fault parse(String text) {
      String[] parts = text.split(Pattern.quote(SEPARATOR), -1);
      return new Fault(
          Kind.valueOf(parts[0]),
          Path.of(parts[1]),
          Integer.parseInt(parts[2]),
          Integer.parseInt(parts[3]),
          parts[4]);
    }

    /** Lets a task that is held go on. */
    void release() throws IOException {
      Files.writeString(released(), "");
    }

    private Path released() {
      return marker.resolveSibling(marker.getFileName() + ".released");
    }

    private boolean concerns(TaskContext task) {
      return task.stageId() >= stage
          && (tasks == 0 || task.numPartitions() == tasks)
          && (kind == Kind.KILL_EACH_TIME || Files.notExists(marker));
    }

    private void meet(TaskContext task) {
      if (kind == Kind.HOLD) {
        if (SparkEnv.get().blockManager().blockManagerId().host().startsWith(inside)
            && claim(marker, Long.toString(task.taskAttemptId()))) {
          hold();
        }
        return;
      }
      if (kind == Kind.STALL) {
        if (claim(marker, Long.toString(task.taskAttemptId()))) {
          sleep();
        }
        return;
      }
      Thread victim = Thread.currentThread();
      Thread killer =
          new Thread(
              () -> {
                while (!task.isCompleted() && concerns(task)) {
                  boolean met =
                      Arrays.stream(victim.getStackTrace())
                          .anyMatch(frame -> frame.getClassName().startsWith(inside));
                  if (met
                      && !task.isCompleted()
                      && (claim(marker, witness(task)) || kind == Kind.KILL_EACH_TIME)) {
                    if (kind == Kind.STOP) {
                      signalThisProcess("STOP");
                    } else {
                      killThisProcess();
                    }
                  }
                }
              },
              "fault");
      killer.setDaemon(true);
      killer.start();
    }

    private String witness(TaskContext task) {
      return Long.toString(
          kind == Kind.STOP ? ProcessHandle.current().pid() : task.taskAttemptId());
    }

    private void hold() {
      try {
        while (Files.notExists(released())) {
          Thread.sleep(10);
        }
      } catch (InterruptedException e) {
        // Whoever wants its end gets it.
      }
    }

    private static void sleep() {
      try {
        // Whoever overtakes it wakes it; that may be an executor that has only begun to start.
        Thread.sleep(120_000);
      } catch (InterruptedException e) {
        // A straggler that does not listen.
      }
    }
  }

  /** The value of {@link #FAULTS}. */
  static String format(List<Fault> faults) {
    return faults.stream().map(Fault::toString).collect(Collectors.joining("\n"));
  }

  /** Whether the caller is the first here. */
  static boolean claim(Path marker, String witness) {
    try {
      Files.writeString(marker, witness, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code kill -9}, at once: the calling thread does nothing more. */
  static void killThisProcess() {
    try {
      KILLER.getOutputStream().write('\n');
      KILLER.getOutputStream().flush();
      KILLER.waitFor();
      Thread.sleep(10_000);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("kill -9 did not kill");
  }

  private static void signalThisProcess(String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(ProcessHandle.current().pid()))
          .start()
          .waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for a line; starting it at the moment itself would take too long. */
  private static Process killer() {
    String command = "read line && kill -9 " + ProcessHandle.current().pid();
    try {
      return new ProcessBuilder("sh", "-c", command).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      private List<Fault> faults = List.of();
      private String file;

      @Override
      public void init(PluginContext context, Map<String, String> extra) {
        faults = parse(context.conf().get(FAULTS, ""));
        file = context.conf().get(FAULT_FILE, null);
      }

      private List<Fault> faults() {
        try {
          return file == null ? faults : parse(Files.readString(Path.of(file)));
        } catch (NoSuchFileException e) {
          return faults;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      private List<Fault> parse(String text) {
        return text.lines().map(Fault::parse).toList();
      }

      /** In the task's own thread. */
      @Override
      public void onTaskStart() {
        TaskContext task = TaskContext.get();
        faults().stream().filter(fault -> fault.concerns(task)).forEach(fault -> fault.meet(task));
      }
    };
  }
}
