package org.seqlm.spark.task;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;

/**
 * A {@link UserException} that a task met, on its way to the driver. Nothing that its reader must
 * mend gets better by another attempt, so the task ends well and says what is wrong.
 */
public record Refusal(ExitCode exitCode, List<String> problems) {
  /** To be sent. */
  public static byte[] encode(UserException problem) {
    return Json.line(new Refusal(problem.exitCode(), problem.problems()))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** What the task threw. */
  public static UserException decode(byte[] bytes) {
    try {
      Refusal refusal = Json.mapper().readValue(bytes, Refusal.class);
      return UserException.of(refusal.exitCode, refusal.problems);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
