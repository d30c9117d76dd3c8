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
    try (GpuUse.Wanted wanted = GpuUse.wanted(null)) {
      assertThat(wanted.use(null)).isNull();
    }
  }

  /** After a pause the last answer is of another round, and tells nothing of this one. */
  @Test
  void anAnswerDoesNotOutliveItsTime() {
    GpuUse use = new GpuUse(0.5, 1, 2);
    GpuUse.tell(Map.of(125, use), 1_000_000);
    assertThat(GpuUse.known(125, 0, 1_000_000 + GpuUse.FRESH_MILLIS)).isEqualTo(use);
    assertThat(GpuUse.known(125, 0, 1_000_001 + GpuUse.FRESH_MILLIS)).isNull();
    assertThat(GpuUse.known(124, 0, 1_000_000)).isNull();
    GpuUse.tell(Map.of(), 1_010_000); // nvidia-smi knows no more
    assertThat(GpuUse.known(125, 0, 1_020_000)).isNull();
    try (GpuUse.Wanted wanted = GpuUse.wanted(125)) {
      assertThat(wanted.use(125)).isNull();
    }
  }

  /** However short the round before was. */
  @Test
  void anAnswerOfTheRoundBeforeTellsNothing() {
    GpuUse use = new GpuUse(0.5, 1, 2);
    GpuUse.tell(Map.of(123, use), 1_000_000);
    assertThat(GpuUse.known(123, 1_000_000, 1_000_500)).isEqualTo(use);
    assertThat(GpuUse.known(123, 1_000_001, 1_000_500)).isNull();
    long now = System.currentTimeMillis();
    GpuUse.tell(Map.of(122, use), now - 1);
    try (GpuUse.Wanted wanted = GpuUse.wanted(null)) {
      assertThat(wanted.use(122)).isNull();
      GpuUse.tell(Map.of(122, use), System.currentTimeMillis());
      assertThat(wanted.use(122)).isEqualTo(use);
    }
  }

  /** On a machine without the program there is no error and no figure. */
  @Test
  void whereNobodyTellsThereIsNone() {
    assertThat(NvidiaSmi.answer(List.of("seqlm-no-such-program"), 1000)).isEmpty();
    try (GpuUse.Wanted wanted = GpuUse.wanted(126)) {
      assertThat(wanted.use(126)).isNull();
    }
  }
}
