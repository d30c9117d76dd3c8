package org.seqlm.job.cli;

import java.io.IOException;
import java.io.ObjectStreamException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.SparkException;
import org.seqlm.ExitCode;
import org.seqlm.Secrets;
import org.seqlm.UserException;
import org.seqlm.artifact.Version;
import org.seqlm.spark.task.LostGpuError;
import org.seqlm.spark.task.PlatformRemedies;

/** What went wrong in a command, as lines for its user and an exit code. */
public final class Failures {
  /** Spark's own exceptions are nested; a chain of causes may be a ring. */
  private static final int DEEPEST = 20;

  /** Hadoop's, of a scheme that its settings give to a class. */
  private static final Pattern NO_FILE_SYSTEM = Pattern.compile("Class (\\S+FileSystem) not found");

  private static final Pattern PREFIX = Pattern.compile("^seqlm: (error: |platform: )?");

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
   * What went wrong.
   *
   * @param lines for its user
   * @param bug whether its developer wants the stack trace, too
   */
  record Told(ExitCode code, List<String> lines, boolean bug) {
    private static Told of(ExitCode code, String... lines) {
      return new Told(code, List.of(lines), false);
    }

    /** The lines without who says them, for machines. */
    List<String> problems() {
      return lines.stream().map(line -> PREFIX.matcher(line).replaceFirst("")).toList();
    }
  }

  /**
   * Tells what went wrong.
   *
   * @param command that failed
   * @param err receives the lines
   */
  public static ExitCode report(Throwable problem, String command, PrintStream err) {
    Told told = told(problem, command);
    told.lines().forEach(err::println);
    if (told.bug()) {
      StringWriter trace = new StringWriter();
      problem.printStackTrace(new PrintWriter(trace, true));
      trace.toString().lines().map(Secrets::redacted).forEach(err::println);
    }
    return told.code();
  }

  /**
   * What there is to tell; no line where the user ended the command.
   *
   * @param command that failed
   */
  static Told told(Throwable problem, String command) {
    if (Interruption.happened()) {
      return Told.of(ExitCode.PLATFORM);
    }
    if (Interruption.outOfMemory().isPresent()) {
      return Told.of(ExitCode.PLATFORM, "seqlm: error: " + Interruption.outOfMemory().get());
    }
    // A task's UserException arrives wrapped in Spark's own exceptions.
    UserException user = find(UserException.class, problem);
    if (user == null) {
      user = ofSettings(problem);
    }
    if (user != null) {
      return new Told(
          user.exitCode(),
          user.problems().stream().map(line -> "seqlm: error: " + line).toList(),
          false);
    }
    OutOfMemoryError memory = find(OutOfMemoryError.class, problem);
    if (memory != null) {
      return Told.of(ExitCode.PLATFORM, "seqlm: error: " + outOfMemory(memory));
    }
    LostGpuError gpu = find(LostGpuError.class, problem);
    if (gpu != null) {
      return Told.of(ExitCode.PLATFORM, "seqlm: error: " + gpu.line());
    }
    if (find(InterruptedException.class, problem) != null) {
      // Spark's application master does that to a driver that its cluster has given up.
      return Told.of(
          ExitCode.PLATFORM,
          "seqlm: error: this driver was told to stop while it waited for Spark, as one is whose"
              + " cluster has given it up or started it again elsewhere (the log says why)");
    }
    int depth = 0;
    for (Throwable at = problem; at != null && depth < DEEPEST; at = at.getCause(), depth++) {
      boolean lostCluster = at instanceof SparkException && at.getCause() == null;
      boolean ours = at instanceof ObjectStreamException;
      if (!ours && (lostCluster || at instanceof IOException)) {
        return Told.of(
            ExitCode.PLATFORM,
            "seqlm: platform: " + oneLine(at) + PlatformRemedies.of(at, problem),
            "seqlm: the log has the details"
                + (command.equals("train")
                    ? "; a run that keeps checkpoints goes on with --resume"
                    : ""));
      }
    }
    return new Told(
        ExitCode.BUG,
        List.of(
            "seqlm: this is a bug of seqlm "
                + Version.current()
                + ", please report it with the lines below"),
        true);
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
        : Secrets.redacted(message.strip().lines().findFirst().orElse("").strip());
  }
}
