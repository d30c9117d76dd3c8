package org.seqlm.example.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Glyphs and films of them. */
class PictureTasksTest {
  @Test
  void aGlyphByHand() {
    assertThat(Glyphs.picture(Glyphs.shifted(4, 0, 0)))
        .isEqualTo(
            """
            ............
            ...-........
            ..-#-.......
            ..-#-.......
            ..-#-.......
            ..-#-.......
            ..-#-.......
            ..-#-.......
            ..-#-----...
            ..-######-..
            ...------...
            ............\
            """);
    // Two down, one to the right; what leaves the grid below is lost, or comes in above.
    double[] moved = Glyphs.shifted(4, 2, 1);
    assertThat(moved[11 * 12 + 4]).isEqualTo(1);
    double[] wrapped = Glyphs.wrapped(4, 2, 1);
    assertThat(wrapped[11 * 12 + 4]).isEqualTo(1);
    assertThat(moved[4]).isZero();
    assertThat(wrapped[4]).isCloseTo(0.3, within(1e-12));
    assertThat(Arrays.stream(wrapped).sum())
        .isCloseTo(Arrays.stream(Glyphs.shifted(4, 0, 0)).sum(), within(1e-9));
  }

  /** Densities of pixels multiplied, for images nearby: no logarithm, no shortcut. */
  @Test
  void posteriorsAreByTheDensities() {
    double noise = 0.9;
    GlyphsTask task = new GlyphsTask(noise);
    for (GlyphsTask.Picture picture : Drawn.of(task, 7, TaskSplit.TEST, 10)) {
      double[] weights = new double[Glyphs.count()];
      for (int glyph = 0; glyph < weights.length; glyph++) {
        for (int down = -2; down <= 2; down++) {
          for (int right = -2; right <= 2; right++) {
            double[] image = Glyphs.shifted(glyph, down, right);
            double density = 1;
            for (int i = 0; i < image.length; i++) {
              double off = (picture.values()[i] - image[i]) / noise;
              density *= Math.exp(-off * off / 2);
            }
            weights[glyph] += density;
          }
        }
      }
      double all = Arrays.stream(weights).sum();
      double[] posterior = task.posterior(picture.values());
      for (int glyph = 0; glyph < weights.length; glyph++) {
        assertThat(posterior[glyph]).isCloseTo(weights[glyph] / all, within(1e-9));
      }
    }
  }

  @Test
  void theRuleIsRightAsOftenAsItExpects() {
    for (double noise : List.of(0.05, 0.8)) {
      GlyphsTask task = new GlyphsTask(noise);
      Floor floor = task.floor(Drawn.of(task, 1, TaskSplit.TEST, 800));
      double expected = floor.figures().get("expected");
      assertThat(floor.floor()).isCloseTo(expected, within(Drawn.interval(expected, 800) + 1e-9));
      assertThat(expected).isBetween(noise < 0.1 ? 0.9999 : 0.8, noise < 0.1 ? 1.0 : 0.95);
    }
    MotionTask task = new MotionTask(2);
    Floor floor = task.floor(Drawn.of(task, 1, TaskSplit.TEST, 120));
    double expected = floor.figures().get("expected");
    assertThat(floor.floor()).isCloseTo(expected, within(Drawn.interval(expected, 120)));
    assertThat(expected).isBetween(0.6, 0.99);
  }

  /** All frames at once, image by image. */
  @Test
  void filmsAreByTheDensities() {
    double noise = 1.5;
    MotionTask task = new MotionTask(noise);
    int[][] moves = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    MotionTask.Film film = task.draw(3, TaskSplit.TEST, 2);
    double[] weights = new double[4];
    for (int glyph = 0; glyph < Glyphs.count(); glyph++) {
      for (int start = 0; start < Glyphs.PIXELS; start++) {
        for (int way = 0; way < 4; way++) {
          double squares = 0;
          for (int t = 0; t < 6; t++) {
            double[] image =
                Glyphs.wrapped(
                    glyph, start / 12 + t * moves[way][0], start % 12 + t * moves[way][1]);
            for (int i = 0; i < image.length; i++) {
              double off = film.frames()[t][i] - image[i];
              squares += off * off;
            }
          }
          // Some 6 * 144 squares of noise are expected.
          weights[way] += Math.exp(432 - squares / (2 * noise * noise));
        }
      }
    }
    double all = Arrays.stream(weights).sum();
    double[] posterior = task.posterior(film.frames());
    for (int way = 0; way < 4; way++) {
      assertThat(posterior[way]).isCloseTo(weights[way] / all, within(1e-9));
    }
  }

  /** A frame alone says nothing, not even without noise to speak of; two say it. */
  @Test
  void oneFrameIsChance() {
    for (double noise : List.of(0.05, 1.0)) {
      MotionTask task = new MotionTask(noise);
      for (MotionTask.Film film : Drawn.of(task, 5, TaskSplit.TEST, 5)) {
        for (double[] frame : film.frames()) {
          for (double p : task.posterior(new double[][] {frame})) {
            assertThat(p).isCloseTo(0.25, within(1e-9));
          }
        }
      }
    }
    MotionTask clear = new MotionTask(0.05);
    MotionTask.Film film = clear.draw(5, TaskSplit.TEST, 1);
    double[] posterior = clear.posterior(Arrays.copyOf(film.frames(), 2));
    assertThat(posterior[film.direction().ordinal()]).isGreaterThan(0.999);
  }
}
