package org.seqlm.neural.torch.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.seqlm.UserException;
import org.seqlm.kernels.Kernels;

/** The GPUs of this machine, as {@code nvidia-smi} tells of them. */
public final class Gpus {
  private static final List<String> QUESTION =
      List.of("nvidia-smi", "--query-gpu=index,name,compute_cap", "--format=csv,noheader");

  private static final List<String> UUIDS =
      List.of("nvidia-smi", "--query-gpu=index,uuid", "--format=csv,noheader");

  private static final List<String> MEMORY =
      List.of("nvidia-smi", "--query-gpu=index,memory.total", "--format=csv,noheader,nounits");

  /** What a driver keeps for itself, nvidia-smi counts and CUDA does not. */
  private static final double KEPT = 0.05;

  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private static final long ENOUGH_MILLIS = 20_000;

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
            + "\", without it: unset it where executors run, Spark says which GPU a task has");
  }

  /**
   * The number that nvidia-smi gives a GPU of this process, from CUDA's: the other way round than
   * {@link #ordinal(int, int)}. Empty if nobody tells.
   */
  public static OptionalInt number(int ordinal) {
    return number(ordinal, Kernels.variable(VISIBLE), () -> answer(UUIDS));
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
    return uuids.get().stream()
        .map(line -> line.strip().split(" *, *"))
        .filter(gpu -> gpu.length == 2 && one.startsWith("GPU-") && gpu[1].startsWith(one))
        .mapToInt(gpu -> Integer.parseInt(gpu[0]))
        .findFirst();
  }

  private static String uuid(int number) {
    return answer(UUIDS).stream()
        .map(line -> line.split(" *, *"))
        .filter(gpu -> gpu.length == 2 && gpu[0].strip().equals(String.valueOf(number)))
        .findFirst()
        .map(gpu -> gpu[1].strip())
        .orElse("unknown");
  }

  /** The memory of this machine's smallest GPU in bytes; empty if nobody tells. */
  public static OptionalLong smallestMemory() {
    return smallestMemory(answer(MEMORY, ENOUGH_MILLIS));
  }

  /** The same of lines {@code INDEX, MIB}. */
  static OptionalLong smallestMemory(List<String> lines) {
    return memories(lines).values().stream().mapToLong(Long::longValue).min();
  }

  private static Map<Integer, Long> memories(List<String> lines) {
    Map<Integer, Long> memories = new TreeMap<>();
    for (String line : lines) {
      if (line.matches(" *[0-9]+ *, *[0-9]+ *")) {
        String[] gpu = line.strip().split(" *, *");
        memories.put(Integer.valueOf(gpu[0]), Long.parseLong(gpu[1]) << 20);
      }
    }
    return memories;
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
    check(number, opened, answer(MEMORY, ENOUGH_MILLIS));
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
                  + " (spark.executorEnv.CUDA_DEVICE_ORDER)",
              number,
              told >> 20,
              opened >> 20));
    }
  }

  /** Name and compute capability of a GPU; {@code unknown} if nobody tells. */
  static String describe(int number) {
    return describe(number, QUESTION, ENOUGH_MILLIS);
  }

  /** The same with another command that tells, and another time for it. */
  static String describe(int number, List<String> question, long millis) {
    return describe(number, answer(question, millis));
  }

  /** What a command answers, line by line; nothing if it is not there, or hangs. */
  static List<String> answer(List<String> question) {
    return answer(question, ENOUGH_MILLIS);
  }

  private static List<String> answer(List<String> question, long millis) {
    try {
      Process process =
          new ProcessBuilder(question).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        process.getOutputStream().close();
        // Its answer fits a pipe; to read would be to wait for ever where it hangs.
        if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
          return List.of();
        }
        InputStream answer = process.getInputStream();
        return new String(answer.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /**
   * Of the lines {@code INDEX, NAME, CAPABILITY}: that of the number, or what all are, for a
   * container may number its own from 0.
   */
  static String describe(int number, List<String> lines) {
    List<String[]> gpus =
        lines.stream().map(line -> line.split(" *, *")).filter(gpu -> gpu.length == 3).toList();
    boolean equal = gpus.stream().map(gpu -> gpu[1] + gpu[2]).distinct().count() == 1;
    return gpus.stream()
        .filter(gpu -> equal || gpu[0].strip().equals(String.valueOf(number)))
        .findFirst()
        .map(gpu -> gpu[1].strip() + ", compute capability " + gpu[2].strip())
        .orElse("unknown");
  }
}
