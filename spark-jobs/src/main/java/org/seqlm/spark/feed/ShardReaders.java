package org.seqlm.spark.feed;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.Shard;
import org.seqlm.neural.learner.ShardReader;
import org.seqlm.neural.network.Network;

/**
 * The workers' readers between rounds, so that what was read ahead is read once. A reader belongs
 * to one text and one shard, and to one task at a time: another that asks meanwhile, for instance a
 * speculative copy, gets one of its own.
 */
final class ShardReaders {
  /** Tokens that the idle readers of a process hold, 64 MiB; those used longest ago go first. */
  private static final long LIMIT = 1L << 24;

  private static final ShardReaders OF_PROCESS = new ShardReaders(LIMIT);

  private final long limit;
  private final Map<Key, ShardReader> idle = new LinkedHashMap<>();
  private long held;

  /**
   * Whose a reader is.
   *
   * @param source its {@link TokenSource#key}
   */
  private record Key(String source, Shard shard) {}

  ShardReaders(long limit) {
    this.limit = limit;
  }

  /** A round's steps; the reader comes back when the last of them was made. */
  static <S> Iterator<S> steps(
      Engine<S> engine, TokenSource source, Network network, Shard shard, RoundPlan plan) {
    return OF_PROCESS.lent(engine, source, network, shard, plan.firstStep(), plan.steps());
  }

  <S> Iterator<S> lent(
      Engine<S> engine, TokenSource source, Network network, Shard shard, long first, int count) {
    ShardReader reader = take(source.key(), shard);
    Iterator<S> steps = reader.steps(engine, network, source, first, count);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return steps.hasNext();
      }

      @Override
      public S next() {
        S step = steps.next();
        if (!steps.hasNext()) {
          giveBack(source.key(), shard, reader);
        }
        return step;
      }
    };
  }

  private synchronized ShardReader take(String source, Shard shard) {
    ShardReader reader = idle.remove(new Key(source, shard));
    if (reader == null) {
      return new ShardReader(shard);
    }
    held -= reader.held();
    return reader;
  }

  private synchronized void giveBack(String source, Shard shard, ShardReader reader) {
    ShardReader other = idle.remove(new Key(source, shard));
    held += reader.held() - (other == null ? 0 : other.held());
    idle.put(new Key(source, shard), reader);
    for (Iterator<ShardReader> eldest = idle.values().iterator();
        held > limit && eldest.hasNext(); ) {
      held -= eldest.next().held();
      eldest.remove();
    }
  }

  /** The shards whose readers are idle, the one used longest ago first. */
  synchronized List<Shard> idle() {
    return new ArrayList<>(idle.keySet().stream().map(Key::shard).toList());
  }
}
