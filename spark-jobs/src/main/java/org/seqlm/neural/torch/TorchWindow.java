package org.seqlm.neural.torch;

import org.seqlm.neural.learner.Batch;

/** One step's tokens, in the order in which the network reads them. Immutable by convention. */
public final class TorchWindow implements TorchStep {
  private final int batch;
  private final int timeSteps;
  private final long[] inputs;
  private final long[] targets;

  /**
   * @param batch B
   * @param timeSteps T
   * @param inputs (B, T) row-major
   * @param targets (B, T) row-major: the token after each input
   */
  public TorchWindow(int batch, int timeSteps, int[] inputs, int[] targets) {
    this.batch = batch;
    this.timeSteps = timeSteps;
    this.inputs = timeMajor(inputs);
    this.targets = timeMajor(targets);
  }

  /** Of a language model's batch, {@link Batch#window}. */
  static TorchWindow of(Batch batch) {
    return new TorchWindow(
        batch.size(),
        batch.ints("inputs").shape()[1],
        batch.ints("inputs").values(),
        batch.ints("targets").values());
  }

  private TorchWindow(int batch, int timeSteps, long[] inputs, long[] targets) {
    this.batch = batch;
    this.timeSteps = timeSteps;
    this.inputs = inputs;
    this.targets = targets;
  }

  /**
   * This window with other inputs.
   *
   * @param others (T, B)
   */
  TorchWindow reading(long[] others) {
    return new TorchWindow(batch, timeSteps, others, targets);
  }

  private long[] timeMajor(int[] tokens) {
    long[] result = new long[batch * timeSteps];
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < timeSteps; t++) {
        result[t * batch + b] = tokens[b * timeSteps + t];
      }
    }
    return result;
  }

  int batch() {
    return batch;
  }

  int timeSteps() {
    return timeSteps;
  }

  /** (T, B). */
  long[] inputs() {
    return inputs;
  }

  /** (T, B). */
  long[] targets() {
    return targets;
  }
}
