package org.seqlm.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;

class SamplerTest {
  private static final double[] ROW = {0.2, 0.4, 0.3, 0.1};
  private static final TableModel MODEL =
      new TableModel("abc", new double[][] {ROW, ROW, ROW, ROW, ROW});

  private static double[] shares(SamplingRules rules) {
    int[] drawn = new Sampler(MODEL, new int[0], rules, 1).draw(40_000);
    double[] shares = new double[4];
    Arrays.stream(drawn).forEach(token -> shares[token] += 1.0 / drawn.length);
    return shares;
  }

  @Test
  void sameSeedSameText() {
    SamplingRules rules = new SamplingRules(0.9, 3, 0.95);
    assertThat(new Sampler(MODEL, new int[] {1}, rules, 5).draw(200))
        .isEqualTo(new Sampler(MODEL, new int[] {1}, rules, 5).draw(200))
        .isNotEqualTo(new Sampler(MODEL, new int[] {1}, rules, 6).draw(200));
  }

  @Test
  void drawsByProbabilityWithoutTheUnknown() {
    double[] shares = shares(SamplingRules.PLAIN);
    assertThat(shares[0]).isZero();
    // 0.4, 0.3 and 0.1 of 0.8; four standard errors of 40,000 draws are 0.01.
    assertThat(shares[1]).isCloseTo(0.5, within(0.01));
    assertThat(shares[2]).isCloseTo(0.375, within(0.01));
    assertThat(shares[3]).isCloseTo(0.125, within(0.01));
  }

  @Test
  void temperatureSquaresTheOdds() {
    double[] shares = shares(new SamplingRules(0.5, 0, 1));
    assertThat(shares[1]).isCloseTo(16.0 / 26, within(0.01));
    assertThat(shares[3]).isCloseTo(1.0 / 26, within(0.01));
  }

  @Test
  void zeroTemperatureAndTopOneTakeTheLikeliest() {
    assertThat(shares(new SamplingRules(0, 0, 1))[1]).isCloseTo(1, within(1e-9));
    assertThat(shares(new SamplingRules(1, 1, 1))[1]).isCloseTo(1, within(1e-9));
  }

  @Test
  void topKAndTopPKeepTheHeadOnly() {
    double[] two = shares(new SamplingRules(1, 2, 1));
    assertThat(two[3]).isZero();
    assertThat(two[1]).isCloseTo(4.0 / 7, within(0.01));
    // Half of the mass is the first token; a hair more needs the second.
    assertThat(shares(new SamplingRules(1, 0, 0.49))[2]).isZero();
    assertThat(shares(new SamplingRules(1, 0, 0.51))[2]).isCloseTo(3.0 / 7, within(0.01));
  }

  @Test
  void aDeadEndIsSaid() {
    double[] none = {1, 0, 0, 0};
    TableModel model = new TableModel("abc", new double[][] {none, none, none, none, none});
    assertThatThrownBy(() -> new Sampler(model, new int[0], SamplingRules.PLAIN, 1).draw(1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no token a probability");
  }

  @Test
  void rulesAreChecked() {
    assertThatThrownBy(() -> new SamplingRules(-1, -1, 2))
        .hasMessageContaining("temperature must be 0.0 to 100.0, but is -1.0")
        .hasMessageContaining("top-k must be at least 0")
        .hasMessageContaining("top-p must be 0.0 to 1.0");
    assertThatThrownBy(() -> new SamplingRules(1, 0, 0)).hasMessageContaining("greater than 0");
  }
}
