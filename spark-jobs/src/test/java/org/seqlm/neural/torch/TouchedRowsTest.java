package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.device.TorchDevice;

/** Updates that go by the rows that a window read, beside those that go over everything. */
class TouchedRowsTest {
  private static final int VOCABULARY = 400;

  @ParameterizedTest
  @CsvSource({"FULL, 0.01, 0", "FULL, 0, 1e-3", "ADAPTIVE, 0.01, 0", "TIED, 0.01, 0"})
  void rowsAloneAreWhatEverythingIs(OutputKind output, double norm, double value) {
    TorchDevice.library();
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 8, CellKind.LSTM, 1, 8, VOCABULARY, 0, 1)
            .with(output, output == OutputKind.ADAPTIVE ? List.of(20, 100) : List.of());
    InnerOptimizer sgd = new InnerOptimizer(InnerOptimizer.Kind.SGD, norm, value);
    float[] values = InitialParameters.create(spec, 3);
    Random random = new Random(5);
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork byRows = network(spec, values);
      TorchNetwork whole = network(spec, values);
      TorchUpdate rows = new TorchUpdate(sgd, byRows.parameters(), TorchDevice.cpu(), new float[0]);
      TorchUpdate all =
          new TorchUpdate(sgd, whole.parameters().flat(), whole.parameters().flatGradient(), null);
      boolean[] read = new boolean[VOCABULARY];
      for (int step = 1; step <= 6; step++) {
        TorchWindow window = window(random, read);
        byRows.gradient(window, null);
        assertThat(byRows.parameters().touched() != null).isEqualTo(output != OutputKind.TIED);
        whole.gradient(window, null);
        rows.apply(0.5, step);
        all.apply(0.5, step);
      }
      float[] found = TorchDevice.floats(byRows.parameters().flat());
      float[] wanted = TorchDevice.floats(whole.parameters().flat());
      assertThat(found).isNotEqualTo(values);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).as("parameter " + i).isCloseTo(wanted[i], within(1e-6f));
      }
      ParameterLayout.Tensor embedding =
          spec.layout().tensors().stream()
              .filter(tensor -> tensor.name().equals("embedding.weight"))
              .findFirst()
              .orElseThrow();
      for (int row = 0; row < VOCABULARY && output != OutputKind.TIED; row++) {
        int at = embedding.offset() + 8 * row;
        assertThat(Arrays.equals(found, at, at + 8, values, at, at + 8))
            .as("row " + row)
            .isEqualTo(!read[row]);
      }
    }
  }

  private static TorchNetwork network(LanguageNetwork spec, float[] values) {
    return new TorchNetwork(spec, values, 2, 3, TorchDevice.cpu(), Precision.FLOAT32);
  }

  private static TorchWindow window(Random random, boolean[] read) {
    int[] inputs = new int[6];
    int[] targets = new int[6];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = random.nextInt(random.nextBoolean() ? 10 : VOCABULARY);
      targets[i] = random.nextInt(VOCABULARY);
      read[inputs[i]] = true;
    }
    return new TorchWindow(2, 3, inputs, targets);
  }
}
