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
}
