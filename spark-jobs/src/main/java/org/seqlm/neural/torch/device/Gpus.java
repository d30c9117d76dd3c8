package org.seqlm.neural.torch.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The GPUs of this machine, as {@code nvidia-smi} tells of them. */
final class Gpus {
  private static final List<String> QUESTION =
      List.of("nvidia-smi", "--query-gpu=index,name,compute_cap", "--format=csv,noheader");

  private static final long ENOUGH_MILLIS = 20_000;

  private Gpus() {}

  /** Name and compute capability of a GPU; {@code unknown} if nobody tells. */
  static String describe(int number) {
    return describe(number, QUESTION, ENOUGH_MILLIS);
  }

  /** The same with another command that tells, and another time for it. */
  static String describe(int number, List<String> question, long millis) {
    String answer = ask(question, millis);
    return answer.isEmpty() ? "unknown" : describe(number, answer.lines().toList());
  }

  /** What a command answers; nothing if it is not there, or hangs. */
  static String ask(String... question) {
    return ask(List.of(question), ENOUGH_MILLIS);
  }

  private static String ask(List<String> question, long millis) {
    try {
      Process process =
          new ProcessBuilder(question).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        process.getOutputStream().close();
        // Its answer fits a pipe; to read would be to wait for ever where it hangs.
        if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
          return "";
        }
        InputStream answer = process.getInputStream();
        return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /**
   * Of the lines {@code INDEX, NAME, CAPABILITY}: that of the number, or what all are, for a
   * container may number its own from 0.
   */
  static String describe(int number, List<String> lines) {
    List<String[]> gpus =
        lines.stream().map(line -> line.split(" *, *")).filter(gpu -> gpu.length == 3).toList();
    boolean equal = gpus.stream().map(gpu -> gpu[1] + gpu[2]).distinct().count() == 1;
    return gpus.stream()
        .filter(gpu -> equal || gpu[0].strip().equals(String.valueOf(number)))
        .findFirst()
        .map(gpu -> gpu[1].strip() + ", compute capability " + gpu[2].strip())
        .orElse("unknown");
  }
}
