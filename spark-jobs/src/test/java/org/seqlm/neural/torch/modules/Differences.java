package org.seqlm.neural.torch.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;

/** Losses and gradients of networks in float64, and gradients by central differences. */
final class Differences {
  private static final double STEP = 1e-5;

  static final Recipe PLAIN = new Recipe(new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0));

  /** What a batch comes to. */
  record Found(double nats, double objective, double[] gradient, long targets) {}

  private Differences() {}

  /** Random parameters, away from what is symmetric. */
  static float[] parameters(Network network, long seed) {
    Random random = new Random(seed);
    float[] values = new float[network.layout().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.5 * random.nextGaussian());
    }
    return values;
  }

  static Found found(Network network, float[] parameters, Batch batch) {
    return found(network, parameters, batch, null, PLAIN);
  }

  static Found found(
      Network network, float[] values, Batch batch, DropoutMasks masks, Recipe recipe) {
    TorchThreads.one();
    try (PointerScope scope = new PointerScope()) {
      ModuleParameters parameters = of(network, values);
      ModuleNetwork module = ModuleNetwork.of(network);
      Loss loss = module.loss(Pass.toTrain(parameters, masks, recipe), batch);
      parameters.differentiate(loss.objective());
      return new Found(
          loss.nats().item_double(),
          loss.objective().item_double(),
          TorchDevice.doubles(parameters.gradient()),
          module.targets(batch));
    }
  }

  private static ModuleParameters of(Network network, float[] values) {
    return new ModuleParameters(
        network.layout(), values, TorchDevice.cpu(), torch.ScalarType.Double);
  }

  static Predictions predict(Network network, float[] values, Batch batch) {
    TorchThreads.one();
    try (PointerScope scope = new PointerScope();
        org.bytedeco.pytorch.AutoGradMode off = new org.bytedeco.pytorch.AutoGradMode(false)) {
      return ModuleNetwork.of(network).predict(Pass.toRead(of(network, values)), batch);
    }
  }

  /**
   * Loss and predictions at once have the bits of each by itself, in float32 as looks have them.
   */
  static void checkScored(Network network, Batch batch) {
    TorchThreads.one();
    try (PointerScope scope = new PointerScope();
        org.bytedeco.pytorch.AutoGradMode off = new org.bytedeco.pytorch.AutoGradMode(false)) {
      ModuleNetwork module = ModuleNetwork.of(network);
      Pass pass =
          Pass.toRead(
              new ModuleParameters(
                  network.layout(),
                  parameters(network, 3),
                  TorchDevice.cpu(),
                  torch.ScalarType.Float));
      ModuleNetwork.Scored scored = module.score(pass, batch);
      assertThat(scored.loss().nats().item_double())
          .isEqualTo(module.loss(pass, batch).nats().item_double());
      assertThat(scored.predictions())
          .usingRecursiveComparison()
          .isEqualTo(module.predict(pass, batch));
    }
  }

  /** Every tensor's gradient, in a random direction and at some of its places. */
  static void check(Network network, Batch batch) {
    check(network, batch, null, PLAIN);
  }

  static void check(Network network, Batch batch, DropoutMasks masks, Recipe recipe) {
    float[] values = parameters(network, 5);
    double[] gradient = found(network, values, batch, masks, recipe).gradient();
    TorchThreads.one();
    try (PointerScope scope = new PointerScope()) {
      ModuleParameters parameters = of(network, values);
      ModuleNetwork module = ModuleNetwork.of(network);
      double[] flat = TorchDevice.doubles(parameters.flat());
      ToDoubleFunction<double[]> objective =
          at -> {
            try (PointerScope inner = new PointerScope();
                org.bytedeco.pytorch.AutoGradMode off =
                    new org.bytedeco.pytorch.AutoGradMode(false)) {
              new org.bytedeco.javacpp.DoublePointer(parameters.flat().data_ptr()).put(at);
              Tensor loss = module.loss(Pass.toTrain(parameters, masks, recipe), batch).objective();
              return loss.item_double();
            }
          };
      Random random = new Random(9);
      for (ParameterLayout.Tensor tensor : network.layout().tensors()) {
        double[] direction = new double[flat.length];
        for (int i = 0; i < tensor.size(); i++) {
          direction[tensor.offset() + i] = random.nextGaussian();
        }
        compare(tensor.name(), objective, flat, gradient, direction);
        for (int n = 0; n < Math.min(3, tensor.size()); n++) {
          double[] one = new double[flat.length];
          one[tensor.offset() + random.nextInt(tensor.size())] = 1;
          compare(tensor.name(), objective, flat, gradient, one);
        }
      }
    }
  }

  private static void compare(
      String name,
      ToDoubleFunction<double[]> objective,
      double[] at,
      double[] gradient,
      double[] direction) {
    double[] above = at.clone();
    double[] below = at.clone();
    double expected = 0;
    for (int i = 0; i < at.length; i++) {
      above[i] += STEP * direction[i];
      below[i] -= STEP * direction[i];
      expected += gradient[i] * direction[i];
    }
    double slope = (objective.applyAsDouble(above) - objective.applyAsDouble(below)) / (2 * STEP);
    assertThat(slope).as(name).isCloseTo(expected, within(1e-7 + 1e-6 * Math.abs(expected)));
  }
}
