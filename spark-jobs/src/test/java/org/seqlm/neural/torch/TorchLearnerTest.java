package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.Execution;
import org.seqlm.neural.InitialParameters;
import org.seqlm.neural.InnerOptimizer;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.RoundPlan;
import org.seqlm.neural.WorkerResult;
import org.seqlm.neural.WorkerState;
import org.seqlm.neural.dl4j.Dl4jLearner;
import org.seqlm.neural.dl4j.Dl4jNetworks;

class TorchLearnerTest {
  private static final int VOCABULARY = 11;
  private static final int BATCH = 3;
  private static final int TIME = 6;
  private static final InnerOptimizer ADAM =
      new InnerOptimizer(InnerOptimizer.Kind.ADAM, 0.3, 0.05);

  private static NetworkSpec lstm(InputKind input, int layers, double dropout) {
    return new NetworkSpec(input, 5, CellKind.LSTM, layers, 8, VOCABULARY, dropout, 1);
  }

  private static TorchLearner learner(NetworkSpec spec, InnerOptimizer optimizer) {
    return new TorchLearner(spec, optimizer, Execution.CPU);
  }

  /** The same parameters, moments, state and loss as Deeplearning4j's after ten steps. */
  @ParameterizedTest
  @CsvSource({
    "ADAM, EMBEDDING, 0.01, 0.3, 0.05",
    "ADAM, ONE_HOT, 0.01, 0.3, 0",
    "ADAGRAD, EMBEDDING, 0.05, 0.3, 0.05",
    "ADAGRAD, ONE_HOT, 0.05, 0, 0.02",
    "SGD, EMBEDDING, 1, 0.3, 0.05",
    "SGD, ONE_HOT, 1, 0, 0"
  })
  void equalsDeeplearning4j(
      InnerOptimizer.Kind kind, InputKind input, double rate, double norm, double value) {
    NetworkSpec spec = lstm(input, 2, 0.3);
    InnerOptimizer optimizer = new InnerOptimizer(kind, norm, value);
    float[] parameters = InitialParameters.create(spec, 2);
    List<DataSet> theirs = new ArrayList<>();
    for (int w = 0; w < 10; w++) {
      int[][] tokens = Windows.tokens(VOCABULARY, BATCH, TIME, w);
      theirs.add(Dl4jNetworks.dataSet(spec, BATCH, TIME, tokens[0], tokens[1]));
    }
    RoundPlan plan = Windows.plan(0, rate, 10);
    WorkerResult expected =
        Dl4jLearner.of(spec, optimizer, TIME)
            .run(parameters, WorkerState.FRESH, theirs.iterator(), plan);
    WorkerResult result =
        learner(spec, optimizer)
            .run(
                parameters,
                WorkerState.FRESH,
                Windows.of(VOCABULARY, BATCH, TIME, 10).iterator(),
                plan);
    assertThat(result.loss()).isCloseTo(expected.loss(), within(1e-5));
    assertThat(result.tokens()).isEqualTo(expected.tokens());
    assertThat(expected.parameters()).isNotEqualTo(parameters);
    assertThat(result.parameters())
        .hasSameSizeAs(expected.parameters())
        .contains(expected.parameters(), within(1e-4f));
    assertThat(result.state().hidden())
        .hasSameSizeAs(expected.state().hidden())
        .contains(expected.state().hidden(), within(1e-4f));
    assertThat(result.state().moments())
        .hasSameSizeAs(expected.state().moments())
        .contains(expected.state().moments(), within(1e-4f));
    assertThat(result.state().updates()).isEqualTo(expected.state().updates());
    assertThat(result.state().step()).isEqualTo(expected.state().step());
  }
}
