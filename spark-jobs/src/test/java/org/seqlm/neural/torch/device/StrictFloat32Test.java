package org.seqlm.neural.torch.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** The setting is libtorch's own and is there without a GPU, too. */
class StrictFloat32Test {
  @Test
  void theLastToEndPutsBackWhatTheFirstFound() {
    TorchDevice.library();
    torch.Float32Precision before = StrictFloat32.precision();
    assertThat(before).isEqualTo(torch.Float32Precision.TF32);
    StrictFloat32.begin();
    assertThat(StrictFloat32.precision()).isEqualTo(torch.Float32Precision.IEEE);
    StrictFloat32.begin();
    StrictFloat32.end();
    assertThat(StrictFloat32.precision()).isEqualTo(torch.Float32Precision.IEEE);
    StrictFloat32.end();
    assertThat(StrictFloat32.precision()).isEqualTo(before);
  }

  @Test
  void nothingChangesForACpu() {
    try (StrictFloat32 strict = StrictFloat32.on(TorchDevice.cpu())) {
      assertThat(strict).isNotNull();
      assertThat(StrictFloat32.precision()).isEqualTo(torch.Float32Precision.TF32);
    }
  }
}
