package org.seqlm.neural.learner;

import java.util.Arrays;
import java.util.Iterator;
import org.seqlm.UserException;
import org.seqlm.neural.NetworkSpec;

/**
 * A worker's part of the training text and its walk through it. Worker k of K owns the tokens
 * [⌊kn/K⌋, ⌊(k+1)n/K⌋) of n, whatever files they lie in. They are cut into B equal contiguous
 * streams that are read side by side, in windows of T tokens; the hidden state goes on from window
 * to window and is zeroed where a pass begins. What does not fill a window is left out of the pass
 * and counted as such.
 *
 * @param from first token of the worker
 * @param to one past its last
 * @param batch B
 * @param timeSteps T
 */
public record Shard(long from, long to, int batch, int timeSteps) {

  /**
   * Worker {@code worker}'s part.
   *
   * @param worker k, from 0
   * @param workers K
   * @param tokens n
   * @throws UserException with exit code 3 if some worker cannot fill one window
   */
  public static Shard of(int worker, int workers, long tokens, int batch, int timeSteps) {
    long needed = (long) workers * ((long) batch * timeSteps + 1);
    if (tokens < needed) {
      throw UserException.data(
          "the training split has "
              + tokens
              + " tokens, but one window a worker takes at least "
              + needed
              + " (averaging.workers "
              + workers
              + " x (training.batch "
              + batch
              + " x training.time-steps "
              + timeSteps
              + " + 1)): lower one of these, or give more text");
    }
    return new Shard(
        scaled(worker, tokens, workers), scaled(worker + 1, tokens, workers), batch, timeSteps);
  }

  private static long scaled(int k, long n, int workers) {
    // Exact for any n: kn may not fit a long.
    return n / workers * k + n % workers * k / workers;
  }

  /** Tokens owned. */
  public long tokens() {
    return to - from;
  }

  /** Targets of one stream: each but the first token of a stream's stretch is predicted. */
  long streamLength() {
    return (tokens() - 1) / batch;
  }

  /** Windows of a pass, at least 1. */
  public long windows() {
    return streamLength() / timeSteps;
  }

  /** Tokens trained in a pass. */
  long tokensPerPass() {
    return windows() * batch * timeSteps;
  }

  /** Tokens of a pass that fill no window. */
  public long remainder() {
    return tokens() - tokensPerPass();
  }

  /** Whether step {@code step} (from 0, over the whole run) begins a pass. */
  public boolean beginsPass(long step) {
    return step % windows() == 0;
  }

  /** Where stream {@code b} begins the window of a step, in the whole text. */
  long position(long step, int b) {
    return from + b * streamLength() + step % windows() * timeSteps;
  }

  /** One past the last token that stream {@code b} reads in a pass, in the whole text. */
  long passEnd(int b) {
    return from + b * streamLength() + windows() * timeSteps + 1;
  }

  /**
   * Reads the window of a step from memory.
   *
   * @param tokens the worker's own, {@code tokens[0]} being token {@code from}
   * @param step from 0, over the whole run
   * @param inputs receives (B, T) row-major
   * @param targets receives (B, T) row-major: the token after each input
   */
  public void window(int[] tokens, long step, int[] inputs, int[] targets) {
    for (int b = 0; b < batch; b++) {
      int at = Math.toIntExact(position(step, b) - from);
      System.arraycopy(tokens, at, inputs, b * timeSteps, timeSteps);
      System.arraycopy(tokens, at + 1, targets, b * timeSteps, timeSteps);
    }
  }

  /**
   * The windows of some steps from memory, as {@link ShardReader#steps} makes them.
   *
   * @param tokens the worker's own, {@code tokens[0]} being token {@code from}
   */
  public <S> Iterator<S> steps(
      Engine<S> engine, NetworkSpec spec, int[] tokens, long first, int count) {
    ShardReader.Source source =
        (low, high) ->
            Arrays.copyOfRange(tokens, Math.toIntExact(low - from), Math.toIntExact(high - from));
    return new ShardReader(this).steps(engine, spec, source, first, count);
  }
}
