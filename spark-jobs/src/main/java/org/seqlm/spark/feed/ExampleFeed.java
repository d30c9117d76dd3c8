package org.seqlm.spark.feed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.seqlm.Kept;
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

  /** Of trainings in this JVM, by {@link #key}. */
  private static final Kept<ExampleOrder> ORDERS = new Kept<>(16);

  /** Of their workers, by key, worker and number: a pool is read by more than one round. */
  private static final Kept<ExampleOrder.Pool> POOLS = new Kept<>(64);

  private final SharedSettings conf;
  private final ExamplesHandle examples;
  private final Split split;
  private final long units;
  private final ExampleOrder ofDriver;
  private final String key; // tells the order from all others

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
    this.ofDriver = new ExampleOrder(blocks, reading, seed);
    this.key = String.join(" ", this.examples.key(), split.name(), reading.toString(), "" + seed);
  }

  @Override
  public long units() {
    return units;
  }

  @Override
  public <S> Iterator<S> steps(Engine<S> engine, Network network, RoundPlan plan)
      throws IOException {
    ExampleBatches batches = new ExampleBatches(examples.open(conf.value()), split);
    ExampleOrder order = ORDERS.open(key, () -> ofDriver);
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
        try {
          if (order.pool(step) != pool) {
            pool = order.pool(step);
            batches.forget();
            held =
                POOLS.open(
                    key + " " + plan.worker() + " " + pool,
                    () -> order.examples(plan.worker(), pool, batches::length));
          }
          int from = order.batch(step) * size;
          Batch batch = batches.of(held.blocks(), held.examples(), from, from + size);
          return engine.step(network, batch);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }
}
