package org.seqlm.neural.torch.diagnosis;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.torch.device.TorchDevice;

/** Largest singular values and eigenvalues of square matrices, in float64. */
final class Spectra {
  /** Up to this width all eigenvalues are computed; it takes H³. */
  static final int EXACT_WIDTH = 256;

  private static final int POWERS = 60;
  private static final double ENOUGH = 1e-7;

  /** Of Arnoldi's basis. */
  private static final int BASIS = 48;

  private Spectra() {}

  /**
   * The spectral norm of each, by power iteration on AᵀA.
   *
   * @param matrices (n, H, H)
   */
  static double[] norms(Tensor matrices) {
    int n = (int) matrices.size(0);
    double[] norms = new double[n];
    try (PointerScope scope = new PointerScope()) {
      Tensor transposed = matrices.transpose(1, 2).contiguous();
      Tensor v = unit(start(n, matrices.size(1)).unsqueeze(2));
      for (int i = 0; i < POWERS; i++) {
        double[] before = norms;
        Tensor next = torch.bmm(transposed, torch.bmm(matrices, v));
        norms = TorchDevice.doubles(lengths(next).sqrt());
        if (converged(before, norms)) {
          break;
        }
        v = unit(next);
      }
    }
    return norms;
  }

  private static boolean converged(double[] before, double[] after) {
    for (int i = 0; i < after.length; i++) {
      // Not finite never is.
      if (!(Math.abs(after[i] - before[i]) <= ENOUGH * after[i])) {
        return false;
      }
    }
    return true;
  }

  /** (n, H, 1) to (n, 1, 1). */
  private static Tensor lengths(Tensor v) {
    return torch.mul(v, v).sum(new long[] {1}, true, optional()).sqrt();
  }

  private static Tensor unit(Tensor v) {
    return torch.div(v, lengths(v).clamp_min(new Scalar(Double.MIN_NORMAL)));
  }

  private static org.bytedeco.pytorch.ScalarTypeOptional optional() {
    return new org.bytedeco.pytorch.ScalarTypeOptional();
  }

  private static Tensor start(long n, long width) {
    KeyedRandom random = KeyedRandom.of(1, "power iteration");
    float[] values = new float[Math.toIntExact(n * width)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.normal(i);
    }
    return TorchDevice.cpu().of(torch.ScalarType.Double, values, n, width);
  }

  /**
   * The spectral radius of each: exact up to {@link #EXACT_WIDTH}, above it the largest Ritz value
   * of Arnoldi's iteration (Arnoldi 1951), which comes close from below or, of far from normal
   * matrices, from either side. NaN of a matrix that is not finite.
   *
   * @param matrices (n, H, H)
   */
  static double[] radii(Tensor matrices) {
    int n = (int) matrices.size(0);
    try (PointerScope scope = new PointerScope()) {
      if (!Double.isFinite(matrices.abs().sum().item_double())) {
        double[] unknown = new double[n];
        Arrays.fill(unknown, Double.NaN);
        return unknown;
      }
      if (matrices.size(1) <= EXACT_WIDTH) {
        return TorchDevice.doubles(largest(matrices));
      }
      double[] radii = new double[n];
      for (int i = 0; i < n; i++) {
        radii[i] = TorchDevice.doubles(largest(hessenberg(matrices.select(0, i)).unsqueeze(0)))[0];
      }
      return radii;
    }
  }

  private static Tensor largest(Tensor matrices) {
    return torch.amax(torch.linalg_eigvals(matrices).abs(), new long[] {1}, false);
  }

  /** A restricted to the space of v, A v, A² v …: (m, m), m ≤ {@link #BASIS}. */
  private static Tensor hessenberg(Tensor a) {
    long width = a.size(0);
    int most = (int) Math.min(BASIS, width);
    Tensor basis = TorchDevice.cpu().zeros(torch.ScalarType.Double, most, width);
    Tensor result = TorchDevice.cpu().zeros(torch.ScalarType.Double, most, most);
    Tensor v = start(1, width).select(0, 0);
    v = v.div(v.norm());
    for (int j = 0; j < most; j++) {
      basis.select(0, j).copy_(v);
      Tensor next = torch.mv(a, v);
      // Twice is enough to stay orthogonal.
      for (int again = 0; again < 2; again++) {
        Tensor part = torch.mv(basis, next);
        result.select(1, j).add_(part);
        next = next.sub(torch.mv(basis.t(), part));
      }
      double length = next.norm().item_double();
      if (j + 1 == most || length < 1e-12) {
        return result.narrow(0, 0, j + 1).narrow(1, 0, j + 1);
      }
      result.select(0, j + 1).select(0, j).fill_(new Scalar(length));
      v = next.div(new Scalar(length));
    }
    return result;
  }
}
