package org.seqlm.neural.learner;

import java.io.Serializable;

/**
 * How a pass over the training data is dealt out to the workers and cut into steps: of a text
 * {@link Reading}, in tokens, and of examples {@link ExampleReading}, in examples. Both are called
 * units here. A worker's step trains B times as many units as {@link PassWindows#length} says.
 */
public sealed interface Dealing extends Serializable permits Reading, ExampleReading {

  /** K. */
  int workers();

  /** B, what a worker reads side by side. */
  int batch();

  /**
   * The steps of a worker's passes.
   *
   * @param worker from 0
   * @param units of all data
   * @param seed of the run
   * @throws org.seqlm.UserException with exit code 3 if some worker cannot fill one step
   */
  PassWindows cut(int worker, long units, long seed);

  /** The same of worker 0, which has the fewest units, and so the run's. */
  default PassWindows windows(long units, long seed) {
    return cut(0, units, seed);
  }

  /** Units of its pass that a worker has not trained before a step; none where a pass begins. */
  default long left(int worker, long units, long seed, long step) {
    return cut(worker, units, seed).left(step) * batch();
  }

  /** Units of a pass that fill no step of any worker. */
  long remainder(long units);

  /** The most units of a step, a stream or example; 0 where that follows from the examples. */
  int longest();

  /** The mean number of units of a step, a stream or example. */
  int timeSteps();

  /** The same for another number of workers. */
  Dealing withWorkers(int others);
}
