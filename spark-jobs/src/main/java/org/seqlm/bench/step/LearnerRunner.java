package org.seqlm.bench.step;

import java.util.Arrays;
import java.util.Iterator;
import org.seqlm.bench.meter.ProcessorTime;
import org.seqlm.neural.InitialParameters;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.Shard;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.optimizer.InnerMoments;

/**
 * An engine of ours, driven as a round of averaging drives it: parameters and state go in and come
 * out as arrays, the windows are made on the way.
 */
final class LearnerRunner<S> implements StepRunner {
  private final StepCase what;
  private final Engine<S> engine;
  private final Learner<S> learner;
  private final Shard shard;
  private final int[] text;
  private float[] parameters;
  private WorkerState state = WorkerState.FRESH;
  private int rounds;

  LearnerRunner(StepCase what, Engine<S> engine, Execution execution, long seed) {
    this.what = what;
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
    double[] rates = new double[steps];
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
    long cpu = ProcessorTime.nanos();
    long start = System.nanoTime();
    Iterator<S> windows = shard.steps(engine, what.spec(), text, state.step(), steps);
    WorkerResult result = learner.run(parameters, state, windows, plan);
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpuSeconds = (ProcessorTime.nanos() - cpu) / 1e9;
    if (result.rejected() != null) {
      throw new IllegalStateException(
          what.name() + " by " + engine.name() + " came to nothing: " + result.rejected());
    }
    parameters = result.parameters();
    state = result.state();
    return new Stretch(result.tokens(), seconds, cpuSeconds);
  }

  @Override
  public void close() {}
}
