package org.seqlm.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.seqlm.neural.dl4j.device.CudaBackend;

/**
 * GPUs against what was asked for and what the engines' binaries hold. Machine code runs on GPUs of
 * the same major compute capability and of no smaller minor one (CUDA C++ programming guide,
 * <i>Binary compatibility</i>).
 */
public final class GpuRules {
  /** What libtorch's natives for GPUs hold machine code for. */
  static final List<int[]> TORCH =
      Stream.of("7.5", "8.0", "9.0", "10.0", "10.3", "12.0")
          .map(text -> Stream.of(text.split("\\.")).mapToInt(Integer::parseInt).toArray())
          .toList();

  /** The first driver for CUDA 13, with which these are built. */
  static final int TORCH_DRIVER = 580;

  private static final String CHECK = "GPUs";

  private GpuRules() {}

  /**
   * What is to be said of an application's processes.
   *
   * @param asked GPUs that an executor asks Spark for; 0 for none
   */
  public static List<Finding> of(List<ProcessFacts> all, double asked) {
    boolean any = asked > 0 || all.stream().anyMatch(one -> !one.gpus().there().isEmpty());
    if (!any) {
      return List.of(Finding.ok(CHECK, Places.of(all, all), "none, and none asked for"));
    }
    // Where executors compute, the driver's machine needs none.
    List<ProcessFacts> judged =
        all.size() == 1 ? all : all.stream().filter(one -> !one.ofDriver()).toList();
    return Verdict.findings(
        CHECK, judged, all, one -> judge(one.gpus(), asked), (verdict, group) -> verdict.key());
  }

  private static Verdict judge(ProcessFacts.Gpus gpus, double asked) {
    String found = found(gpus);
    boolean dealt = asked > 0 || !gpus.addresses().isEmpty();
    if (gpus.there().isEmpty()) {
      return dealt
          ? Verdict.fail(
              found,
              "Spark deals out GPUs that nvidia-smi does not show there: install NVIDIA's driver,"
                  + " show the container its GPUs, or correct"
                  + " spark.executor.resource.gpu.discoveryScript")
          : Verdict.ok(found);
    }
    if (!gpus.torchCuda() && !gpus.nd4jCuda()) {
      return dealt
          ? Verdict.refuse(
              found,
              "this jar's natives are for CPUs only: build it with mvn -Pgpu package, or ask for no"
                  + " GPUs")
          : Verdict.ok(found + "; this jar computes on CPUs");
    }
    for (String address : gpus.addresses()) {
      boolean number = address.strip().matches("[0-9]{1,4}");
      if (number
          && gpus.there().stream()
              .noneMatch(gpu -> gpu.index() == Integer.parseInt(address.strip()))) {
        return Verdict.fail(
            found,
            "Spark deals out GPU "
                + address.strip()
                + ", which nvidia-smi does not show: let"
                + " spark.executor.resource.gpu.discoveryScript print nvidia-smi's indexes"
                + " (deploy/gpu/discover)");
      }
    }
    for (ProcessFacts.Gpu gpu : gpus.there()) {
      String problem = problem(gpu, gpus);
      if (problem != null) {
        return Verdict.fail(found, problem);
      }
    }
    if (gpus.torchCuda() && gpus.seen() != null && gpus.seen() < gpus.there().size()) {
      return Verdict.warn(
          found,
          "libtorch sees fewer GPUs than nvidia-smi: unset CUDA_VISIBLE_DEVICES where executors"
              + " run, Spark says which GPU a task has");
    }
    return Verdict.ok(found);
  }

  /** Why no engine of the jar can compute on a GPU; null if one can. */
  private static String problem(ProcessFacts.Gpu gpu, ProcessFacts.Gpus gpus) {
    List<String> why = new ArrayList<>();
    if (gpus.torchCuda()) {
      if (!runsTorch(gpu.major(), gpu.minor())) {
        why.add(
            "libtorch has no code for compute capability "
                + gpu.capability()
                + " (it has "
                + TORCH.stream()
                    .map(code -> code[0] + "." + code[1])
                    .collect(Collectors.joining(", "))
                + ")");
      } else if (VersionRules.feature(gpu.driver()) < TORCH_DRIVER) {
        return "libtorch is built with CUDA 13, which needs driver "
            + TORCH_DRIVER
            + " or newer: update it, or set execution.device to cpu";
      }
    }
    if (why.isEmpty() && gpus.torchCuda()) {
      return null;
    }
    if (gpus.nd4jCuda()) {
      if (CudaBackend.refusal(gpu.name(), gpu.major(), gpu.minor()) == null) {
        return null;
      }
      why.add("nd4j-cuda has code for none after 8.6");
    }
    return String.join("; ", why)
        + ": "
        + (!gpus.torchCuda() && runsTorch(gpu.major(), gpu.minor())
            ? "build the jar with mvn -Pgpu package and give --engine torch"
            : gpus.torchCuda() && CudaBackend.refusal("", gpu.major(), gpu.minor()) == null
                ? "build the jar with mvn -Pdl4j-cuda package and give --engine dl4j"
                : "take another GPU, or set execution.device to cpu");
  }

  /** Whether libtorch's natives for GPUs run on one. */
  static boolean runsTorch(int major, int minor) {
    return TORCH.stream().anyMatch(code -> code[0] == major && code[1] <= minor);
  }

  /** For instance {@code 8 x NVIDIA H200 (9.0, 140 GiB), driver 580.65.06; a task got GPU 0}. */
  private static String found(ProcessFacts.Gpus gpus) {
    Map<String, Integer> kinds = new TreeMap<>();
    for (ProcessFacts.Gpu gpu : gpus.there()) {
      String memory =
          gpu.mebibytes() == 0 ? "" : ", " + Sizes.of(gpu.mebibytes() * (double) Sizes.MIB);
      kinds.merge(gpu.name() + " (" + gpu.capability() + memory + ")", 1, Integer::sum);
    }
    StringBuilder text =
        new StringBuilder(
            kinds.isEmpty()
                ? "none"
                : kinds.entrySet().stream()
                    .map(kind -> kind.getValue() + " x " + kind.getKey())
                    .collect(Collectors.joining(", ")));
    if (!gpus.there().isEmpty()) {
      text.append(", driver ").append(gpus.there().get(0).driver());
    }
    if (gpus.runtime() != null) {
      text.append("; libtorch ").append(gpus.runtime()).append(" sees ").append(gpus.seen());
    }
    if (!gpus.addresses().isEmpty()) {
      text.append("; Spark gave it GPU ").append(String.join(", ", gpus.addresses()));
    }
    return text.toString();
  }
}
