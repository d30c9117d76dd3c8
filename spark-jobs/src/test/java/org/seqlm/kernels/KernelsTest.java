package org.seqlm.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

/** What libraries chose, and what may be asked of a machine; see KernelsIT for what that does. */
class KernelsTest {
  private static final Set<String> AVX2 = Set.of("sse4_1", "avx", "avx2", "fma");
  private static final Set<String> AVX512 =
      Set.of(
          "sse4_1",
          "avx",
          "avx2",
          "fma",
          "avx512f",
          "avx512bw",
          "avx512vl",
          "avx512dq",
          "avx512_vnni",
          "avx512_bf16",
          "amx_tile");

  private static KernelChoice choice(String... pairs) {
    Map<String, String> chosen = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      chosen.put(pairs[i], pairs[i + 1]);
    }
    return KernelChoice.none().with(chosen);
  }

  @Test
  @EnabledOnOs(architectures = "amd64", value = OS.LINUX)
  void librariesSayWhatTheyChose() {
    openblas_nolapack.blas_get_num_threads();
    String capability = torch.get_cpu_capability().getString();
    Map<String, String> chosen = KernelChoice.ofThisProcess().chosen();
    assertThat(chosen)
        .containsKeys(KernelChoice.OPENBLAS, KernelChoice.ONEDNN)
        .containsEntry(KernelChoice.LIBTORCH, capability)
        .doesNotContainKeys(KernelChoice.MKL, KernelChoice.GPU, KernelChoice.CACHES);
    assertThat(chosen.get(KernelChoice.OPENBLAS)).matches("[A-Z0-9_]+").isNotEqualTo("unknown");
    assertThat(KernelChoice.ofThisProcess()).isEqualTo(KernelChoice.ofThisProcess());
  }

  @Test
  @EnabledOnOs(architectures = "amd64", value = OS.LINUX)
  void whatMultipliesIsToldOnceItIsAsked() {
    ProductLibrary library = ProductLibrary.ofThisProcess();
    String told = KernelChoice.ofThisProcess().chosen().get(KernelChoice.PRODUCTS);
    assertThat(told)
        .matches(
            library == ProductLibrary.ONE_DNN ? "onednn [0-9.]+ (avx2|avx512_core)" : "libtorch");
    if (NativeLibraries.processorFlags().containsAll(AVX2)) {
      assertThat(library).isEqualTo(ProductLibrary.ONE_DNN);
    }
  }

  @Test
  void oneDnnMultipliesUnlessKernelsArePinnedOrAUserPutsAnother() {
    assertThat(ProductLibrary.fits("linux-x86_64", false, "", true)).isTrue();
    assertThat(ProductLibrary.fits("linux-arm64", false, "", true)).isFalse();
    assertThat(ProductLibrary.fits("linux-x86_64", true, "", true)).isFalse();
    assertThat(ProductLibrary.fits("linux-x86_64", false, "mkl", true)).isFalse();
    assertThat(ProductLibrary.fits("linux-x86_64", false, "", false)).isFalse();
  }

  @Test
  void oneDnnMayUseWhatTheProcessorHasAndAVariableAllows() {
    assertThat(KernelChoice.isa(Set.of(), Map.of())).isEmpty();
    assertThat(KernelChoice.isa(AVX2, Map.of())).contains("avx2");
    // Tiles alone are not all that its kernels for them take.
    assertThat(KernelChoice.isa(AVX512, Map.of())).contains("avx512_core_bf16");
    assertThat(KernelChoice.isa(AVX512, Map.of("ONEDNN_MAX_CPU_ISA", "AVX2"))).contains("avx2");
    assertThat(
            KernelChoice.isa(
                AVX512, Map.of("ONEDNN_MAX_CPU_ISA", "AVX512_CORE", "DNNL_MAX_CPU_ISA", "AVX")))
        .contains("avx512_core");
    assertThat(KernelChoice.isa(AVX512, Map.of("DNNL_MAX_CPU_ISA", "AVX"))).contains("avx");
    assertThat(KernelChoice.isa(AVX2, Map.of("DNNL_MAX_CPU_ISA", "AVX512_CORE"))).contains("avx2");
  }

  @Test
  void onlyWhatBothTellCanDiffer() {
    KernelChoice one = choice("openblas core", "ZEN", "c library", "glibc 2.36");
    assertThat(one.differences(choice("openblas core", "HASWELL", "gpu", "x")))
        .containsExactly("openblas core");
    assertThat(one.differences(one)).isEmpty();
    assertThat(one.differences(KernelChoice.none())).isEmpty();
  }

  @Test
  void portableIsRefusedWhereItCannotBe() {
    assertThat(Kernels.problems("linux-x86_64", AVX512, Map.of(), "")).isEmpty();
    assertThat(Kernels.problems("macosx-arm64", Set.of(), Map.of(), ""))
        .singleElement()
        .asString()
        .contains("linux-x86_64", "macosx-arm64", "execution.kernels to native");
    assertThat(Kernels.problems("linux-x86_64", Set.of("avx", "avx2"), Map.of(), ""))
        .singleElement()
        .asString()
        .contains("AVX2 and FMA");
    assertThat(
            Kernels.problems(
                "linux-x86_64",
                AVX2,
                Map.of("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-FMA_Usable"),
                "mkl"))
        .hasSize(2)
        .anyMatch(problem -> problem.contains("glibc.cpu.hwcaps=-FMA_Usable"))
        .anyMatch(problem -> problem.contains("mkl"));
    // Tunables of the allocator change no bit.
    assertThat(
            Kernels.problems(
                "linux-x86_64", AVX2, Map.of("GLIBC_TUNABLES", "glibc.malloc.arena_max=1"), ""))
        .isEmpty();
  }

  @Test
  void whatComputedIsHeldAgainstWhatWasAsked() {
    KernelChoice portable =
        choice(
            "openblas core", "HASWELL",
            "libtorch capability", "AVX2",
            "onednn isa", "avx2",
            "c library", "glibc 2.36");
    Kernels.check(KernelSet.PORTABLE, portable);
    Kernels.check(KernelSet.NATIVE, choice("openblas core", "ZEN"));
    assertThatThrownBy(() -> Kernels.check(KernelSet.PORTABLE, choice("openblas core", "ZEN")))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PLATFORM))
        .hasMessageContaining("openblas core HASWELL, but it is ZEN");
    assertThatThrownBy(
            () ->
                Kernels.check(
                    KernelSet.PORTABLE,
                    portable.with(Map.of("gpu", "H200, compute capability 9.0"))))
        .hasMessageContaining("H200")
        .hasMessageContaining("execution.device to cpu");
  }

  @Test
  void steeringVariablesAreThoseOfTheList() {
    assertThat(KernelVariables.names())
        .contains("OPENBLAS_CORETYPE", "ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "MKL_CBWR")
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[A-Z][A-Z0-9_]*"))
        .containsAll(KernelVariables.pins(KernelSet.PORTABLE).keySet());
    assertThat(
            KernelVariables.steering(
                Map.of("OPENBLAS_CORETYPE", "Zen", "MKL_CBWR", "", "HOME", "/root")))
        .containsExactly(Map.entry("OPENBLAS_CORETYPE", "Zen"));
    assertThat(KernelVariables.pins(KernelSet.NATIVE)).isEmpty();
  }

  /** As C programs see it; the rest of it stays as it is. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void theEnvironmentOfNativeCodeCanBeChanged() {
    Map<String, String> before = ProcessEnvironment.all();
    assertThat(before).containsAllEntriesOf(System.getenv());
    ProcessEnvironment.set(Map.of("SEQLM_KERNELS_TEST", "ö 1=2"));
    try {
      Map<String, String> expected = new TreeMap<>(before);
      expected.put("SEQLM_KERNELS_TEST", "ö 1=2");
      assertThat(ProcessEnvironment.all()).containsExactlyInAnyOrderEntriesOf(expected);
      // libtorch asks getenv.
      assertThat(torch.get_env("SEQLM_KERNELS_TEST").get().getString(StandardCharsets.UTF_8))
          .isEqualTo("ö 1=2");
    } finally {
      ProcessEnvironment.set(Map.of("SEQLM_KERNELS_TEST", ""));
    }
    assertThat(ProcessEnvironment.all()).containsExactlyInAnyOrderEntriesOf(before);
    assertThat(torch.get_env("SEQLM_KERNELS_TEST").has_value()).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void gpusAreNumberedByTheirPlaceOnTheBus() {
    assertThat(KernelVariables.forGpus(Map.of("CUDA_DEVICE_ORDER", "FASTEST_FIRST")))
        .containsEntry("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
        .containsEntry("NVIDIA_TF32_OVERRIDE", "")
        .containsEntry("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
    assertThat(KernelVariables.forGpus(Map.of("CUBLAS_WORKSPACE_CONFIG", ":16:8")))
        .containsEntry("CUBLAS_WORKSPACE_CONFIG", ":16:8");
    // What native code reads, not Java's copy.
    Kernels.forGpus();
    assertThat(Kernels.variable("CUDA_DEVICE_ORDER")).isEqualTo("PCI_BUS_ID");
    assertThat(Kernels.variable("NVIDIA_TF32_OVERRIDE")).isNull();
    assertThat(KernelVariables.names()).containsAll(KernelVariables.forGpus(Map.of()).keySet());
  }
}
