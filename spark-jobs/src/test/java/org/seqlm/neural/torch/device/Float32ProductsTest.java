package org.seqlm.neural.torch.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.seqlm.neural.learner.Precision;

/** The precision of a GPU's products is the process's, and put back. */
class Float32ProductsTest {
  private static final TorchDevice GPU = TorchDevice.likeGpu(RecurrentCalls.LIBTORCH);

  private static void assertProducts(torch.Float32Precision expected) {
    assertThat(Float32Products.precision(torch.Float32Op.RNN)).isEqualTo(expected);
    assertThat(Float32Products.precision(torch.Float32Op.MATMUL)).isEqualTo(expected);
  }

  @Test
  void lastsUntilTheLastIsClosed() {
    torch.Float32Precision before = Float32Products.precision(torch.Float32Op.RNN);
    torch.Float32Precision products = Float32Products.precision(torch.Float32Op.MATMUL);
    assertThat(before).isEqualTo(torch.Float32Precision.TF32);
    try (Float32Products one = Float32Products.on(GPU, Precision.FLOAT32)) {
      assertProducts(torch.Float32Precision.IEEE);
      try (Float32Products two = Float32Products.on(GPU, Precision.BF16)) {
        assertProducts(torch.Float32Precision.IEEE);
      }
      assertProducts(torch.Float32Precision.IEEE);
    }
    try (Float32Products one = Float32Products.on(GPU, Precision.TF32)) {
      assertProducts(torch.Float32Precision.TF32);
    }
    assertThat(Float32Products.precision(torch.Float32Op.RNN)).isEqualTo(before);
    assertThat(Float32Products.precision(torch.Float32Op.MATMUL)).isEqualTo(products);
  }

  @Test
  void isNothingOnACpu() {
    try (Float32Products none = Float32Products.on(TorchDevice.cpu(), Precision.FLOAT32)) {
      assertThat(Float32Products.precision(torch.Float32Op.RNN))
          .isEqualTo(torch.Float32Precision.TF32);
    }
  }

  @Test
  @Timeout(20)
  void anotherPrecisionWaits() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch begins = new CountDownLatch(1);
      Future<?> other;
      try (Float32Products strict = Float32Products.on(GPU, Precision.FLOAT32)) {
        other =
            thread.submit(
                () -> {
                  begins.countDown();
                  try (Float32Products loose = Float32Products.on(GPU, Precision.TF32)) {
                    assertProducts(torch.Float32Precision.TF32);
                  }
                });
        begins.await();
        Thread.sleep(50);
        assertThat(other.isDone()).isFalse();
        assertProducts(torch.Float32Precision.IEEE);
      }
      other.get(10, TimeUnit.SECONDS);
    } finally {
      thread.shutdownNow();
    }
  }
}
