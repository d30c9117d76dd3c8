package org.seqlm.neural.torch.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What {@code nvidia-smi} answers. (The presets have NVML, too, but in {@code org.bytedeco:cuda},
 * of which Deeplearning4j's CUDA backend needs another version.)
 */
final class NvidiaSmi {
  private static final long ENOUGH_MILLIS = 20_000;

  private NvidiaSmi() {}

  /**
   * A GPU's line.
   *
   * @param gpu its number
   * @param values of the fields that were asked for
   */
  record Row(int gpu, List<String> values) {
    /** A value, or null where it is no number, as some GPUs have {@code [N/A]}. */
    Long number(int field) {
      String value = values.get(field);
      return value.matches("[0-9]{1,15}") ? Long.valueOf(value) : null;
    }
  }

  /**
   * Asks.
   *
   * @param fields for instance {@code name,compute_cap}
   * @return what {@link #rows} reads; nothing if the program is not there, or hangs
   */
  static List<String> ask(String fields) {
    return answer(
        List.of("nvidia-smi", "--query-gpu=index," + fields, "--format=csv,noheader,nounits"),
        ENOUGH_MILLIS);
  }

  /**
   * The GPUs of the lines {@code INDEX, VALUE, …} that have so many values; others tell nothing.
   */
  static List<Row> rows(List<String> lines, int values) {
    List<Row> rows = new ArrayList<>();
    for (String line : lines) {
      List<String> cells = Stream.of(line.split(",")).map(String::strip).toList();
      if (cells.size() == 1 + values && cells.get(0).matches("[0-9]{1,4}")) {
        rows.add(new Row(Integer.parseInt(cells.get(0)), cells.subList(1, cells.size())));
      }
    }
    return rows;
  }

  /** What a command answers, line by line; nothing if it is not there, or hangs. */
  static List<String> answer(List<String> question, long millis) {
    try {
      Process process =
          new ProcessBuilder(question).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        process.getOutputStream().close();
        // Its answer fits a pipe; to read would be to wait for ever where it hangs.
        if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
          return List.of();
        }
        InputStream answer = process.getInputStream();
        return new String(answer.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
