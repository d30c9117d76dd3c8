package org.seqlm.bench.step;

import java.util.Arrays;
import java.util.Iterator;
import org.seqlm.bench.meter.ProcessorTime;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.Shard;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.torch.TorchEngine;
import org.seqlm.neural.torch.device.GpuLease;

/**
 * An engine of ours, driven as a round of averaging drives it: parameters and state go in and come
 * out as arrays, the windows are made on the way. On a CPU all of that is measured, of libtorch on
 * a GPU the steps alone.
 */
final class LearnerRunner<S> implements StepRunner {
  /** What is measured. */
  enum Measured {
    ROUND,
    /**
     * Steps, but for {@link #BEFORE} of them, and nothing around them: to set a network up on a GPU
     * takes longer than many steps.
     */
    STEPS
  }

  /** A round's first steps on a GPU, in which libraries choose and reserve. */
  private static final int BEFORE = 2;

  private final StepCase what;
  private final Measured measured;
  private final Engine<S> engine;
  private final Learner<S> learner;
  private final Shard shard;
  private final int[] text;
  private float[] parameters;
  private WorkerState state = WorkerState.FRESH;
  private int rounds;

  LearnerRunner(StepCase what, Engine<S> engine, Execution execution, long seed) {
    this(
        what,
        engine,
        execution,
        execution.device() == Execution.Device.CUDA && engine instanceof TorchEngine
            ? Measured.STEPS
            : Measured.ROUND,
        seed);
  }

  LearnerRunner(
      StepCase what, Engine<S> engine, Execution execution, Measured measured, long seed) {
    this.what = what;
    this.measured = measured;
    this.engine = engine;
    learner =
        engine
            .learners(what.spec(), new Recipe(what.optimizer()), what.timeSteps(), execution)
            .create();
    shard = what.shard();
    text = what.text(seed);
    parameters = InitialParameters.create(what.spec(), seed);
  }

  @Override
  public Stretch run(int steps) {
    return run(steps, () -> {});
  }

  @Override
  public Stretch run(int steps, Runnable ready) {
    int before = measured == Measured.STEPS ? BEFORE : 0;
    int windows = before + steps;
    // One more than there are windows, so that the learner asks for it.
    double[] rates = new double[windows + Integer.signum(before)];
    Arrays.fill(rates, what.learningRate());
    RoundPlan plan =
        new RoundPlan(
            ++rounds,
            0,
            1,
            state.step(),
            rates,
            StepCase.WINDOWS,
            Double.POSITIVE_INFINITY,
            InnerMoments.LOCAL);
    Stretch stretch;
    WorkerResult result;
    if (measured == Measured.STEPS) {
      MeasuredSteps<S> counted = new MeasuredSteps<>(all(windows), before, GpuLease::await, ready);
      result = learner.run(parameters, state, counted, plan);
      stretch = counted.stretch(what.tokens());
    } else {
      ready.run();
      long cpu = ProcessorTime.nanos();
      long start = System.nanoTime();
      result = learner.run(parameters, state, all(windows), plan);
      stretch =
          new Stretch(
              result.tokens(),
              (System.nanoTime() - start) / 1e9,
              (ProcessorTime.nanos() - cpu) / 1e9);
    }
    if (result.rejected() != null) {
      throw new IllegalStateException(
          what.name() + " by " + engine.name() + " came to nothing: " + result.rejected());
    }
    parameters = result.parameters();
    state = result.state();
    return stretch;
  }

  private Iterator<S> all(int windows) {
    return shard.steps(engine, what.spec(), text, state.step(), windows);
  }

  @Override
  public void close() {}
}
