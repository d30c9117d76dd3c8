package org.seqlm.neural.torch.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;

/** Products however matrices lie, against sums in double. */
class ProductsTest {
  private final Random random = new Random(7);

  @Test
  void oneByHand() {
    TorchDevice.library();
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Tensor a = of(2, 3, 1, 2, 3, 4, 5, 6);
      Tensor b = of(3, 1, 1, 0, -1);
      Tensor out = of(2, 1, Float.NaN, Float.NaN);
      assertThat(TorchDevice.floats(Products.multiply(out, a, b))).containsExactly(-2, -2);
      assertThat(TorchDevice.floats(Products.add(out, a, b))).containsExactly(-4, -4);
      Tensor bias = of(1, 1, 10).squeeze(0);
      assertThat(TorchDevice.floats(Products.affine(out, bias, a, b))).containsExactly(8, 8);
      assertThat(TorchDevice.floats(Products.affine(bias, a, b))).containsExactly(8, 8);
      assertThat(TorchDevice.floats(Products.affine(null, a, b))).containsExactly(-2, -2);
    }
  }

  @Test
  void ofEveryShapeAndLayoutTheSumsOfDoubles() {
    TorchDevice.library();
    TorchThreads.one();
    for (int i = 0; i < 300; i++) {
      try (PointerScope scope = new PointerScope();
          AutoGradMode off = new AutoGradMode(false)) {
        int m = size();
        int k = size();
        int n = size();
        Tensor a = matrix(m, k);
        Tensor b = matrix(k, n);
        Tensor out = matrix(m, n);
        Tensor before = out.clone();
        Tensor product = torch.mm(wide(a), wide(b));
        String what = "(" + m + ", " + k + ") by (" + k + ", " + n + "), try " + i;
        near(Products.add(out, a, b), wide(before).add(product), what);
        out.fill_(new Scalar(Float.NaN));
        near(Products.multiply(out, a, b), product, what);
        near(out, product, what); // wherever it lies
        Tensor bias = matrix(1, n).squeeze(0);
        near(Products.affine(bias, a, b), product.add(wide(bias)), what);
      }
    }
  }

  @Test
  void whatLiesAroundAResultStaysAsItWas() {
    TorchDevice.library();
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Tensor all = torch.zeros(5, 9);
      Products.multiply(all.narrow(0, 1, 3).narrow(1, 2, 4), torch.ones(3, 2), torch.ones(2, 4));
      assertThat(all.sum().item_float()).isEqualTo(24);
      assertThat(all.narrow(0, 1, 3).narrow(1, 2, 4).sum().item_float()).isEqualTo(24);
    }
  }

  private static Tensor wide(Tensor tensor) {
    return tensor.to(torch.ScalarType.Double);
  }

  private static void near(Tensor found, Tensor wanted, String what) {
    assertThat(wide(found).sub(wanted).abs().max().item_double())
        .as(what)
        .isCloseTo(0, within(1e-4));
  }

  private int size() {
    return random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 1 + random.nextInt(90);
  }

  /** In one piece or cut out of more, as it is or turned, or with gaps within rows and columns. */
  private Tensor matrix(int rows, int columns) {
    return switch (random.nextInt(5)) {
      case 0 -> torch.randn(rows, columns);
      case 1 -> torch.randn(columns, rows).t();
      case 2 -> torch.randn(rows + 3, columns + 5).narrow(0, 2, rows).narrow(1, 1, columns);
      case 3 -> torch.randn(columns + 3, rows + 5).narrow(0, 2, columns).narrow(1, 1, rows).t();
      default -> torch.randn(rows, columns, 2).select(2, 1);
    };
  }

  private static Tensor of(int rows, int columns, float... values) {
    return TorchDevice.cpu().of(torch.ScalarType.Float, values, rows, columns);
  }
}
