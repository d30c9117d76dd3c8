package org.seqlm.neural.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;

class LayerNormTest {
  private static final LanguageNetwork SPEC =
      new LanguageNetwork(InputKind.EMBEDDING, 3, CellKind.LSTM, 2, 2, 4, 0, 1)
          .with(Normalisation.LAYER);

  /** 1 and 4 have the mean 2.5 and the variance 2.25. */
  @Test
  void byHand() {
    float[] p = InitialParameters.create(SPEC, 1);
    float[] into = new float[2];
    LayerNorm.of(SPEC, 1, p).apply(new float[] {7, 1, 4}, 1, into);
    double one = 1.5 / Math.sqrt(2.25 + 1e-5);
    assertThat(into).containsExactly(new float[] {(float) -one, (float) one}, within(1e-6f));
    ParameterLayout layout = SPEC.layout();
    p[layout.tensor("norm.1.weight").offset()] = 2;
    p[layout.tensor("norm.1.bias").offset() + 1] = -0.25f;
    LayerNorm.of(SPEC, 1, p).apply(new float[] {7, 1, 4}, 1, into);
    assertThat(into)
        .containsExactly(new float[] {(float) (-2 * one), (float) (one - 0.25)}, within(1e-6f));
    // The first layer's are its own.
    assertThat(layout.copy("norm.0.weight", p)).containsExactly(1, 1);
    assertThat(layout.copy("norm.0.bias", p)).containsExactly(0, 0);
  }

  /** Values that do not differ have no variance. */
  @Test
  void equalValuesBecomeTheBias() {
    float[] into = new float[2];
    LayerNorm.of(SPEC, 0, InitialParameters.create(SPEC, 1))
        .apply(new float[] {0.5f, 0.5f}, 0, into);
    assertThat(into).containsExactly(0, 0);
  }
}
