package org.seqlm.job.cli;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Under whose name files are read and written. Containers often run under a number that the system
 * has no name for; Hadoop then refuses to do anything.
 */
public final class LoginName {
  private LoginName() {}

  /** Gives Hadoop a name if the system has none. */
  public static void ensure() {
    // What Java puts there; most commands need not ask Hadoop so early.
    if (!System.getProperty("user.name", "?").equals("?")) {
      return;
    }
    // Hadoop's settings first: they say how users are known.
    SparkHadoopUtil.get();
    try (Logs.Quiet quiet = Logs.quiet(UserGroupInformation.class)) {
      UserGroupInformation.getCurrentUser();
    } catch (IOException e) {
      if (!UserGroupInformation.isSecurityEnabled()) {
        UserGroupInformation.setLoginUser(
            UserGroupInformation.createRemoteUser(of(System.getenv())));
      }
      // With Kerberos the name is that of a ticket, and what needs it says what it lacks.
    }
  }

  /** What the environment says, in Spark's and Hadoop's words and then in the system's. */
  static String of(Map<String, String> environment) {
    return Stream.of("HADOOP_USER_NAME", "SPARK_USER", "USER", "LOGNAME")
        .map(environment::get)
        .filter(name -> name != null && !name.isBlank())
        .findFirst()
        .orElse("seqlm");
  }
}
