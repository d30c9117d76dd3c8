package org.seqlm.neural.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.dl4j.fit.FitLearners;
import org.seqlm.neural.dl4j.fit.MinibatchHook;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.TorchEngine;

/**
 * Adam's second moment is infinite and stays so: the parameter is divided by it and is finite for
 * ever, and never moves again.
 */
class MomentsAreCheckedTest {
  private static final LanguageNetwork SPEC =
      new LanguageNetwork(InputKind.ONE_HOT, 0, CellKind.LSTM, 1, 4, 7, 0, 1);
  private static final int[] INPUTS = {1, 2, 3, 4, 5, 6};
  private static final int[] TARGETS = {2, 3, 4, 5, 6, 1};
  private static final String REJECTED = "its optimiser moments are not finite";

  private static float[] moments(int parameters, float first) {
    float[] moments = new float[2 * parameters];
    Arrays.fill(moments, parameters, 2 * parameters, 1e-4f);
    moments[parameters] = first;
    return moments;
  }

  private static <S> WorkerResult round(Engine<S> engine, float first) {
    float[] parameters = InitialParameters.create(SPEC, 1);
    InnerOptimizer adam = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 5, 0);
    List<S> steps =
        List.of(engine.step(SPEC, 2, 3, INPUTS, TARGETS), engine.step(SPEC, 2, 3, TARGETS, INPUTS));
    return engine
        .learners(SPEC, new Recipe(adam), 3, Execution.CPU)
        .create()
        .run(
            parameters,
            new WorkerState(4, 4, moments(parameters.length, first), new float[0]),
            steps.iterator(),
            new RoundPlan(2, 0, 1, 4, new double[] {0.01, 0.01}, 100, 99, InnerMoments.LOCAL));
  }

  @Test
  void byEveryEngine() {
    for (Engine<?> engine :
        List.of(new TorchEngine(), new Dl4jEngine(), new Dl4jEngine(LayerOrigin.DL4J))) {
      assertThat(round(engine, 1e-4f).rejected()).as(engine.name()).isNull();
      WorkerResult result = round(engine, Float.POSITIVE_INFINITY);
      assertThat(result.rejected()).as(engine.name()).isEqualTo(REJECTED);
      assertThat(result.skipped()).as(engine.name()).isEqualTo(12);
    }
  }

  /** Of anybody's network. */
  @Test
  void byFit() {
    float[] parameters = InitialParameters.create(SPEC, 1);
    for (float first : new float[] {1e-4f, Float.POSITIVE_INFINITY}) {
      WorkerResult result =
          FitLearners.of(
                  Dl4jNetworks.network(SPEC, InnerOptimizer.Kind.ADAM, 3, parameters),
                  MinibatchHook.<DataSet>none(),
                  "")
              .create()
              .run(
                  parameters,
                  new WorkerState(4, 4, moments(parameters.length, first), new float[0]),
                  List.of(Dl4jNetworks.dataSet(SPEC, 2, 3, INPUTS, TARGETS)).iterator(),
                  RoundPlan.all(2, 0, 1, 4, 0, InnerMoments.AVERAGED, Double.POSITIVE_INFINITY));
      assertThat(result.rejected()).isEqualTo(Float.isFinite(first) ? null : REJECTED);
    }
  }
}
