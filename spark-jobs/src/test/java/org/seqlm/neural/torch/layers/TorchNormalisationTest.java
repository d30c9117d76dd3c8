package org.seqlm.neural.torch.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.torch.device.TorchDevice;

/** Layer normalisation where all else is bfloat16, of which a value has 8 bits. */
class TorchNormalisationTest {
  private static final int HIDDEN = 4;

  @Test
  void gainsAndTheirGradientsAreNotRounded() {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 2, CellKind.LSTM, 1, HIDDEN, 5, 0, 1)
            .with(Normalisation.LAYER);
    ParameterLayout layout = spec.layout();
    float[] values = new float[Math.toIntExact(layout.size())];
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      float value =
          switch (tensor.name()) {
            case "norm.0.weight" -> 1 + 0x1p-8f;
            case "norm.0.bias" -> -1;
            default -> 0;
          };
      Arrays.fill(values, tensor.offset(), tensor.offset() + tensor.size(), value);
    }
    torch.ScalarType narrow = torch.ScalarType.BFloat16;
    int rows = 257; // nine bits
    try (PointerScope scope = new PointerScope()) {
      TorchParameters parameters =
          new TorchParameters(layout, values, TorchDevice.cpu(), torch.ScalarType.Float, narrow);
      parameters.narrow();
      TorchNormalisation norm = new TorchNormalisation(0, parameters);
      Tensor h = torch.ones(rows, HIDDEN).mul_(new Scalar(256.0)).to(narrow);
      h.narrow(1, 0, HIDDEN / 2).neg_();
      float[] out = TorchDevice.floats(norm.forward(h).select(0, 0));
      // ±(1 + 2^-8) − 1.
      assertThat(out).containsExactly(-2, -2, 0x1p-8f, 0x1p-8f);
      norm.backward(torch.ones_like(h));
      parameters.widen();
      norm.writeGradients();
      assertThat(TorchDevice.floats(parameters.wideGradient("norm.0.bias")))
          .containsOnly((float) rows);
    }
  }
}
