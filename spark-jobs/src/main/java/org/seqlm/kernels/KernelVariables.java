package org.seqlm.kernels;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Environment variables by which native libraries choose kernels, numbers of threads and sizes of
 * blocks. The names are those of {@code conf/kernel-variables.txt}, which the scripts that submit
 * jobs read, too.
 */
public final class KernelVariables {
  private static final List<String> NAMES = read();

  /** What {@link KernelSet#PORTABLE} sets, of the names. */
  private static final Map<String, String> PORTABLE = portable();

  private KernelVariables() {}

  /** All names. */
  public static List<String> names() {
    return NAMES;
  }

  /** Those of an environment that steer kernels, with their values. */
  public static Map<String, String> steering(Map<String, String> environment) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : NAMES) {
      String value = environment.get(name);
      if (value != null && !value.isEmpty()) {
        found.put(name, value);
      }
    }
    return found;
  }

  /** What a process is to have set for a set of kernels, above all else; empty for native. */
  public static Map<String, String> pins(KernelSet kernels) {
    return kernels == KernelSet.PORTABLE ? PORTABLE : Map.of();
  }

  /** What a process that computes on GPUs is to have set; an empty value is none. */
  static Map<String, String> forGpus(Map<String, String> environment) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    // execution.precision says it.
    values.put("NVIDIA_TF32_OVERRIDE", "");
    values.put(
        "CUBLAS_WORKSPACE_CONFIG", environment.getOrDefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8"));
    return values;
  }

  private static Map<String, String> portable() {
    Map<String, String> pins = new LinkedHashMap<>();
    // All of its parameters are constants of the core; those of older ones follow the L2 cache.
    pins.put("OPENBLAS_CORETYPE", "Haswell");
    pins.put("OPENBLAS_L2_SIZE", "256");
    pins.put("OPENBLAS_BLOCK_FACTOR", "0");
    // A sum that several threads share is cut where the share of one ends.
    pins.put("OPENBLAS_NUM_THREADS", "1");
    pins.put("OMP_NUM_THREADS", "1");
    pins.put("ATEN_CPU_CAPABILITY", "avx2");
    // Of the two spellings oneDNN takes the first that is there.
    pins.put("ONEDNN_MAX_CPU_ISA", "AVX2");
    pins.put("DNNL_MAX_CPU_ISA", "AVX2");
    pins.put("ONEDNN_CPU_ISA_HINTS", "NO_HINTS");
    pins.put("DNNL_CPU_ISA_HINTS", "NO_HINTS");
    // Nothing masked in the C library's own choice, which is made before a program begins.
    pins.put("GLIBC_TUNABLES", "");
    if (!NAMES.containsAll(pins.keySet())) {
      throw new IllegalStateException("kernel-variables.txt lacks some of " + pins.keySet());
    }
    return Collections.unmodifiableMap(pins);
  }

  private static List<String> read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                KernelVariables.class.getResourceAsStream("/conf/kernel-variables.txt"),
                StandardCharsets.UTF_8))) {
      return in.lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
