package org.seqlm.neural.torch.layers;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.kernels.ProductLibrary;
import org.seqlm.kernels.ProductLibrary.Layout;

/**
 * Products of matrices, by the library of this process ({@link ProductLibrary}) where they are of
 * float32 on the CPU and lie as it takes them, else by libtorch. Automatic differentiation is off,
 * and results overlap with nothing that is multiplied.
 */
public final class Products {
  private Products() {}

  /**
   * A B.
   *
   * @param out receives it, (M, N)
   * @param a (M, K)
   * @param b (K, N)
   * @return {@code out}
   */
  public static Tensor multiply(Tensor out, Tensor a, Tensor b) {
    return byOneDnn(out, a, b, 0) ? out : torch.mm_out(out, a, b);
  }

  /**
   * Adds A B.
   *
   * @param out what it is added to, (M, N)
   * @param a (M, K)
   * @param b (K, N)
   * @return {@code out}
   */
  public static Tensor add(Tensor out, Tensor a, Tensor b) {
    return byOneDnn(out, a, b, 1) ? out : out.addmm_(a, b);
  }

  /** Adds A B times a factor. */
  static Tensor add(Tensor out, Tensor a, Tensor b, double factor) {
    return factor == 1 ? add(out, a, b) : out.addmm_(a, b, new Scalar(1.0), new Scalar(factor));
  }

  /**
   * A B and one row more.
   *
   * @param out receives it, (M, N)
   * @param bias (N)
   * @param a (M, K)
   * @param b (K, N)
   * @return {@code out}
   */
  public static Tensor affine(Tensor out, Tensor bias, Tensor a, Tensor b) {
    if (!oneDnnHas(out)) {
      return torch.addmm_out(out, bias, a, b);
    }
    return add(out.copy_(bias), a, b);
  }

  /**
   * The same in memory of its own; without bias where that is null.
   *
   * @return (M, N)
   */
  public static Tensor affine(Tensor bias, Tensor a, Tensor b) {
    if (!oneDnnHas(a)) {
      return bias == null ? torch.mm(a, b) : torch.addmm(bias, a, b);
    }
    Tensor out = torch.empty(new long[] {a.size(0), b.size(1)}, a.options(), null);
    return bias == null ? multiply(out, a, b) : affine(out, bias, a, b);
  }

  private static boolean oneDnnHas(Tensor tensor) {
    return tensor.scalar_type().intern() == torch.ScalarType.Float
        && !tensor.is_cuda()
        && ProductLibrary.ofThisProcess() == ProductLibrary.ONE_DNN;
  }

  private static boolean byOneDnn(Tensor out, Tensor a, Tensor b, float beta) {
    if (!oneDnnHas(out)) {
      return false;
    }
    long m = out.size(0);
    long n = out.size(1);
    long k = a.size(1);
    if (a.size(0) != m || b.size(0) != k || b.size(1) != n || m == 0 || n == 0 || k == 0) {
      return false; // libtorch has the words for it
    }
    long outRow = row(out, m, n);
    long outColumn = outRow > 0 ? 0 : row(out, n, m, 1, 0);
    long aRow = row(a, m, k);
    long aColumn = aRow > 0 ? 0 : row(a, k, m, 1, 0);
    long bRow = row(b, k, n);
    long bColumn = bRow > 0 ? 0 : row(b, n, k, 1, 0);
    if (outRow + outColumn == 0 || aRow + aColumn == 0 || bRow + bColumn == 0) {
      return false;
    }
    Layout layoutA = aRow > 0 ? Layout.AS_IT_IS : Layout.TRANSPOSED;
    Layout layoutB = bRow > 0 ? Layout.AS_IT_IS : Layout.TRANSPOSED;
    FloatPointer pa = a.data_ptr_float();
    FloatPointer pb = b.data_ptr_float();
    FloatPointer pc = out.data_ptr_float();
    long lda = aRow + aColumn;
    long ldb = bRow + bColumn;
    if (outRow > 0) {
      ProductLibrary.sgemm(layoutA, layoutB, m, n, k, pa, lda, pb, ldb, beta, pc, outRow);
    } else {
      // Cᵀ = Bᵀ Aᵀ lies as it is.
      ProductLibrary.sgemm(
          layoutB.other(), layoutA.other(), n, m, k, pb, ldb, pa, lda, beta, pc, outColumn);
    }
    return true;
  }

  private static long row(Tensor tensor, long rows, long columns) {
    return row(tensor, rows, columns, 0, 1);
  }

  /** Values from a row to the next, where the values of a row lie side by side; else 0. */
  private static long row(Tensor tensor, long rows, long columns, int down, int along) {
    if (columns > 1 && tensor.stride(along) != 1) {
      return 0;
    }
    long row = rows > 1 ? tensor.stride(down) : columns;
    return row >= columns ? row : 0;
  }
}
