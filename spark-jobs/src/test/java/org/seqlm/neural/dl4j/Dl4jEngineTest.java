package org.seqlm.neural.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutRules;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.dl4j.device.CudaBackend;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.TorchEngine;

class Dl4jEngineTest {
  private static LanguageNetwork spec(CellKind cell, OutputKind output, double embeddingDropout) {
    return new LanguageNetwork(
        InputKind.EMBEDDING,
        8,
        cell,
        Activation.TANH,
        1,
        8,
        99,
        embeddingDropout,
        0,
        1,
        output,
        List.of());
  }

  @Test
  void ourLayersRefuseOnlyWhatTheyCannot() {
    Dl4jEngine engine = new Dl4jEngine();
    assertThat(engine.name()).isEqualTo("dl4j");
    for (CellKind cell : CellKind.values()) {
      assertThatCode(() -> engine.check(spec(cell, OutputKind.TIED, 0.5), Execution.CPU))
          .doesNotThrowAnyException();
    }
    LanguageNetwork adaptive = spec(CellKind.LSTM, OutputKind.ADAPTIVE, 0);
    assertThatThrownBy(() -> engine.check(adaptive, Execution.CPU))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("network.output adaptive")
        .hasMessageContaining("one softmax")
        .hasMessageContaining("--engine torch");
    LanguageNetwork lstm = spec(CellKind.LSTM, OutputKind.FULL, 0);
    Execution narrow = new Execution(Execution.Device.CPU, Precision.BF16);
    assertThatThrownBy(() -> engine.check(lstm, narrow))
        .hasMessage(
            "engine dl4j cannot train with execution.precision bf16, because it computes in float32"
                + " only: use --engine torch (engine: torch in a file)");
    Execution cuda = new Execution(Execution.Device.CUDA, Precision.FLOAT32);
    assertThatThrownBy(() -> engine.check(lstm, cuda))
        .hasMessageContaining("nd4j-cuda is not on the class path");
    LanguageNetwork step =
        spec(CellKind.RNN, OutputKind.FULL, 0)
            .with(Activation.step(0, Activation.AtThreshold.ZERO));
    assertThatThrownBy(() -> engine.check(step, Execution.CPU)).hasMessageContaining("no gradient");
  }

  @Test
  void whatOnlyTorchPerturbsIsRefusedByName() {
    Dl4jEngine engine = new Dl4jEngine();
    InnerOptimizer sgd = new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0);
    LanguageNetwork plain = spec(CellKind.LSTM, OutputKind.TIED, 0.2);
    engine.check(plain, new Recipe(sgd), Execution.CPU);
    LanguageNetwork awd =
        plain
            .with(new DropoutRules(DropoutRules.Kind.VARIATIONAL, 0.1, 0.5))
            .with(Normalisation.LAYER);
    Recipe recipe =
        new Recipe(
            sgd,
            0.1,
            new ScheduledSampling(ScheduledSampling.Kind.INVERSE_SIGMOID, 100, 0),
            new Truncation(Truncation.Kind.RANDOMISED, 0.9));
    assertThatThrownBy(() -> engine.check(awd, recipe, Execution.CPU))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("network.dropout-kind variational")
        .hasMessageContaining("network.token-dropout 0.1")
        .hasMessageContaining("network.weight-drop 0.5")
        .hasMessageContaining("network.layer-norm true")
        .hasMessageContaining("training.label-smoothing 0.1")
        .hasMessageContaining("training.scheduled-sampling.kind inverse-sigmoid")
        .hasMessageContaining("training.truncation.kind randomised")
        .hasMessageContaining("because its networks read the text's own tokens only: use")
        .hasMessageContaining("--engine torch");
    assertThatCode(() -> new TorchEngine().check(awd, recipe, Execution.CPU))
        .doesNotThrowAnyException();
  }

  @Test
  void deeplearning4jsOwnLayersAreAnLstmUnderAFullSoftmax() {
    Dl4jEngine engine = new Dl4jEngine(LayerOrigin.DL4J);
    assertThat(engine.name()).isEqualTo("dl4j-own");
    assertThatCode(() -> engine.check(spec(CellKind.LSTM, OutputKind.FULL, 0), Execution.CPU))
        .doesNotThrowAnyException();
    LanguageNetwork much = spec(CellKind.GRU_RESET_AFTER, OutputKind.TIED, 0.5);
    assertThatThrownBy(() -> engine.check(much, Execution.CPU))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("network.cell gru-reset-after")
        .hasMessageContaining("network.output tied")
        .hasMessageContaining("network.embedding-dropout 0.5")
        .hasMessageContaining("--engine torch");
  }

  /** Its updaters make three of our updates; with β and ε as given. */
  @Test
  void deeplearning4jsOwnLayersAreUpdatedAsNd4jCan() {
    Dl4jEngine engine = new Dl4jEngine(LayerOrigin.DL4J);
    LanguageNetwork lstm = spec(CellKind.LSTM, OutputKind.FULL, 0);
    for (InnerOptimizer.Kind kind : InnerOptimizer.Kind.values()) {
      Recipe recipe = new Recipe(new InnerOptimizer(kind, 1, 0));
      assertThatCode(() -> new Dl4jEngine(LayerOrigin.TORCH).check(lstm, recipe, Execution.CPU))
          .doesNotThrowAnyException();
      switch (kind) {
        case ADAM, ADAGRAD, SGD ->
            assertThatCode(() -> engine.check(lstm, recipe, Execution.CPU))
                .doesNotThrowAnyException();
        case ADAMW, MOMENTUM, NESTEROV, RMSPROP ->
            assertThatThrownBy(() -> engine.check(lstm, recipe, Execution.CPU))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                    "training.optimizer " + kind.name().toLowerCase(java.util.Locale.ROOT))
                .hasMessageContaining("--engine torch");
      }
    }
    Recipe decaying =
        new Recipe(
            new InnerOptimizer(
                InnerOptimizer.Kind.SGD,
                0,
                0,
                new InnerOptimizer.Settings(null, null, null, null, null, 0.1)));
    assertThatThrownBy(() -> engine.check(lstm, decaying, Execution.CPU))
        .hasMessageContaining("training.optimizer-settings.weight-decay 0.1");
  }

  @Test
  void aGpuThatNd4jHasNoCodeForIsRefused() {
    assertThat(CudaBackend.refusal("Tesla K80", 3, 7)).isNull();
    assertThat(CudaBackend.refusal("A100", 8, 0)).isNull();
    assertThat(CudaBackend.refusal("RTX 3090", 8, 6)).isNull();
    for (int[] later : new int[][] {{8, 9}, {9, 0}, {12, 0}}) {
      assertThat(CudaBackend.refusal("NVIDIA New", later[0], later[1]))
          .contains("NVIDIA New", later[0] + "." + later[1], "8.6", "--engine torch");
    }
  }

  /** On a CPU there is nothing to refuse. */
  @Test
  void aCpuIsNoGpu() {
    assertThatCode(CudaBackend::check).doesNotThrowAnyException();
  }
}
