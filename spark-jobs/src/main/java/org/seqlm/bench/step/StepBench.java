package org.seqlm.bench.step;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.seqlm.Median;
import org.seqlm.Problems;
import org.seqlm.Progress;
import org.seqlm.Together;
import org.seqlm.UserException;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * Training steps of our engines and, where it is at hand, of PyTorch: everybody trains the same
 * cases in turns, in one run. A worker of ours is one native thread.
 */
public final class StepBench {
  /** What the ratios are over: PyTorch in float32. */
  public static final String REFERENCE = "pytorch";

  /** Deeplearning4j's own layers and {@code fit}. */
  public static final String PLAIN = "deeplearning4j";

  private static final int WARM_UP = 3;

  private StepBench() {}

  /**
   * What to measure.
   *
   * @param cases names of {@link StepCase#all}; empty for {@link StepCase#usual}
   * @param engines names; empty for all that can train a case
   * @param precisions of each
   * @param kernels of each; portable ones compute in float32 in a process of their own, one worker
   * @param workers at once, a thread each; PyTorch always trains alone
   * @param seconds of a turn
   * @param turns of each; the table has medians
   * @param plainDl4j whether Deeplearning4j's own layers train, too
   * @param python interpreter that may have PyTorch; null to leave it out
   */
  public record Settings(
      List<String> cases,
      List<String> engines,
      List<Precision> precisions,
      List<KernelSet> kernels,
      List<Integer> workers,
      double seconds,
      int turns,
      boolean plainDl4j,
      String python) {
    public Settings {
      cases = cases == null || cases.isEmpty() ? StepCase.usual() : List.copyOf(cases);
      engines = engines == null ? List.of() : List.copyOf(engines);
      kernels = kernels == null ? List.of(KernelSet.NATIVE) : List.copyOf(kernels);
      List<String> known = StepCase.all().stream().map(StepCase::name).toList();
      Problems problems =
          new Problems()
              .present("precisions", precisions, "float32, tf32, bf16")
              .require(
                  kernels.contains(KernelSet.NATIVE),
                  "kernels must have native, which this process computes with, but is portable"
                      + " alone")
              .present("workers", workers, "for instance [1, 2]")
              .positive("seconds", seconds)
              .inRange("turns", turns, 1, 1000);
      for (String name : cases) {
        problems.require(
            known.contains(name),
            "cases must be of " + String.join(", ", known) + ", but has " + name);
      }
      if (workers != null) {
        workers.forEach(k -> problems.inRange("workers", k, 1, 1024));
      }
      problems.throwIfAny();
    }

    List<StepCase> chosen() {
      return StepCase.all().stream().filter(c -> cases.contains(c.name())).toList();
    }
  }

  /**
   * One case by one contestant; medians over the turns.
   *
   * @param name of the case
   * @param who for instance {@code torch bf16}
   * @param workers at once
   * @param refused why it was not trained; null if it was
   * @param tokensPerSecond of all workers together
   * @param tokensPerCpuSecond of them
   * @param flopsPerSecond of all workers together, as {@link StepCase#flops} counts
   * @param share of the matrix product's peak: a worker's of a core, or that of the GPUs that are
   *     used
   * @param ratio of the tokens a second over PyTorch's in float32, turn by turn; null without it
   * @param residentBytes that the process grew by when the contestant began; null of another
   *     process
   */
  public record Row(
      String name,
      String who,
      int workers,
      String refused,
      double tokensPerSecond,
      double tokensPerCpuSecond,
      double flopsPerSecond,
      double share,
      Double ratio,
      Long residentBytes) {}

  /**
   * What was measured.
   *
   * @param peaks operations a second of a matrix product, by precision
   * @param pytorch its version, or null
   * @param rows a case and contestant each
   */
  public record Result(Map<Precision, Double> peaks, String pytorch, List<Row> rows) {}

  /** Who takes part in a case. */
  private static final class Contestant {
    private final String who;
    private final Precision precision;
    private final List<StepRunner> workers;
    private final Long residentBytes;
    private final List<Double> speeds = new ArrayList<>();
    private final List<Double> cpuSpeeds = new ArrayList<>();
    private int steps;

    Contestant(String who, Precision precision, List<StepRunner> workers, Long residentBytes) {
      this.who = who;
      this.precision = precision;
      this.workers = workers;
      this.residentBytes = residentBytes;
    }
  }

  /**
   * Measures.
   *
   * @param engines all there are
   * @throws UserException with exit code 2 if an engine is named that there is not, 5 if the device
   *     is not there
   */
  public static Result run(
      List<Engine<?>> engines,
      Execution.Device device,
      Settings settings,
      long seed,
      Progress progress)
      throws IOException {
    List<Engine<?>> chosen = chosen(engines, settings);
    if (settings.precisions().contains(Precision.TF32) && device != Execution.Device.CUDA) {
      throw UserException.configuration(
          "precisions has tf32, which is of GPUs: set device to cuda, or leave it out");
    }
    // What is not there is refused before anything else.
    TorchDevice.library();
    TorchDevice.pick(device);
    Map<Precision, Double> peaks = new LinkedHashMap<>();
    for (Precision precision : settings.precisions()) {
      peaks.put(precision, peak(device, precision));
    }
    try (PyTorch pytorch = settings.python() == null ? null : PyTorch.start(settings.python());
        PortableSteps portable =
            settings.kernels().contains(KernelSet.PORTABLE) ? new PortableSteps(Map.of()) : null) {
      List<Row> rows = new ArrayList<>();
      progress.stage("steps", settings.chosen().size(), "cases");
      int done = 0;
      for (StepCase what : settings.chosen()) {
        rows.addAll(measure(what, chosen, pytorch, portable, device, settings, peaks, seed));
        progress.update(++done, what.name());
      }
      return new Result(peaks, pytorch == null ? null : pytorch.version(), rows);
    }
  }

  static List<Engine<?>> chosen(List<Engine<?>> engines, Settings settings) {
    List<String> known = engines.stream().map(Engine::name).toList();
    for (String name : settings.engines()) {
      if (!known.contains(name)) {
        throw UserException.configuration(
            "engines must be of " + String.join(", ", known) + ", but has " + name);
      }
    }
    return engines.stream()
        .filter(e -> settings.engines().isEmpty() || settings.engines().contains(e.name()))
        .toList();
  }

  private static List<Row> measure(
      StepCase what,
      List<Engine<?>> engines,
      PyTorch pytorch,
      PortableSteps portable,
      Execution.Device device,
      Settings settings,
      Map<Precision, Double> peaks,
      long seed)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    List<Contestant> all = new ArrayList<>();
    for (Precision precision : settings.precisions()) {
      Execution execution =
          new Execution(device, precision, KernelSet.NATIVE, Collections.max(settings.workers()));
      String suffix = suffix(precision);
      List<Row> refused = new ArrayList<>();
      int before = all.size();
      for (Engine<?> engine : engines) {
        for (int workers : settings.workers()) {
          try {
            engine.check(what.spec(), execution);
            all.add(begin(what, engine, execution, engine.name() + suffix, workers, seed));
          } catch (UserException e) {
            refused.add(refused(what, engine.name() + suffix, workers, e.getMessage()));
          }
        }
      }
      rows.addAll(toTell(refused, all.size() - before, settings));
    }
    List<Row> refused = new ArrayList<>();
    int before = all.size();
    for (Engine<?> engine : portable == null ? List.<Engine<?>>of() : engines) {
      String who = engine.name() + " portable";
      try {
        engine.check(what.spec(), Execution.CPU);
        StepRunner runner = portable.open(what, engine, seed);
        runner.run(WARM_UP);
        all.add(new Contestant(who, Precision.FLOAT32, List.of(runner), null));
      } catch (UserException e) {
        refused.add(refused(what, who, 1, e.getMessage()));
      }
    }
    rows.addAll(toTell(refused, all.size() - before, settings));
    if (settings.plainDl4j() && PlainDl4j.has(what) && device != Execution.Device.CUDA) {
      all.add(contestant(PLAIN, Precision.FLOAT32, () -> List.of(new PlainDl4j(what, seed))));
    }
    for (Contestant contestant : all) {
      contestant.steps = steps(contestant, settings.seconds());
    }
    List<Contestant> besides = new ArrayList<>();
    if (pytorch != null && PyTorch.has(what)) {
      for (Precision precision : settings.precisions()) {
        besides.add(
            new Contestant(REFERENCE + suffix(precision), precision, List.of(pytorch), null));
      }
    }
    for (int turn = 0; turn < settings.turns(); turn++) {
      for (Contestant contestant : all) {
        run(contestant, contestant.steps);
      }
      for (Contestant beside : besides) {
        // Its process holds one network at a time.
        pytorch.open(what, new Execution(device, beside.precision));
        StepRunner.Stretch first = beside.workers.get(0).run(WARM_UP);
        first = beside.workers.get(0).run(1);
        run(beside, (int) Math.max(1, Math.ceil(settings.seconds() / first.seconds())));
      }
    }
    for (Contestant contestant : all) {
      for (StepRunner worker : contestant.workers) {
        worker.close();
      }
    }
    all.addAll(besides);
    Contestant reference =
        besides.stream().filter(b -> b.precision == Precision.FLOAT32).findFirst().orElse(null);
    peaks.replaceAll((precision, peak) -> Math.max(peak, peak(device, precision)));
    for (Contestant contestant : all) {
      double speed = Median.of(contestant.speeds);
      double flops = speed / what.tokens() * what.flops();
      int workers = contestant.workers.size();
      rows.add(
          new Row(
              what.name(),
              contestant.who,
              workers,
              null,
              speed,
              Median.of(contestant.cpuSpeeds),
              flops,
              flops
                  / processors(workers, device == Execution.Device.CUDA ? TorchDevice.gpus() : 0)
                  / peaks.get(contestant.precision),
              reference == null ? null : ratio(contestant.speeds, reference.speeds),
              contestant.residentBytes));
    }
    return rows;
  }

  /**
   * What workers have to compute on: a core each, or the GPUs that they are dealt out to.
   *
   * @param gpus of this machine; 0 on a CPU
   */
  static int processors(int workers, int gpus) {
    return gpus == 0 ? workers : Math.min(workers, gpus);
  }

  static String suffix(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> "";
      case TF32 -> " tf32";
      case BF16 -> " bf16";
    };
  }

  private static double peak(Execution.Device device, Precision precision) {
    return MatrixPeak.flops(new Execution(device, precision));
  }

  /** The median of the turns' ratios: who ran one after the other ran on the same machine. */
  private static double ratio(List<Double> speeds, List<Double> references) {
    List<Double> ratios = new ArrayList<>();
    for (int turn = 0; turn < speeds.size(); turn++) {
      ratios.add(speeds.get(turn) / references.get(turn));
    }
    return Median.of(ratios);
  }

  /**
   * What was refused is told of engines that were named, or where nobody trained: of the others
   * nobody asked for it.
   *
   * @param trained contestants of the same case and precision
   */
  static List<Row> toTell(List<Row> refused, int trained, Settings settings) {
    return settings.engines().isEmpty() && trained > 0 ? List.of() : refused;
  }

  private static Row refused(StepCase what, String who, int workers, String why) {
    return new Row(what.name(), who, workers, why, 0, 0, 0, 0, null, null);
  }

  private static <S> Contestant begin(
      StepCase what, Engine<S> engine, Execution execution, String who, int workers, long seed)
      throws IOException {
    return contestant(
        who,
        execution.precision(),
        () -> {
          List<StepRunner> runners = new ArrayList<>();
          for (int k = 0; k < workers; k++) {
            runners.add(new LearnerRunner<>(what, engine, execution, seed + k));
          }
          return runners;
        });
  }

  private static Contestant contestant(
      String who, Precision precision, Supplier<List<StepRunner>> make) throws IOException {
    System.gc();
    long before = Pointer.physicalBytes();
    List<StepRunner> runners = make.get();
    for (StepRunner runner : runners) {
      runner.run(WARM_UP);
    }
    System.gc();
    long grown = Math.max(0, Pointer.physicalBytes() - before);
    return new Contestant(who, precision, runners, grown);
  }

  private static int steps(Contestant contestant, double seconds) throws IOException {
    // What is measured of a round on a CPU sets its network up, too: that is left out.
    StepRunner.Stretch two = contestant.workers.get(0).run(2);
    StepRunner.Stretch ten = contestant.workers.get(0).run(10);
    double step = Math.max((ten.seconds() - two.seconds()) / 8, ten.seconds() / 100);
    return (int) Math.max(1, Math.ceil(seconds / step));
  }

  private static void run(Contestant contestant, int steps) throws IOException {
    int workers = contestant.workers.size();
    if (workers == 1) {
      StepRunner.Stretch stretch = contestant.workers.get(0).run(steps);
      contestant.speeds.add(stretch.tokens() / stretch.seconds());
      contestant.cpuSpeeds.add(stretch.tokens() / stretch.cpuSeconds());
      return;
    }
    // What is measured of them begins together; the last to end is the time of all.
    List<Together.Task<StepRunner.Stretch>> tasks = new ArrayList<>();
    for (StepRunner worker : contestant.workers) {
      tasks.add(ready -> worker.run(steps, ready));
    }
    try {
      long tokens = 0;
      double seconds = 0;
      double cpuSeconds = 0;
      for (StepRunner.Stretch stretch : Together.run(tasks)) {
        tokens += stretch.tokens();
        seconds = Math.max(seconds, stretch.seconds());
        cpuSeconds = Math.max(cpuSeconds, stretch.cpuSeconds());
      }
      contestant.speeds.add(tokens / seconds);
      contestant.cpuSpeeds.add(tokens / cpuSeconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
