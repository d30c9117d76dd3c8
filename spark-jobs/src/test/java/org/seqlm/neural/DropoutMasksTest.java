package org.seqlm.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DropoutMasksTest {
  private static final int TIME = 3;
  private static final int BATCH = 2;
  private static final int WIDTH = 5;

  private final DropoutMasks masks = new DropoutMasks(7, 1, 12);

  @Test
  void aMaskIsTheSameHoweverItLies() {
    float[] ordered = masks.inOrder(2, 0.4, TIME * BATCH * WIDTH);
    float[] timeLast =
        masks.timeFirst(2, 0.4, TIME, BATCH, WIDTH, DropoutMasks.Numbering.TIME_LAST);
    float[] widthLast =
        masks.timeFirst(2, 0.4, TIME, BATCH, WIDTH, DropoutMasks.Numbering.WIDTH_LAST);
    for (int t = 0; t < TIME; t++) {
      for (int b = 0; b < BATCH; b++) {
        for (int i = 0; i < WIDTH; i++) {
          int at = (t * BATCH + b) * WIDTH + i;
          // Column-major places in (B, width, T) and in (B, T, width).
          assertThat(timeLast[at]).isEqualTo(ordered[b + BATCH * (i + WIDTH * t)]);
          assertThat(widthLast[at]).isEqualTo(ordered[b + BATCH * (t + TIME * i)]);
        }
      }
    }
  }

  @Test
  void valuesAreDroppedAtTheRateAndTheOthersScaledSoThatTheMeanStays() {
    float[] mask = masks.inOrder(-1, 0.2, 20_000);
    double sum = 0;
    for (float value : mask) {
      assertThat(value).isIn(0f, 1.25f);
      sum += value;
    }
    assertThat(sum / mask.length).isCloseTo(1, within(0.02));
  }

  @Test
  void stepsWorkersAndLayersHaveMasksOfTheirOwn() {
    float[] mask = masks.inOrder(1, 0.5, 64);
    assertThat(masks.inOrder(2, 0.5, 64)).isNotEqualTo(mask);
    assertThat(new DropoutMasks(7, 2, 12).inOrder(1, 0.5, 64)).isNotEqualTo(mask);
    assertThat(new DropoutMasks(7, 1, 13).inOrder(1, 0.5, 64)).isNotEqualTo(mask);
    assertThat(new DropoutMasks(7, 1, 12).inOrder(1, 0.5, 64)).isEqualTo(mask);
  }

  @Test
  void whatIsDroppedOfAStepHasMasksOfItsOwn() {
    float[] values = masks.values(draw(DropoutMasks.What.VALUES, 1, 8, 8));
    assertThat(values)
        .isEqualTo(masks.timeFirst(1, 0.5, 1, 8, 8, DropoutMasks.Numbering.TIME_LAST));
    float[] weights = masks.values(draw(DropoutMasks.What.WEIGHTS, 1, 8, 8));
    assertThat(weights).isNotEqualTo(values);
    assertThat(masks.values(draw(DropoutMasks.What.LAG_WEIGHTS, 1, 8, 8)))
        .isNotEqualTo(values)
        .isNotEqualTo(weights);
    // Column by column.
    for (int i = 0; i < 64; i++) {
      boolean dropped = masks.random(DropoutMasks.What.WEIGHTS, 1).uniform(i) < 0.5;
      assertThat(weights[i % 8 * 8 + i / 8]).isEqualTo(dropped ? 0 : 2);
    }
  }

  private static DropoutMasks.Draw draw(DropoutMasks.What what, int layer, int rows, int width) {
    return new DropoutMasks.Draw(
        what, layer, 0.5, 1, rows, width, DropoutMasks.Numbering.TIME_LAST);
  }

  @Test
  void aTokenIsDroppedWhereverItStands() {
    long[] tokens = new long[4000];
    java.util.Arrays.setAll(tokens, i -> i % 2000);
    float[] factors = masks.ofTokens(0.2, tokens);
    double sum = 0;
    for (int i = 0; i < 2000; i++) {
      assertThat(factors[i]).isIn(0f, 1.25f).isEqualTo(factors[2000 + i]);
      sum += factors[i];
    }
    assertThat(sum / 2000).isCloseTo(1, within(0.05));
    assertThat(new DropoutMasks(7, 1, 13).ofTokens(0.2, tokens)).isNotEqualTo(factors);
  }
}
