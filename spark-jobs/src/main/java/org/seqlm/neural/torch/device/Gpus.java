package org.seqlm.neural.torch.device;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.seqlm.UserException;
import org.seqlm.kernels.Kernels;

/** The GPUs of this machine, as {@code nvidia-smi} tells of them. */
public final class Gpus {
  private static final String DESCRIPTION = "name,compute_cap";
  private static final String UUID = "uuid";
  private static final String MEMORY = "memory.total"; // MiB

  /** What a driver keeps for itself, nvidia-smi counts and CUDA does not. */
  private static final double KEPT = 0.05;

  /** How tasks come by parts of GPUs. */
  private static final String AS_MIG_DEVICES =
      "let the script of spark.executor.resource.gpu.discoveryScript print the UUIDs of MIG"
          + " devices, as deploy/gpu/discover does";

  static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private Gpus() {}

  /**
   * The number that CUDA gives a GPU in this process: that of nvidia-smi, by the place on the bus
   * ({@link Kernels#forGpus}), unless CUDA sees some of them only.
   *
   * @param number as nvidia-smi numbers them
   * @param seen how many CUDA sees
   * @throws UserException with exit code 5 if CUDA does not see it
   */
  static int ordinal(int number, int seen) {
    return ordinal(number, seen, Kernels.variable(VISIBLE), Gpus::uuid);
  }

  /**
   * The same with another environment and machine.
   *
   * @param visible {@code CUDA_VISIBLE_DEVICES}: numbers or the beginnings of UUIDs; null if unset
   * @param uuid of a number
   */
  static int ordinal(int number, int seen, String visible, IntFunction<String> uuid) {
    if (visible == null) {
      if (number < seen) {
        return number;
      }
      throw UserException.platform(
          "this task was given GPU "
              + number
              + ", but CUDA sees "
              + seen
              + " GPUs here, from 0: let the script of spark.executor.resource.gpu.discoveryScript"
              + " print what nvidia-smi shows where executors run");
    }
    String[] shown = visible.split(",");
    for (int i = 0; i < Math.min(shown.length, seen); i++) {
      String one = shown[i].strip();
      if (one.equals(String.valueOf(number))
          || (one.startsWith("GPU-") && uuid.apply(number).startsWith(one))) {
        return i;
      }
    }
    throw UserException.platform(
        "this task was given GPU "
            + number
            + ", but "
            + VISIBLE
            + " is \""
            + visible
            + (visible.contains("MIG-")
                ? "\", MIG devices, which have no such numbers: " + AS_MIG_DEVICES
                : "\", without it: unset it where executors run, Spark says which GPU a task has"));
  }

  /**
   * The number that nvidia-smi gives a GPU of this process, from CUDA's: the other way round than
   * {@link #ordinal(int, int)}. Empty if nobody tells.
   */
  public static OptionalInt number(int ordinal) {
    return number(ordinal, Kernels.variable(VISIBLE), () -> NvidiaSmi.ask(UUID));
  }

  /**
   * The same with another environment and machine.
   *
   * @param visible {@code CUDA_VISIBLE_DEVICES}; null if unset
   * @param uuids lines {@code INDEX, UUID}
   */
  static OptionalInt number(int ordinal, String visible, Supplier<List<String>> uuids) {
    if (visible == null) {
      return OptionalInt.of(ordinal);
    }
    String[] shown = visible.split(",");
    String one = ordinal < shown.length ? shown[ordinal].strip() : "";
    if (one.matches("[0-9]{1,3}")) {
      return OptionalInt.of(Integer.parseInt(one));
    }
    return NvidiaSmi.rows(uuids.get(), 1).stream()
        .filter(row -> one.startsWith("GPU-") && row.values().get(0).startsWith(one))
        .mapToInt(NvidiaSmi.Row::gpu)
        .findFirst();
  }

  /** The number that nvidia-smi gives the GPU of a UUID; empty if it shows none. */
  static Optional<Integer> numberOf(String uuid) {
    return numberOf(uuid, NvidiaSmi.ask(UUID));
  }

  /** The same of lines {@code INDEX, UUID}. */
  static Optional<Integer> numberOf(String uuid, List<String> lines) {
    return NvidiaSmi.rows(lines, 1).stream()
        .filter(row -> row.values().get(0).equals(uuid))
        .map(NvidiaSmi.Row::gpu)
        .findFirst();
  }

  private static String uuid(int number) {
    return NvidiaSmi.rows(NvidiaSmi.ask(UUID), 1).stream()
        .filter(row -> row.gpu() == number)
        .findFirst()
        .map(row -> row.values().get(0))
        .orElse("unknown");
  }

  /** The memory of this machine's smallest GPU in bytes; empty if nobody tells. */
  public static OptionalLong smallestMemory() {
    return smallestMemory(NvidiaSmi.ask(MEMORY));
  }

  /** The same of lines {@code INDEX, MIB}. */
  static OptionalLong smallestMemory(List<String> lines) {
    return memories(lines).values().stream().mapToLong(Long::longValue).min();
  }

  /** Bytes by number, of those that tell. */
  private static Map<Integer, Long> memories(List<String> lines) {
    return NvidiaSmi.rows(lines, 1).stream()
        .filter(row -> row.number(0) != null)
        .collect(Collectors.toMap(NvidiaSmi.Row::gpu, row -> row.number(0) << 20));
  }

  /**
   * Sees whether CUDA opened the GPU that it was asked for, as far as GPUs of a machine differ: by
   * their memory, the one thing that both tell (the place on the bus the presets tell to programs
   * with CUDA's own classes only).
   *
   * @param opened bytes of what CUDA opened
   * @throws UserException with exit code 5 if it is another
   */
  static void check(int number, long opened) {
    check(number, opened, NvidiaSmi.ask(MEMORY));
  }

  /** The same with what nvidia-smi says: lines {@code INDEX, MIB}. */
  static void check(int number, long opened, List<String> lines) {
    Long told = memories(lines).get(number);
    if (told != null && Math.abs(opened - told) > KEPT * told) {
      throw UserException.platform(
          String.format(
              Locale.ROOT,
              "this task was given GPU %d, which has %,d MiB as nvidia-smi says, but CUDA opened"
                  + " one of %,d MiB: set CUDA_DEVICE_ORDER=PCI_BUS_ID where executors start"
                  + " (spark.executorEnv.CUDA_DEVICE_ORDER); if the GPU is cut into MIG devices, "
                  + AS_MIG_DEVICES,
              number,
              told >> 20,
              opened >> 20));
    }
  }

  /** Name and compute capability of a GPU; {@code unknown} if nobody tells. */
  static String describe(int number) {
    return describe(number, NvidiaSmi.ask(DESCRIPTION));
  }

  /**
   * Of the lines {@code INDEX, NAME, CAPABILITY}: that of the number, or what all are, for a
   * container may number its own from 0.
   */
  static String describe(int number, List<String> lines) {
    List<NvidiaSmi.Row> gpus = NvidiaSmi.rows(lines, 2);
    boolean equal = gpus.stream().map(NvidiaSmi.Row::values).distinct().count() == 1;
    return gpus.stream()
        .filter(row -> equal || row.gpu() == number)
        .findFirst()
        .map(row -> row.values().get(0) + ", compute capability " + row.values().get(1))
        .orElse("unknown");
  }
}
