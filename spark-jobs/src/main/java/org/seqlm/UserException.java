package org.seqlm;

import java.util.List;

/**
 * Something its reader can mend. Each problem is one line that names the thing, the bound, the
 * value and the remedy; it is printed without a stack trace and decides the exit code.
 */
public final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final List<String> problems;

  private UserException(ExitCode exitCode, List<String> problems, Throwable cause) {
    // Spark logs what a task throws: without a trace it is these lines there, too.
    super(Secrets.redacted(String.join("\n", problems)), cause, true, false);
    this.exitCode = exitCode;
    this.problems = problems.stream().map(Secrets::redacted).toList();
  }

  /** A wrong flag, key or existing output: exit code 2. */
  public static UserException configuration(String problem) {
    return new UserException(ExitCode.CONFIGURATION, List.of(problem), null);
  }

  /** Several wrong flags or keys, told at once: exit code 2. */
  public static UserException configuration(List<String> problems) {
    return new UserException(ExitCode.CONFIGURATION, problems, null);
  }

  /** Data that is missing, unreadable or too bad: exit code 3. */
  public static UserException data(String problem) {
    return new UserException(ExitCode.DATA, List.of(problem), null);
  }

  /** As {@link #data(String)}, with what the reader of the data threw. */
  public static UserException data(String problem, Throwable cause) {
    return new UserException(ExitCode.DATA, List.of(problem), cause);
  }

  /** A training that left the finite or the sensible: exit code 4. */
  public static UserException diverged(String problem) {
    return new UserException(ExitCode.DIVERGED, List.of(problem), null);
  }

  /** As {@link #diverged(String)}, with what found it. */
  public static UserException diverged(String problem, Throwable cause) {
    return new UserException(ExitCode.DIVERGED, List.of(problem), cause);
  }

  /** Again what another process threw. */
  public static UserException of(ExitCode exitCode, List<String> problems) {
    return new UserException(exitCode, problems, null);
  }

  /** A cluster or file system that failed: exit code 5. */
  public static UserException platform(String problem) {
    return new UserException(ExitCode.PLATFORM, List.of(problem), null);
  }

  /** As {@link #platform(String)}, with what the platform threw. */
  public static UserException platform(String problem, Throwable cause) {
    return new UserException(ExitCode.PLATFORM, List.of(problem), cause);
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  /** The problems, one line each, in the order found. */
  public List<String> problems() {
    return problems;
  }
}
