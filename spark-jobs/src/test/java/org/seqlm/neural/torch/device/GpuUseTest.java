package org.seqlm.neural.torch.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GpuUseTest {
  @Test
  void whatIsNoFigureTellsNothing() {
    assertThat(
            GpuUse.parse(
                List.of(
                    "0, 87, 1024, 143771",
                    "1, [N/A], 12, 143771",
                    "3, 0, 5, 81559",
                    "No devices found",
                    "")))
        .isEqualTo(
            Map.of(
                0, new GpuUse(0.87, 1L << 30, 143_771L << 20),
                3, new GpuUse(0, 5L << 20, 81_559L << 20)));
    assertThat(GpuUse.parse(List.of())).isEmpty();
  }

  @Test
  void aTaskOnACpuHasNone() {
    assertThat(GpuUse.of(null)).isNull();
  }

  /** On a machine without the program there is no error and no figure. */
  @Test
  void whereNobodyTellsThereIsNone() {
    assertThat(NvidiaSmi.answer(List.of("seqlm-no-such-program"), 1000)).isEmpty();
    assertThat(GpuUse.of(126)).isNull();
  }
}
