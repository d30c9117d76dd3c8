package org.seqlm.spark.feed;

import java.util.Iterator;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Reading;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.network.Network;

/**
 * A text in contiguous streams, a window of each at a step; the network's state goes on from window
 * to window.
 *
 * @param source of its tokens
 * @param reading how it is dealt out
 * @param seed of the run
 */
public record StreamFeed(TokenSource source, Reading reading, long seed) implements Feed {

  @Override
  public long units() {
    return source.tokens();
  }

  @Override
  public <S> Iterator<S> steps(Engine<S> engine, Network network, RoundPlan plan) {
    return ShardReaders.steps(
        engine, source, network, reading.shard(plan.worker(), source.tokens(), seed), plan);
  }
}
