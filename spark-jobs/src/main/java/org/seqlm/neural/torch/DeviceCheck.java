package org.seqlm.neural.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.InitialParameters;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.device.Float32Products;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.layers.TorchLayer;

/**
 * Whether a device computes what the CPU does: small networks of every cell and output train a few
 * steps and read a window, on the device and by our own kernels on the CPU in float32, and twice on
 * the device. On a CPU the kernels take the device's part, and what is done on GPUs, in the host's
 * memory.
 */
public final class DeviceCheck {
  private static final int VOCABULARY = 60;
  private static final int WIDTH = 32;
  private static final int HIDDEN = 64;
  private static final int BATCH = 8;
  private static final int TIME = 8;
  private static final int STEPS = 3;
  private static final long SEED = 11;
  private static final InnerOptimizer CLIPPED = new InnerOptimizer(InnerOptimizer.Kind.SGD, 1, 0);

  private DeviceCheck() {}

  /**
   * What a comparison came to.
   *
   * @param network for instance {@code lstm, tied}
   * @param by whose results were compared, for instance {@code cuda:0 tf32}
   * @param what of them
   * @param difference the largest; infinite where nothing came out
   * @param tolerance the largest that is good
   * @param failure why nothing came out; null if something did
   */
  public record Finding(
      String network, String by, String what, double difference, double tolerance, String failure) {
    /** Whether it is good. */
    public boolean passed() {
      return failure == null && difference <= tolerance;
    }

    /** One line. */
    public String text() {
      return String.format(
          Locale.ROOT,
          "%s by %s: %s",
          network,
          by,
          failure != null
              ? failure
              : String.format(
                  Locale.ROOT, "%s differ by %.2g, above %.2g", what, difference, tolerance));
    }
  }

  /** Somebody to compare. */
  private record Contestant(
      TorchDevice device, Precision precision, TorchLayer.Kernels kernels, String name) {
    Contestant(TorchDevice device, Precision precision, TorchLayer.Kernels kernels) {
      this(
          device,
          precision,
          kernels,
          device + " " + lower(precision) + (kernels == null ? "" : " " + lower(kernels)));
    }

    boolean has(NetworkSpec spec) {
      return kernels != TorchLayer.Kernels.ONE_DNN || spec.cell() == CellKind.LSTM;
    }
  }

  /** What training left. */
  private record Trained(float[] parameters, double[] logProbabilities) {}

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How far log-probabilities may differ, in nats: by the mantissa of factors. */
  public static double tolerance(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> 1e-4;
      case TF32 -> 2e-2;
      case BF16 -> 2e-1;
    };
  }

  /**
   * Compares.
   *
   * @param precisions of the device; on a CPU those that it has
   */
  public static List<Finding> all(TorchDevice device, List<Precision> precisions) {
    TorchThreads.one();
    List<Contestant> contestants = new ArrayList<>();
    for (Precision precision : precisions) {
      if (device.isGpu()) {
        contestants.add(new Contestant(device, precision, null));
      } else if (precision != Precision.TF32) {
        contestants.add(new Contestant(TorchDevice.likeGpu(), precision, null));
        for (TorchLayer.Kernels kernels : TorchLayer.Kernels.values()) {
          contestants.add(new Contestant(device, precision, kernels));
        }
      }
    }
    List<Finding> findings = new ArrayList<>();
    for (NetworkSpec spec : networks()) {
      Trained expected =
          train(spec, new Contestant(TorchDevice.cpu(), Precision.FLOAT32, TorchLayer.Kernels.OWN));
      for (Contestant contestant : contestants) {
        if (contestant.has(spec)) {
          compare(spec, contestant, expected, findings);
        }
      }
    }
    return findings;
  }

  /** Every cell and activation with a gradient; every input and output with what cuDNN has. */
  private static List<NetworkSpec> networks() {
    List<NetworkSpec> networks = new ArrayList<>();
    for (CellKind cell : CellKind.values()) {
      networks.add(network(cell, InputKind.EMBEDDING, OutputKind.FULL, 0));
      networks.add(network(cell, InputKind.EMBEDDING, OutputKind.FULL, 0.3));
    }
    for (CellKind cell : List.of(CellKind.LSTM, CellKind.GRU_RESET_AFTER)) {
      networks.add(network(cell, InputKind.EMBEDDING, OutputKind.TIED, 0));
      networks.add(network(cell, InputKind.EMBEDDING, OutputKind.ADAPTIVE, 0));
      networks.add(network(cell, InputKind.ONE_HOT, OutputKind.FULL, 0));
    }
    for (Activation activation :
        List.of(Activation.RELU, Activation.SIGMOID, Activation.IDENTITY)) {
      networks.add(network(CellKind.RNN, InputKind.EMBEDDING, OutputKind.FULL, 0).with(activation));
    }
    return networks;
  }

  private static NetworkSpec network(
      CellKind cell, InputKind input, OutputKind output, double drop) {
    return new NetworkSpec(
        input,
        input == InputKind.ONE_HOT ? 0 : output == OutputKind.TIED ? HIDDEN : WIDTH,
        cell,
        Activation.TANH,
        2,
        HIDDEN,
        VOCABULARY,
        input == InputKind.ONE_HOT ? 0 : drop,
        drop,
        1,
        output,
        output == OutputKind.ADAPTIVE ? List.of(20, 40) : List.of());
  }

  private static String title(NetworkSpec spec) {
    return lower(spec.cell())
        + (spec.cell().hasActivation() ? " " + lower(spec.activation().kind()) : "")
        + ", "
        + lower(spec.input())
        + ", "
        + lower(spec.output())
        + (spec.dropout() > 0 ? ", dropout" : "");
  }

  private static void compare(
      NetworkSpec spec, Contestant contestant, Trained expected, List<Finding> findings) {
    String network = title(spec);
    String by = contestant.name();
    double tolerance = tolerance(contestant.precision());
    try {
      Trained one = train(spec, contestant);
      findings.add(
          new Finding(
              network,
              by,
              "log-probabilities",
              difference(one.logProbabilities(), expected.logProbabilities()),
              tolerance,
              null));
      findings.add(
          new Finding(
              network,
              by,
              "trained parameters",
              difference(doubles(one.parameters()), doubles(expected.parameters())),
              tolerance,
              null));
      double[] read = read(spec, contestant, one.parameters());
      double[] plain =
          read(
              spec,
              new Contestant(TorchDevice.cpu(), Precision.FLOAT32, TorchLayer.Kernels.OWN),
              one.parameters());
      findings.add(
          new Finding(
              network,
              by,
              "log-probabilities of a validation",
              difference(read, plain),
              tolerance(Precision.FLOAT32),
              null));
      Trained again = train(spec, contestant);
      findings.add(
          new Finding(
              network,
              by,
              "parameters of two equal runs",
              Arrays.equals(one.parameters(), again.parameters())
                  ? 0
                  : Math.max(
                      Double.MIN_VALUE,
                      difference(doubles(one.parameters()), doubles(again.parameters()))),
              0,
              null));
    } catch (RuntimeException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      findings.add(
          new Finding(
              network,
              by,
              "training",
              Double.POSITIVE_INFINITY,
              tolerance,
              e.getClass().getSimpleName() + ": " + why));
    }
  }

  private static Trained train(NetworkSpec spec, Contestant by) {
    try (Float32Products products = Float32Products.on(by.device(), by.precision());
        PointerScope scope = new PointerScope()) {
      TorchNetwork network =
          new TorchNetwork(
              spec,
              InitialParameters.create(spec, SEED),
              BATCH,
              TIME,
              by.device(),
              by.precision(),
              torch.ScalarType.Float,
              by.kernels());
      TorchUpdate update =
          new TorchUpdate(CLIPPED, network.parameters(), by.device(), new float[0]);
      for (int step = 0; step < STEPS; step++) {
        network.gradient(window(step), new DropoutMasks(SEED, 0, step));
        update.apply(1, step + 1);
      }
      return new Trained(
          TorchDevice.floats(network.parameters().flat()), network.logProbabilities(window(STEPS)));
    }
  }

  private static double[] read(NetworkSpec spec, Contestant by, float[] parameters) {
    try (Float32Products products = Float32Products.on(by.device(), Precision.FLOAT32);
        PointerScope scope = new PointerScope()) {
      return TorchNetwork.toRead(spec, parameters, BATCH, TIME, by.device(), by.kernels())
          .logProbabilities(window(STEPS + 1));
    }
  }

  private static TorchWindow window(int number) {
    KeyedRandom random = KeyedRandom.of(SEED, "device check", number);
    int[][] tokens = new int[2][BATCH * TIME];
    for (int i = 0; i < BATCH * TIME; i++) {
      tokens[0][i] = (int) (random.uniform(i) * VOCABULARY);
      // Something to learn.
      tokens[1][i] = (tokens[0][i] * 7 + 3) % VOCABULARY;
    }
    return new TorchWindow(BATCH, TIME, tokens[0], tokens[1]);
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** The largest; infinite where one is not a number. */
  private static double difference(double[] one, double[] other) {
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      double difference = Math.abs(one[i] - other[i]);
      largest = Math.max(largest, difference >= 0 ? difference : Double.POSITIVE_INFINITY);
    }
    return largest;
  }
}
