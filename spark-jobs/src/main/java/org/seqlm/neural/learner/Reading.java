package org.seqlm.neural.learner;

import org.seqlm.Problems;

/**
 * How the training text is dealt out to the workers and cut into windows.
 *
 * @param workers K
 * @param batch B, streams that one worker reads side by side
 * @param timeSteps T, tokens of a window
 */
public record Reading(int workers, int batch, int timeSteps) implements java.io.Serializable {
  public Reading {
    new Problems()
        .inRange("averaging.workers", workers, 1, 65536)
        .inRange("training.batch", batch, 1, 65536)
        .inRange("training.time-steps", timeSteps, 1, 65536)
        .throwIfAny();
  }

  /**
   * A worker's part of the text.
   *
   * @param worker from 0
   * @param tokens of the text
   * @throws org.seqlm.UserException with exit code 3 if some worker cannot fill one window
   */
  public Shard shard(int worker, long tokens) {
    return Shard.of(worker, workers, tokens, batch, timeSteps);
  }

  /** The windows of a pass: of worker 0, which has the fewest tokens. */
  public long windowsOfPass(long tokens) {
    return shard(0, tokens).windows();
  }
}
