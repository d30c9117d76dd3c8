package org.seqlm.neural.learner;

import java.util.Arrays;
import java.util.Iterator;
import org.seqlm.UserException;
import org.seqlm.neural.network.Network;

/**
 * What a worker reads of the training text, and its walk through it: B streams side by side, in
 * windows; the hidden state goes on from window to window and is zeroed where a pass begins.
 *
 * <p>Where parts are contiguous, worker k of K owns the tokens [⌊kn/K⌋, ⌊(k+1)n/K⌋) of n, whatever
 * files they lie in, cut into B equal streams. Where streams are shuffled, the whole text is cut
 * into K B of them, and each pass deals B to every worker. What does not fill a window is left out
 * of the pass and counted as such.
 *
 * @param from first token that the streams are cut from
 * @param to one past the last
 * @param batch B
 * @param deal which of the streams are read in a pass
 * @param cut into windows
 */
public record Shard(long from, long to, int batch, StreamDeal deal, PassWindows cut) {

  /** A part of the text in windows of one length. */
  public Shard(long from, long to, int batch, int timeSteps) {
    this(
        from,
        to,
        batch,
        StreamDeal.own(batch),
        PassWindows.fixed((to - from - 1) / batch / timeSteps, timeSteps));
  }

  /** Of contiguous parts in windows of one length, as {@link Reading#shard}. */
  public static Shard of(int worker, int workers, long tokens, int batch, int timeSteps) {
    return of(new Reading(workers, batch, timeSteps), worker, tokens, 0);
  }

  /** As {@link Reading#shard} has it. */
  static Shard of(Reading reading, int worker, long tokens, long seed) {
    int workers = reading.workers();
    int batch = reading.batch();
    int timeSteps = reading.timeSteps();
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
    if (reading.streams() == Reading.Streams.SHUFFLED) {
      long streams = (long) workers * batch;
      return new Shard(
          0,
          tokens,
          batch,
          new StreamDeal(reading.streams(), (long) worker * batch, streams, seed),
          new PassWindows((tokens - 1) / streams / timeSteps, timeSteps, reading.window(), seed));
    }
    long from = scaled(worker, tokens, workers);
    long to = scaled(worker + 1, tokens, workers);
    if (reading.window().kind() == WindowLengths.Kind.FIXED) {
      return new Shard(from, to, batch, timeSteps);
    }
    // A step's window is as long for one worker as for the others, so all have as many as that
    // with the fewest tokens.
    long fewest = (scaled(1, tokens, workers) - 1) / batch / timeSteps;
    return new Shard(
        from,
        to,
        batch,
        StreamDeal.own(batch),
        new PassWindows(fewest, timeSteps, reading.window(), seed));
  }

  /** ⌊kn/of⌋, exact for any n: kn may not fit a long. */
  static long scaled(long k, long n, long of) {
    return n / of * k + n % of * k / of;
  }

  /** T, the mean length of a window. */
  public int timeSteps() {
    return cut.timeSteps();
  }

  /** Tokens that the streams are cut from. */
  public long tokens() {
    return to - from;
  }

  /** Targets of one stream: each but the first token of a stream's stretch is predicted. */
  private long streamLength() {
    return (tokens() - 1) / deal.streams();
  }

  /** Windows of a pass, at least 1. */
  public long windows() {
    return cut.perPass();
  }

  /** Tokens trained in a pass. */
  long tokensPerPass() {
    return windows() * batch * timeSteps();
  }

  /** Tokens of its pass that are not trained before a step; none where a pass begins. */
  public long left(long step) {
    return cut.left(step) * batch;
  }

  /** Whether step {@code step} (from 0, over the whole run) begins a pass. */
  public boolean beginsPass(long step) {
    return cut.beginsPass(step);
  }

  /** Where the b-th stream of a step's pass begins, in the whole text. */
  private long begin(long step, int b) {
    return from + deal.stream(cut.pass(step), b) * streamLength();
  }

  /** Where stream {@code b} begins the window of a step, in the whole text. */
  long position(long step, int b) {
    return begin(step, b) + cut.offset(step);
  }

  /** One past the last token that stream {@code b} reads in the pass of a step. */
  long passEnd(long step, int b) {
    return begin(step, b) + windows() * timeSteps() + 1;
  }

  /**
   * Reads the window of a step from memory.
   *
   * @param tokens those that the streams are cut from, {@code tokens[0]} being token {@code from}
   * @param step from 0, over the whole run
   * @param inputs receives (B, T) row-major, T being this window's
   * @param targets receives (B, T) row-major: the token after each input
   */
  public void window(int[] tokens, long step, int[] inputs, int[] targets) {
    int time = cut.length(step);
    for (int b = 0; b < batch; b++) {
      int at = Math.toIntExact(position(step, b) - from);
      System.arraycopy(tokens, at, inputs, b * time, time);
      System.arraycopy(tokens, at + 1, targets, b * time, time);
    }
  }

  /**
   * The windows of some steps from memory, as {@link ShardReader#steps} makes them.
   *
   * @param tokens those that the streams are cut from, {@code tokens[0]} being token {@code from}
   */
  public <S> Iterator<S> steps(
      Engine<S> engine, Network network, int[] tokens, long first, int count) {
    ShardReader.Source source =
        (pass, low, high) ->
            Arrays.copyOfRange(tokens, Math.toIntExact(low - from), Math.toIntExact(high - from));
    return new ShardReader(this).steps(engine, network, source, first, count);
  }
}
