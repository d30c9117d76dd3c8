package org.seqlm.neural.torch.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GpuInventoryTest {
  @Test
  void linesOfNvidiaSmi() {
    assertThat(
            GpuInventory.of(
                List.of(
                    "0, NVIDIA H200, 9.0, 580.65.06, 143771",
                    "1, NVIDIA A100-SXM4-40GB, 8.0, 580.65.06, [N/A]",
                    "2, Tesla, [N/A], 390.1, 11441",
                    "No devices were found")))
        .containsExactly(
            new GpuInventory.Gpu(0, "NVIDIA H200", 9, 0, "580.65.06", 143_771),
            new GpuInventory.Gpu(1, "NVIDIA A100-SXM4-40GB", 8, 0, "580.65.06", 0),
            new GpuInventory.Gpu(2, "Tesla", 0, 0, "390.1", 11_441));
    assertThat(GpuInventory.of(List.of())).isEmpty();
  }
}
