package org.seqlm.spark.feed;

import java.io.Serializable;
import java.util.Arrays;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.learner.ExampleReading;
import org.seqlm.neural.learner.KeyedPermutation;

/**
 * Which examples each step of a worker reads, as a function of (seed, step) alone. A pass has an
 * order of its own: the blocks in a keyed order, and in each of them its examples. Worker k reads
 * the k-th of K equal parts of it. Of a part, {@link #POOL} batches' examples are taken together,
 * sorted by length so that little is padded, cut into batches, and these put into a keyed order.
 *
 * <p>Safe for several threads. What it keeps, the blocks' order of the last pass, changes nothing.
 */
final class ExampleOrder implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Batches that are sorted together: few enough that a step's lengths say little of its pass. */
  static final int POOL = 32;

  /** An example's length; 0 of all where none differ. */
  @FunctionalInterface
  interface Lengths {
    /** That of an example of a block. */
    int of(int block, int example);
  }

  /**
   * The examples of a pool, batch by batch in the order in which they are read.
   *
   * @param blocks of each
   * @param examples their places in their blocks
   */
  record Pool(int[] blocks, int[] examples) {}

  /**
   * The blocks as a pass has them.
   *
   * @param blocks in the pass's order
   * @param starts (blocks + 1): examples of the pass before each of them
   */
  private record PassBlocks(long pass, int[] blocks, long[] starts) {}

  private final long[] blocks;
  private final ExampleReading reading;
  private final long seed;
  private final long part; // examples of a worker in a pass
  private transient volatile PassBlocks last; // null before the first

  /**
   * @param blocks examples of each block
   * @param reading how they are dealt out
   * @param seed of the run
   */
  ExampleOrder(long[] blocks, ExampleReading reading, long seed) {
    this.blocks = blocks;
    this.reading = reading;
    this.seed = seed;
    part = reading.part(Arrays.stream(blocks).sum());
  }

  ExampleReading reading() {
    return reading;
  }

  /** Steps of a pass. */
  long steps() {
    return part / reading.batch();
  }

  /** The pool that holds a step, counted over all passes. */
  long pool(long step) {
    return pass(step) * poolsOfPass() + step % steps() / POOL;
  }

  /** The place of a step's batch in its pool. */
  int batch(long step) {
    return (int) (step % steps() % POOL);
  }

  private long pass(long step) {
    return step / steps();
  }

  private long poolsOfPass() {
    return (steps() + POOL - 1) / POOL;
  }

  /**
   * The examples of a pool of a worker.
   *
   * @param pool as {@link #pool} counts them
   */
  Pool examples(int worker, long pool, Lengths lengths) {
    long pass = pool / poolsOfPass();
    long inPass = pool % poolsOfPass();
    int batch = reading.batch();
    long from = worker * part + inPass * POOL * batch;
    int size = (int) Math.min((long) POOL * batch, worker * part + part - from);
    long[] refs = new long[size]; // block, example
    fill(pass, from, refs);
    int[] sizes = new int[size];
    for (int i = 0; i < size; i++) {
      sizes[i] = lengths.of((int) (refs[i] >>> 32), (int) refs[i]);
    }
    // Stable: among equally long ones the pass's order stays.
    long[] byLength = new long[size];
    for (int i = 0; i < size; i++) {
      byLength[i] = (long) sizes[i] << 32 | i;
    }
    Arrays.sort(byLength);
    Pool found = new Pool(new int[size], new int[size]);
    KeyedRandom random = KeyedRandom.of(seed, "batches", pass, worker, inPass);
    int batches = size / batch;
    for (int b = 0; b < batches; b++) {
      int at = (int) KeyedPermutation.at(random, b, batches) * batch;
      for (int i = 0; i < batch; i++) {
        long ref = refs[(int) byLength[at + i]];
        found.blocks()[b * batch + i] = (int) (ref >>> 32);
        found.examples()[b * batch + i] = (int) ref;
      }
    }
    return found;
  }

  /** The examples at {@code [from, from + refs.length)} of a pass's order. */
  private void fill(long pass, long from, long[] refs) {
    PassBlocks all = pass(pass, last);
    int found = Arrays.binarySearch(all.starts(), from);
    int filled = 0;
    for (int place = found < 0 ? -found - 2 : found; filled < refs.length; place++) {
      int block = all.blocks()[place];
      long size = blocks[block];
      KeyedRandom ofExamples = KeyedRandom.of(seed, "examples", pass, block);
      for (long i = Math.max(0, from - all.starts()[place]);
          i < size && filled < refs.length;
          i++) {
        refs[filled++] = (long) block << 32 | KeyedPermutation.at(ofExamples, i, size);
      }
    }
  }

  /** The blocks of a pass: those at hand, or drawn for it. */
  private PassBlocks pass(long pass, PassBlocks held) {
    if (held != null && held.pass() == pass) {
      return held;
    }
    KeyedRandom random = KeyedRandom.of(seed, "blocks", pass);
    int[] drawn = new int[blocks.length];
    long[] starts = new long[blocks.length + 1];
    for (int place = 0; place < drawn.length; place++) {
      drawn[place] = (int) KeyedPermutation.at(random, place, blocks.length);
      starts[place + 1] = starts[place] + blocks[drawn[place]];
    }
    PassBlocks made = new PassBlocks(pass, drawn, starts);
    last = made;
    return made;
  }
}
