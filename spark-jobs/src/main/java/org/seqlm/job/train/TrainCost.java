package org.seqlm.job.train;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.function.IntToLongFunction;
import org.apache.spark.SparkConf;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.Master;
import org.seqlm.job.cli.TextTable;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.NetworkCost;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.network.ExampleCost;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.torch.GpuCost;
import org.seqlm.neural.torch.device.Gpus;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.spark.task.GpuStages;
import org.seqlm.spark.task.TaskSlots;
import org.seqlm.spark.training.NetworkTraining;

/**
 * What a training will cost, and whether it fits into the memory that the driver knows of: shown
 * before anything is started.
 *
 * @param network parameters and operations
 * @param memory bytes
 * @param window tokens, or examples, of a worker's step
 * @param gpu what a worker needs of a GPU's memory: the run's precision first; empty where the
 *     training cannot be on one, and of examples
 * @param unit what operations are of, {@code token} or {@code example}
 */
record TrainCost(
    NetworkCost network,
    NetworkCost.Memory memory,
    int window,
    Map<Precision, GpuCost> gpu,
    String unit) {
  /**
   * The cost of a training.
   *
   * @param counts how often each token stands in the text
   * @param tokens of the training split
   */
  static TrainCost of(
      LanguageNetwork spec,
      NetworkTraining.Settings settings,
      IntToLongFunction counts,
      long tokens) {
    NetworkCost network =
        NetworkCost.of(spec, settings.recipe().optimizer(), counts, NetworkCost.Lookup.FREE);
    int window = settings.batch() * settings.dealing().longest();
    NetworkCost.Memory memory =
        network.memory(
            settings.recipe(),
            settings.rounds().moments(),
            settings.outerStep(),
            settings.rounds().extraArrays(),
            window,
            (double) tokens / settings.workers());
    return new TrainCost(network, memory, window, gpu(spec, settings, window), "token");
  }

  /**
   * The cost of training a network on examples, which a step's examples are taken as long as on the
   * average.
   */
  static TrainCost of(Network network, NetworkTraining.Settings settings, ExamplesDetails of) {
    NetworkCost cost =
        NetworkCost.of(
            network, settings.recipe().optimizer(), lengths(of), NetworkCost.Lookup.FREE);
    NetworkCost.Memory memory =
        cost.memory(
            settings.recipe(),
            settings.rounds().moments(),
            settings.outerStep(),
            settings.rounds().extraArrays(),
            settings.batch(),
            0);
    return new TrainCost(cost, memory, settings.batch(), Map.of(), "example");
  }

  /** The mean length of an example's input and of its target. */
  private static ExampleCost.Lengths lengths(ExamplesDetails of) {
    ExampleStatistics train = of.splits().get(Split.TRAIN);
    int input = 1;
    int target = 1;
    for (Map.Entry<String, Long> column : train.items().entrySet()) {
      int mean = (int) Math.ceil((double) column.getValue() / Math.max(1, train.examples()));
      if (column.getKey().equals("target")) {
        target = mean + 1;
      } else {
        input = Math.max(input, mean);
      }
    }
    return new ExampleCost.Lengths(input, target);
  }

  private static Map<Precision, GpuCost> gpu(
      LanguageNetwork spec, NetworkTraining.Settings settings, int window) {
    Map<Precision, GpuCost> costs = new LinkedHashMap<>();
    Execution execution = settings.execution();
    boolean onGpus =
        settings.engine().equals("torch")
            && (execution.device() == Execution.Device.CUDA
                || (execution.device() == Execution.Device.AUTO && TorchDevice.withCuda()));
    if (onGpus) {
      for (Precision precision :
          List.of(execution.precision(), Precision.FLOAT32, Precision.BF16)) {
        costs.putIfAbsent(
            precision,
            GpuCost.of(
                spec,
                settings.recipe(),
                settings.rounds().mode(),
                window,
                settings.batch(),
                precision));
      }
    }
    return costs;
  }

  /**
   * Memory there is, in bytes; infinite where it is not known or not limited.
   *
   * @param place where workers run
   * @param driverHeap of the driver's Java machine
   * @param heap of an executor's Java machine: in local mode the driver's
   * @param beside what its process may take beside the heap; in local mode all the machine's memory
   * @param workersAtOnce how many workers train side by side in one executor
   * @param gpu of this machine's smallest GPU, where workers run on this machine
   */
  record Limits(
      Place place, double driverHeap, double heap, double beside, int workersAtOnce, double gpu) {
    /** Where no GPU is known. */
    Limits(Place place, double driverHeap, double heap, double beside, int workersAtOnce) {
      this(place, driverHeap, heap, beside, workersAtOnce, Double.POSITIVE_INFINITY);
    }

    /** Where workers run. */
    enum Place {
      /** In the driver's process. */
      LOCAL,
      /** In executors' own. */
      CLUSTER
    }

    /**
     * As the settings of a session say.
     *
     * @throws UserException with exit code 2 as {@link GpuStages#check}
     */
    static Limits of(SparkConf spark, Execution execution, int workers) {
      double driver = Runtime.getRuntime().maxMemory();
      Master where = Master.of(spark.get("spark.master", "local[*]"));
      if (where.oneProcess()) {
        double machine =
            ManagementFactory.getOperatingSystemMXBean()
                    instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Double.POSITIVE_INFINITY;
        // Nobody is asked for GPUs where nothing could compute on one.
        OptionalLong gpu = TorchDevice.withCuda() ? Gpus.smallestMemory() : OptionalLong.empty();
        return new Limits(
            Place.LOCAL,
            driver,
            driver,
            machine,
            Math.min(TaskSlots.ofProcess(spark, where.threads()), workers),
            gpu.isPresent() ? gpu.getAsLong() : Double.POSITIVE_INFINITY);
      }
      double heap = 1024.0 * 1024 * spark.getSizeAsMb("spark.executor.memory", "1g");
      // YARN and Kubernetes end a process that takes more; others let it take what there is.
      boolean enforced = where.kind() == Master.Kind.YARN || where.url().startsWith("k8s://");
      double factor = spark.getDouble("spark.executor.memoryOverheadFactor", 0.1);
      double overhead =
          spark.contains("spark.executor.memoryOverhead")
              ? 1024.0 * 1024 * spark.getSizeAsMb("spark.executor.memoryOverhead")
              : Math.max(384.0 * 1024 * 1024, factor * heap);
      return new Limits(
          Place.CLUSTER,
          driver,
          heap,
          enforced ? overhead : Double.POSITIVE_INFINITY,
          // YARN and Kubernetes give an executor one core where nobody says otherwise.
          Math.min(GpuStages.slotsOfProcess(spark, execution, 1), workers));
    }
  }

  /**
   * What will not fit by this estimate, a line each; empty if all does.
   *
   * @throws UserException with exit code 2 if it cannot fit, whatever the engine
   */
  List<String> check(Limits limits) {
    boolean local = limits.place() == Limits.Place.LOCAL;
    String moreBeside = local ? "another machine" : "--conf spark.executor.memoryOverhead";
    double parameters = memory.parameters();
    List<String> impossible = new ArrayList<>();
    if (memory.average() > limits.driverHeap()) {
      impossible.add(
          line("averaging", memory.average(), "driver's heap", limits.driverHeap(), DRIVER));
    }
    // The parameters it is given, and those it returns.
    if (2 * parameters > limits.heap()) {
      impossible.add(line("a worker", 2 * parameters, "executor's heap", limits.heap(), EXECUTOR));
    }
    double room = limits.beside() + (local ? 0 : limits.heap());
    if (memory.atLeast() > room) {
      impossible.add(
          line(
              "a worker's parameters, gradients and moments",
              memory.atLeast(),
              local ? "machine" : "executor's container",
              room,
              moreBeside));
    }
    if (!impossible.isEmpty()) {
      throw UserException.configuration(impossible);
    }
    int atOnce = limits.workersAtOnce();
    List<String> warnings = new ArrayList<>();
    gpu.entrySet().stream()
        .findFirst()
        .filter(of -> of.getValue().total() > limits.gpu())
        .ifPresent(
            of ->
                warnings.add(
                    String.format(
                        Locale.ROOT,
                        "a worker in %s: about %s, but a GPU has %s: lower training.batch,"
                            + " training.time-steps or network.hidden%s",
                        Json.name(of.getKey()),
                        bytes(of.getValue().total()),
                        bytes(limits.gpu()),
                        of.getKey() == Precision.BF16 ? "" : ", or set execution.precision bf16")));
    // The parameters given are one broadcast for all.
    double heap = parameters + atOnce * (memory.heap() - parameters);
    // Validating makes a second, transposed copy of the model.
    double driver = memory.average() + parameters;
    if (local) {
      if (heap + driver > limits.heap()) {
        warnings.add(line(workers(atOnce), heap + driver, "driver's heap", limits.heap(), DRIVER));
      }
    } else {
      if (driver > limits.driverHeap()) {
        warnings.add(line("averaging", driver, "driver's heap", limits.driverHeap(), DRIVER));
      }
      if (heap > limits.heap()) {
        warnings.add(line(workers(atOnce), heap, "executor's heap", limits.heap(), EXECUTOR));
      }
    }
    double engines = atOnce * memory.engine();
    double beside = limits.beside() - (local ? Math.min(heap, limits.heap()) : 0);
    if (engines > beside) {
      warnings.add(
          line(
              "the engine, for " + workers(atOnce),
              engines,
              local ? "machine, beside the heap," : "executor's memory overhead",
              Math.max(0, beside),
              moreBeside));
    }
    return warnings;
  }

  private static final String DRIVER = "--driver-memory";
  private static final String EXECUTOR = "--executor-memory";

  private static String workers(int atOnce) {
    return atOnce == 1 ? "a worker" : atOnce + " workers at once";
  }

  private static String line(String what, double needs, String where, double has, String remedy) {
    return String.format(
        Locale.ROOT,
        "%s: about %s, but the %s has %s: give more (%s), or lower network.hidden,"
            + " network.embedding or training.batch",
        what,
        bytes(needs),
        where,
        bytes(has),
        remedy);
  }

  /** A table of the layers, and the memory in two lines. */
  String text() {
    TextTable table =
        new TextTable("", "parameters", "operations " + article() + unit, "with the backward pass");
    for (NetworkCost.Part part : network.parts()) {
      table.row(
          part.name(),
          String.format(Locale.ROOT, "%,d", part.parameters()),
          String.format(Locale.ROOT, "%,.0f", part.forward()),
          String.format(Locale.ROOT, "%,.0f", part.forward() + part.backward()));
    }
    table.row(
        "in all",
        String.format(Locale.ROOT, "%,d", network.parameters()),
        String.format(Locale.ROOT, "%,.0f", network.forward()),
        String.format(Locale.ROOT, "%,.0f", network.forward() + network.backward()));
    return table
        + String.format(
            Locale.ROOT,
            "a step of %,d %ss: %,.3f GFLOP%nmemory of a worker: about %s in the engine"
                + " (parameters, gradients and moments %s, activations %s, logits %s), %s of"
                + " heap%nmemory to average: about %s in the driver",
            window,
            unit,
            network.step(window) / 1e9,
            bytes(memory.engine()),
            bytes(memory.atLeast()),
            bytes(memory.activations()),
            bytes(memory.logits()),
            bytes(memory.heap()),
            bytes(memory.average()))
        + onGpu();
  }

  /** The memory in a few words. */
  String memoryText() {
    return "a worker needs about "
        + bytes(memory.engine())
        + " in the engine and "
        + bytes(memory.heap())
        + " of heap, averaging "
        + bytes(memory.average())
        + " in the driver"
        + onGpu().replaceFirst("^\\R", "; ");
  }

  private String article() {
    return unit.startsWith("e") ? "an " : "a ";
  }

  /** A line, or nothing. */
  private String onGpu() {
    if (gpu.isEmpty()) {
      return "";
    }
    StringJoiner costs = new StringJoiner(", ");
    gpu.forEach(
        (precision, cost) ->
            costs.add("about " + bytes(cost.total()) + " in " + Json.name(precision)));
    return String.format(Locale.ROOT, "%nmemory of a worker on a GPU: %s", costs);
  }

  private static String bytes(double bytes) {
    String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = bytes / 1024;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }
}
