package org.seqlm.metrics.task;

import java.util.Arrays;
import org.seqlm.neural.learner.Batch;

/** The ids of each example of a batch: one, or as many as it is long. */
final class Rows {
  private final int[] ids;
  private final int columns;
  private final int[] lengths; // (B)

  private Rows(int[] ids, int columns, int[] lengths) {
    this.ids = ids;
    this.columns = columns;
    this.lengths = lengths;
  }

  /** An array (B), or (B, T) with its lengths. */
  static Rows of(Batch batch, String name) {
    Batch.Ints array = batch.ints(name);
    if (array.shape().length == 1) {
      int[] ones = new int[batch.size()];
      Arrays.fill(ones, 1);
      return new Rows(array.values(), 1, ones);
    }
    return new Rows(array.values(), array.shape()[1], batch.lengths(name));
  }

  /**
   * An array whose examples are as long as others are.
   *
   * @throws IllegalArgumentException if it has less room
   */
  static Rows as(Rows others, Batch batch, String name) {
    Batch.Ints array = batch.ints(name);
    int columns = array.shape().length == 1 ? 1 : array.shape()[1];
    int longest = Arrays.stream(others.lengths, 0, array.shape()[0]).max().orElse(0);
    if (longest > columns) {
      throw new IllegalArgumentException(
          name
              + " has the shape "
              + Arrays.toString(array.shape())
              + ", but lengths to "
              + longest);
    }
    return new Rows(array.values(), columns, others.lengths);
  }

  int length(int example) {
    return lengths[example];
  }

  int id(int example, int element) {
    return ids[example * columns + element];
  }

  /** The ids of one example. */
  int[] ids(int example) {
    return Arrays.copyOfRange(ids, example * columns, example * columns + lengths[example]);
  }
}
