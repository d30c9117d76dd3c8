package org.seqlm.bench.step;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.torch.DeviceCheck;
import org.seqlm.neural.torch.TorchEngine;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * Whether the torch engine is right on a device, and how fast: {@link DeviceCheck}, networks over
 * examples beside PyTorch's modules where there is PyTorch, then steps of it beside PyTorch's. It
 * needs nothing of Spark, so that it runs where nothing but a driver is: {@link #main} does what
 * {@code seqlm bench step --verify} does.
 */
public final class StepVerify {
  private static final List<String> ON_A_GPU = List.of("a", "1x1024", "2x1500");
  private static final List<String> ON_A_CPU = List.of("1x128");

  /** What is said of who was compared, by the words for it. */
  private static final Map<String, String> WHO = new LinkedHashMap<>();

  static {
    WHO.put("like a GPU", "what runs on GPUs, in the host's memory");
    WHO.put(" own", "our kernels");
    WHO.put(" built-in", "libtorch's layers");
    WHO.put(" one-dnn", "oneDNN's LSTM");
    WHO.put("PyTorch", "its modules, from networks over examples on the CPU");
  }

  private StepVerify() {}

  /**
   * What came out.
   *
   * @param device that was looked at
   * @param description what it says of itself; empty of a CPU
   * @param findings every comparison
   * @param failures a line each of those that are not good; empty if all are
   * @param steps speeds
   * @param seconds that it took
   */
  public record Result(
      String device,
      Map<String, String> description,
      List<DeviceCheck.Finding> findings,
      List<String> failures,
      StepBench.Result steps,
      double seconds) {}

  /** The cases that are timed where nobody says which. */
  public static List<String> cases(Execution.Device device) {
    return device == Execution.Device.CUDA ? ON_A_GPU : ON_A_CPU;
  }

  /** Those of some precisions that a device has. */
  public static List<Precision> precisions(Execution.Device device) {
    return device == Execution.Device.CUDA
        ? List.of(Precision.values())
        : List.of(Precision.FLOAT32, Precision.BF16);
  }

  /**
   * Verifies.
   *
   * @param cases to time; empty for {@link #cases}
   * @param python interpreter that may have PyTorch; null to leave it out
   * @throws UserException with exit code 5 if the device cannot be used
   */
  public static Result run(
      Execution.Device device,
      List<String> cases,
      double seconds,
      int turns,
      String python,
      long seed,
      Progress progress)
      throws IOException {
    return run(device, precisions(device), cases, seconds, turns, python, seed, progress);
  }

  static Result run(
      Execution.Device device,
      List<Precision> precisions,
      List<String> cases,
      double seconds,
      int turns,
      String python,
      long seed,
      Progress progress)
      throws IOException {
    long start = System.nanoTime();
    TorchDevice.library();
    TorchDevice on = TorchDevice.pick(device);
    List<DeviceCheck.Finding> findings = new ArrayList<>(DeviceCheck.all(on, precisions, progress));
    if (python != null) {
      findings.addAll(ModulesBesidePyTorch.all(python));
    }
    StepBench.Result steps =
        StepBench.run(
            List.of(new TorchEngine()),
            device,
            new StepBench.Settings(
                cases.isEmpty() ? cases(device) : cases,
                List.of(),
                precisions,
                List.of(KernelSet.NATIVE),
                on.isGpu() ? List.of(1, 2) : List.of(1),
                seconds,
                turns,
                false,
                python),
            seed,
            progress);
    List<String> failures =
        findings.stream()
            .filter(finding -> !finding.passed())
            .map(DeviceCheck.Finding::text)
            .toList();
    return new Result(
        on.toString(),
        on.isGpu() ? on.description() : Map.of(),
        findings,
        failures,
        steps,
        (System.nanoTime() - start) / 1e9);
  }

  private static String small(double difference) {
    return difference == 0 ? "0" : String.format(Locale.ROOT, "%.1e", difference);
  }

  /** The comparisons in a few lines; every failure in one. */
  public static String text(Result result) {
    StringBuilder text = new StringBuilder();
    text.append(result.device());
    result.description().forEach((name, value) -> text.append(", " + name + " " + value));
    text.append(
        String.format(
            Locale.ROOT,
            "%n%,d comparisons in %.0f s, %,d failed%n",
            result.findings().size(),
            result.seconds(),
            result.failures().size()));
    Set<String> who = new LinkedHashSet<>();
    result.findings().forEach(finding -> who.add(finding.by()));
    text.append(
        "largest differences from our kernels on the CPU in float32, in brackets what is allowed;"
            + " two runs must be equal\n");
    String words =
        WHO.entrySet().stream()
            .filter(word -> who.stream().anyMatch(by -> by.contains(word.getKey())))
            .map(word -> word.getKey().strip() + ": " + word.getValue())
            .collect(Collectors.joining("; "));
    text.append(words.isEmpty() ? "" : words + "\n");
    for (String by : who) {
      Map<String, DeviceCheck.Finding> worst =
          result.findings().stream()
              .filter(finding -> finding.by().equals(by) && finding.failure() == null)
              .collect(
                  Collectors.toMap(
                      DeviceCheck.Finding::what,
                      finding -> finding,
                      (one, other) -> one.difference() >= other.difference() ? one : other,
                      LinkedHashMap::new));
      List<String> parts = new ArrayList<>();
      worst.forEach(
          (what, finding) ->
              parts.add(
                  what
                      + " "
                      + small(finding.difference())
                      + " ("
                      + small(finding.tolerance())
                      + ")"));
      text.append("  " + by + ": " + String.join("; ", parts) + "\n");
    }
    result.failures().forEach(failure -> text.append("FAILED " + failure + "\n"));
    return text.toString();
  }

  /**
   * Refuses a device on which a comparison failed.
   *
   * @throws UserException with exit code 5
   */
  public static void judge(Result result) {
    if (!result.failures().isEmpty()) {
      throw UserException.platform(
          String.format(
              Locale.ROOT,
              "%d of %d comparisons failed on %s, the first: %s: do not train there",
              result.failures().size(),
              result.findings().size(),
              result.device(),
              result.failures().get(0)));
    }
  }

  /** The speeds, a line each, for where no table is drawn. */
  private static String speeds(StepBench.Result steps) {
    StringBuilder text = new StringBuilder();
    text.append("PyTorch " + (steps.pytorch() == null ? "not found" : steps.pytorch()) + "\n");
    for (StepBench.Row row : steps.rows()) {
      text.append(
          row.refused() != null
              ? row.name() + " " + row.who() + ": " + row.refused() + "\n"
              : String.format(
                  Locale.ROOT,
                  "%s %s, %d at once: %,.0f tokens/s, %.1f%% of the peak%s%n",
                  row.name(),
                  row.who(),
                  row.workers(),
                  row.tokensPerSecond(),
                  100 * row.share(),
                  row.ratio() == null
                      ? ""
                      : String.format(Locale.ROOT, ", %.2f x PyTorch in float32", row.ratio())));
    }
    return text.toString();
  }

  /**
   * The device that a word says.
   *
   * @throws UserException with exit code 2 if it says none
   */
  static Execution.Device device(String word) {
    return switch (word) {
      case "cuda" -> Execution.Device.CUDA;
      case "cpu" -> Execution.Device.CPU;
      default ->
          throw UserException.configuration(
              "the first word must be cuda or cpu, the device to verify, but is "
                  + word
                  + ": give one of these, and cases to time after it");
    };
  }

  /**
   * Verifies and prints: text on standard error, the record on standard output.
   *
   * @param arguments cuda or cpu, then cases
   */
  public static void main(String[] arguments) throws IOException {
    // One line in place of a trace; that it was thrown ends the process with 1.
    Thread.currentThread()
        .setUncaughtExceptionHandler(
            (thread, thrown) ->
                System.err.println(
                    "error: " + (thrown instanceof UserException ? thrown.getMessage() : thrown)));
    Execution.Device device = device(arguments.length == 0 ? "cuda" : arguments[0]);
    List<String> cases =
        List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
    Result result = run(device, cases, 1, 3, "python3", 1, Progress.SILENT);
    System.err.print(text(result) + speeds(result.steps()));
    System.out.println(Json.pretty(result));
    judge(result);
  }
}
