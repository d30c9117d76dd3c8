package org.seqlm.example.task;

import org.seqlm.Problems;

/**
 * How many examples are drawn.
 *
 * @param train at least 1
 * @param valid at least 1
 * @param test at least 1; the fewer, the further is a score on them from its expectation
 */
public record TaskSizes(int train, int valid, int test) {
  /** What a folder holds of a split at most; a test split is held in memory. */
  private static final int MAX = 1_000_000;

  public TaskSizes {
    new Problems()
        .inRange("examples.train", train, 1, MAX)
        .inRange("examples.valid", valid, 1, MAX)
        .inRange("examples.test", test, 1, MAX)
        .throwIfAny();
  }

  /** The examples of a split. */
  public int of(TaskSplit split) {
    return switch (split) {
      case TRAIN -> train;
      case VALID -> valid;
      case TEST -> test;
    };
  }

  /** All of them. */
  public long all() {
    return (long) train + valid + test;
  }
}
