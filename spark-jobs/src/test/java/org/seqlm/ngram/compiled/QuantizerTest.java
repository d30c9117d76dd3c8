package org.seqlm.ngram.compiled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ngram.trie.Spill;

class QuantizerTest {
  @TempDir Path folder;

  private Quantizer trained(int bits, float exact, float... values) throws IOException {
    Quantizer quantizer = new Quantizer(bits, exact, new Spill(1 << 12, folder));
    for (float value : values) {
      quantizer.add(value);
    }
    quantizer.train();
    return quantizer;
  }

  @Test
  void binsHoldEquallyManyAndStandForTheirMeanProbabilities() throws IOException {
    try (Quantizer quantizer = trained(2, Float.NaN, -1, -8, -2, -4, -3, -6, -5, -7)) {
      // (10^-1 + 10^-2) / 2 = 10^-1.2596, and so on.
      assertThat(quantizer.means())
          .containsExactly(new float[] {-7.2596f, -5.2596f, -3.2596f, -1.2596f}, within(1e-4f));
      assertThat(quantizer.code(-8)).isZero();
      assertThat(quantizer.code(-6)).isEqualTo(1);
      assertThat(quantizer.code(-1)).isEqualTo(3);
      assertThat(quantizer.code(-4.3f)).isEqualTo(1);
      assertThat(quantizer.code(-4.2f)).isEqualTo(2);
    }
  }

  @Test
  void oneValueStaysExact() throws IOException {
    try (Quantizer quantizer = trained(2, 0, 0, -0.5f, 0, 0.25f, -3)) {
      assertThat(quantizer.means())
          .containsExactly(new float[] {0, -3, -0.5f, 0.25f}, within(1e-6f));
      assertThat(quantizer.code(0)).isZero();
      assertThat(quantizer.code(0.01f)).isEqualTo(3);
      assertThat(quantizer.code(-9)).isEqualTo(1);
    }
    try (Quantizer quantizer = trained(2, Float.NaN, Float.NaN, -1)) {
      assertThat(quantizer.code(Float.NaN)).isZero();
      assertThat(quantizer.means()[quantizer.code(-1)]).isEqualTo(-1, within(1e-6f));
    }
  }

  @Test
  void everyValueGetsTheNearestMean() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      float[] values = new float[random.nextInt(2000)];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(4) == 0 ? -1 : (float) (-3 * random.nextGaussian());
      }
      try (Quantizer quantizer = trained(2 + seed % 7, Float.NaN, values)) {
        float[] means = quantizer.means();
        for (float value : values) {
          float distance = Math.abs(value - means[quantizer.code(value)]);
          for (float mean : means) {
            assertThat(distance).isLessThanOrEqualTo(Math.abs(value - mean));
          }
        }
      }
    }
  }
}
