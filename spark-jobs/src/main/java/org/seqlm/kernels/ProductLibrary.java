package org.seqlm.kernels;

import java.util.Optional;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;

/**
 * Which library multiplies matrices of float32 on the CPU. With few sequences a step's products are
 * small, and oneDNN's kernels, which copy little and are made for the shape, take half the time of
 * OpenBLAS's, which pack all of the weights again at every step; they also look at the processor
 * alone, where OpenBLAS's hang on a variable of its own.
 *
 * <p>A process has one, and it follows from what the process is, never from timing: the last bits
 * of a training depend on it.
 */
public enum ProductLibrary {
  /** oneDNN's own, beside the copy in libtorch, which exports none: on x86-64 with AVX2. */
  ONE_DNN,
  /** What libtorch calls: OpenBLAS, or what was put in its place. */
  LIBTORCH;

  /** oneDNN's instruction sets as bits; what its products of float32 tell apart. */
  private static final int AVX2 = 0x7;

  private static final int AVX512 = 0x27;

  /** Of a process, when it is first asked; the kernels are pinned before. */
  private static final class Chosen {
    private static final String ISA = isa();
    private static final ProductLibrary LIBRARY = ISA == null ? LIBTORCH : ONE_DNN;
    private static final String NAME = ISA == null ? "libtorch" : version() + " " + ISA;

    static {
      asked = true;
    }
  }

  private static volatile boolean asked;

  /** The library of this process. */
  public static ProductLibrary ofThisProcess() {
    return Chosen.LIBRARY;
  }

  /** What it is and by which instructions, once it is chosen; chooses none. */
  static Optional<String> chosen() {
    return asked ? Optional.of(Chosen.NAME) : Optional.empty();
  }

  /** Null where oneDNN is not to multiply. */
  private static String isa() {
    if (!fits(
        Loader.getPlatform(), Kernels.pinned(), System.getProperty(Kernels.REPLACED, ""), has())) {
      return null;
    }
    int isa = dnnl.dnnl_get_effective_cpu_isa();
    return (isa & AVX2) != AVX2 ? null : (isa & AVX512) == AVX512 ? "avx512_core" : "avx2";
  }

  /**
   * Whether oneDNN is to multiply where the processor has AVX2.
   *
   * @param platform JavaCPP's name
   * @param pinned whether kernels are portable: these are OpenBLAS's, as they have always been
   * @param replaced what a user put in OpenBLAS's place, and wants to multiply; empty for nothing
   * @param there whether oneDNN is on the class path
   */
  static boolean fits(String platform, boolean pinned, String replaced, boolean there) {
    return platform.endsWith("-x86_64") && !pinned && replaced.isEmpty() && there;
  }

  private static boolean has() {
    String folder = "/org/bytedeco/dnnl/" + Loader.getPlatform() + "/";
    return ProductLibrary.class.getResource(folder + System.mapLibraryName("jnidnnl")) != null;
  }

  private static String version() {
    dnnl_version_t version = dnnl.dnnl_version();
    return "onednn " + version.major() + "." + version.minor() + "." + version.patch();
  }

  /**
   * C = A B + β C of row-major matrices, by oneDNN; on as many threads as OpenMP's setting of the
   * calling thread says.
   *
   * @param layoutA whether A lies transposed, (K, M)
   * @param layoutB whether B lies transposed, (N, K)
   * @param m rows of C
   * @param n columns of C
   * @param k columns of A
   * @param lda values from a row of A, as it lies, to the next
   * @param beta 0 or 1
   */
  public static void sgemm(
      Layout layoutA,
      Layout layoutB,
      long m,
      long n,
      long k,
      FloatPointer a,
      long lda,
      FloatPointer b,
      long ldb,
      float beta,
      FloatPointer c,
      long ldc) {
    int status =
        dnnl.dnnl_sgemm(layoutA.letter, layoutB.letter, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException(
          "oneDNN does not multiply (" + m + ", " + k + ") by (" + k + ", " + n + "): " + status);
    }
  }

  /** How a matrix lies. */
  public enum Layout {
    AS_IT_IS('N'),
    TRANSPOSED('T');

    private final byte letter;

    Layout(char letter) {
      this.letter = (byte) letter;
    }

    /** The other way round. */
    public Layout other() {
      return this == TRANSPOSED ? AS_IT_IS : TRANSPOSED;
    }
  }
}
