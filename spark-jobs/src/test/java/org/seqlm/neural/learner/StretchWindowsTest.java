package org.seqlm.neural.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.neural.learner.StretchScorer.Stretch;

class StretchWindowsTest {
  /** Two stretches, in windows of two steps; the second is over in the second window. */
  @Test
  void laysStretchesSideBySide() {
    StretchWindows windows =
        new StretchWindows(
            List.of(
                new Stretch(new int[] {9, 1, 2, 3, 4, 5}, 3),
                new Stretch(new int[] {9, 6, 7, 8}, 1)),
            5);
    assertThat(windows.batch()).isEqualTo(2);
    assertThat(windows.timeSteps()).isEqualTo(2);
    assertThat(windows.windows()).isEqualTo(3);
    // (T, B): token 0 fills up; the last token of a stretch is only predicted.
    assertThat(windows.inputs(0)).containsExactly(9, 9, 1, 6);
    assertThat(windows.inputs(1)).containsExactly(2, 7, 3, 8);
    assertThat(windows.inputs(2)).containsExactly(4, 0, 5, 0);
    asked(windows, 0, new long[] {1, 3}, new long[] {6, 7}, 0.6, 0.7);
    asked(windows, 1, new long[] {0, 1, 2}, new long[] {3, 8, 4}, 0.3, 0.8, 0.4);
    asked(windows, 2, new long[] {0}, new long[] {5}, 0.5);
    assertThat(windows.nats()).isDeepEqualTo(new double[][] {{0.3, 0.4, 0.5}, {0.6, 0.7, 0.8}});
  }

  private static void asked(
      StretchWindows windows, int window, long[] rows, long[] targets, double... found) {
    StretchWindows.Asked asked = windows.asked(window);
    assertThat(asked.rows()).containsExactly(rows);
    assertThat(asked.targets()).containsExactly(targets);
    windows.put(window, asked, found);
  }

  /** Nothing is asked for while a stretch warms up, and a window is no longer than the text. */
  @Test
  void warmsUpUnasked() {
    int[] tokens = new int[101];
    Arrays.setAll(tokens, i -> i);
    StretchWindows windows = new StretchWindows(List.of(new Stretch(tokens, 50)), 10);
    for (int w = 0; w < windows.windows(); w++) {
      int scored = w < 4 ? 0 : w == 4 ? 1 : 10;
      assertThat(windows.asked(w).rows()).as("window %d", w).hasSize(scored);
    }
    assertThat(new StretchWindows(List.of(new Stretch(tokens, 50)), 512).timeSteps())
        .isEqualTo(100);
  }

  @Test
  void aStretchReadsBeforeItScores() {
    assertThatThrownBy(() -> new Stretch(new int[] {1, 2}, 0))
        .isInstanceOf(UserException.class)
        .hasMessage("a stretch of 2 tokens cannot be scored from token 0");
    assertThat(new Stretch(new int[] {1}, 1).scored()).isZero();
  }
}
