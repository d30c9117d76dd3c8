package org.seqlm.example.task;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.seqlm.Problems;

/**
 * A glyph that moves a pixel a frame, up, down, left or right, on a grid whose edges join, under
 * noise; which way? The glyph, the place where it starts and the direction are independent and
 * uniform. Whatever the direction, the place in any one frame is then uniform too and so is all
 * that the frame shows: a single frame says nothing of the direction, and only chance is right. The
 * posterior of a direction given all frames is in proportion to the sum over glyphs and starts of
 * {@code exp(−Σ ‖frame − image‖² / 2σ²)}.
 */
public final class MotionTask implements ExampleTask<MotionTask.Film> {
  /** Frames of a film. */
  static final int FRAMES = 6;

  /** Standard deviation of the noise of each pixel if nothing else is said; ink is 1. */
  public static final double NOISE = 0.3;

  private static final int SIZE = Glyphs.SIZE;
  private static final int PIXELS = Glyphs.PIXELS;

  /** Which way, with what a frame adds to row and column. */
  enum Direction {
    UP(-1, 0),
    DOWN(1, 0),
    LEFT(0, -1),
    RIGHT(0, 1);

    private final int down;
    private final int right;

    Direction(int down, int right) {
      this.down = down;
      this.right = right;
    }

    /** The place, row times {@link Glyphs#SIZE} plus column, some frames after a start. */
    int place(int start, int frames) {
      int row = Math.floorMod(start / SIZE + down * frames, SIZE);
      int column = Math.floorMod(start % SIZE + right * frames, SIZE);
      return row * SIZE + column;
    }
  }

  private static final List<Direction> DIRECTIONS = List.of(Direction.values());
  private static final List<String> LABELS = List.of("up", "down", "left", "right");

  private final double noise;
  private final double[][][] images = new double[Glyphs.count()][PIXELS][]; // (glyph, place, pixel)
  private final int[][][] inked = new int[Glyphs.count()][PIXELS][]; // pixels that are not 0
  private final double[] energies = new double[Glyphs.count()]; // sum of squares, at any place

  /**
   * Films under noise.
   *
   * @param noise standard deviation, above 0
   */
  public MotionTask(double noise) {
    new Problems().inRange("motion.noise", noise, 0.05, 10).throwIfAny();
    this.noise = noise;
    for (int glyph = 0; glyph < images.length; glyph++) {
      for (int place = 0; place < PIXELS; place++) {
        double[] image = Glyphs.wrapped(glyph, place / SIZE, place % SIZE);
        images[glyph][place] = image;
        inked[glyph][place] = IntStream.range(0, PIXELS).filter(i -> image[i] != 0).toArray();
      }
      for (double ink : images[glyph][0]) {
        energies[glyph] += ink * ink;
      }
    }
  }

  /**
   * A film.
   *
   * @param frames (frame, pixel)
   */
  record Film(double[][] frames, Direction direction) implements TaskExample {
    @Override
    public Map<String, Object> fields() {
      double[] values = new double[FRAMES * PIXELS];
      for (int t = 0; t < FRAMES; t++) {
        System.arraycopy(frames[t], 0, values, t * PIXELS, PIXELS);
      }
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("values", Decimals.of(values, GlyphsTask.DIGITS));
      fields.put("shape", List.of(FRAMES, SIZE, SIZE, 1));
      fields.put("label", LABELS.get(direction.ordinal()));
      return fields;
    }

    @Override
    public String line() {
      String[][] rows = new String[FRAMES][];
      for (int t = 0; t < FRAMES; t++) {
        rows[t] = Glyphs.picture(frames[t]).split("\n");
      }
      StringBuilder film = new StringBuilder();
      for (int row = 0; row < SIZE; row++) {
        for (int t = 0; t < FRAMES; t++) {
          film.append(t == 0 ? "" : " ").append(rows[t][row]);
        }
        film.append('\n');
      }
      return film + "-> " + LABELS.get(direction.ordinal());
    }
  }

  @Override
  public String kind() {
    return "motion";
  }

  @Override
  public String task() {
    return "frames";
  }

  @Override
  public String metric() {
    return "accuracy";
  }

  @Override
  public String description() {
    return "the direction in which a glyph moves over "
        + FRAMES
        + " frames of "
        + SIZE
        + " by "
        + SIZE
        + " pixels, under noise of standard deviation "
        + noise;
  }

  @Override
  public TaskSizes sizes() {
    return new TaskSizes(4_000, 500, 1_000);
  }

  @Override
  public Film draw(long seed, TaskSplit split, int position) {
    Draw draw = Draw.of(seed, kind(), split, position);
    Direction direction = draw.of(DIRECTIONS);
    double[][] places = images[draw.below(images.length)];
    int start = draw.below(PIXELS);
    double[][] frames = new double[FRAMES][PIXELS];
    for (int t = 0; t < FRAMES; t++) {
      double[] image = places[direction.place(start, t)];
      for (int i = 0; i < PIXELS; i++) {
        frames[t][i] = Decimals.round(image[i] + noise * draw.normal(), GlyphsTask.DIGITS);
      }
    }
    return new Film(frames, direction);
  }

  @Override
  public Floor floor(List<Film> test) {
    BayesAccuracy bayes = new BayesAccuracy();
    for (Film film : test) {
      bayes.add(posterior(film.frames), film.direction.ordinal());
    }
    return bayes
        .floor(
            "accuracy of Bayes' rule on the test split, by the likelihood of all directions, glyphs"
                + " and starts; expected is the mean of its highest posteriors; of one frame alone"
                + " nothing is better than chance")
        .with("chance", 1.0 / DIRECTIONS.size());
  }

  /**
   * P(direction | frames).
   *
   * @param frames (frame, pixel), consecutive ones from the start; one or more
   * @return (direction)
   */
  double[] posterior(double[][] frames) {
    double[] logs = new double[DIRECTIONS.size()];
    LogSum[] sums = new LogSum[logs.length];
    Arrays.setAll(sums, i -> new LogSum());
    double[][] fits = new double[frames.length][PIXELS]; // (frame, place): -‖frame - image‖² / 2
    for (int glyph = 0; glyph < images.length; glyph++) {
      for (int t = 0; t < frames.length; t++) {
        for (int place = 0; place < PIXELS; place++) {
          double[] image = images[glyph][place];
          double product = 0;
          for (int i : inked[glyph][place]) {
            product += image[i] * frames[t][i];
          }
          // The frame's own square is the same for all.
          fits[t][place] = product - energies[glyph] / 2;
        }
      }
      for (Direction direction : DIRECTIONS) {
        for (int start = 0; start < PIXELS; start++) {
          double fit = 0;
          for (int t = 0; t < frames.length; t++) {
            fit += fits[t][direction.place(start, t)];
          }
          sums[direction.ordinal()].add(fit / (noise * noise));
        }
      }
    }
    Arrays.setAll(logs, i -> sums[i].value());
    return BayesAccuracy.normalise(logs);
  }
}
