package org.seqlm.neural.learner;

import org.seqlm.Problems;

/**
 * How the training text is dealt out to the workers and cut into windows.
 *
 * @param workers K
 * @param batch B, streams that one worker reads side by side
 * @param timeSteps T, tokens of a window; their mean where lengths are random
 * @param streams which streams a worker reads; null means {@link Streams#CONTIGUOUS}
 * @param window how long windows are; null means {@link WindowLengths#FIXED}
 */
public record Reading(int workers, int batch, int timeSteps, Streams streams, WindowLengths window)
    implements Dealing {

  /** Which streams a worker reads. */
  public enum Streams {
    /** Those of its own contiguous part of the text, in every pass. */
    CONTIGUOUS,

    /**
     * The whole text is cut into K B streams, and every pass deals all of them out anew, so that a
     * worker sees all of the text in time.
     */
    SHUFFLED
  }

  public Reading {
    streams = streams == null ? Streams.CONTIGUOUS : streams;
    window = window == null ? WindowLengths.FIXED : window;
    new Problems()
        .inRange("averaging.workers", workers, 1, 65536)
        .inRange("training.batch", batch, 1, 65536)
        .inRange("training.time-steps", timeSteps, 1, 65536)
        .require(
            timeSteps < 1 || window.shortest(timeSteps) >= 1,
            "training.window.deviation "
                + window.deviation()
                + " leaves windows without a token where their mean is training.time-steps "
                + timeSteps
                + ": lower it to "
                + Math.floor(window.largestDeviation(timeSteps) * 10) / 10
                + " at most, or raise training.time-steps")
        .throwIfAny();
  }

  /** Contiguous parts in windows of one length. */
  public Reading(int workers, int batch, int timeSteps) {
    this(workers, batch, timeSteps, Streams.CONTIGUOUS, WindowLengths.FIXED);
  }

  @Override
  public Reading withWorkers(int others) {
    return new Reading(others, batch, timeSteps, streams, window);
  }

  @Override
  public int longest() {
    return window.longest(timeSteps);
  }

  /**
   * What a worker reads.
   *
   * @param worker from 0
   * @param tokens of the text
   * @param seed of the run
   * @throws org.seqlm.UserException with exit code 3 if some worker cannot fill one window
   */
  public Shard shard(int worker, long tokens, long seed) {
    return Shard.of(this, worker, tokens, seed);
  }

  @Override
  public PassWindows cut(int worker, long tokens, long seed) {
    return shard(worker, tokens, seed).cut();
  }

  @Override
  public long remainder(long tokens) {
    long left = tokens;
    for (int k = 0; k < workers; k++) {
      left -= shard(k, tokens, 0).tokensPerPass();
    }
    return left;
  }
}
