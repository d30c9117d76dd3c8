package org.seqlm.neural.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.Progress;
import org.seqlm.Together;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.DropoutRules;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.device.Float32Products;
import org.seqlm.neural.torch.device.GpuLease;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.layers.TorchLayer;

/**
 * Whether a device computes what the CPU does: small networks of every cell and output, and of what
 * a recipe adds, train a few steps and read a window, on the device and by our own kernels on the
 * CPU in float32, and twice on the device; then two at once, as the tasks of an executor do. On a
 * CPU the kernels take the device's part, and what is done on GPUs, in the host's memory.
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
  private static final Truncation CUT = new Truncation(Truncation.Kind.RANDOMISED, 0.5);
  private static final int[] WHOLE = {TIME, TIME, TIME};
  private static final int[] SHORTER = {5, TIME, 3};
  private static final int AT_ONCE = 2;

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

    boolean has(Case what) {
      boolean lstm = what.spec().cell() == CellKind.LSTM;
      return kernels == null
          || kernels == TorchLayer.Kernels.OWN
          || (!what.cuts() && (kernels != TorchLayer.Kernels.ONE_DNN || lstm));
    }
  }

  /**
   * What is trained.
   *
   * @param lengths of its windows
   * @param truncation of their gradients
   */
  private record Case(String name, LanguageNetwork spec, int[] lengths, Truncation truncation) {
    Case(LanguageNetwork spec) {
      this(title(spec), spec, WHOLE, Truncation.WINDOW);
    }

    boolean cuts() {
      return truncation.kind() == Truncation.Kind.RANDOMISED;
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
   * @param progress is told of each network
   */
  public static List<Finding> all(
      TorchDevice device, List<Precision> precisions, Progress progress) {
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
    List<Case> cases = cases();
    progress.stage("compare", cases.size(), "networks");
    int done = 0;
    for (Case what : cases) {
      Trained expected =
          train(what, new Contestant(TorchDevice.cpu(), Precision.FLOAT32, TorchLayer.Kernels.OWN));
      for (Contestant contestant : contestants) {
        if (contestant.has(what)) {
          compare(what, contestant, expected, findings);
        }
      }
      progress.update(++done, what.name());
    }
    for (Precision precision : precisions) {
      if (device.isGpu() || precision != Precision.TF32) {
        findings.add(atOnce(new Contestant(device, precision, null)));
      }
    }
    return findings;
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    networks().forEach(spec -> cases.add(new Case(spec)));
    // What cuDNN has, and what it has not.
    for (CellKind cell : List.of(CellKind.LSTM, CellKind.RNN_LAG_2)) {
      LanguageNetwork plain = network(cell, InputKind.EMBEDDING, OutputKind.FULL, 0);
      LanguageNetwork drops =
          network(cell, InputKind.EMBEDDING, OutputKind.FULL, 0.3)
              .with(new DropoutRules(DropoutRules.Kind.VARIATIONAL, 0.2, 0.3));
      LanguageNetwork normalises = plain.with(Normalisation.LAYER);
      cases.add(
          new Case(
              title(drops) + " (variational), of tokens and weights",
              drops,
              SHORTER,
              Truncation.WINDOW));
      cases.add(new Case(title(plain) + ", layer norm", normalises, SHORTER, Truncation.WINDOW));
      cases.add(new Case(title(plain) + ", randomised truncation", plain, WHOLE, CUT));
    }
    return cases;
  }

  /** Every cell and activation with a gradient; every input and output with what cuDNN has. */
  private static List<LanguageNetwork> networks() {
    List<LanguageNetwork> networks = new ArrayList<>();
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

  private static LanguageNetwork network(
      CellKind cell, InputKind input, OutputKind output, double drop) {
    return new LanguageNetwork(
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

  private static String title(LanguageNetwork spec) {
    return lower(spec.cell())
        + (spec.cell().hasActivation() ? " " + lower(spec.activation().kind()) : "")
        + ", "
        + lower(spec.input())
        + ", "
        + lower(spec.output())
        + (spec.dropout() > 0 ? ", dropout" : "");
  }

  private static void compare(
      Case what, Contestant contestant, Trained expected, List<Finding> findings) {
    String network = what.name();
    String by = contestant.name();
    double tolerance = tolerance(contestant.precision());
    try {
      Trained one = train(what, contestant);
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
      double[] read = read(what.spec(), contestant, one.parameters());
      double[] plain =
          read(
              what.spec(),
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
      findings.add(same(network, by, "two equal runs", one, train(what, contestant)));
    } catch (RuntimeException e) {
      findings.add(failed(network, by, e));
    }
  }

  /** Whether the parameters of two runs are equal, bit for bit. */
  private static Finding same(String network, String by, String runs, Trained one, Trained other) {
    double difference =
        Arrays.equals(one.parameters(), other.parameters())
            ? 0
            : Math.max(
                Double.MIN_VALUE,
                difference(doubles(one.parameters()), doubles(other.parameters())));
    return new Finding(network, by, "parameters of " + runs, difference, 0, null);
  }

  private static Finding failed(String network, String by, Throwable thrown) {
    String why = String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
    return new Finding(
        network,
        by,
        "training",
        Double.POSITIVE_INFINITY,
        0,
        thrown.getClass().getSimpleName() + ": " + why);
  }

  /**
   * Whether tasks that compute on a device at once, on a GPU each on a stream of its own, come to
   * what one comes to alone.
   */
  private static Finding atOnce(Contestant contestant) {
    Case what = new Case(network(CellKind.LSTM, InputKind.EMBEDDING, OutputKind.FULL, 0.3));
    Together.Task<Trained> task =
        ready -> {
          TorchThreads.one();
          try (GpuLease lease = GpuLease.on(contestant.device(), contestant.precision())) {
            ready.run();
            return train(what, contestant);
          }
        };
    try {
      Trained alone = train(what, contestant);
      Finding worst = null;
      for (Trained one : Together.run(Collections.nCopies(AT_ONCE, task))) {
        Finding finding =
            same(what.name(), contestant.name(), "one of two runs at once", alone, one);
        worst = worst == null || finding.difference() > worst.difference() ? finding : worst;
      }
      return worst;
    } catch (ExecutionException e) {
      return failed(what.name(), contestant.name(), e.getCause());
    } catch (RuntimeException e) {
      return failed(what.name(), contestant.name(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(what.name(), contestant.name(), e);
    }
  }

  private static Trained train(Case what, Contestant by) {
    LanguageNetwork spec = what.spec();
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
              what.cuts() ? TorchLayer.Kernels.OWN : by.kernels());
      TorchUpdate update =
          new TorchUpdate(CLIPPED, network.parameters(), by.device(), new float[0]);
      for (int step = 0; step < STEPS; step++) {
        int time = what.lengths()[step];
        network.gradient(
            window(step, time),
            new DropoutMasks(SEED, 0, step),
            what.truncation().factors(SEED, 0, step, time));
        update.apply(1, step + 1);
      }
      return new Trained(
          TorchDevice.floats(network.parameters().flat()),
          network.logProbabilities(window(STEPS, TIME)));
    }
  }

  private static double[] read(LanguageNetwork spec, Contestant by, float[] parameters) {
    try (Float32Products products = Float32Products.on(by.device(), Precision.FLOAT32);
        PointerScope scope = new PointerScope()) {
      return TorchNetwork.toRead(spec, parameters, BATCH, TIME, by.device(), by.kernels())
          .logProbabilities(window(STEPS + 1, TIME));
    }
  }

  private static TorchWindow window(int number, int time) {
    KeyedRandom random = KeyedRandom.of(SEED, "device check", number);
    int[][] tokens = new int[2][BATCH * time];
    for (int i = 0; i < BATCH * time; i++) {
      tokens[0][i] = (int) (random.uniform(i) * VOCABULARY);
      // Something to learn.
      tokens[1][i] = (tokens[0][i] * 7 + 3) % VOCABULARY;
    }
    return new TorchWindow(BATCH, time, tokens[0], tokens[1]);
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
