package org.seqlm.spark.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.learner.ExampleReading;
import org.seqlm.neural.learner.KeyedPermutation;

class ExampleOrderTest {
  /** Lengths that say nothing of an example's place. */
  private static int length(int block, int example) {
    return (int) (40 * KeyedRandom.of(3, "length").uniform(block * 100_000L + example));
  }

  private static String name(int block, int example) {
    return block + ":" + example;
  }

  /** A step's examples, as a round that asks for this one alone finds them. */
  private static List<String> step(ExampleOrder order, int worker, long step) {
    ExampleOrder.Pool pool = order.examples(worker, order.pool(step), ExampleOrderTest::length);
    return batch(order, pool, step);
  }

  private static List<String> batch(ExampleOrder order, ExampleOrder.Pool pool, long step) {
    int size = order.reading().batch();
    int from = order.batch(step) * size;
    return IntStream.range(from, from + size)
        .mapToObj(i -> name(pool.blocks()[i], pool.examples()[i]))
        .toList();
  }

  /** All that a worker reads in a pass, step by step. */
  private static List<List<String>> pass(ExampleOrder order, int worker, long pass) {
    List<List<String>> steps = new ArrayList<>();
    for (long step = pass * order.steps(); step < (pass + 1) * order.steps(); step++) {
      steps.add(step(order, worker, step));
    }
    return steps;
  }

  private static Set<String> all(long... blocks) {
    Set<String> all = new HashSet<>();
    for (int block = 0; block < blocks.length; block++) {
      for (int example = 0; example < blocks[block]; example++) {
        all.add(name(block, example));
      }
    }
    return all;
  }

  private static ExampleOrder order(int workers, int batch, long seed, long... blocks) {
    return new ExampleOrder(blocks, new ExampleReading(workers, batch), seed);
  }

  /** Ten examples, two workers, two a step: each reads four of them, and two are left out. */
  @Test
  void tenExamplesByHand() {
    ExampleOrder order = order(2, 2, 1, 6, 4);
    assertThat(order.steps()).isEqualTo(2);
    Set<String> leftOut = new HashSet<>();
    for (int pass = 0; pass < 20; pass++) {
      Set<String> read = new HashSet<>();
      for (int worker = 0; worker < 2; worker++) {
        List<List<String>> steps = pass(order, worker, pass);
        assertThat(steps).hasSize(2).allSatisfy(step -> assertThat(step).hasSize(2));
        steps.forEach(read::addAll);
      }
      assertThat(read).hasSize(8);
      Set<String> rest = all(6, 4);
      assertThat(rest).containsAll(read);
      rest.removeAll(read);
      leftOut.addAll(rest);
    }
    assertThat(leftOut).as("others in each pass").hasSizeGreaterThan(5);
  }

  /** As many examples, blocks, workers and batches as it may be. */
  @Test
  void everyPassDealsEachWorkerAnEqualPartOfItsOwn() {
    Random random = new Random(5);
    for (int trial = 0; trial < 60; trial++) {
      long[] blocks = random.longs(1 + random.nextInt(6), 1, 200).toArray();
      long examples = LongStream.of(blocks).sum();
      int workers = 1 + random.nextInt(4);
      int batch = 1 + random.nextInt(5);
      if (examples < (long) workers * batch) {
        continue;
      }
      ExampleOrder order = order(workers, batch, trial, blocks);
      long part = examples / workers / batch * batch;
      for (int pass = 0; pass < 2; pass++) {
        List<String> read = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
          List<String> own = pass(order, worker, pass).stream().flatMap(List::stream).toList();
          assertThat(own).hasSize((int) part);
          read.addAll(own);
        }
        assertThat(read).doesNotHaveDuplicates();
        assertThat(all(blocks)).containsAll(read);
        assertThat(new ExampleReading(workers, batch).remainder(examples))
            .isEqualTo(examples - read.size());
      }
    }
  }

  @Test
  void stepsDoNotDependOnHowRoundsCutThem() {
    ExampleOrder order = order(3, 4, 9, 500, 1, 300, 70);
    long steps = 2 * order.steps() + 5;
    List<List<String>> alone =
        LongStream.range(0, steps).mapToObj(step -> step(order, 1, step)).toList();
    for (int round : new int[] {3, 7, 1000}) {
      List<List<String>> found = new ArrayList<>();
      for (long from = 0; from < steps; from += round) {
        // A round that has another's pool at hand reads it no other way.
        long pool = -1;
        ExampleOrder.Pool held = null;
        for (long step = from; step < Math.min(steps, from + round); step++) {
          if (order.pool(step) != pool) {
            pool = order.pool(step);
            held = order.examples(1, pool, ExampleOrderTest::length);
          }
          found.add(batch(order, held, step));
        }
      }
      assertThat(found).as("rounds of " + round).isEqualTo(alone);
    }
  }

  /** What an order keeps of the pass before changes nothing, whoever asked for what. */
  @Test
  void asksInAnyOrderFindTheSame() {
    long[] blocks = {90, 3, 400, 1, 77, 260};
    ExampleOrder kept = order(2, 3, 4, blocks);
    Random random = new Random(3);
    for (int i = 0; i < 60; i++) {
      int worker = random.nextInt(2);
      long step = random.nextInt((int) (4 * kept.steps()));
      assertThat(step(kept, worker, step)).isEqualTo(step(order(2, 3, 4, blocks), worker, step));
    }
  }

  @Test
  void passesWorkersAndSeedsHaveOrdersOfTheirOwn() {
    ExampleOrder order = order(2, 4, 9, 300, 200);
    List<List<String>> first = pass(order, 0, 0);
    assertThat(pass(order, 0, 0)).isEqualTo(first);
    assertThat(pass(order, 0, 1)).isNotEqualTo(first);
    assertThat(new HashSet<>(pass(order, 1, 0))).doesNotContainAnyElementsOf(first);
    assertThat(pass(order(2, 4, 10, 300, 200), 0, 0)).isNotEqualTo(first);
    // Where all have one length nothing is sorted, and a pass is in no order of the split still.
    ExampleOrder.Pool pool = order.examples(0, 0, (block, example) -> 0);
    assertThat(pool.examples()).isNotEqualTo(Arrays.stream(pool.examples()).sorted().toArray());
  }

  /** Against padding: a batch's lengths are close, though they say little of when it is read. */
  @Test
  void batchesOfAPoolAreOfOneLengthAndInNoOrder() {
    ExampleOrder order = order(1, 8, 4, 8 * ExampleOrder.POOL);
    ExampleOrder.Pool pool = order.examples(0, 0, ExampleOrderTest::length);
    List<Integer> shortest = new ArrayList<>();
    int widest = 0;
    for (int b = 0; b < ExampleOrder.POOL; b++) {
      int[] lengths =
          IntStream.range(b * 8, b * 8 + 8)
              .map(i -> length(pool.blocks()[i], pool.examples()[i]))
              .toArray();
      assertThat(lengths).isSorted();
      shortest.add(lengths[0]);
      widest = Math.max(widest, lengths[7] - lengths[0]);
    }
    assertThat(widest).as("of lengths 0 to 39").isLessThanOrEqualTo(8);
    assertThat(shortest).isNotEqualTo(shortest.stream().sorted().toList());
    assertThat(shortest.stream().distinct().count()).isGreaterThan(15);
  }

  /** The same by lists of all examples. */
  @Test
  void aSlowOracleFindsTheSame() {
    long[] blocks = {40, 3, 500, 120, 1};
    long seed = 77;
    int workers = 2;
    int batch = 5;
    ExampleOrder order = order(workers, batch, seed, blocks);
    for (long pass = 0; pass < 3; pass++) {
      List<int[]> whole = new ArrayList<>();
      for (int place = 0; place < blocks.length; place++) {
        int block =
            (int) KeyedPermutation.at(KeyedRandom.of(seed, "blocks", pass), place, blocks.length);
        for (long i = 0; i < blocks[block]; i++) {
          long example =
              KeyedPermutation.at(KeyedRandom.of(seed, "examples", pass, block), i, blocks[block]);
          whole.add(new int[] {block, (int) example});
        }
      }
      int part = whole.size() / workers / batch * batch;
      for (int worker = 0; worker < workers; worker++) {
        List<int[]> own = whole.subList(worker * part, (worker + 1) * part);
        List<List<String>> expected = new ArrayList<>();
        for (int from = 0; from < part; from += ExampleOrder.POOL * batch) {
          List<int[]> pool =
              new ArrayList<>(own.subList(from, Math.min(part, from + ExampleOrder.POOL * batch)));
          pool.sort(Comparator.comparingInt(one -> length(one[0], one[1])));
          int batches = pool.size() / batch;
          KeyedRandom random =
              KeyedRandom.of(seed, "batches", pass, worker, from / (ExampleOrder.POOL * batch));
          for (int b = 0; b < batches; b++) {
            int at = (int) KeyedPermutation.at(random, b, batches) * batch;
            expected.add(
                pool.subList(at, at + batch).stream().map(one -> name(one[0], one[1])).toList());
          }
        }
        assertThat(pass(order, worker, pass)).isEqualTo(expected);
      }
    }
  }
}
