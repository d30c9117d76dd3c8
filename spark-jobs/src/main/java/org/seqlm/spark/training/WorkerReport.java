package org.seqlm.spark.training;

import java.util.Map;
import org.seqlm.artifact.Json;
import org.seqlm.neural.files.StateFile;
import org.seqlm.neural.optimizer.GradientStats;
import org.seqlm.neural.torch.device.GpuUse;

/**
 * What a worker tells the driver of its round.
 *
 * @param worker from 0
 * @param state where its state after the round lies, null if it is in no file
 * @param steps the cursor after the round
 * @param updates of its moments
 * @param nats losses of the trained tokens, summed
 * @param tokens trained
 * @param skipped tokens planned but not trained
 * @param loss mean in nats a token; null where it is not finite
 * @param rejected why the round does not count, null if it does
 * @param gradients what its updates were made of; null where its engine does not tell
 * @param kernels what computed it, by what was asked
 * @param location the executor it ran on, as Spark's scheduler names it
 * @param times what its task took
 * @param gpu what its GPU was at; null on a CPU, and where nobody tells
 */
public record WorkerReport(
    int worker,
    StateFile state,
    long steps,
    long updates,
    double nats,
    long tokens,
    long skipped,
    Double loss,
    String rejected,
    GradientStats gradients,
    Map<String, String> kernels,
    String location,
    WorkerTimes times,
    GpuUse gpu) {

  byte[] encode() {
    return Json.line(this).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  static WorkerReport decode(byte[] bytes) {
    try {
      return Json.mapper().readValue(bytes, WorkerReport.class);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
