package org.seqlm.job.cli;

import java.io.IOException;
import java.io.ObjectStreamException;
import java.io.PrintStream;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.SparkException;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.Version;

/** What went wrong in a command, as lines for its user and an exit code. */
public final class Failures {
  /** Spark's own exceptions are nested; a chain of causes may be a ring. */
  private static final int DEEPEST = 20;

  /** Hadoop's, of a scheme that its settings give to a class. */
  private static final Pattern NO_FILE_SYSTEM = Pattern.compile("Class (\\S+FileSystem) not found");

  /** Hadoop's, of a delegation token that its name node does not take, or takes no more. */
  private static final Pattern LOST_TOKEN =
      Pattern.compile("\\b(\\S+_TOKEN)\\b.*(is expired|can't be found in cache)");

  /** Hadoop's, of who has nothing to show, and of who does not try. */
  private static final Pattern NOT_LET_IN =
      Pattern.compile(
          "Client cannot authenticate via:\\s*\\[[^]]*]|SIMPLE authentication is not enabled");

  private static final Pattern HOST = Pattern.compile("DestHost:destPort (\\S+)");

  private Failures() {}

  /**
   * Tells what went wrong.
   *
   * @param command that failed
   * @param err receives the lines
   */
  public static ExitCode report(Throwable problem, String command, PrintStream err) {
    if (Interruption.happened()) {
      return ExitCode.PLATFORM;
    }
    if (Interruption.outOfMemory().isPresent()) {
      err.println("seqlm: error: " + Interruption.outOfMemory().get());
      return ExitCode.PLATFORM;
    }
    // A task's UserException arrives wrapped in Spark's own exceptions.
    UserException user = find(UserException.class, problem);
    if (user == null) {
      user = ofSettings(problem);
    }
    if (user != null) {
      user.problems().forEach(line -> err.println("seqlm: error: " + line));
      return user.exitCode();
    }
    OutOfMemoryError memory = find(OutOfMemoryError.class, problem);
    if (memory != null) {
      err.println("seqlm: error: " + outOfMemory(memory));
      return ExitCode.PLATFORM;
    }
    if (find(InterruptedException.class, problem) != null) {
      // Spark's application master does that to a driver that its cluster has given up.
      err.println(
          "seqlm: error: this driver was told to stop while it waited for Spark, as one is whose"
              + " cluster has given it up or started it again elsewhere (the log says why)");
      return ExitCode.PLATFORM;
    }
    int depth = 0;
    for (Throwable at = problem; at != null && depth < DEEPEST; at = at.getCause(), depth++) {
      boolean lostCluster = at instanceof SparkException && at.getCause() == null;
      boolean ours = at instanceof ObjectStreamException;
      if (!ours && (lostCluster || at instanceof IOException)) {
        err.println("seqlm: platform: " + oneLine(at) + memoryOfExecutors(at));
        err.println(
            "seqlm: the log has the details"
                + (command.equals("train")
                    ? "; a run that keeps checkpoints goes on with --resume"
                    : ""));
        return ExitCode.PLATFORM;
      }
    }
    err.println(
        "seqlm: this is a bug of seqlm "
            + Version.current()
            + ", please report it with the lines below");
    problem.printStackTrace(err);
    return ExitCode.BUG;
  }

  /**
   * What is a user's mistake, though Hadoop and Spark throw it as anything else; null if none is.
   */
  private static UserException ofSettings(Throwable problem) {
    int depth = 0;
    for (Throwable at = problem; at != null && depth < DEEPEST; at = at.getCause(), depth++) {
      String text = oneLine(at);
      UserException unknown = ofKerberos(text);
      if (unknown != null) {
        return unknown;
      }
      Matcher missing = NO_FILE_SYSTEM.matcher(text);
      if (missing.find()) {
        return UserException.configuration(
            "a path is of a file system whose classes are not on the class path ("
                + missing.group(1)
                + "): give its library to spark-submit, for s3a:// for instance"
                + " -- --packages org.apache.hadoop:hadoop-aws:"
                + VersionInfo.getVersion());
      }
      if (at instanceof UnsupportedFileSystemException) {
        return UserException.configuration(
            text + ": correct the path, or give the library of that file system to spark-submit");
      }
      if (at instanceof ParentNotDirectoryException) {
        return UserException.configuration(
            text + ": give a path that leads through folders alone, not through a file");
      }
      if (at instanceof UnknownHostException) {
        return UserException.platform(
            "nobody knows the host " + text + ": correct the path, or the name service");
      }
      if (text.startsWith("Illegal value for config key")
          || at.getClass().getSimpleName().equals("SparkIllegalArgumentException")) {
        return UserException.configuration("Spark refuses its settings: " + text);
      }
    }
    return null;
  }

  /**
   * What to do where a file system that asks Kerberos does not let this user in; null if it does.
   */
  private static UserException ofKerberos(String text) {
    Matcher host = HOST.matcher(text);
    String where = host.find() ? " at " + host.group(1) : "";
    Matcher token = LOST_TOKEN.matcher(text);
    if (token.find()) {
      return UserException.platform(
          "the "
              + token.group(1)
              + " that this application reads and writes files by "
              + (token.group(2).startsWith("is") ? "has expired" : "is no longer known")
              + where
              + ": give spark-submit --principal and --keytab, by which Spark renews it for as long"
              + " as the application runs");
    }
    Matcher refused = NOT_LET_IN.matcher(text);
    if (!refused.find()) {
      return null;
    }
    return UserException.platform(
        refused.group().startsWith("SIMPLE")
            ? "the file system"
                + where
                + " demands Kerberos, but Hadoop's settings here say nothing of it: let"
                + " HADOOP_CONF_DIR name the folder of the cluster's"
            : "the file system"
                + where
                + " demands Kerberos, and this user has no valid ticket or token for it: kinit, or"
                + " give spark-submit --principal and --keytab; where it is not the cluster's own,"
                + " also spark.kerberos.access.hadoopFileSystems");
  }

  /** What to do where the heap, or the memory beside it, is full. */
  static String outOfMemory(OutOfMemoryError problem) {
    return "out of memory ("
        + oneLine(problem)
        + "; the heap of this process is "
        + (Runtime.getRuntime().maxMemory() >> 20)
        + " MiB): give it more, for instance -- --driver-memory 8g (spark.driver.memory), or run"
        + " less at once with a smaller --master 'local[N]'";
  }

  /** An executor that is out of memory ends with a code of Spark's, and is all the driver sees. */
  private static String memoryOfExecutors(Throwable problem) {
    String message = String.valueOf(problem.getMessage());
    boolean memory =
        message.contains("OutOfMemoryError")
            || message.contains("exited with code 52")
            || message.contains("exit code: 52")
            || message.contains("exit status: 52")
            || message.contains("exited with code 137")
            || message.contains("beyond the 'PHYSICAL' memory limit");
    return memory
        ? "; an executor was out of memory: give it more (spark.executor.memory,"
            + " spark.executor.memoryOverhead)"
        : "";
  }

  private static <T extends Throwable> T find(Class<T> type, Throwable problem) {
    int depth = 0;
    for (Throwable at = problem; at != null && depth < DEEPEST; at = at.getCause(), depth++) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
    }
    return null;
  }

  /** The first line of what a problem says, which in Spark's own is followed by stack traces. */
  public static String oneLine(Throwable problem) {
    String message = problem.getMessage();
    return message == null || message.isBlank()
        ? problem.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElse("").strip();
  }
}
