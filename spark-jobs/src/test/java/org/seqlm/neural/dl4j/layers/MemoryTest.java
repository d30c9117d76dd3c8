package org.seqlm.neural.dl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.torch.device.TorchDevice;

class MemoryTest {
  /** A type that libtorch tells is another object than Java's constant of it. */
  @Test
  void whatIsOfATypeIsNotConverted() {
    try (PointerScope scope = new PointerScope()) {
      Tensor floats = TorchDevice.cpu().of(torch.ScalarType.Float, new float[] {1, 2}, 2);
      assertThat(Memory.as(floats, torch.ScalarType.Float)).isSameAs(floats);
      assertThat(Memory.as(floats, floats.scalar_type())).isSameAs(floats);
      Tensor doubles = Memory.as(floats, torch.ScalarType.Double);
      assertThat(doubles.scalar_type().intern()).isEqualTo(torch.ScalarType.Double);
      assertThat(TorchDevice.doubles(doubles)).containsExactly(1, 2);
    }
  }
}
