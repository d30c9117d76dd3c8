package org.seqlm.job.submit;

/**
 * A command that failed on YARN, as its diagnostics keep it: Spark's own exception would leave the
 * exit code there, and not the line. Without a stack trace, for it is no bug.
 */
public final class CommandFailure extends RuntimeException {
  /** What diagnostics have before the code. */
  static final String NAME = "seqlm exit code";

  private static final long serialVersionUID = 1;

  /**
   * @param code the exit code
   * @param line why, in one line; or empty
   */
  public CommandFailure(int code, String line) {
    super(NAME + " " + code + (line.isEmpty() ? "" : ": " + line), null, false, false);
  }

  /** Without the name of the class. */
  @Override
  public String toString() {
    return getMessage();
  }
}
