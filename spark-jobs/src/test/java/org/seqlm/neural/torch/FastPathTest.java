package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.network.Tagger;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.modules.Loss;
import org.seqlm.neural.torch.modules.ModuleNetwork;
import org.seqlm.neural.torch.modules.ModuleParameters;
import org.seqlm.neural.torch.modules.Pass;

/**
 * The hand-written backward pass of the language model against libtorch's own derivative of the
 * same network made of modules: a tagger that reads forward and whose tag is the next token.
 */
class FastPathTest {
  private static final int VOCABULARY = 7;
  private static final int BATCH = 3;
  private static final int TIME = 6;

  @ParameterizedTest
  @EnumSource(CellKind.class)
  void gradientEqualsTheModules(CellKind cell) {
    LanguageNetwork language =
        new LanguageNetwork(InputKind.EMBEDDING, 4, cell, 2, 5, VOCABULARY, 0, 0.5);
    Tagger tagger =
        new Tagger(
            StepInput.tokens(VOCABULARY, 4),
            new RecurrentBody(
                cell, language.activation(), 2, 5, Direction.FORWARD, 0, language.forgetBias()),
            VOCABULARY);
    assertThat(tagger.layout().tensors()).isEqualTo(language.layout().tensors());
    float[] values = InitialParameters.create(language, 8);
    assertThat(InitialParameters.create(tagger, 8)).containsExactly(values);
    int[] inputs = new int[BATCH * TIME];
    int[] targets = new int[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (i * i + 1) % VOCABULARY;
      targets[i] = (3 * i + 2) % VOCABULARY;
    }
    TorchThreads.one();
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork fast =
          new TorchNetwork(
              language,
              values,
              BATCH,
              TIME,
              TorchDevice.cpu(),
              Precision.FLOAT32,
              torch.ScalarType.Double);
      double nats = fast.gradient(new TorchWindow(BATCH, TIME, inputs, targets), null);
      double[] gradient = TorchDevice.doubles(fast.parameters().flatGradient());

      ModuleParameters parameters =
          new ModuleParameters(tagger.layout(), values, TorchDevice.cpu(), torch.ScalarType.Double);
      Batch batch =
          new Batch(BATCH)
              .put("input", new Batch.Ints(inputs, BATCH, TIME))
              .put("tags", new Batch.Ints(targets, BATCH, TIME));
      Loss loss = ModuleNetwork.of(tagger).loss(Pass.toTrain(parameters, null, null), batch);
      parameters.differentiate(loss.objective());
      assertThat(loss.nats().item_double()).isCloseTo(nats, within(1e-12));
      double[] modules = TorchDevice.doubles(parameters.gradient());
      for (int i = 0; i < gradient.length; i++) {
        assertThat(modules[i]).as("%d", i).isCloseTo(gradient[i], within(1e-12));
      }
    }
  }
}
