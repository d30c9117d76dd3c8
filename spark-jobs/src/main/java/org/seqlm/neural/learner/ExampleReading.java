package org.seqlm.neural.learner;

import org.seqlm.Problems;
import org.seqlm.UserException;

/**
 * How examples are dealt out: every pass has an order of its own, of which worker k of K reads the
 * k-th part of ⌊n / K / B⌋ B examples, B at a step. Those behind the last part are left out of the
 * pass, others in each.
 *
 * @param workers K
 * @param batch B, examples of a step
 */
public record ExampleReading(int workers, int batch) implements Dealing {
  public ExampleReading {
    new Problems()
        .inRange("averaging.workers", workers, 1, 65536)
        .inRange("training.batch", batch, 1, 65536)
        .throwIfAny();
  }

  @Override
  public PassWindows cut(int worker, long units, long seed) {
    return PassWindows.fixed(stepsOfPass(units), 1);
  }

  private long stepsOfPass(long examples) {
    long steps = examples / workers / batch;
    if (steps == 0) {
      throw UserException.data(
          "the training split has "
              + examples
              + " examples, but one step a worker takes at least "
              + (long) workers * batch
              + " (averaging.workers "
              + workers
              + " x training.batch "
              + batch
              + "): lower one of these, or give more examples");
    }
    return steps;
  }

  /** Examples of a worker's part of a pass. */
  public long part(long examples) {
    return stepsOfPass(examples) * batch;
  }

  @Override
  public long remainder(long units) {
    return units - part(units) * workers;
  }

  @Override
  public int longest() {
    return 0;
  }

  @Override
  public int timeSteps() {
    return 1;
  }

  @Override
  public ExampleReading withWorkers(int others) {
    return new ExampleReading(others, batch);
  }
}
