package org.seqlm.example.task;

import java.util.List;

/**
 * Ten letters drawn as strokes on a grid of 12 by 12: a pixel is as dark as its centre is near a
 * stroke, 1 on it and 0 from 1.3 pixels off. Rows count downwards.
 */
final class Glyphs {
  /** Rows, and columns, of an image. */
  static final int SIZE = 12;

  /** Pixels of an image. */
  static final int PIXELS = SIZE * SIZE;

  /** Rows above, and columns left of, the box of 8 by 8 in which strokes are drawn. */
  private static final int MARGIN = 2;

  private static final double REACH = 1.3;

  /** Strokes from (row, column) to (row, column), both in the box. */
  private record Glyph(String name, int[]... strokes) {}

  private static final List<Glyph> GLYPHS =
      List.of(
          new Glyph("C", s(0, 1, 0, 6), s(0, 1, 7, 1), s(7, 1, 7, 6)),
          new Glyph("F", s(0, 1, 0, 6), s(0, 1, 7, 1), s(3, 1, 3, 5)),
          new Glyph("H", s(0, 1, 7, 1), s(0, 6, 7, 6), s(3, 1, 3, 6)),
          new Glyph("K", s(0, 1, 7, 1), s(0, 6, 3, 1), s(3, 1, 7, 6)),
          new Glyph("L", s(0, 1, 7, 1), s(7, 1, 7, 6)),
          new Glyph("O", s(0, 1, 0, 6), s(0, 1, 7, 1), s(7, 1, 7, 6), s(0, 6, 7, 6)),
          new Glyph("T", s(0, 0, 0, 7), s(0, 4, 7, 4)),
          new Glyph("V", s(0, 0, 7, 3), s(0, 7, 7, 3)),
          new Glyph("X", s(0, 0, 7, 7), s(0, 7, 7, 0)),
          new Glyph("Z", s(0, 1, 0, 6), s(0, 6, 7, 1), s(7, 1, 7, 6)));

  private Glyphs() {}

  private static int[] s(int row, int column, int toRow, int toColumn) {
    return new int[] {row, column, toRow, toColumn};
  }

  /** How many there are. */
  static int count() {
    return GLYPHS.size();
  }

  /** The letter. */
  static String name(int glyph) {
    return GLYPHS.get(glyph).name;
  }

  /**
   * A glyph, moved; what leaves the grid is lost.
   *
   * @return (row, column), from 0 for paper to 1 for ink
   */
  static double[] shifted(int glyph, int down, int right) {
    double[] image = new double[PIXELS];
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        image[row * SIZE + column] =
            ink(GLYPHS.get(glyph), row - MARGIN - down, column - MARGIN - right);
      }
    }
    return image;
  }

  /**
   * A glyph, moved on a grid whose edges join: what leaves it on one side comes in on the other.
   *
   * @return (row, column)
   */
  static double[] wrapped(int glyph, int down, int right) {
    double[] centred = shifted(glyph, 0, 0);
    double[] image = new double[PIXELS];
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        image[Math.floorMod(row + down, SIZE) * SIZE + Math.floorMod(column + right, SIZE)] =
            centred[row * SIZE + column];
      }
    }
    return image;
  }

  private static double ink(Glyph glyph, double row, double column) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int[] stroke : glyph.strokes) {
      nearest = Math.min(nearest, distance(stroke, row, column));
    }
    return Math.min(1, Math.max(0, REACH - nearest));
  }

  /** Of a point from a stretch of a line. */
  private static double distance(int[] stroke, double row, double column) {
    double down = stroke[2] - stroke[0];
    double right = stroke[3] - stroke[1];
    double along =
        ((row - stroke[0]) * down + (column - stroke[1]) * right) / (down * down + right * right);
    double at = Math.min(1, Math.max(0, along));
    double rows = row - stroke[0] - at * down;
    double columns = column - stroke[1] - at * right;
    return Math.sqrt(rows * rows + columns * columns);
  }

  /** A line for people: an image as rows of characters, from blank to dark. */
  static String picture(double[] image) {
    StringBuilder rows = new StringBuilder();
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        double value = image[row * SIZE + column];
        rows.append(value < 0.25 ? '.' : value < 0.6 ? '-' : value < 0.9 ? 'o' : '#');
      }
      rows.append(row < SIZE - 1 ? "\n" : "");
    }
    return rows.toString();
  }
}
