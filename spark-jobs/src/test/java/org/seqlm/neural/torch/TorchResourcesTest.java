package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.Exhaustive;

/** Native memory and native threads of a learner, in a process of its own. */
class TorchResourcesTest {

  private static Map<String, Double> alone(String what) throws Exception {
    // The heap's pages are there from the beginning, and the compiler stays small: what grows is
    // native memory.
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:+AlwaysPreTouch",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Alone.class.getName(),
                what));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("OMP_NUM_THREADS");
    builder.environment().remove("OPENBLAS_NUM_THREADS");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    Map<String, Double> figures = new LinkedHashMap<>();
    out.lines()
        .map(line -> line.split("="))
        .filter(parts -> parts.length == 2)
        .forEach(parts -> figures.put(parts[0], Double.valueOf(parts[1])));
    return figures;
  }

  /**
   * Three hundred steps, and thirty rounds: a leak of the smallest tensor of a step would be 5 MB,
   * one of the parameters of a round 12 MB or more.
   */
  @Test
  void stepsAndRoundsLeaveNoNativeMemory() throws Exception {
    assertNothingGrows(alone("memory"), 1);
  }

  /** The same of every output, in both precisions. */
  @Test
  @Exhaustive
  void noNetworkLeavesNativeMemory() throws Exception {
    assertNothingGrows(alone("memory of others"), 3);
  }

  private static void assertNothingGrows(Map<String, Double> figures, int networks) {
    long smallest = (long) Alone.BATCH * Alone.HIDDEN * Float.BYTES;
    assertThat(figures).hasSize(4 * networks);
    figures.forEach(
        (name, value) ->
            assertThat(value)
                .as(name)
                .isLessThan(name.endsWith("bytes") ? 300 * smallest / 3.0 : 100));
  }

  /** Whatever the thread was set to, and whatever environment variables say. */
  @Test
  void aTaskIsOneNativeThread() throws Exception {
    Map<String, Double> figures = alone("threads");
    assertThat(figures)
        .containsEntry("threads", 1.0)
        .containsEntry("threads of products", 1.0)
        .hasSize(4);
    assertThat(figures.get("training, processor time by its thread's")).isBetween(0.95, 1.3);
    assertThat(figures.get("two threads, processor time by its thread's")).isGreaterThan(1.5);
  }
}
