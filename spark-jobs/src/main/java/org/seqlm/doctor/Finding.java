package org.seqlm.doctor;

import java.util.Collection;
import org.seqlm.ExitCode;

/**
 * A line of the table.
 *
 * @param check what was looked at, a word or two
 * @param where the processes it is said of, in words
 * @param found what is there
 * @param status how well that is
 * @param exit what a command ends with because of it; {@link ExitCode#DONE} unless it failed
 * @param remedy what to do; empty where all is well
 */
public record Finding(
    String check, String where, String found, Status status, ExitCode exit, String remedy) {

  public Finding {
    if ((status == Status.FAIL) == (exit == ExitCode.DONE)) {
      throw new IllegalArgumentException(check + " is " + status + " with exit code " + exit);
    }
    if (status != Status.OK && remedy.isBlank()) {
      throw new IllegalArgumentException(check + " says nothing of what to do");
    }
  }

  public static Finding ok(String check, String where, String found) {
    return new Finding(check, where, found, Status.OK, ExitCode.DONE, "");
  }

  public static Finding warn(String check, String where, String found, String remedy) {
    return new Finding(check, where, found, Status.WARN, ExitCode.DONE, remedy);
  }

  /** The platform fails: exit code 5. */
  public static Finding fail(String check, String where, String found, String remedy) {
    return new Finding(check, where, found, Status.FAIL, ExitCode.PLATFORM, remedy);
  }

  /** A setting is wrong: exit code 2. */
  public static Finding refuse(String check, String where, String found, String remedy) {
    return new Finding(check, where, found, Status.FAIL, ExitCode.CONFIGURATION, remedy);
  }

  /**
   * What all findings come to: 2 where a setting is wrong, which no second try mends; else 5 where
   * anything failed.
   */
  public static ExitCode exit(Collection<Finding> findings) {
    ExitCode worst = ExitCode.DONE;
    for (Finding finding : findings) {
      if (finding.exit == ExitCode.CONFIGURATION) {
        return ExitCode.CONFIGURATION;
      }
      if (finding.exit != ExitCode.DONE) {
        worst = finding.exit;
      }
    }
    return worst;
  }
}
