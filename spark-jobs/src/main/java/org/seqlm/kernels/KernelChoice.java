package org.seqlm.kernels;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.pytorch.global.torch;

/**
 * What the native libraries of a process chose to compute with. Two processes of one choice, and of
 * the same versions of everything, compute the same bits.
 *
 * @param chosen by what was asked, for instance {@code openblas core}; what is not loaded, or does
 *     not tell, is not there
 */
public record KernelChoice(SortedMap<String, String> chosen) {
  /** OpenBLAS's kernels, by the processor they were written for. */
  static final String OPENBLAS = "openblas core";

  /** The instructions that libtorch's own kernels were compiled for. */
  static final String LIBTORCH = "libtorch capability";

  /** The instructions that oneDNN, in libtorch, may make code of. */
  static final String ONEDNN = "onednn isa";

  /** What multiplies matrices of float32, once something did, by which instructions. */
  static final String PRODUCTS = "products";

  /** The parts of MKL that are loaded in OpenBLAS's place. */
  static final String MKL = "mkl";

  /** The C library, whose exponentials libtorch's are where a vector is not full. */
  static final String C_LIBRARY = "c library";

  /** What was masked in the C library's own choice. */
  static final String C_TUNABLES = "c library tunables";

  /** Name and compute capability of the GPU that computes. */
  public static final String GPU = "gpu";

  /** A core's caches. */
  static final String CACHES = "caches";

  /** All that OpenBLAS has on x86-64 and on arm64. */
  private static final List<String> CORES =
      List.of(
          ("PRESCOTT CORE2 PENRYN DUNNINGTON ATOM NANO NEHALEM OPTERON OPTERON_SSE3 BARCELONA"
               + " BOBCAT BULLDOZER PILEDRIVER STEAMROLLER EXCAVATOR SANDYBRIDGE HASWELL ZEN"
               + " SKYLAKEX COOPERLAKE SAPPHIRERAPIDS ARMV8 ARMV8SVE CORTEXA53 CORTEXA55 CORTEXA57"
               + " CORTEXA72 CORTEXA73 CORTEXX1 CORTEXX2 THUNDERX THUNDERX2T99 THUNDERX3T110 TSV110"
               + " EMAG8180 NEOVERSEN1 NEOVERSEN2 NEOVERSEV1 NEOVERSEV2 A64FX")
              .split(" "));

  /**
   * oneDNN 3.7's instruction sets, each with the features that it takes beyond those of the one
   * before (cpu_isa_traits.hpp there), but for those of 256 bits, which come in between.
   */
  private static final Map<String, List<String>> ISAS = isas();

  public KernelChoice {
    chosen = Collections.unmodifiableSortedMap(new TreeMap<>(chosen));
  }

  /** Of what computes nothing natively. */
  public static KernelChoice none() {
    return new KernelChoice(new TreeMap<>());
  }

  /** Asks the libraries that are loaded now; loads none. */
  public static KernelChoice ofThisProcess() {
    SortedMap<String, String> chosen = new TreeMap<>();
    Set<Path> loaded = NativeLibraries.loaded();
    Map<String, String> environment = ProcessEnvironment.all();
    openblasCore().ifPresent(core -> chosen.put(OPENBLAS, core));
    if (holds(loaded, "libtorch_cpu")) {
      chosen.put(LIBTORCH, torch.get_cpu_capability().getString());
      isa(NativeLibraries.processorFlags(), environment).ifPresent(isa -> chosen.put(ONEDNN, isa));
    }
    ProductLibrary.chosen().ifPresent(library -> chosen.put(PRODUCTS, library));
    if (holds(loaded, "libmkl_")) {
      chosen.put(MKL, mkl(loaded, environment));
    }
    NativeLibraries.cLibrary().ifPresent(library -> chosen.put(C_LIBRARY, library));
    String tunables = environment.getOrDefault("GLIBC_TUNABLES", "");
    if (tunables.contains("hwcaps")) {
      chosen.put(C_TUNABLES, tunables);
    }
    return new KernelChoice(chosen);
  }

  /** With the sizes of a core's caches, by which oneDNN cuts its blocks. */
  public KernelChoice withCaches() {
    return NativeLibraries.caches().map(caches -> with(Map.of(CACHES, caches))).orElse(this);
  }

  /** This, and more beside it. */
  public KernelChoice with(Map<String, String> more) {
    SortedMap<String, String> all = new TreeMap<>(chosen);
    all.putAll(more);
    return new KernelChoice(all);
  }

  /**
   * What trained in float32 on a CPU, as a run recorded it. Releases that told of no product
   * library had libtorch's products.
   */
  public static KernelChoice recordedOfFloat32(Map<String, String> chosen) {
    KernelChoice recorded = none().with(chosen);
    return chosen.containsKey(LIBTORCH) && !chosen.containsKey(GPU)
        ? none().with(Map.of(PRODUCTS, "libtorch")).with(recorded.chosen)
        : recorded;
  }

  /** What both tell, and tell differently. */
  public Set<String> differences(KernelChoice other) {
    Set<String> names = new TreeSet<>(chosen.keySet());
    names.retainAll(other.chosen.keySet());
    names.removeIf(name -> chosen.get(name).equals(other.chosen.get(name)));
    return names;
  }

  /** For instance {@code openblas core HASWELL, libtorch capability AVX2}. */
  @Override
  public String toString() {
    return chosen.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static boolean holds(Set<Path> loaded, String name) {
    return loaded.stream().anyMatch(file -> file.getFileName().toString().startsWith(name));
  }

  /**
   * The core whose table OpenBLAS uses; its presets have no binding for {@code
   * openblas_get_corename}, which compares the same two addresses.
   */
  private static Optional<String> openblasCore() {
    Pointer table = NativeLibraries.symbol("gotoblas");
    if (table == null) {
      return Optional.empty();
    }
    long used = new PointerPointer<>(table).get(0).address();
    return Optional.of(
        CORES.stream()
            .filter(
                core -> {
                  Pointer known = NativeLibraries.symbol("gotoblas_" + core);
                  return known != null && known.address() == used;
                })
            .findFirst()
            .orElse("unknown"));
  }

  /** MKL loads the part that has its kernels for the processor when it is first used. */
  private static String mkl(Set<Path> loaded, Map<String, String> environment) {
    String parts =
        loaded.stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> name.startsWith("libmkl_"))
            .map(name -> name.substring("libmkl_".length(), name.indexOf(".so")))
            .collect(Collectors.joining(" "));
    String mode = environment.get("MKL_CBWR");
    return mode == null ? parts : parts + " (MKL_CBWR " + mode + ")";
  }

  /**
   * What oneDNN may use: all that the processor has, unless a variable allows less. libtorch's copy
   * of it exports no question.
   *
   * @param flags of the processor, in Linux's words
   */
  static Optional<String> isa(Set<String> flags, Map<String, String> environment) {
    String has = null;
    for (Map.Entry<String, List<String>> isa : ISAS.entrySet()) {
      if (!flags.containsAll(isa.getValue())) {
        break;
      }
      has = isa.getKey();
    }
    if (has == null) {
      return Optional.empty();
    }
    String asked =
        environment.getOrDefault(
            "ONEDNN_MAX_CPU_ISA", environment.getOrDefault("DNNL_MAX_CPU_ISA", ""));
    List<String> order = List.copyOf(ISAS.keySet());
    int most = order.indexOf(asked.toLowerCase(Locale.ROOT));
    return Optional.of(most >= 0 && most < order.indexOf(has) ? order.get(most) : has);
  }

  private static Map<String, List<String>> isas() {
    Map<String, List<String>> isas = new LinkedHashMap<>();
    isas.put("sse41", List.of("sse4_1"));
    isas.put("avx", List.of("avx"));
    isas.put("avx2", List.of("avx2", "fma"));
    isas.put("avx512_core", List.of("avx512f", "avx512bw", "avx512vl", "avx512dq"));
    isas.put("avx512_core_vnni", List.of("avx512_vnni"));
    isas.put("avx512_core_bf16", List.of("avx512_bf16"));
    isas.put("avx512_core_fp16", List.of("avx512_fp16"));
    isas.put("avx512_core_amx", List.of("amx_tile", "amx_int8", "amx_bf16"));
    isas.put("avx512_core_amx_fp16", List.of("amx_fp16"));
    return isas;
  }
}
