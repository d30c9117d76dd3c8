package org.seqlm.neural.learner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.seqlm.neural.network.Network;

/**
 * Reads a shard's windows without the shard: of each of its B streams it holds the tokens that come
 * next, {@link #HELD} in all, and reads further ones when they are used up. A stream that is no
 * longer than its part of that is read once. Not shared between threads.
 */
public final class ShardReader {
  /** Tokens of all streams together, 2 MiB, unless one window has more. */
  public static final int HELD = 1 << 19;

  private final Shard shard;
  private final int ahead;
  private final int[][] held; // of each stream, from its position in starts on
  private final long[] starts;
  private long edition; // of what is held

  /** Where tokens are read from. */
  @FunctionalInterface
  public interface Source {
    /**
     * The tokens {@code [from, to)} of the whole text, a few at a time: a worker's need not fit an
     * array.
     *
     * @param pass that reads them, from 0
     */
    int[] read(long pass, long from, long to) throws IOException;

    /** Passes of equal editions read equal texts; as it is here, all do. */
    default long edition(long pass) {
      return 0;
    }
  }

  public ShardReader(Shard shard) {
    this(shard, HELD);
  }

  ShardReader(Shard shard, int limit) {
    this.shard = shard;
    ahead = Math.max(shard.cut().longest() + 1, limit / shard.batch());
    held = new int[shard.batch()][0];
    starts = new long[shard.batch()];
  }

  /** Tokens held now. */
  public long held() {
    long sum = 0;
    for (int[] tokens : held) {
      sum += tokens.length;
    }
    return sum;
  }

  /**
   * Reads the window of a step.
   *
   * @param step from 0, over the whole run
   * @param inputs receives (B, T) row-major, T being this window's
   * @param targets receives (B, T) row-major: the token after each input
   */
  void window(Source source, long step, int[] inputs, int[] targets) throws IOException {
    int time = shard.cut().length(step);
    long pass = shard.cut().pass(step);
    if (source.edition(pass) != edition) {
      edition = source.edition(pass);
      Arrays.fill(held, new int[0]);
    }
    for (int b = 0; b < shard.batch(); b++) {
      long from = shard.position(step, b);
      if (from < starts[b] || from + time + 1 > starts[b] + held[b].length) {
        held[b] = source.read(pass, from, Math.min(from + ahead, shard.passEnd(step, b)));
        starts[b] = from;
      }
      int at = (int) (from - starts[b]);
      System.arraycopy(held[b], at, inputs, b * time, time);
      System.arraycopy(held[b], at + 1, targets, b * time, time);
    }
  }

  /**
   * The windows of some steps, as an engine takes them, each made when it is asked for; they throw
   * an {@link UncheckedIOException} where the source cannot be read.
   *
   * @param first step, from 0, over the whole run
   * @param count of steps
   */
  public <S> Iterator<S> steps(
      Engine<S> engine, Network network, Source source, long first, int count) {
    int batch = shard.batch();
    return new Iterator<>() {
      private int done;
      private int[] inputs = {};
      private int[] targets = {};

      @Override
      public boolean hasNext() {
        return done < count;
      }

      @Override
      public S next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        long step = first + done++;
        int time = shard.cut().length(step);
        if (inputs.length != batch * time) {
          inputs = new int[batch * time];
          targets = new int[batch * time];
        }
        try {
          window(source, step, inputs, targets);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        return engine.step(network, Batch.window(batch, time, inputs, targets));
      }
    };
  }
}
