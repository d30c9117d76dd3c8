package org.seqlm.neural.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The GPUs of this machine, as {@code nvidia-smi} tells of them. */
final class Gpus {
  private static final List<String> QUESTION =
      List.of("nvidia-smi", "--query-gpu=index,name,compute_cap", "--format=csv,noheader");

  private static final int ENOUGH_SECONDS = 20;

  private Gpus() {}

  /** Name and compute capability of a GPU; {@code unknown} if nobody tells. */
  static String describe(int number) {
    try {
      Process process =
          new ProcessBuilder(QUESTION).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        process.getOutputStream().close();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor(ENOUGH_SECONDS, TimeUnit.SECONDS)
            ? describe(number, answer.lines().toList())
            : "unknown";
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown";
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
