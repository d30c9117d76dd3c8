package org.seqlm.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.token.SecretManager;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.spark.task.LostGpuError;

/** Only a bug has a stack trace. */
public class FailuresTest {
  private static final String TRACE = "\n\tat org.A.b(A.java:1)\nDriver stacktrace:";

  private static String told(ExitCode code, Throwable problem) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExitCode found =
        Failures.report(problem, "ngrams", new PrintStream(err, true, StandardCharsets.UTF_8));
    assertThat(found).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(code);
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void memoryOfTheDriverOrOfATaskIsOneLine() {
    OutOfMemoryError full = new OutOfMemoryError("Java heap space");
    for (Throwable problem :
        new Throwable[] {full, new SparkException("Job aborted: " + full + TRACE, full)}) {
      assertThat(told(ExitCode.PLATFORM, problem))
          .containsOnlyOnce("\n")
          .contains("out of memory (Java heap space", " MiB)", "--driver-memory 8g");
    }
  }

  @Test
  void memoryOfAnExecutorIsNamed() {
    String lost = "ExecutorLostFailure (executor 1 exited ...) Reason: Command exited with code 52";
    assertThat(told(ExitCode.PLATFORM, new SparkException("Job aborted: " + lost + TRACE, null)))
        .contains("spark.executor.memory")
        .doesNotContain("\tat ", "Driver stacktrace");
    assertThat(told(ExitCode.PLATFORM, new SparkException("Job 3 cancelled", null)))
        .doesNotContain("spark.executor.memory");
  }

  /** The system kills what takes too much memory, but so may anybody. */
  @Test
  void anExecutorThatWasKilledMayHaveBeenOutOfMemory() {
    for (String reason :
        new String[] {
          "Command exited with code 137",
          "Container marked as failed: container_1 on host: h. Exit status: 137. Diagnostics: ",
          "The executor with id 1 exited with exit code 137(SIGKILL, possible container OOM)."
        }) {
      String lost = "Job aborted: ExecutorLostFailure (executor 1 exited) Reason: " + reason;
      assertThat(told(ExitCode.PLATFORM, new SparkException(lost + TRACE, null)))
          .contains("was killed, most often for want of memory (spark.executor.memoryOverhead)")
          .contains("yarn logs -applicationId ID", "deleteOnTermination=false", "its worker")
          .doesNotContain("was out of memory");
    }
    for (String reason :
        new String[] {
          "Container marked as failed: container_1 on host: h. Exit status: 52. Diagnostics: ",
          "exit code: 137, container state: terminated, termination reason: OOMKilled"
        }) {
      assertThat(told(ExitCode.PLATFORM, new SparkException("Job aborted: " + reason, null)))
          .contains("an executor was out of memory: give it more");
    }
  }

  @Test
  void aGpuThatIsLostAtEveryAttemptIsThePlatforms() {
    LostGpuError lost = new LostGpuError("GPU 1 is lost to its process (CUDA error: x) on host-7");
    assertThat(told(ExitCode.PLATFORM, new SparkException("Job aborted: " + lost + TRACE, lost)))
        .containsOnlyOnce("\n")
        .contains("error: GPU 1 is lost", "host-7", "spark.excludeOnFailure.enabled=true", "dmesg");
  }

  /** YarnIT sees a driver that YARN has started again elsewhere. */
  @Test
  void aDriverThatIsGivenUpIsNoBug() {
    for (Throwable problem :
        new Throwable[] {
          new InterruptedException(), new IllegalStateException(new InterruptedException())
        }) {
      assertThat(told(ExitCode.PLATFORM, problem))
          .containsOnlyOnce("\n")
          .contains("this driver was told to stop");
    }
  }

  /** KerberosIT sees the real ones; what executors say reaches the driver inside Spark's words. */
  @Test
  void whoAFileSystemDoesNotKnowIsToldWhatToShow() {
    String none = "Client cannot authenticate via:[TOKEN, KERBEROS]";
    Throwable local =
        new IOException(
            "DestHost:destPort nn.example.com:8020 , LocalHost:localPort a/10.0.0.1:0. Failed on"
                + " local exception: java.io.IOException: "
                + none,
            new AccessControlException(none));
    assertThat(told(ExitCode.PLATFORM, local))
        .containsOnlyOnce("\n")
        .contains("file system at nn.example.com:8020 demands Kerberos", "kinit", "--keytab");
    String token =
        "token (token for alice: HDFS_DELEGATION_TOKEN owner=alice@EXAMPLE.COM, renewer=yarn,"
            + " sequenceNumber=7, masterKeyId=2)";
    String expired = token + " is expired, current time: 2026-11-30 16:00:00,000+0000";
    assertThat(told(ExitCode.PLATFORM, new SecretManager.InvalidToken(expired)))
        .containsOnlyOnce("\n")
        .contains("the HDFS_DELEGATION_TOKEN that", "has expired", "--principal and --keytab");
    String lost =
        "Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times, most recent failure:"
            + " Lost task 0.3 in stage 3.0 (TID 9) (host executor 1):"
            + " org.apache.hadoop.ipc.RemoteException(org.apache.hadoop.security.token"
            + ".SecretManager$InvalidToken): "
            + token
            + " can't be found in cache";
    assertThat(told(ExitCode.PLATFORM, new SparkException(lost + TRACE, null)))
        .containsOnlyOnce("\n")
        .contains("is no longer known: give spark-submit --principal");
    assertThat(
            told(
                ExitCode.PLATFORM,
                new AccessControlException(
                    "SIMPLE authentication is not enabled.  Available:[TOKEN, KERBEROS]")))
        .containsOnlyOnce("\n")
        .contains("HADOOP_CONF_DIR");
    // Permissions are another matter.
    assertThat(told(ExitCode.PLATFORM, new AccessControlException("Permission denied: user=alice")))
        .contains("seqlm: platform: Permission denied: user=alice");
  }

  /** Hadoop's local file system throws an error there. */
  @Test
  void aFullDiskIsThePlatforms() {
    assertThat(told(ExitCode.PLATFORM, fullDisk()))
        .contains("No space left on device")
        .doesNotContain("\tat ");
  }

  /** A task's is told in its trace. */
  @Test
  void aFullDiskIsNamedByWhatWasWritten() {
    String task = "Job aborted due to stage failure: Task 0 failed: FSError: ";
    String full = "java.io.IOException: No space left on device\n\tat java.io.Out.write(A.java:1)";
    String shuffle = "\n\tat org.apache.spark.shuffle.ShuffleWriteProcessor.write(S.scala:5)";
    assertThat(told(ExitCode.PLATFORM, new SparkException(task + full + shuffle, null)))
        .contains("spark.local.dir", "node managers");
    String output = "\n\tat org.apache.hadoop.fs.RawLocalFileSystem$Out.write(R.java:2)";
    assertThat(told(ExitCode.PLATFORM, new SparkException(task + full + output + shuffle, null)))
        .contains("that of the output: make room")
        .doesNotContain("spark.local.dir");
  }

  @Test
  void executorsThatATaskTakesAlongAreNamed() {
    String lost =
        "Job aborted: Task 0 in stage 3.0 failed 4 times, most recent failure:"
            + " ExecutorLostFailure (executor 7 exited) Reason: Command exited with code 1";
    assertThat(told(ExitCode.PLATFORM, new SparkException(lost + TRACE, null)))
        .contains("executor 7", "spark.task.maxFailures", "yarn logs -applicationId");
  }

  /** Hadoop and Spark throw these as if they were bugs. */
  @Test
  void settingsAreTheUsers() {
    assertThat(
            told(
                ExitCode.CONFIGURATION,
                new RuntimeException(
                    new RuntimeException(
                        new ClassNotFoundException(
                            "Class org.apache.hadoop.fs.s3a.S3AFileSystem not found")))))
        .containsOnlyOnce("\n")
        .contains("S3AFileSystem", "--packages org.apache.hadoop:hadoop-aws:");
    assertThat(
            told(
                ExitCode.CONFIGURATION,
                new UnsupportedFileSystemException("No FileSystem for scheme \"foo\"")))
        .containsOnlyOnce("\n")
        .contains("scheme \"foo\": correct the path");
    assertThat(
            told(
                ExitCode.CONFIGURATION,
                new NumberFormatException(
                    "Illegal value for config key spark.default.parallelism: For input \"abc\"")))
        .containsOnlyOnce("\n")
        .contains("spark.default.parallelism");
    assertThat(
            told(
                ExitCode.CONFIGURATION,
                new ParentNotDirectoryException("Parent path is not a directory: file:/a/b")))
        .containsOnlyOnce("\n")
        .contains("file:/a/b: give a path that leads through folders alone");
    assertThat(told(ExitCode.PLATFORM, new UnknownHostException("nohost")))
        .containsOnlyOnce("\n")
        .contains("nobody knows the host nohost");
  }

  @Test
  void aBugHasItsTrace() {
    assertThat(told(ExitCode.BUG, new StackOverflowError())).contains("report it", "\tat ");
  }

  /** As Hadoop makes one, and nobody else can. */
  public static FSError fullDisk() {
    try {
      Constructor<FSError> constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(new IOException("No space left on device"));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
