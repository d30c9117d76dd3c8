package org.seqlm.spark.task;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to do about a failure of the platform, told from what Spark and the system say of it. */
public final class PlatformRemedies {
  /** Chains of causes may be rings. */
  private static final int DEEPEST = 20;

  private static final Pattern FULL_DISK =
      Pattern.compile("No space left on device|Disk quota exceeded");

  private static final Pattern UNKNOWN_QUEUE = Pattern.compile("to unknown queue: (\\S+)");

  /** As standalone masters, YARN and Kubernetes tell how an executor ended. */
  private static final String ENDED = "(?:exited with code|exit code:?|exit status:) ?";

  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(ENDED + "52\\b", Pattern.CASE_INSENSITIVE);

  /** By SIGKILL, whose sender nobody tells. */
  private static final Pattern KILLED = Pattern.compile(ENDED + "137\\b", Pattern.CASE_INSENSITIVE);

  /** Frames of a trace by what they write: an output, or what Spark or a task keeps on its disk. */
  private static final Pattern WRITING =
      Pattern.compile(
          "(?<output>org\\.seqlm\\.store\\.|org\\.apache\\.hadoop\\.fs\\.)"
              + "|(?<local>org\\.apache\\.spark\\.(shuffle|storage|util\\.collection|broadcast)\\.)");

  private PlatformRemedies() {}

  /**
   * Begins with {@code "; "}; empty where nothing is known.
   *
   * @param at the failure that is told
   * @param whole what it is a cause of, or itself
   */
  public static String of(Throwable at, Throwable whole) {
    String message = String.valueOf(at.getMessage());
    if (FULL_DISK.matcher(message).find()) {
      return "; a disk is full, " + disk(trace(whole)) + ": make room, then give the command again";
    }
    if (memory(message)) {
      return "; an executor was out of memory: give it more (spark.executor.memory,"
          + " spark.executor.memoryOverhead)";
    }
    if (KILLED.matcher(message).find()) {
      return "; an executor was killed, most often for want of memory"
          + " (spark.executor.memoryOverhead): "
          + ExecutorLosses.whereToLook("ID");
    }
    if (message.contains("ExecutorLostFailure")) {
      return "; executors were lost at the same task again and again (spark.task.maxFailures, 4): "
          + ExecutorLosses.whereToLook("ID");
    }
    return "";
  }

  /**
   * A line, of exit code 2, for whoever names a queue that YARN does not have; empty where YARN has
   * another reason.
   *
   * @param why YARN's words
   */
  public static Optional<String> unknownQueue(String why) {
    Matcher refusal = UNKNOWN_QUEUE.matcher(why);
    return refusal.find()
        ? Optional.of(
            "this YARN has no queue "
                + refusal.group(1)
                + ", or none that takes jobs: correct --queue (spark.yarn.queue)")
        : Optional.empty();
  }

  /** An executor that is out of memory ends with a code of Spark's, and is all the driver sees. */
  private static boolean memory(String message) {
    return message.contains("OutOfMemoryError")
        || message.contains("OOMKilled")
        || message.contains("beyond the 'PHYSICAL' memory limit")
        || OUT_OF_MEMORY.matcher(message).find();
  }

  /** By the frame next to the failure. */
  private static String disk(String trace) {
    Matcher frame = WRITING.matcher(trace);
    if (!frame.find()) {
      return "that of the output or that where tasks spill (spark.local.dir)";
    }
    return frame.group("output") != null
        ? "that of the output"
        : "that where Spark keeps shuffles and spills (spark.local.dir; on YARN the node managers'"
            + " folders)";
  }

  /** Of the innermost cause; of a task's, Spark's message is all there is. */
  private static String trace(Throwable whole) {
    StringBuilder trace = new StringBuilder();
    int depth = 0;
    for (Throwable at = whole; at != null && depth < DEEPEST; at = at.getCause()) {
      StringBuilder one = new StringBuilder(String.valueOf(at.getMessage())).append('\n');
      for (StackTraceElement frame : at.getStackTrace()) {
        one.append(frame.getClassName()).append('\n');
      }
      trace.insert(0, one);
      depth++;
    }
    Matcher full = FULL_DISK.matcher(trace);
    return full.find() ? trace.substring(full.start()) : trace.toString();
  }
}
