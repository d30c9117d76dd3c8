package org.seqlm.example.task;

import java.util.List;
import java.util.SplittableRandom;
import org.seqlm.neural.KeyedRandom;

/** The random numbers of one example, one after the other: the same on every machine and JDK. */
final class Draw {
  private final KeyedRandom random;
  private long next;

  private Draw(KeyedRandom random) {
    this.random = random;
  }

  /** A function of its arguments. */
  static Draw of(long seed, String kind, TaskSplit split, int position) {
    return new Draw(KeyedRandom.of(seed, "example." + kind + "." + split.label(), position));
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return random.uniform(next++);
  }

  /** Uniform of 0 to {@code bound - 1}. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  /** Uniform of {@code low} to {@code high}, both included. */
  int between(int low, int high) {
    return low + below(high - low + 1);
  }

  /** True with a probability. */
  boolean chance(double probability) {
    return uniform() < probability;
  }

  /** Any of some values, each as likely. */
  <T> T of(List<T> values) {
    return values.get(below(values.size()));
  }

  /** Standard normal. */
  double normal() {
    long pair = (next + 1) / 2; // the counters 2 pair and 2 pair + 1
    next = 2 * pair + 2;
    return random.normal(pair);
  }

  /** A generator of its own, for what draws by itself. */
  SplittableRandom splittable() {
    return new SplittableRandom(random.bits(next++));
  }
}
