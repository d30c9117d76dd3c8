package org.seqlm.example.task;

import java.util.List;

/**
 * A source of examples whose best possible score is known.
 *
 * @param <E> its examples
 */
public interface ExampleTask<E extends TaskExample> {
  /** What {@code example --kind} calls it. */
  String kind();

  /** What is learned: {@code classify}, {@code tag}, {@code sequence}, {@code grid} and so on. */
  String task();

  /** The metric that {@link Floor#floor} is the best value of. */
  String metric();

  /** A sentence for whoever finds the files. */
  String description();

  /** So many that a small network learns it in a minute or two. */
  TaskSizes sizes();

  /**
   * An example.
   *
   * @param seed of all examples
   * @param position in its split, from 0; nothing else of the split decides the example
   */
  E draw(long seed, TaskSplit split, int position);

  /**
   * The best possible score of a test split.
   *
   * @param test all of its examples, at least 1
   */
  Floor floor(List<E> test);
}
