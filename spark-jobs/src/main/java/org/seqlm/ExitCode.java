package org.seqlm;

/** What a process tells its caller; schedulers and scripts rely on these numbers. */
public enum ExitCode {
  /** The job is done. */
  DONE(0),
  /** A bug of ours; the only code that comes with a stack trace. */
  BUG(1),
  /** The configuration, a flag or an existing output is wrong: nothing was written. */
  CONFIGURATION(2),
  /** The data is missing, unreadable, empty or worse than the stated threshold. */
  DATA(3),
  /** The training diverged; the last good checkpoint is kept. */
  DIVERGED(4),
  /** The platform failed: Spark, the file system, a lost cluster. */
  PLATFORM(5);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
