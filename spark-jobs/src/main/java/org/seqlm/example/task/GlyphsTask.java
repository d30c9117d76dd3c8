package org.seqlm.example.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.Problems;

/**
 * Ten glyphs, each moved by up to two pixels either way and under Gaussian noise; which one is it?
 * All glyphs and all moves are equally likely, so the posterior of a glyph is in proportion to the
 * sum over its moves of {@code exp(−‖x − image‖² / 2σ²)}.
 */
public final class GlyphsTask implements ExampleTask<GlyphsTask.Picture> {
  /** Pixels that a glyph is moved at most, in each of two ways. */
  static final int REACH = 2;

  /** Standard deviation of the noise of each pixel if nothing else is said; ink is 1. */
  public static final double NOISE = 0.5;

  /** Values are written with so many digits; the likelihood takes no notice of the rounding. */
  static final int DIGITS = 2;

  private final double noise;
  private final double[][][] images; // (glyph, move, pixel)

  /**
   * Glyphs under noise.
   *
   * @param noise standard deviation, above 0
   */
  public GlyphsTask(double noise) {
    new Problems().inRange("glyphs.noise", noise, 0.05, 10).throwIfAny();
    this.noise = noise;
    int side = 2 * REACH + 1;
    this.images = new double[Glyphs.count()][side * side][];
    for (int glyph = 0; glyph < images.length; glyph++) {
      for (int move = 0; move < side * side; move++) {
        images[glyph][move] = Glyphs.shifted(glyph, move / side - REACH, move % side - REACH);
      }
    }
  }

  /**
   * An image.
   *
   * @param values (row, column)
   * @param glyph which one
   */
  record Picture(double[] values, int glyph) implements TaskExample {
    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("values", Decimals.of(values, DIGITS));
      fields.put("shape", List.of(Glyphs.SIZE, Glyphs.SIZE, 1));
      fields.put("label", Glyphs.name(glyph));
      return fields;
    }

    @Override
    public String line() {
      return Glyphs.picture(values) + "\n-> " + Glyphs.name(glyph);
    }
  }

  @Override
  public String kind() {
    return "glyphs";
  }

  @Override
  public String task() {
    return "grid";
  }

  @Override
  public String metric() {
    return "accuracy";
  }

  @Override
  public String description() {
    return Glyphs.count()
        + " glyphs on "
        + Glyphs.SIZE
        + " by "
        + Glyphs.SIZE
        + " pixels, moved by up to "
        + REACH
        + " and under noise of standard deviation "
        + noise;
  }

  @Override
  public TaskSizes sizes() {
    return new TaskSizes(20_000, 1_000, 2_000);
  }

  @Override
  public Picture draw(long seed, TaskSplit split, int position) {
    Draw draw = Draw.of(seed, kind(), split, position);
    int glyph = draw.below(images.length);
    double[] image = images[glyph][draw.below(images[glyph].length)].clone();
    for (int i = 0; i < image.length; i++) {
      image[i] = Decimals.round(image[i] + noise * draw.normal(), DIGITS);
    }
    return new Picture(image, glyph);
  }

  @Override
  public Floor floor(List<Picture> test) {
    BayesAccuracy bayes = new BayesAccuracy();
    for (Picture picture : test) {
      bayes.add(posterior(picture.values), picture.glyph);
    }
    return bayes
        .floor(
            "accuracy of Bayes' rule on the test split, by the likelihood of all glyphs and moves;"
                + " expected is the mean of its highest posteriors")
        .with("chance", 1.0 / images.length);
  }

  /** P(glyph | image), (glyph). */
  double[] posterior(double[] values) {
    double[] logs = new double[images.length];
    for (int glyph = 0; glyph < images.length; glyph++) {
      LogSum sum = new LogSum();
      for (double[] image : images[glyph]) {
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
          double off = values[i] - image[i];
          squares += off * off;
        }
        sum.add(-squares / (2 * noise * noise));
      }
      logs[glyph] = sum.value();
    }
    return BayesAccuracy.normalise(logs);
  }
}
