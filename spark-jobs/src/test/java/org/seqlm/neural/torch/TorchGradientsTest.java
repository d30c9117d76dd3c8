package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.Exhaustive;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.layers.TorchLayer;

/** The gradients of networks of every kind, by the differences that they stand for. */
class TorchGradientsTest {
  /** All on our own kernel; on the built-in ones, to which it is equal, every cell. */
  static Stream<Arguments> gradients() {
    Stream<LanguageNetwork> cells =
        Arrays.stream(CellKind.values())
            .flatMap(
                cell ->
                    Stream.concat(
                        TorchNetworkTest.activated(
                            TorchNetworkTest.spec(InputKind.EMBEDDING, cell, OutputKind.FULL, 0.3)),
                        Stream.of(TorchNetworkTest.awd(cell))));
    return Stream.concat(
        TorchNetworkTest.networks(0.3).map(spec -> Arguments.of(spec, TorchLayer.Kernels.OWN)),
        cells.map(spec -> Arguments.of(spec, TorchLayer.Kernels.BUILT_IN)));
  }

  /** Not the built-in kernels, to whose gradients {@link TorchNetworkTest} holds ours. */
  static Stream<LanguageNetwork> some() {
    return TorchNetworkTest.networks(0.3).filter(TorchNetworkTest::isOfFew);
  }

  /**
   * Differences of the loss in float64, of every third parameter and of each tensor's first and
   * last, and of all of the smallest tensors; the masks are part of it.
   */
  @ParameterizedTest
  @MethodSource("some")
  void gradientEqualsDifferences(LanguageNetwork spec) {
    gradientEqualsDifferences(spec, TorchLayer.Kernels.OWN, 3);
  }

  @Exhaustive
  @ParameterizedTest
  @MethodSource("gradients")
  void gradientOfEveryParameterEqualsDifferences(LanguageNetwork spec, TorchLayer.Kernels kernels) {
    gradientEqualsDifferences(spec, kernels, 1);
  }

  private static void gradientEqualsDifferences(
      LanguageNetwork spec, TorchLayer.Kernels kernels, int every) {
    TorchThreads.one();
    float[] values = TorchNetworkTest.parameters(spec);
    float[] state = TorchNetworkTest.state(spec, TorchNetworkTest.BATCH);
    TorchWindow window = TorchNetworkTest.window();
    DropoutMasks dropout = new DropoutMasks(3, 1, 17);
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network =
          new TorchNetwork(
              spec,
              values,
              TorchNetworkTest.BATCH,
              TorchNetworkTest.TIME,
              TorchDevice.cpu(),
              Precision.FLOAT32,
              torch.ScalarType.Double,
              kernels);
      network.setState(state);
      double loss = network.gradient(window, dropout);
      double[] gradient = TorchDevice.doubles(network.parameters().flatGradient());
      Tensor flat = network.parameters().flat();
      DoublePointer p = new DoublePointer(flat.data_ptr());
      double d = 1e-5;
      assertThat(loss).isBetween(0.5, 6.0);
      for (ParameterLayout.Tensor tensor : spec.layout().tensors()) {
        double largest = 0;
        for (int i = 0; i < tensor.size(); i++) {
          if (i % every != 0 && i < tensor.size() - 1 && tensor.size() > TorchNetworkTest.HIDDEN) {
            continue;
          }
          int at = tensor.offset() + i;
          double value = p.get(at);
          p.put(at, value + d);
          network.setState(state);
          double up = network.gradient(window, dropout);
          p.put(at, value - d);
          network.setState(state);
          double down = network.gradient(window, dropout);
          p.put(at, value);
          double numeric = (up - down) / (2 * d);
          largest = Math.max(largest, Math.abs(numeric));
          assertThat(gradient[at])
              .as("%s[%d]", tensor.name(), i)
              .isCloseTo(numeric, within(1e-9 + 1e-6 * Math.abs(numeric)));
        }
        assertThat(largest).as(tensor.name()).isGreaterThan(1e-5);
      }
    }
  }
}
