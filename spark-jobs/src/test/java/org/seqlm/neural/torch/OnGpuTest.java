package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundAccount;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.device.GpuDouble;
import org.seqlm.neural.torch.device.RecurrentCalls;
import org.seqlm.neural.torch.device.RecurrentCalls.Purpose;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.layers.TorchLayer;
import org.seqlm.neural.torch.layers.TorchMasks;

/** What is done on a GPU, by a double that refuses what cuDNN refuses. */
class OnGpuTest {
  private static final int BATCH = 2;
  private static final int TIME = 3;

  static Stream<LanguageNetwork> networks() {
    return Stream.concat(TorchNetworkTest.networks(0), TorchNetworkTest.networks(0.3)).distinct();
  }

  static Stream<LanguageNetwork> fewNetworks() {
    return networks().filter(TorchNetworkTest::isOfFew);
  }

  @Exhaustive
  @ParameterizedTest
  @MethodSource("networks")
  void everyNetworkDoesAsOnACpu(LanguageNetwork spec) {
    trainsAsACpuDoes(spec);
    readsAsACpuDoes(spec);
  }

  private static TorchNetwork network(
      LanguageNetwork spec,
      TorchDevice device,
      Precision precision,
      torch.ScalarType wide,
      TorchLayer.Kernels kernels) {
    return new TorchNetwork(
        spec, TorchNetworkTest.parameters(spec), BATCH, TIME, device, precision, wide, kernels);
  }

  /** Losses, gradients and states of two steps, with a change of the parameters between them. */
  private static double[] train(TorchNetwork network, LanguageNetwork spec) {
    List<Double> all = new ArrayList<>();
    network.setState(TorchNetworkTest.state(spec, BATCH));
    for (int step = 0; step < 2; step++) {
      all.add(network.gradient(TorchNetworkTest.window(), new DropoutMasks(3, 1, step)));
      for (double g : TorchDevice.doubles(network.parameters().flatGradient())) {
        all.add(g);
      }
      for (float s : network.state()) {
        all.add((double) s);
      }
      try (PointerScope scope = new PointerScope()) {
        network.parameters().flat().sub_(network.parameters().flatGradient());
      }
    }
    return all.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Every cell, input and output trains there, and comes to what a CPU does. */
  @ParameterizedTest
  @MethodSource("fewNetworks")
  void trainsAsACpuDoes(LanguageNetwork spec) {
    TorchThreads.one();
    GpuDouble gpu = new GpuDouble();
    try (PointerScope scope = new PointerScope()) {
      torch.ScalarType wide = torch.ScalarType.Double;
      double[] cpu =
          train(
              network(spec, TorchDevice.cpu(), Precision.FLOAT32, wide, TorchLayer.Kernels.OWN),
              spec);
      assertThat(train(network(spec, gpu.device(), Precision.FLOAT32, wide, null), spec))
          .containsExactly(cpu, within(1e-11));
    }
    boolean called = RecurrentCalls.has(spec.cell(), spec.activation());
    assertThat(gpu.trained()).isEqualTo(!called ? 0 : spec.dropout() > 0 ? 4 : 2);
    assertThat(gpu.mostLayers()).isEqualTo(!called ? 0 : spec.dropout() > 0 ? 1 : 2);
  }

  @ParameterizedTest
  @EnumSource(CellKind.class)
  void trainsInBfloat16(CellKind cell) {
    TorchThreads.one();
    for (double drop : new double[] {0, 0.3}) {
      LanguageNetwork spec =
          TorchNetworkTest.networks(drop)
              .filter(one -> one.cell() == cell)
              .findFirst()
              .orElseThrow();
      GpuDouble gpu = new GpuDouble();
      try (PointerScope scope = new PointerScope()) {
        torch.ScalarType wide = torch.ScalarType.Float;
        double[] exact =
            train(
                network(spec, TorchDevice.cpu(), Precision.FLOAT32, wide, TorchLayer.Kernels.OWN),
                spec);
        assertThat(train(network(spec, gpu.device(), Precision.BF16, wide, null), spec))
            .containsExactly(exact, within(0.05));
      }
    }
  }

  /**
   * Several layers are one call, whatever is dropped while training, unless something normalises
   * between them.
   */
  @ParameterizedTest
  @MethodSource("fewNetworks")
  void readsAsACpuDoes(LanguageNetwork spec) {
    TorchThreads.one();
    GpuDouble gpu = new GpuDouble();
    float[] values = TorchNetworkTest.parameters(spec);
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork cpu =
          TorchNetwork.toRead(spec, values, BATCH, TIME, TorchDevice.cpu(), TorchLayer.Kernels.OWN);
      TorchNetwork on = TorchNetwork.toRead(spec, values, BATCH, TIME, gpu.device());
      for (int window = 0; window < 2; window++) {
        assertThat(on.logProbabilities(TorchNetworkTest.window()))
            .containsExactly(cpu.logProbabilities(TorchNetworkTest.window()), within(1e-5));
      }
      for (int i = 0; i < cpu.state().length; i++) {
        assertThat(on.state()[i]).isCloseTo(cpu.state()[i], within(1e-5f));
      }
    }
    boolean called = RecurrentCalls.has(spec.cell(), spec.activation());
    assertThat(gpu.read()).isEqualTo(!called ? 0 : spec.normalises() ? 4 : 2);
    assertThat(gpu.trained()).isZero();
  }

  /** The double itself: what cuDNN would refuse. */
  @Test
  void theDoubleRefuses() {
    GpuDouble gpu = new GpuDouble();
    try (PointerScope scope = new PointerScope();
        AutoGradMode on = new AutoGradMode(true)) {
      Tensor flat = torch.zeros(4 * 3 * 2 + 4 * 3 * 3 + 2 * 12);
      Tensor w = flat.narrow(0, 0, 24).view(12, 2);
      Tensor u = flat.narrow(0, 24, 36).view(12, 3);
      Tensor b = flat.narrow(0, 60, 12);
      Tensor zero = flat.narrow(0, 72, 12);
      Tensor x = torch.zeros(4, 2, 2).requires_grad_(true);
      List<Tensor> state = List.of(torch.zeros(1, 2, 3), torch.zeros(1, 2, 3));
      TensorVector good = new TensorVector(w, u, b, zero);
      Tensor trained = run(gpu, x, state, good, Purpose.TO_TRAIN, false);
      gpu.back(trained, List.of(x), torch.ones_like(trained));
      TensorVector apart = new TensorVector(w, u, b, zero.clone());
      assertThatThrownBy(() -> run(gpu, x, state, apart, Purpose.TO_TRAIN, false))
          .hasMessageContaining("single contiguous chunk");
      TensorVector turned = new TensorVector(w, u, zero, b);
      assertThatThrownBy(() -> run(gpu, x, state, turned, Purpose.TO_TRAIN, false))
          .hasMessageContaining("single contiguous chunk");
      Tensor late = torch.zeros(flat.numel() + 1).narrow(0, 1, 24).view(12, 2);
      TensorVector within = new TensorVector(late, u, b, zero);
      assertThatThrownBy(() -> run(gpu, x, state, within, Purpose.TO_TRAIN, false))
          .hasMessageContaining("begin their storage");
      Tensor across = torch.zeros(2, 2, 4).transpose(0, 2);
      assertThatThrownBy(() -> run(gpu, across, state, good, Purpose.TO_READ, true))
          .hasMessageContaining("input is not contiguous");
      List<Tensor> strided = List.of(state.get(0), torch.zeros(1, 3, 2).transpose(1, 2));
      assertThatThrownBy(() -> run(gpu, x, strided, good, Purpose.TO_TRAIN, false))
          .hasMessageContaining("hx is not contiguous");
      List<Tensor> mixed = List.of(state.get(0), state.get(1).to(torch.ScalarType.Double));
      assertThatThrownBy(() -> run(gpu, x, mixed, good, Purpose.TO_TRAIN, false))
          .hasMessageContaining("dtype");
      Tensor only = run(gpu, x, state, good, Purpose.TO_READ, true);
      assertThatThrownBy(() -> gpu.back(only, List.of(x), torch.ones_like(only)))
          .hasMessageContaining("training mode");
    }
  }

  private static Tensor run(
      GpuDouble gpu,
      Tensor x,
      List<Tensor> state,
      TensorVector weights,
      Purpose purpose,
      boolean detached) {
    return gpu.run(
            CellKind.LSTM, Activation.TANH, detached ? x.detach() : x, state, weights, 1, purpose)
        .get(0);
  }

  /** Bit for bit, whatever the numbering, rate, seed and shape are. */
  @ParameterizedTest
  @EnumSource(DropoutMasks.Numbering.class)
  void masksAreThoseOfPlainJava(DropoutMasks.Numbering numbering) {
    TorchThreads.one();
    TorchDevice gpu = new GpuDouble().device();
    double[] rates = {0.1, 0.5, 0.3, 0.95, 1.0 / 3, 0x1.0p-53, Math.nextUp(0.25)};
    for (int i = 0; i < 60; i++) {
      DropoutMasks masks = new DropoutMasks(i * 0x9876543210L - 77, i % 5, 1L << (i / 2));
      double rate = rates[i % rates.length];
      int time = 1 + i % 7;
      int batch = 1 + i % 3;
      int width = 1 + 5 * (i % 9);
      DropoutMasks.What what = DropoutMasks.What.values()[i % DropoutMasks.What.values().length];
      DropoutMasks.Draw draw =
          new DropoutMasks.Draw(what, i - 1, rate, time, batch, width, numbering);
      try (PointerScope scope = new PointerScope()) {
        Tensor drawn = TorchMasks.of(masks, draw, gpu, torch.ScalarType.Float);
        assertThat(drawn.size(0)).isEqualTo((long) time * batch);
        float[] java = masks.values(draw);
        assertThat(
                TorchDevice.floats(
                    TorchMasks.of(masks, draw, TorchDevice.cpu(), torch.ScalarType.BFloat16)))
            .containsExactly(
                TorchDevice.floats(
                    TorchDevice.cpu().of(torch.ScalarType.BFloat16, java, java.length)));
        assertThat(TorchDevice.floats(drawn)).containsExactly(java);
      }
    }
  }

  /** Drawn where the ids are. */
  @Test
  void factorsOfTokensAreThoseOfPlainJava() {
    TorchThreads.one();
    long[] tokens = LongStream.range(0, 200).map(i -> i * i % 31).toArray();
    for (double rate : new double[] {0.1, 0.5, 1.0 / 3}) {
      DropoutMasks masks = new DropoutMasks(7, 2, (long) (100 * rate));
      try (PointerScope scope = new PointerScope()) {
        TorchDevice gpu = new GpuDouble().device();
        Tensor ids = gpu.of(tokens, tokens.length);
        assertThat(
                TorchDevice.floats(
                    TorchMasks.ofTokens(masks, rate, ids, gpu, torch.ScalarType.Float)))
            .containsExactly(masks.ofTokens(rate, tokens));
        assertThat(ids.select(0, 2).item_long()).isEqualTo(tokens[2]);
      }
    }
  }

  /** What is drawn after an update is drawn with it, and is what a CPU draws. */
  @Test
  void samplingReadsTheLastUpdate() {
    TorchThreads.one();
    LanguageNetwork spec =
        TorchNetworkTest.networks(0)
            .filter(one -> one.cell() == CellKind.LSTM)
            .findFirst()
            .orElseThrow();
    GpuDouble gpu = new GpuDouble();
    TorchDevice[] devices = {TorchDevice.cpu(), gpu.device()};
    ScheduledSampling always = new ScheduledSampling(ScheduledSampling.Kind.LINEAR, 1, 0);
    long[][][] inputs = new long[2][3][];
    for (int d = 0; d < 2; d++) {
      try (PointerScope scope = new PointerScope()) {
        TorchNetwork network =
            network(spec, devices[d], Precision.FLOAT32, torch.ScalarType.Double, null);
        MixedInputs mixed = new MixedInputs(network, always);
        for (int step = 0; step < 3; step++) {
          inputs[d][step] = mixed.mix(TorchNetworkTest.window(), 5, 0, 100).inputs();
          network.parameters().flat().mul_(new org.bytedeco.pytorch.Scalar(-3.0));
        }
      }
    }
    assertThat(inputs[1]).isDeepEqualTo(inputs[0]);
    assertThat(inputs[0][1]).isNotEqualTo(inputs[0][0]);
    // A step of a window each.
    assertThat(gpu.read()).isEqualTo(3 * (TIME - 1));
  }

  /** A GPU's losses are read late, and count as if they had been read at once. */
  @Test
  void lossesAreReadTogether() {
    int steps = 2 * RoundLosses.TOGETHER + 5;
    Recipe recipe = new Recipe(new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0));
    for (double bad : new double[] {1, Double.NaN}) {
      RoundAccount[] accounts = {
        new RoundAccount(Windows.plan(0, 1, steps), recipe),
        new RoundAccount(Windows.plan(0, 1, steps), recipe)
      };
      TorchDevice[] devices = {TorchDevice.cpu(), new GpuDouble().device()};
      int[] done = new int[2];
      for (int d = 0; d < 2; d++) {
        try (PointerScope scope = new PointerScope()) {
          RoundLosses losses =
              new RoundLosses(
                  accounts[d], devices[d], torch.ScalarType.Double, Windows.plan(0, 1, steps));
          while (losses.done() < steps && !accounts[d].rejected()) {
            double loss = losses.done() == 70 ? bad : 1.0 / (1 + losses.done());
            losses.next().copy_(torch.scalar_tensor(new org.bytedeco.pytorch.Scalar(loss)));
            losses.add(3);
          }
          losses.settle();
          done[d] = losses.done();
        }
      }
      assertThat(accounts[1].done()).isEqualTo(accounts[0].done());
      assertThat(accounts[1].rejected()).isEqualTo(accounts[0].rejected()).isEqualTo(bad != 1);
      assertThat(done[0]).isEqualTo(bad == 1 ? steps : 71);
      assertThat(done[1]).isEqualTo(bad == 1 ? steps : 2 * RoundLosses.TOGETHER);
    }
  }

  /** Its words are libtorch's. */
  @Test
  void memoryThatIsUsedUpIsOneLine() {
    LanguageNetwork spec = TorchNetworkTest.networks(0).findFirst().orElseThrow();
    RuntimeException used =
        new RuntimeException(
            "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 8 GiB");
    Recipe adam = new Recipe(new InnerOptimizer(InnerOptimizer.Kind.ADAM, 0, 0));
    GpuCost cost = GpuCost.of(spec, adam, AveragingMode.PARAMETERS, 100, 10, Precision.FLOAT32);
    TorchDevice gpu = new GpuDouble().device();
    RuntimeException told = GpuMemory.explained(used, gpu, GpuMemory.User.TRAINS, () -> cost);
    assertThat(told).isInstanceOf(UserException.class);
    assertThat(((UserException) told).exitCode()).isEqualTo(ExitCode.PLATFORM);
    assertThat(told.getMessage().toLowerCase(Locale.ROOT))
        .contains("used up", "gib", "training.batch", "execution.precision bf16")
        .doesNotContain("\n");
    RuntimeException looking =
        GpuMemory.explained(used, gpu, GpuMemory.User.SCORES, () -> GpuCost.toScore(spec, 512));
    assertThat(looking.getMessage())
        .contains("used up", "to score with this network needs about", "fewer tasks on a GPU")
        .doesNotContain("training.batch", "moments", "masks");
    RuntimeException other = new IllegalStateException("a bug");
    assertThat(GpuMemory.explained(other, gpu, GpuMemory.User.TRAINS, () -> cost)).isSameAs(other);
    assertThat(GpuMemory.explained(used, null, GpuMemory.User.TRAINS, () -> cost)).isSameAs(used);
    assertThat(Arrays.asList("CUDNN_STATUS_ALLOC_FAILED", "CUDA error: out of memory"))
        .allMatch(message -> GpuMemory.isUsedUp(new RuntimeException("x " + message)));
  }
}
