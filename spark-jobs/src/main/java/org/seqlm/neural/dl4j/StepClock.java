package org.seqlm.neural.dl4j;

import org.nd4j.linalg.schedule.ISchedule;
import org.seqlm.neural.DropoutMasks;

/**
 * Where a learner is: read by the parts of a Deeplearning4j network that need to know and have no
 * argument for it, the updaters' learning rate and the dropout. The network copies its
 * configuration while it is built; copies of a clock are the clock itself.
 */
final class StepClock implements ISchedule {
  private static final long serialVersionUID = 1L;

  private double learningRate;
  private long seed;
  private int worker;
  private long step;

  void set(double rate, long runSeed, int ofWorker, long globalStep) {
    learningRate = rate;
    seed = runSeed;
    worker = ofWorker;
    step = globalStep;
  }

  /** What the step drops. */
  DropoutMasks masks() {
    return new DropoutMasks(seed, worker, step);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return learningRate;
  }

  @Override
  @SuppressWarnings({"MissingSuperCall", "CloneableImplementsClone"})
  public ISchedule clone() {
    return this;
  }
}
