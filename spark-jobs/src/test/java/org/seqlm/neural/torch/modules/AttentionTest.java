package org.seqlm.neural.torch.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.MultiheadAttentionImpl;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.network.AttentionBody;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.network.Tagger;
import org.seqlm.neural.torch.device.TorchDevice;

class AttentionTest {
  private static Tensor of(long rows, float... values) {
    return TorchDevice.cpu().of(torch.ScalarType.Double, values, 1, rows, values.length / rows);
  }

  /** q = [3, −1, −1] and four keys: scores −2, 3, 0 and 6. */
  @Test
  void dotProductsOfFourKeys() {
    try (PointerScope scope = new PointerScope()) {
      Tensor q = of(1, 3, -1, -1);
      Tensor keys = of(4, 1, 2, 3, 2, 2, 1, 0, 1, -1, 2, 1, -1);
      // The values are the keys' numbers, so what comes out is the weights themselves.
      Tensor values = of(4, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
      Tensor scores = torch.matmul(q, keys.transpose(1, 2));
      assertThat(TorchDevice.doubles(scores)).containsExactly(-2, 3, 0, 6);
      assertThat(TorchDevice.doubles(Attention.soft(q, keys, values, null, 1)))
          .containsExactly(new double[] {0.0003, 0.0473, 0.0024, 0.9500}, within(5e-5));
      assertThat(TorchDevice.doubles(Attention.best(scores, null))).containsExactly(0, 0, 0, 1);
      // The best key does not count.
      Tensor counts = of(1, 1, 1, 1, 0).to(torch.ScalarType.Bool);
      assertThat(TorchDevice.doubles(Attention.best(scores, counts))).containsExactly(0, 1, 0, 0);
      double e = Math.exp(-5);
      double f = Math.exp(-3);
      assertThat(TorchDevice.doubles(Attention.soft(q, keys, values, counts, 1)))
          .containsExactly(
              new double[] {e / (1 + e + f), 1 / (1 + e + f), f / (1 + e + f), 0}, within(1e-12));
    }
  }

  /** One matrix a frequency and offset, whatever the position, and it is orthogonal. */
  @Test
  void offsetsOfPositionsAreRotations() {
    int width = 8;
    int positions = 40;
    float[] codes = SinusoidalPositions.codes(positions, width);
    for (int k = 0; k < width / 2; k++) {
      double frequency = SinusoidalPositions.frequency(k, width);
      for (int offset = -positions + 1; offset < positions; offset++) {
        double cos = Math.cos(frequency * offset);
        double sin = Math.sin(frequency * offset);
        double[][] m = {{cos, sin}, {-sin, cos}};
        for (int i = 0; i < 2; i++) {
          for (int j = 0; j < 2; j++) {
            double product = m[i][0] * m[j][0] + m[i][1] * m[j][1];
            assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-12));
          }
        }
        for (int t = Math.max(0, -offset); t < Math.min(positions, positions - offset); t++) {
          double s = codes[t * width + 2 * k];
          double c = codes[t * width + 2 * k + 1];
          int there = (t + offset) * width + 2 * k;
          assertThat(m[0][0] * s + m[0][1] * c).isCloseTo(codes[there], within(1e-6));
          assertThat(m[1][0] * s + m[1][1] * c).isCloseTo(codes[there + 1], within(1e-6));
        }
      }
    }
  }

  /** Without positions a step's output does not depend on the order of the others. */
  @Test
  void withoutPositionsOrderDoesNotMatter() {
    AttentionBody body = new AttentionBody(2, 4, 2, 5, 0);
    Tagger network = new Tagger(StepInput.vectors(4), body, 2);
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Pass pass =
          Pass.toRead(
              new ModuleParameters(
                  network.layout(),
                  Differences.parameters(network, 1),
                  TorchDevice.cpu(),
                  torch.ScalarType.Double));
      AttentionBlocks blocks = new AttentionBlocks(body, "", 1);
      Padding padding = Padding.of(new int[] {3}, 4, TorchDevice.cpu());
      Tensor z = of(4, 1, 0, 2, -1, 0, 3, 1, 1, 2, -2, 0, 1, 9, 9, -9, 9);
      Tensor order = TorchDevice.cpu().of(new long[] {2, 0, 1, 3}, 4);
      Tensor first = padding.rows(blocks.run(pass, z, padding));
      Tensor second = padding.rows(blocks.run(pass, z.index_select(1, order), padding));
      Tensor three = order.narrow(0, 0, 3);
      assertThat(TorchDevice.doubles(second))
          .containsExactly(TorchDevice.doubles(first.index_select(0, three)), within(1e-12));
      // With them it does.
      Tensor placed = padding.rows(blocks.run(pass, blocks.placed(pass, z), padding));
      Tensor moved =
          padding.rows(blocks.run(pass, blocks.placed(pass, z.index_select(1, order)), padding));
      Tensor difference = moved.sub(placed.index_select(0, three)).abs().max();
      assertThat(difference.item_double()).isGreaterThan(1e-3);
    }
  }

  /** A block around libtorch's own multi-head attention, which masks keys that are padded. */
  @Test
  void equalsLibtorchsMultiHeadAttention() {
    int width = 6;
    int time = 4;
    AttentionBody body = new AttentionBody(1, width, 3, 5, 0);
    Tagger network = new Tagger(StepInput.vectors(width), body, 2);
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      TorchDevice cpu = TorchDevice.cpu();
      Pass pass =
          Pass.toRead(
              new ModuleParameters(
                  network.layout(),
                  Differences.parameters(network, 1),
                  cpu,
                  torch.ScalarType.Float));
      MultiheadAttentionImpl theirs = new MultiheadAttentionImpl(width, 3);
      StringTensorDict named = theirs.named_parameters();
      for (String name :
          List.of("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")) {
        named.get(name).copy_(pass.weight("layers.0.self_attn." + name));
      }
      Random random = new Random(3);
      float[] values = new float[2 * time * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      Tensor z = cpu.of(torch.ScalarType.Float, values, 2, time, width);
      Padding padding = Padding.of(new int[] {4, 2}, time, cpu);
      Tensor normed = pass.norm("layers.0.norm1", z).transpose(0, 1);
      Tensor attended =
          theirs
              .forward(
                  normed,
                  normed,
                  normed,
                  padding.counts().logical_not(),
                  false,
                  new Tensor(),
                  false)
              .get0()
              .transpose(0, 1);
      Tensor middle = z.add(attended);
      Tensor inner =
          torch.gelu(pass.linear("layers.0.linear1", pass.norm("layers.0.norm2", middle)));
      Tensor expected = pass.norm("norm", middle.add(pass.linear("layers.0.linear2", inner)));
      Tensor ours = new AttentionBlocks(body, "", 1).run(pass, z, padding);
      assertThat(TorchDevice.floats(padding.rows(ours)))
          .containsExactly(TorchDevice.floats(padding.rows(expected)), within(1e-5f));
    }
  }
}
