package org.seqlm.example.task;

import java.util.ArrayList;
import java.util.List;

/** Examples for tests. */
final class Drawn {
  private Drawn() {}

  /** The first of a split. */
  static <E extends TaskExample> List<E> of(
      ExampleTask<E> task, long seed, TaskSplit split, int count) {
    List<E> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      examples.add(task.draw(seed, split, i));
    }
    return examples;
  }

  /** How far a mean of so many draws with values of 0 to 1 is from its expectation at most. */
  static double interval(double mean, int draws) {
    return 4 * Math.sqrt(mean * (1 - mean) / draws);
  }
}
