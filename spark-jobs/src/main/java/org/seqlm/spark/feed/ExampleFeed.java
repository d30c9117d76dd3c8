package org.seqlm.spark.feed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.ExamplesHandle;
import org.seqlm.dataset.Split;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.ExampleReading;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.network.Network;
import org.seqlm.spark.io.SharedSettings;

/**
 * Examples in a new order for each pass, a batch of them at a step; nothing is carried from step to
 * step.
 */
public final class ExampleFeed implements Feed {
  private static final long serialVersionUID = 1L;

  private final SharedSettings conf;
  private final ExamplesHandle examples;
  private final Split split;
  private final long units;
  private final ExampleOrder order;

  /**
   * @param conf of the file system
   * @param reading how they are dealt out
   * @param seed of the run
   */
  public ExampleFeed(
      SharedSettings conf, Examples examples, Split split, ExampleReading reading, long seed) {
    this.conf = conf;
    this.examples = examples.handle();
    this.split = split;
    this.units = examples.examples(split);
    long[] blocks =
        examples.details().splits().get(split).blocks().stream()
            .mapToLong(Integer::longValue)
            .toArray();
    this.order = new ExampleOrder(blocks, reading, seed);
  }

  @Override
  public long units() {
    return units;
  }

  @Override
  public <S> Iterator<S> steps(Engine<S> engine, Network network, RoundPlan plan)
      throws IOException {
    ExampleBatches batches = new ExampleBatches(examples.open(conf.value()), split);
    int size = order.reading().batch();
    return new Iterator<>() {
      private long next = plan.firstStep();
      private long pool = -1;
      private ExampleOrder.Pool held;

      @Override
      public boolean hasNext() {
        return next < plan.firstStep() + plan.steps();
      }

      @Override
      public S next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        long step = next++;
        if (order.pool(step) != pool) {
          pool = order.pool(step);
          batches.forget();
          held = order.examples(plan.worker(), pool, batches::length);
        }
        int from = order.batch(step) * size;
        try {
          Batch batch = batches.of(held.blocks(), held.examples(), from, from + size);
          return engine.step(network, batch);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }
}
